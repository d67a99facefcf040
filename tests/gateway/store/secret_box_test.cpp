#include "gateway/store/secret_box.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "gateway/auth/password_hash.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class SecretBoxTest : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(start_password_hashing()); }

    tests::TemporaryDirectory directory_;
    std::string key_ = directory_.file("secrets.key");
    SecretBox box_{key_};
};

TEST_F(SecretBoxTest, EverySecretComesBack) {
    rc::check("opens what it has sealed", [this](const std::string& secret, const std::string& owner) {
        const auto sealed = box_.seal(secret, owner);
        RC_ASSERT(sealed.has_value());
        RC_ASSERT(SecretBox(key_).open(*sealed, owner) == secret);
    });
}

TEST_F(SecretBoxTest, SealedFormIsNeverTheSameAndShowsNothing) {
    const auto one = box_.seal("swordfish", "ana");
    const auto two = box_.seal("swordfish", "ana");
    EXPECT_NE(one, two);
    EXPECT_EQ(one->find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(SecretBoxTest, SecretOfAnotherOrChangedOrUnderAnotherKeyDoesNotOpen) {
    const std::string sealed = box_.seal("swordfish", "ana").value();
    EXPECT_EQ(box_.open(sealed, "bob"), std::nullopt);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_EQ(box_.open(changed, "ana"), std::nullopt) << i;
        EXPECT_EQ(box_.open(sealed.substr(0, i), "ana"), std::nullopt) << i;
    }
    for (const char* wrong : {"", "x", "zz", "00"}) EXPECT_EQ(box_.open(wrong, "ana"), std::nullopt) << wrong;
    EXPECT_EQ(box_.open(sealed + "00", "ana"), std::nullopt);
    std::filesystem::remove(key_);
    EXPECT_EQ(box_.open(sealed, "ana"), std::nullopt);
    EXPECT_FALSE(std::filesystem::exists(key_)) << "opening makes no key";
    (void)box_.seal("x", "ana");
    EXPECT_EQ(box_.open(sealed, "ana"), std::nullopt);
}

TEST_F(SecretBoxTest, KeyIsForTheOwnerAloneAndNothingElseIsLeft) {
    (void)box_.seal("x", "ana");
    EXPECT_EQ(std::filesystem::status(key_).permissions(), std::filesystem::perms(0600));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(SecretBoxTest, KeyThatIsThereIsNeverReplaced) {
    (void)directory_.write("secrets.key", "too short");
    EXPECT_EQ(box_.seal("x", "ana"), std::nullopt);
    EXPECT_EQ(tests::read_all(key_), "too short");
}

TEST_F(SecretBoxTest, DirectoryThatIsNotThereIsAnError) {
    EXPECT_EQ(SecretBox(directory_.file("no/secrets.key")).seal("x", "ana"), std::nullopt);
}

}  // namespace
}  // namespace patchcord::gateway
