#include "chat_core/user.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::Visitor;
using Call = tests::RecordingClient::Call;

class UserTest : public testing::Test {
  protected:
    Group& group(const char* name) { return **service_.get_group(name); }
    void both_join(const char* name) {
        ASSERT_FALSE(ana_->join(group(name)));
        ASSERT_FALSE(bob_->join(group(name)));
        forget();
    }
    void forget() {
        ana_.take();
        bob_.take();
        carol_.take();
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Visitor ana_{service_, "ana", {"a", "host.example", "Ana", "", false}};
    Visitor bob_{service_, "bob"};
    Visitor carol_{service_, "carol"};
};

Message text_for(const Target& target, std::string text) {
    return {{}, nullptr, target, MessageKind::text, MessageText(StyledText(std::move(text))), {}};
}

std::set<std::string> groups_of(const User& user) {
    std::set<std::string> names;
    for (const Membership& membership : user.groups()) names.insert(membership.group->name());
    return names;
}

// IUser.send

TEST_F(UserTest, AMessageToAUserReachesThatUserOnly) {
    ASSERT_FALSE(ana_.say(bob_.user(), "hi"));
    EXPECT_EQ(bob_.take(), (Log{"message ana -> bob: hi"}));
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_TRUE(carol_.take().empty());
}

TEST_F(UserTest, AMessageToOneselfArrives) {
    ASSERT_FALSE(ana_.say(ana_.user(), "note"));
    EXPECT_EQ(ana_.take(), (Log{"message ana -> ana: note"}));
}

TEST_F(UserTest, TheKindOfAMessageArrivesAsSent) {
    const Target target{nullptr, &bob_.user(), {}};
    for (const MessageKind kind : {MessageKind::action, MessageKind::notice, MessageKind::nudge, MessageKind::native}) {
        ASSERT_FALSE(ana_.say(target, "x", kind));
    }
    EXPECT_EQ(bob_.take(),
              (Log{"action ana -> bob: x", "notice ana -> bob: x", "nudge ana -> bob: x", "native ana -> bob: x"}));
}

TEST_F(UserTest, SendingFillsInWhatIsNotTheSendersToSay) {
    scheduler_.advance(std::chrono::seconds(5));
    Message message = text_for({nullptr, &bob_.user(), {}}, "hi");
    message.sender = &carol_.user();
    RenderCache cache;
    ASSERT_FALSE(ana_->send(message, cache));
    EXPECT_EQ(message.sender, &ana_.user());
    EXPECT_EQ(message.sent_at, scheduler_.wall_now());
    EXPECT_EQ(bob_.take(), (Log{"message ana -> bob: hi"}));
}

TEST_F(UserTest, MessageIdsAscendWhoeverSends) {
    both_join("#a");
    std::vector<MessageId> ids;
    for (int i = 0; i < 6; ++i) {
        Message message =
            i % 3 == 0 ? text_for({&group("#a"), nullptr, {}}, "x") : text_for({nullptr, &carol_.user(), {}}, "x");
        RenderCache cache;
        ASSERT_FALSE((i % 2 == 0 ? ana_ : bob_)->send(message, cache));
        ids.push_back(message.id);
    }
    for (std::size_t i = 1; i < ids.size(); ++i) EXPECT_LT(ids[i - 1], ids[i]);
}

TEST_F(UserTest, TheErrorOfAMessageToAUserIsWhatTheirClientSaid) {
    bob_.fail(Call::receive, Errc::not_supported);
    EXPECT_EQ(ana_.say(bob_.user(), "hi"), Errc::not_supported);
    EXPECT_TRUE(ana_.take().empty()) << "refused, not undelivered";
    EXPECT_TRUE(bob_.logged_in());
}

TEST_F(UserTest, AConnectionErrorOnADirectMessageEndsTheReceiversLogin) {
    both_join("#a");
    bob_.fail(Call::receive, Errc::send_queue_exceeded);
    EXPECT_EQ(ana_.say(bob_.user(), "hi"), Errc::send_queue_exceeded);
    EXPECT_FALSE(bob_.logged_in());
    EXPECT_EQ(ana_.take(), (Log{"signed_off bob: SendQ exceeded"}));
}

TEST_F(UserTest, AMessageToNobodyOrToSomebodyOfflineIsRefused) {
    User& offline = **service_.create_user("offline");
    EXPECT_EQ(ana_.say(offline, "hi"), Errc::no_such_user);
    EXPECT_EQ(ana_.say(Target{}, "hi"), Errc::no_such_user);
}

TEST_F(UserTest, AUserWhoIsNotLoggedInCannotSend) {
    User& offline = **service_.create_user("offline");
    Message message = text_for({nullptr, &bob_.user(), {}}, "from nowhere");
    RenderCache cache;
    EXPECT_EQ(offline.send(message, cache), Errc::not_logged_in);
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(UserTest, AMessageIsRenderedWithTheCacheTheSenderHandedIn) {
    bob_.render_as({ProtocolId{1}, 2});
    Message message = text_for({nullptr, &bob_.user(), {}}, "hi");
    RenderCache cache;
    ASSERT_FALSE(ana_->send(message, cache));
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(bob_.renderings(), 1U);
}

// IUser.lastMessage, IUser.signOn, IUser.mind, IUser.realm

TEST_F(UserTest, LastMessageIsTheTimeOfTheLastOneThatWasAccepted) {
    both_join("#a");
    EXPECT_EQ(ana_->last_message(), ana_->sign_on());
    scheduler_.advance(std::chrono::seconds(10));
    const WallTime first = scheduler_.wall_now();
    ASSERT_FALSE(ana_.say(group("#a"), "hi"));
    EXPECT_EQ(ana_->last_message(), first);
    scheduler_.advance(std::chrono::seconds(10));
    bob_.fail(Call::receive, Errc::not_supported);
    EXPECT_TRUE(ana_.say(bob_.user(), "refused"));
    EXPECT_EQ(ana_->last_message(), first);
    bob_.stop_failing();
    ASSERT_FALSE(ana_.say(bob_.user(), "hi"));
    EXPECT_EQ(ana_->last_message(), scheduler_.wall_now());
}

TEST_F(UserTest, TheMindIsTheClientAndTheRealmTheService) {
    EXPECT_EQ(ana_->client(), &ana_);
    EXPECT_EQ(&ana_->service(), &service_);
    EXPECT_EQ((*service_.create_user("offline"))->client(), nullptr);
}

// IUser.join, IUser.leave, IUser.itergroups

TEST_F(UserTest, JoiningAndLeavingShowInTheUsersGroups) {
    EXPECT_TRUE(ana_->groups().empty());
    ASSERT_FALSE(ana_->join(group("#a")));
    ASSERT_FALSE(ana_->join(group("#b")));
    EXPECT_EQ(groups_of(ana_.user()), (std::set<std::string>{"#a", "#b"}));
    ASSERT_FALSE(ana_->leave(group("#a"), "bye"));
    EXPECT_EQ(groups_of(ana_.user()), (std::set<std::string>{"#b"}));
}

TEST_F(UserTest, LeavingTellsTheOthersTheReason) {
    both_join("#a");
    ASSERT_FALSE(ana_->leave(group("#a"), "tea"));
    EXPECT_EQ(bob_.take(), (Log{"left #a ana: tea"}));
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(UserTest, LeavingAGroupOneIsNotInIsRefused) {
    ASSERT_FALSE(ana_->join(group("#a")));
    EXPECT_EQ(bob_->leave(group("#a"), ""), Errc::not_a_member);
    EXPECT_EQ(group("#a").size(), 1U);
}

TEST_F(UserTest, ThereIsALimitOfGroupsAUserIsIn) {
    ServiceOptions options = tests::service_options();
    options.max_groups_per_user = 2;
    ChatService service(options, scheduler_);
    Visitor ana(service, "ana");
    ASSERT_FALSE(ana->join(**service.get_group("#a")));
    ASSERT_FALSE(ana->join(**service.get_group("#b")));
    EXPECT_EQ(ana->join(**service.get_group("#c")), Errc::too_many_groups);
    EXPECT_EQ(ana->join(**service.lookup_group("#a")), Errc::already_a_member);
    ASSERT_FALSE(ana->leave(**service.lookup_group("#a"), ""));
    EXPECT_FALSE(ana->join(**service.get_group("#c")));
}

TEST_F(UserTest, ALimitOfZeroGroupsIsNoLimit) {
    ServiceOptions options = tests::service_options();
    options.max_groups_per_user = 0;
    ChatService service(options, scheduler_);
    Visitor ana(service, "ana");
    for (int i = 0; i < 200; ++i) ASSERT_FALSE(ana->join(**service.get_group("#" + std::to_string(i))));
    EXPECT_EQ(ana->groups().size(), 200U);
}

TEST_F(UserTest, AGroupMadeForARefusedJoinGoesAwayAgain) {
    ServiceOptions options = tests::service_options();
    options.max_groups_per_user = 1;
    ChatService service(options, scheduler_);
    Visitor ana(service, "ana");
    ASSERT_FALSE(ana->join(**service.get_group("#a")));
    ASSERT_EQ(ana->join(**service.get_group("#b")), Errc::too_many_groups);
    EXPECT_FALSE(service.lookup_group("#b"));
    Group& kept = **service.get_group("#kept");
    kept.set_permanent(true);
    ASSERT_EQ(ana->join(kept), Errc::too_many_groups);
    EXPECT_TRUE(service.lookup_group("#kept"));
}

TEST_F(UserTest, ARefusedJoinDoesNotEndAGroupWithMembers) {
    ASSERT_FALSE(ana_->join(group("#a")));
    EXPECT_EQ(ana_->join(group("#a")), Errc::already_a_member);
    EXPECT_TRUE(service_.lookup_group("#a"));
}

TEST_F(UserTest, AUserWhoIsNotLoggedInEitherCannotJoinOrHearsTheGroupOnceLoggedIn) {
    User& dave = **service_.create_user("dave");
    const bool joined = !dave.join(group("#a"));
    ASSERT_FALSE(ana_->join(group("#a")));
    Visitor dave_client(service_, "dave");
    ASSERT_FALSE(ana_.say(group("#a"), "hi"));
    EXPECT_EQ(dave_client.take(), joined ? Log{"message ana -> #a: hi"} : Log{});
}

// Invitations

TEST_F(UserTest, PendingInvitationsAreLimitedAndTheOldestGoesFirst) {
    ServiceOptions options = tests::service_options();
    options.max_invitations = 2;
    ChatService service(options, scheduler_);
    Visitor host(service, "host");
    Visitor guest(service, "guest");
    std::vector<GroupId> ids;
    for (const char* name : {"#a", "#b", "#c"}) {
        Group& made = **service.get_group(name);
        ids.push_back(made.id());
        ASSERT_FALSE(host->join(made));
        ASSERT_FALSE(made.invite(host.user(), guest.user()));
        ASSERT_FALSE(made.invite(host.user(), guest.user()));
    }
    EXPECT_EQ(guest->invitations().size(), 2U);
    EXPECT_FALSE(guest->invited_to(ids[0]));
    EXPECT_TRUE(guest->invited_to(ids[1]));
    EXPECT_TRUE(guest->invited_to(ids[2]));
}

TEST_F(UserTest, WithNoPendingInvitationsAllowedAnInvitationIsToldButNotRemembered) {
    ServiceOptions options = tests::service_options();
    options.max_invitations = 0;
    ChatService service(options, scheduler_);
    Visitor host(service, "host");
    Visitor guest(service, "guest");
    Group& made = **service.get_group("#a");
    ASSERT_FALSE(host->join(made));
    ASSERT_FALSE(made.invite(host.user(), guest.user()));
    EXPECT_EQ(guest.take(), (Log{"invited #a guest by host"}));
    EXPECT_TRUE(guest->invitations().empty());
}

// Typing

TEST_F(UserTest, TypingToAUserReachesThatUserAtMostOnceAnInterval) {
    const Target target{nullptr, &bob_.user(), {}};
    ASSERT_FALSE(ana_->typing(target, TypingState::active));
    ASSERT_FALSE(ana_->typing(target, TypingState::active));
    EXPECT_EQ(bob_.take(), (Log{"typing ana -> bob: active"}));
    scheduler_.advance(service_.options().typing.interval);
    ASSERT_FALSE(ana_->typing(target, TypingState::active));
    EXPECT_EQ(bob_.take(), (Log{"typing ana -> bob: active"}));
}

TEST_F(UserTest, AfterAMessageThereIsNothingLeftToEnd) {
    both_join("#a");
    const Target target{&group("#a"), nullptr, {}};
    ASSERT_FALSE(ana_->typing(target, TypingState::active));
    ASSERT_FALSE(ana_.say(group("#a"), "hi"));
    ASSERT_FALSE(ana_->typing(target, TypingState::done));
    EXPECT_EQ(bob_.take(), (Log{"typing ana -> #a: active", "message ana -> #a: hi"}));
}

TEST_F(UserTest, ARefusedMessageDoesNotClearTyping) {
    const Target target{nullptr, &bob_.user(), {}};
    ASSERT_FALSE(ana_->typing(target, TypingState::active));
    bob_.fail(Call::receive, Errc::not_supported);
    ASSERT_TRUE(ana_.say(bob_.user(), "hi"));
    ASSERT_FALSE(ana_->typing(target, TypingState::done));
    EXPECT_EQ(bob_.take(), (Log{"typing ana -> bob: active", "typing ana -> bob: done"}));
}

TEST_F(UserTest, TypingIsRefusedWhereSendingIs) {
    both_join("#a");
    EXPECT_EQ(carol_->typing({&group("#a"), nullptr, {}}, TypingState::active), Errc::members_only);
    EXPECT_EQ(ana_->typing({nullptr, *service_.create_user("offline"), {}}, TypingState::active), Errc::no_such_user);
    EXPECT_EQ(ana_->typing({}, TypingState::active), Errc::no_such_user);
}

}  // namespace
}  // namespace patchcord::chat
