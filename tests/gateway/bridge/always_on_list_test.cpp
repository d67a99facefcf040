#include "gateway/bridge/always_on_list.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

TEST(AlwaysOnFormatTest, ComesBackAsItWas) {
    const chat::AlwaysOn who{"ana", "Ana", "~a", "host", "Real: Näme", {"#a", "#b"}};
    const auto back = parse_always_on("ana", format_always_on(who, 4096));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->name + back->username + back->host + back->real_name, "Ana~ahostReal: Näme");
    EXPECT_EQ(back->groups, who.groups);
    EXPECT_EQ(parse_always_on("ana", format_always_on({"ana", "a", "b", "c", "", {}}, 4096))->groups.size(), 0U);
}

TEST(AlwaysOnFormatTest, WhenTheAccountWasMadeComesBackToo) {
    const chat::WallTime made{std::chrono::milliseconds(1234567)};
    const auto back = parse_always_on("ana", format_always_on({"ana", "Ana", "~a", "host", "Ana B", {}, made}, 4096));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->name, "Ana");
    EXPECT_EQ(back->made, made);
    EXPECT_EQ(parse_always_on("ana", "Ana\n~a\nhost\nAna B")->made, chat::WallTime{}) << "it need not be there";
    EXPECT_FALSE(parse_always_on("ana", "12x Ana\n~a\nhost\nAna B"));
}

TEST(AlwaysOnFormatTest, WhatDoesNotFitIsLeftOutWhole) {
    const chat::AlwaysOn who{"ana", "a", "b", "c", "d", {"#first", "#second"}};
    EXPECT_EQ(parse_always_on("ana", format_always_on(who, 16))->groups, (std::vector<std::string>{"#first"}));
}

TEST(AlwaysOnFormatTest, AnythingElseIsNobody) {
    EXPECT_FALSE(parse_always_on("ana", ""));
    EXPECT_FALSE(parse_always_on("ana", "a\nb\nc"));
}

/// ana has an account.
class AlwaysOnListTest : public StoreTest {
  protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_FALSE(add("ana", "ana@example.com"));
        using Found = chat::Result<std::optional<Account>>;
        made_ = wait_for<Found>([&](auto done) { store_->find_account("ana", done); }).value()->created_at;
    }
    chat::AlwaysOn ana() const { return {"ana", "Ana", "~a", "host", "Ana B", {"#a"}, made_}; }
    std::vector<chat::AlwaysOn> load(AlwaysOnList& list) {
        return wait_for<std::vector<chat::AlwaysOn>>([&](auto done) { list.load(done); });
    }
    std::string setting() {
        return wait_for<chat::Result<std::string>>([&](auto done) { store_->setting("ana", "always_on", done); })
            .value();
    }

    chat::WallTime made_;
};

TEST_F(AlwaysOnListTest, WhoWasSavedIsThereAfterARestart) {
    AlwaysOnList(*store_).save(ana());
    reopen();
    AlwaysOnList list(*store_);
    const auto all = load(list);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].account + " " + all[0].name, "ana Ana");
    EXPECT_EQ(all[0].made, made_);
    EXPECT_TRUE(list.contains("ana", made_));
    EXPECT_FALSE(list.contains("ana", made_ + std::chrono::milliseconds(1))) << "a later account of that name";
    EXPECT_FALSE(list.contains("bob", made_));
}

TEST_F(AlwaysOnListTest, WhatWasSavedForAnEarlierAccountIsForgotten) {
    chat::AlwaysOn earlier = ana();
    earlier.made -= std::chrono::hours(1);
    AlwaysOnList(*store_).save(earlier);
    reopen();
    AlwaysOnList list(*store_);
    EXPECT_EQ(load(list).size(), 0U);
    EXPECT_FALSE(list.contains("ana", made_));
    EXPECT_EQ(setting(), "");
}

TEST_F(AlwaysOnListTest, WhatWasSavedBeforeThatWasKnownIsTheAccounts) {
    ASSERT_FALSE(outcome([&](auto done) { store_->set_setting("ana", "always_on", "Ana\n~a\nhost\nAna B", done); }));
    AlwaysOnList list(*store_);
    const auto all = load(list);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].made, made_);
    EXPECT_TRUE(list.contains("ana", made_));
}

}  // namespace
}  // namespace patchcord::gateway
