#include "irc/server/recent_messages.hpp"

#include <gtest/gtest.h>

#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using chat::MessageId;
using tests::Visitor;

class RecentMessagesTest : public testing::Test {
  protected:
    void note(std::uint64_t id, const chat::Target& target) {
        recent_.note({MessageId{id}, &ana_.user(), target, chat::MessageKind::text,
                      chat::MessageText(chat::StyledText("hi")), chat::WallTime{std::chrono::seconds(7)}});
    }
    void note(std::uint64_t id) { note(id, {nullptr, &bob_.user(), {}}); }

    tests::ManualScheduler scheduler_;
    chat::ChatService service_{tests::service_options(), scheduler_};
    Visitor ana_{service_, "ana", {"a", "host.example", "Ana", "ana@example.com", false}};
    Visitor bob_{service_, "bob"};
    RecentMessages recent_;
};

TEST_F(RecentMessagesTest, WhoSaidItAndWhereIsRemembered) {
    chat::Group& group = **service_.create_group("#a");
    note(3);
    note(5, {&group, nullptr, chat::Role::op});
    const RecentMessages::Entry* direct = recent_.find(MessageId{3});
    ASSERT_NE(direct, nullptr);
    EXPECT_EQ(direct->sender, ana_.id());
    EXPECT_EQ(direct->account, "ana@example.com");
    EXPECT_EQ(direct->peer, bob_.id());
    EXPECT_EQ(direct->group, chat::GroupId{});
    EXPECT_EQ(direct->sent_at, chat::WallTime{std::chrono::seconds(7)});
    const RecentMessages::Entry* in_group = recent_.find(MessageId{5});
    ASSERT_NE(in_group, nullptr);
    EXPECT_EQ(in_group->group, group.id());
    EXPECT_EQ(in_group->at_least, chat::Role::op);
    EXPECT_EQ(recent_.find(MessageId{4}), nullptr);
    EXPECT_EQ(recent_.find(MessageId{6}), nullptr);
}

TEST_F(RecentMessagesTest, AgainIsAsGoodAsOnceInAnyOrder) {
    for (const std::uint64_t id : {5U, 5U, 3U, 4U, 3U, 5U}) note(id);
    EXPECT_EQ(recent_.size(), 3U);
    for (const std::uint64_t id : {3U, 4U, 5U}) EXPECT_NE(recent_.find(MessageId{id}), nullptr) << id;
}

TEST_F(RecentMessagesTest, WhatIsForgottenIsNotFoundAndTheRestIs) {
    for (const std::uint64_t id : {1U, 2U, 3U}) note(id);
    recent_.forget(MessageId{2});
    recent_.forget(MessageId{9});
    EXPECT_EQ(recent_.find(MessageId{2}), nullptr);
    EXPECT_NE(recent_.find(MessageId{1}), nullptr);
    EXPECT_NE(recent_.find(MessageId{3}), nullptr);
}

TEST_F(RecentMessagesTest, TheOldestGoesWhenItIsFull) {
    for (std::uint64_t id = 1; id <= RecentMessages::capacity + 1; ++id) note(id);
    EXPECT_EQ(recent_.size(), RecentMessages::capacity);
    EXPECT_EQ(recent_.find(MessageId{1}), nullptr);
    EXPECT_NE(recent_.find(MessageId{2}), nullptr);
    EXPECT_NE(recent_.find(MessageId{RecentMessages::capacity + 1}), nullptr);
}

}  // namespace
}  // namespace patchcord::irc
