#include "chat_core/broadcast.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;
using Call = tests::RecordingClient::Call;

constexpr WallTime noon{std::chrono::hours(12)};
constexpr std::size_t crowd = 5;

std::set<std::string> members_of(const Group& group) {
    std::set<std::string> names;
    for (const Member& member : group.users()) {
        if (member.user != nullptr) names.insert(member.user->name());
    }
    return names;
}

// A sender and five members, m0 to m4, in that order in one group. The sender is in it, too.
class BroadcastTest : public testing::Test {
  protected:
    BroadcastTest() {
        sender_->join(group_);
        for (std::size_t i = 0; i < crowd; ++i) {
            members_.push_back(std::make_unique<Visitor>(service_, "m" + std::to_string(i)));
            (*members_.back())->join(group_);
        }
        forget();
    }

    Visitor& member(std::size_t i) { return *members_[i]; }
    void forget() {
        sender_.take();
        for (const auto& visitor : members_) visitor->take();
    }
    void all_members_fail(std::error_code error) {
        for (const auto& visitor : members_) visitor->fail_all(error);
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& group_{**service_.create_group("#a")};
    Visitor sender_{service_, "sender"};
    std::vector<std::unique_ptr<Visitor>> members_;
};

// One failure, wherever the member stands.

TEST_F(BroadcastTest, AMemberWhoFailsToReceiveIsTakenOutOfTheGroupAndTheOthersAreTold) {
    for (const std::size_t failing : {std::size_t{0}, std::size_t{2}, std::size_t{4}}) {
        Visitor& victim = member(failing);
        victim.fail(Call::receive, Errc::not_supported);
        ASSERT_FALSE(sender_.say(group_, "hi"));
        const std::string left =
            "failed #a m" + std::to_string(failing) + ": " + make_error_code(Errc::not_supported).message();
        for (std::size_t i = 0; i < crowd; ++i) {
            EXPECT_EQ(member(i).take(), i == failing ? Log{} : (Log{"message sender -> #a: hi", left}));
        }
        EXPECT_TRUE(victim.logged_in());
        EXPECT_FALSE(group_.has(victim.user()));
        EXPECT_TRUE(victim->groups().empty());
        victim.stop_failing();
        ASSERT_FALSE(victim->join(group_));
        forget();
    }
}

TEST_F(BroadcastTest, AConnectionErrorEndsTheLoginAndTheOthersSeeItOnce) {
    Group& second = **service_.create_group("#b");
    for (std::size_t i = 0; i < crowd; ++i) ASSERT_FALSE(member(i)->join(second));
    for (const std::size_t failing : {std::size_t{0}, std::size_t{2}, std::size_t{4}}) {
        forget();
        member(failing).fail(Call::receive, Errc::send_queue_exceeded);
        ASSERT_FALSE(sender_.say(group_, "hi"));
        const std::string off = "signed_off m" + std::to_string(failing) + ": SendQ exceeded";
        for (std::size_t i = 0; i < crowd; ++i) {
            EXPECT_EQ(member(i).take(), member(i).logged_in() ? (Log{"message sender -> #a: hi", off}) : Log{});
        }
        EXPECT_FALSE(member(failing).logged_in());
        EXPECT_FALSE(service_.lookup_user("m" + std::to_string(failing)));
    }
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"m1", "m3", "sender"}));
    EXPECT_EQ(members_of(second), (std::set<std::string>{"m1", "m3"}));
}

TEST_F(BroadcastTest, AMemberTakenOutOfOneGroupStaysInTheOthers) {
    Group& second = **service_.create_group("#b");
    ASSERT_FALSE(member(0)->join(second));
    member(0).fail(Call::receive, Errc::not_supported);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_FALSE(group_.has(member(0).user()));
    EXPECT_TRUE(second.has(member(0).user()));
}

TEST_F(BroadcastTest, AGroupMessageThatFailedForSomebodyIsReportedToItsSenderAndCountsAsSent) {
    member(1).fail(Call::receive, Errc::not_supported);
    member(3).fail(Call::receive, Errc::send_queue_exceeded);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    const Log log = sender_.take();
    ASSERT_EQ(log.size(), 4U);
    EXPECT_EQ(log[0], "undelivered m1: hi (" + make_error_code(Errc::not_supported).message() + ")");
    EXPECT_EQ(log[1], "undelivered m3: hi (SendQ exceeded)");
    EXPECT_EQ((std::set<std::string>{log[2], log[3]}),
              (std::set<std::string>{"failed #a m1: " + make_error_code(Errc::not_supported).message(),
                                     "signed_off m3: SendQ exceeded"}));
}

