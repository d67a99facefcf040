#include <gtest/gtest.h>
#include <string>

#include "chat_core/error.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class StoredPasswordTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(add("ana", "ana@example.com"));
    }
    Account account(const std::string& name) {
        using Found = chat::Result<std::optional<Account>>;
        return wait_for<Found>([&](auto done) { store_->find_account(name, done); }).value().value();
    }
    std::error_code set(const std::string& name, const std::string& password) {
        return outcome([&](auto done) { store_->set_password(name, {"new hash", {}, "new scram"}, password, done); });
    }
};

TEST_F(StoredPasswordTest, ANewPasswordReplacesAllThatWasKeptOfTheOld) {
    EXPECT_FALSE(set("ANA", "swordfish"));
    EXPECT_EQ(account("ana").password_hash, "new hash");
    EXPECT_EQ(account("ana").scram, "new scram");
    EXPECT_EQ(account("ana").legacy_secret, "") << "there was none";
    EXPECT_EQ(set("bob", "swordfish"), chat::Errc::no_such_user);
    EXPECT_EQ(set("ana@example.com", "swordfish"), chat::Errc::no_such_user) << "by name only";
}

TEST_F(StoredPasswordTest, ASealedPasswordIsSealedAnew) {
    Account bob{"bob", "bob@example.com", "hash", secrets().seal("old one", "bob").value(), {}};
    ASSERT_FALSE(outcome([&](auto done) { store_->add_account(bob, done); }));
    EXPECT_FALSE(set("bob", "swordfish"));
    EXPECT_EQ(secrets().open(account("bob").legacy_secret, "bob"), "swordfish");
}

TEST_F(StoredPasswordTest, WhatScramNeedsIsAddedToThePasswordItWasMadeOf) {
    store_->add_scram("ana", "hash of ana", "first");
    EXPECT_EQ(account("ana").scram, "first");
    store_->add_scram("ana", "another hash", "second");
    EXPECT_EQ(account("ana").scram, "first") << "the password was changed meanwhile";
}

}  // namespace
}  // namespace patchcord::gateway
