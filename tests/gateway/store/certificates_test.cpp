#include "gateway/store/certificates.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class CertificatesTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(StoreTest::add("ana", "ana@irc.gate.test"));
        ASSERT_FALSE(StoreTest::add("bob", "bob@irc.gate.test"));
    }
    std::error_code add(const std::string& account, const std::string& fingerprint) {
        return outcome([&](auto done) { store_->add_certificate(account, fingerprint, done); });
    }
    std::error_code remove(const std::string& account, const std::string& fingerprint) {
        return outcome([&](auto done) { store_->remove_certificate(account, fingerprint, done); });
    }
    std::string list(const std::string& account) {
        using Certificates = chat::Result<std::vector<AccountCertificate>>;
        std::string all;
        const auto known = wait_for<Certificates>([&](auto done) { store_->certificates(account, done); }).value();
        for (const AccountCertificate& certificate : known) {
            EXPECT_NE(certificate.added_at, chat::WallTime{});
            all += certificate.fingerprint + " ";
        }
        return all;
    }
    std::string owner(const std::string& fingerprint) {
        using Found = chat::Result<std::optional<Account>>;
        const auto found = wait_for<Found>([&](auto done) { store_->find_by_certificate(fingerprint, done); }).value();
        return found ? found->name + " " + found->handle : std::string();
    }
};

TEST_F(CertificatesTest, ACertificateIsOneAccountsUntilItIsRemoved) {
    EXPECT_EQ(owner("aa"), "");
    ASSERT_FALSE(add("Ana", "aa"));
    EXPECT_EQ(owner("aa"), "ana ana@irc.gate.test");
    EXPECT_EQ(add("bob", "aa"), chat::Errc::duplicate_user);
    EXPECT_EQ(add("ana", "aa"), chat::Errc::already_a_member);
    EXPECT_EQ(remove("bob", "aa"), chat::Errc::not_a_member);
    EXPECT_EQ(owner("aa"), "ana ana@irc.gate.test");
    EXPECT_FALSE(remove("ana", "aa"));
    EXPECT_EQ(owner("aa"), "");
    EXPECT_FALSE(add("bob", "aa"));
}

TEST_F(CertificatesTest, AnAccountHasSoManyAndEachHasItsOwn) {
    for (std::size_t i = 0; i < most_certificates; ++i) ASSERT_FALSE(add("ana", "a" + std::to_string(i)));
    EXPECT_EQ(add("ana", "one more"), chat::Errc::list_full);
    EXPECT_FALSE(add("bob", "b"));
    EXPECT_EQ(list("bob"), "b ");
    EXPECT_EQ(list("ana").size(), most_certificates * 3);
    EXPECT_EQ(list("carol"), "");
}

TEST_F(CertificatesTest, NobodyHasNone) {
    EXPECT_EQ(add("carol", "aa"), chat::Errc::no_such_user);
}

TEST_F(CertificatesTest, TheyAreThereAfterARestartAndGoWithTheAccount) {
    ASSERT_FALSE(add("ana", "aa"));
    reopen();
    EXPECT_EQ(list("ana"), "aa ");
    store_.reset();
    std::unique_ptr<Database> database;
    ASSERT_EQ(Database::open(options_, database), "");
    ASSERT_FALSE(database->write([](soci::session& session) { return remove_account(session, "ana"); }));
    database.reset();
    EXPECT_EQ(tests::RawDatabase(options_.file).run("SELECT COUNT(*) FROM account_certificate"), "0");
    open();
}

}  // namespace
}  // namespace patchcord::gateway