TEST_F(BroadcastTest, EveryCallThatCanFailTakesItsMemberOut) {
    Visitor newcomer(service_, "newcomer");
    member(0).fail(Call::user_joined, Errc::not_supported);
    ASSERT_FALSE(newcomer->join(group_));
    EXPECT_FALSE(group_.has(member(0).user()));

    member(1).fail(Call::user_left, Errc::not_supported);
    ASSERT_FALSE(newcomer->leave(group_, "bye"));
    EXPECT_FALSE(group_.has(member(1).user()));

    member(2).fail(Call::group_meta_update, Errc::not_supported);
    ASSERT_FALSE(group_.set_metadata(nullptr, "topic", "", noon));
    EXPECT_FALSE(group_.has(member(2).user()));

    member(3).fail(Call::group_settings_changed, Errc::not_supported);
    const SettingChange moderated{Setting::moderated, true, "", nullptr};
    group_.announce(nullptr, {&moderated, 1});
    EXPECT_FALSE(group_.has(member(3).user()));

    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender", "m4"}));
    EXPECT_EQ(service_.counts().online, 7U);
}

// Many failures.

TEST_F(BroadcastTest, AllMembersFailingAtOnceLeaveTheSenderAlone) {
    all_members_fail(Errc::not_supported);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender"}));
    EXPECT_EQ(group_.size(), 1U);
    EXPECT_EQ(group_.users().size(), 1U);
    EXPECT_EQ(sender_.take().size(), 2 * crowd) << "each undelivered and each taken out, once";
    EXPECT_EQ(service_.counts().online, crowd + 1);
}

TEST_F(BroadcastTest, AllMembersLosingTheirConnectionAtOnceLeaveTheSenderAlone) {
    all_members_fail(Errc::client_gone);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender"}));
    EXPECT_EQ(service_.counts().online, 1U);
    EXPECT_EQ(sender_.take().size(), 2 * crowd) << "each undelivered and each signed off, once";
}

TEST_F(BroadcastTest, MembersWhoFailWhileTheyAreToldOfAFailureAreTakenOutToo) {
    member(0).fail(Call::receive, Errc::not_supported);
    for (std::size_t i = 1; i < crowd - 1; ++i) member(i).fail(Call::user_left, Errc::not_supported);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender", "m4"}));
    for (std::size_t i = 1; i < crowd - 1; ++i) {
        EXPECT_EQ(member(i).take(), (Log{"message sender -> #a: hi"}));
        EXPECT_GE(member(i).failures(), 1U);
    }
    EXPECT_EQ(member(4).take().size(), 5U) << "the message, and each of four taken out, once";
}

TEST_F(BroadcastTest, AChainOfFailuresOneAtATimeEnds) {
    // m0 fails at once, m1 when told of the first who left, m2 when told of the second, and so on.
    member(0).fail(Call::receive, Errc::not_supported);
    for (std::size_t i = 1; i < crowd; ++i) member(i).fail(Call::user_left, Errc::not_supported, i - 1);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender"}));
}

TEST_F(BroadcastTest, AMemberWhoFailsInSeveralWaysIsTakenOutOnce) {
    member(0).fail(Call::receive, Errc::not_supported);
    member(1).fail_all(Errc::not_supported);
    member(2).fail(Call::receive, Errc::not_supported);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    const Log log = member(4).take();
    EXPECT_EQ(log.size(), 4U);
    EXPECT_EQ(std::set<std::string>(log.begin(), log.end()).size(), 4U) << "none is told twice";
}

TEST_F(BroadcastTest, WhoIsRemovedAndFailsToHearItIsOutAndStaysLoggedIn) {
    member(0).fail_all(Errc::not_supported);
    ASSERT_FALSE(group_.remove(member(0).user(), {Departure::Kind::removed, "flood", &sender_.user()}));
    EXPECT_FALSE(group_.has(member(0).user()));
    EXPECT_TRUE(member(0).logged_in());
    EXPECT_EQ(member(1).take(), (Log{"removed #a m0 by sender: flood"}));
}

TEST_F(BroadcastTest, WhoIsRemovedAndCannotBeReachedIsLoggedOutWithoutASecondWordToTheGroup) {
    member(0).fail_all(Errc::client_gone);
    ASSERT_FALSE(group_.remove(member(0).user(), {Departure::Kind::removed, "flood", &sender_.user()}));
    EXPECT_FALSE(member(0).logged_in());
    EXPECT_EQ(member(1).take(), (Log{"removed #a m0 by sender: flood"}));
}

TEST_F(BroadcastTest, WhoFailsWithBothKindsOfErrorInOneBroadcastIsLoggedOut) {
    member(0).fail(Call::receive, Errc::not_supported);
    member(1).fail(Call::receive, Errc::not_supported);
    member(1).fail(Call::user_left, Errc::client_gone);
    member(0).fail(Call::user_left, Errc::client_gone);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender", "m2", "m3", "m4"}));
    EXPECT_NE(member(0).logged_in(), member(1).logged_in()) << "whoever is taken out first is not told of the other";
}

// The one who caused it fails, too.

