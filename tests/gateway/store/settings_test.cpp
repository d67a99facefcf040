#include "gateway/store/settings.hpp"

#include <gtest/gtest.h>
#include <string>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class SettingsTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(add("ana", "ana@irc.gate.test"));
        ASSERT_FALSE(add("bob", "bob@irc.gate.test"));
    }
    std::error_code set(const std::string& account, const std::string& key, const std::string& value) {
        return outcome([&](auto done) { store_->set_setting(account, key, value, done); });
    }
    std::string get(const std::string& account, const std::string& key) {
        return wait_for<chat::Result<std::string>>([&](auto done) { store_->setting(account, key, done); }).value();
    }
};

TEST_F(SettingsTest, ASettingIsTheAccountsOwnAndOutlivesARestart) {
    EXPECT_EQ(get("ana", "colour"), "");
    ASSERT_FALSE(set("Ana", "colour", "red"));
    ASSERT_FALSE(set("bob", "colour", "blue"));
    ASSERT_FALSE(set("ana", "colour", "green"));
    reopen();
    EXPECT_EQ(get("ana", "colour"), "green");
    EXPECT_EQ(get("bob", "colour"), "blue");
    ASSERT_FALSE(set("bob", "colour", ""));
    EXPECT_EQ(get("bob", "colour"), "");
    EXPECT_EQ(tests::RawDatabase(options_.file).run("SELECT COUNT(*) FROM account_setting"), "1");
}

TEST_F(SettingsTest, ThoseWhoHaveOneCanBeListed) {
    ASSERT_FALSE(set("bob", "colour", "blue"));
    ASSERT_FALSE(set("ana", "colour", "red"));
    ASSERT_FALSE(set("ana", "size", "big"));
    using Settings = chat::Result<std::vector<AccountSetting>>;
    const auto all = wait_for<Settings>([&](auto done) { store_->settings_called("colour", done); }).value();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].account + all[0].value + all[1].account + all[1].value, "anaredbobblue");
    using Found = chat::Result<std::optional<Account>>;
    const auto ana = wait_for<Found>([&](auto done) { store_->find_account("ana", done); }).value();
    EXPECT_EQ(all[0].made, ana->created_at);
    EXPECT_NE(all[0].made, chat::WallTime{});
}

TEST_F(SettingsTest, NobodysSettingsFillTheDatabase) {
    EXPECT_EQ(set("carol", "colour", "red"), chat::Errc::no_such_user);
    EXPECT_EQ(set("ana", "colour", std::string(5000, 'x')), StoreErrc::too_long);
    for (std::size_t i = 0; i < most_settings; ++i) ASSERT_FALSE(set("ana", std::to_string(i), "x"));
    EXPECT_EQ(set("ana", "colour", "red"), chat::Errc::list_full);
    EXPECT_FALSE(set("ana", "0", "y")) << "one that is there may change";
}

TEST_F(SettingsTest, TheSecretOfADatabaseIsItsOwnAndStays) {
    const std::string secret = store_->secret_of_unknown_accounts();
    EXPECT_EQ(secret.size(), 64U);
    reopen();
    EXPECT_EQ(store_->secret_of_unknown_accounts(), secret);
    options_.file = directory_.file("another.db");
    reopen();
    EXPECT_EQ(store_->secret_of_unknown_accounts().size(), 64U);
    EXPECT_NE(store_->secret_of_unknown_accounts(), secret);
}

}  // namespace
}  // namespace patchcord::gateway