TEST_F(BroadcastTest, ASenderWhoIsLostWhileHearingOfAFailureIsLoggedOutAndSendingStillReturns) {
    member(0).fail(Call::receive, Errc::not_supported);
    sender_.fail(Call::user_left, Errc::client_gone);
    EXPECT_FALSE(sender_.say(group_, "hi"));
    EXPECT_FALSE(sender_.logged_in());
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"m1", "m2", "m3", "m4"}));
    EXPECT_EQ(service_.counts().online, crowd);
}

TEST_F(BroadcastTest, SomebodyWhoIsLostWhileJoiningIsLoggedOutAndJoiningStillReturns) {
    Visitor newcomer(service_, "newcomer");
    member(0).fail(Call::user_joined, Errc::not_supported);
    newcomer.fail(Call::user_left, Errc::client_gone);
    EXPECT_FALSE(newcomer->join(group_));
    EXPECT_FALSE(newcomer.logged_in());
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"sender", "m1", "m2", "m3", "m4"}));
}

TEST_F(BroadcastTest, AnAuthorWhoFailsToHearTheirOwnTopicIsTakenOut) {
    sender_.fail(Call::group_meta_update, Errc::not_supported);
    ASSERT_FALSE(group_.set_metadata(&sender_.user(), "topic", "sender", noon));
    EXPECT_FALSE(group_.has(sender_.user()));
    EXPECT_EQ(group_.meta().topic, "topic");
    sender_.stop_failing();
    ASSERT_FALSE(sender_->join(group_));
    sender_.fail(Call::group_meta_update, Errc::client_gone);
    ASSERT_FALSE(group_.set_metadata(nullptr, "other", "", noon));
    EXPECT_FALSE(sender_.logged_in());
}

// The group ends within its own broadcast.

TEST_F(BroadcastTest, AGroupWhoseMembersAllFailEndsAndTheOutsidersMessageStillReturns) {
    ASSERT_TRUE(group_.change({Setting::members_only, false, "", nullptr}, "", noon));
    ASSERT_FALSE(sender_->leave(group_, ""));
    all_members_fail(Errc::client_gone);
    EXPECT_FALSE(sender_.say(group_, "anybody there?"));
    EXPECT_FALSE(service_.lookup_group("#a"));
    EXPECT_EQ(sender_.take().size(), crowd) << "undelivered to each";
}

TEST_F(BroadcastTest, AGroupWhoseMembersAllFailToHearItsTopicEnds) {
    sender_.fail_all(Errc::not_supported);
    all_members_fail(Errc::not_supported);
    EXPECT_FALSE(group_.set_metadata(nullptr, "topic", "", noon));
    EXPECT_FALSE(service_.lookup_group("#a"));
    EXPECT_EQ(service_.counts().online, crowd + 1);
}

TEST_F(BroadcastTest, AGroupWhoseMembersAllFailToHearOfADepartureEnds) {
    all_members_fail(Errc::not_supported);
    ASSERT_FALSE(sender_->leave(group_, "bye"));
    EXPECT_FALSE(service_.lookup_group("#a"));
}

TEST_F(BroadcastTest, APermanentGroupSurvivesTheFailureOfAllItsMembers) {
    group_.set_permanent(true);
    sender_.fail_all(Errc::client_gone);
    all_members_fail(Errc::client_gone);
    EXPECT_FALSE(group_.set_metadata(nullptr, "topic", "", noon));
    EXPECT_EQ(group_.size(), 0U);
    EXPECT_TRUE(group_.users().empty());
    EXPECT_EQ(service_.counts().online, 0U);
}

TEST_F(BroadcastTest, AfterEveryFailureTheGroupWorksAsBefore) {
    all_members_fail(Errc::not_supported);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    for (std::size_t i = 0; i < crowd; ++i) {
        member(i).stop_failing();
        ASSERT_FALSE(member(i)->join(group_));
    }
    forget();
    ASSERT_FALSE(member(3).say(group_, "back"));
    for (std::size_t i = 0; i < crowd; ++i) EXPECT_EQ(member(i).take(), i == 3 ? Log{} : Log{"message m3 -> #a: back"});
    EXPECT_EQ(sender_.take(), (Log{"message m3 -> #a: back"}));
}

// What a receiver sees from inside.

class CountingClient : public tests::RecordingClient {
  public:
    std::error_code receive(const Message& message, RenderCache& cache) override {
        seen_sizes.push_back(message.target.group->size());
        return tests::RecordingClient::receive(message, cache);
    }
    std::vector<std::size_t> seen_sizes;
};

TEST_F(BroadcastTest, WhileABroadcastRunsNobodyIsTakenOutYet) {
    CountingClient client;
    const auto login = service_.login("last", client, {});
    ASSERT_TRUE(login);
    ASSERT_FALSE(login->user()->join(group_));
    all_members_fail(Errc::client_gone);
    ASSERT_FALSE(sender_.say(group_, "hi"));
    EXPECT_EQ(client.seen_sizes, (std::vector<std::size_t>{crowd + 2}));
    EXPECT_EQ(group_.size(), 2U);
}

}  // namespace
}  // namespace patchcord::chat
