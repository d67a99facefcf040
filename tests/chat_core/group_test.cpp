#include "chat_core/group.hpp"

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

constexpr WallTime noon{std::chrono::hours(12)};

class GroupTest : public testing::Test {
  protected:
    void everybody_joins() {
        ASSERT_FALSE(ana_->join(group_));
        ASSERT_FALSE(bob_->join(group_));
        ASSERT_FALSE(carol_->join(group_));
        forget();
    }
    void forget() {
        for (Visitor* visitor : {&ana_, &bob_, &carol_}) visitor->take();
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& group_{**service_.create_group("#a")};
    Visitor ana_{service_, "ana"};  // the first in: operator
    Visitor bob_{service_, "bob"};
    Visitor carol_{service_, "carol"};
};

std::set<std::string> members_of(const Group& group) {
    std::set<std::string> names;
    for (const Member& member : group.users()) {
        if (member.user != nullptr) names.insert(member.user->name());
    }
    return names;
}

// IGroup.add

TEST_F(GroupTest, WhoIsAddedIsAMemberAndTheOthersAreTold) {
    ASSERT_FALSE(group_.add(ana_.user()));
    ASSERT_FALSE(group_.add(bob_.user()));
    EXPECT_EQ(ana_.take(), (Log{"joined #a bob"}));
    EXPECT_TRUE(bob_.take().empty());
    EXPECT_TRUE(carol_.take().empty());
    EXPECT_TRUE(group_.has(bob_.user()));
    EXPECT_FALSE(group_.has(carol_.user()));
}

TEST_F(GroupTest, AddingAMemberAgainIsRefusedAndToldToNobody) {
    everybody_joins();
    EXPECT_EQ(group_.add(bob_.user()), Errc::already_a_member);
    EXPECT_EQ(group_.size(), 3U);
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(GroupTest, TheFirstInAGroupIsItsOperatorAndTheSecondHasNoRole) {
    everybody_joins();
    EXPECT_TRUE(group_.roles(ana_.user()).has(Role::op));
    EXPECT_FALSE(group_.roles(bob_.user()).any());
}

TEST_F(GroupTest, WhoeverComesFirstIntoAPermanentGroupIsItsOperatorEachTime) {
    group_.set_permanent(true);
    everybody_joins();
    EXPECT_TRUE(group_.roles(ana_.user()).has(Role::op));
    for (Visitor* visitor : {&ana_, &bob_, &carol_}) ASSERT_FALSE((*visitor)->leave(group_, ""));
    ASSERT_FALSE(bob_->join(group_));
    EXPECT_TRUE(group_.roles(bob_.user()).has(Role::op));
}

// IGroup.remove

TEST_F(GroupTest, WhoLeavesIsNoMemberAndTheOthersAreToldWhy) {
    everybody_joins();
    ASSERT_FALSE(group_.remove(bob_.user(), {Departure::Kind::left, "bye", nullptr}));
    EXPECT_EQ(ana_.take(), (Log{"left #a bob: bye"}));
    EXPECT_EQ(carol_.take(), (Log{"left #a bob: bye"}));
    EXPECT_TRUE(bob_.take().empty());
    EXPECT_FALSE(group_.has(bob_.user()));
    EXPECT_EQ(group_.roles(bob_.user()), Roles{});
}

TEST_F(GroupTest, WhoIsRemovedByAnotherIsToldLikeEverybodyElse) {
    everybody_joins();
    ASSERT_FALSE(group_.remove(bob_.user(), {Departure::Kind::removed, "flood", &ana_.user()}));
    for (Visitor* visitor : {&ana_, &bob_, &carol_}) EXPECT_EQ(visitor->take(), (Log{"removed #a bob by ana: flood"}));
    EXPECT_FALSE(group_.has(bob_.user()));
}

TEST_F(GroupTest, RemovingSomebodyWhoIsNotAMemberIsRefusedAndToldToNobody) {
    ASSERT_FALSE(ana_->join(group_));
    EXPECT_EQ(group_.remove(bob_.user(), {Departure::Kind::removed, "", &ana_.user()}), Errc::not_a_member);
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_EQ(group_.size(), 1U);
}

TEST_F(GroupTest, AGroupEndsWithItsLastMember) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(bob_->join(group_));
    ASSERT_FALSE(ana_->leave(group_, ""));
    ASSERT_TRUE(service_.lookup_group("#a"));
    ASSERT_FALSE(bob_->leave(group_, ""));
    EXPECT_FALSE(service_.lookup_group("#a"));
    EXPECT_EQ(service_.group_count(), 0U);
}

TEST_F(GroupTest, APermanentGroupOutlivesItsLastMemberWithItsTopic) {
    group_.set_permanent(true);
    everybody_joins();
    ASSERT_FALSE(group_.set_metadata(nullptr, "still here", "", noon));
    for (Visitor* visitor : {&ana_, &bob_, &carol_}) ASSERT_FALSE((*visitor)->leave(group_, ""));
    ASSERT_EQ(*service_.lookup_group("#a"), &group_);
    EXPECT_EQ(group_.size(), 0U);
    EXPECT_TRUE(group_.users().empty());
    EXPECT_EQ(group_.meta().topic, "still here");
}

TEST_F(GroupTest, APermanentGroupIsOpenToAllAgainOnceItsLastMemberLeft) {
    group_.set_permanent(true);
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_TRUE(group_.change({Setting::invite_only, true, "", nullptr}, "ana", noon));
    ASSERT_TRUE(group_.change({Setting::ban, true, "bob!*@*", nullptr}, "ana", noon));
    ana_.log_out("bye");
    EXPECT_FALSE(bob_->join(group_));
    EXPECT_TRUE(group_.policy().bans.empty());
}

TEST_F(GroupTest, APermanentGroupKeepsItsPolicyWhenAJoinIsRefused) {
    group_.set_permanent(true);
    ASSERT_TRUE(group_.change({Setting::key, true, "secret", nullptr}, "", noon));
    EXPECT_EQ(ana_->join(group_), Errc::wrong_key);
    EXPECT_EQ(ana_->join(group_), Errc::wrong_key);
    EXPECT_FALSE(ana_->join(group_, {"secret"}));
}

TEST_F(GroupTest, AGroupMadeAnewHasNothingOfTheOldOne) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(group_.set_metadata(&ana_.user(), "old", "ana", noon));
    ASSERT_TRUE(group_.change({Setting::key, true, "secret", nullptr}, "ana", noon));
    ASSERT_FALSE(ana_->leave(group_, ""));
    Group& fresh = **service_.get_group("#a");
    EXPECT_EQ(fresh.meta().topic, "");
    EXPECT_EQ(fresh.policy().key, "");
    ASSERT_FALSE(bob_->join(fresh));
    EXPECT_TRUE(fresh.roles(bob_.user()).has(Role::op));
}

// IGroup.size, IGroup.iterusers

TEST_F(GroupTest, SizeAndUsersFollowWhoComesAndGoes) {
    EXPECT_EQ(group_.size(), 0U);
    everybody_joins();
    EXPECT_EQ(group_.size(), 3U);
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"ana", "bob", "carol"}));
    ASSERT_FALSE(ana_->leave(group_, ""));
    EXPECT_EQ(group_.size(), 2U);
    EXPECT_EQ(group_.users().size(), 2U);
    EXPECT_EQ(members_of(group_), (std::set<std::string>{"bob", "carol"}));
}

TEST_F(GroupTest, AMembersEntryNamesTheClientAndTheRoles) {
    ASSERT_FALSE(ana_->join(group_));
    const Member member = group_.users()[0];
    EXPECT_EQ(member.user, &ana_.user());
    EXPECT_EQ(member.client, &ana_);
    EXPECT_TRUE(member.roles.has(Role::op));
}

// IGroup.receive

TEST_F(GroupTest, AMessageReachesEveryMemberButItsSender) {
    everybody_joins();
    ASSERT_FALSE(bob_.say(group_, "hi"));
    EXPECT_EQ(ana_.take(), (Log{"message bob -> #a: hi"}));
    EXPECT_EQ(carol_.take(), (Log{"message bob -> #a: hi"}));
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(GroupTest, AMessageDoesNotReachWhoIsInAnotherGroupOnly) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(bob_->join(group_));
    ASSERT_FALSE(carol_->join(**service_.get_group("#other")));
    ASSERT_FALSE(ana_.say(group_, "hi"));
    EXPECT_TRUE(carol_.take().empty());
}

TEST_F(GroupTest, AMessageForARoleReachesOnlyWhoHasItOrAHigherOne) {
    everybody_joins();
    Visitor dave(service_, "dave");
    ASSERT_FALSE(dave->join(group_));
    ASSERT_TRUE(group_.change({Setting::voice, true, "", &bob_.user()}, "ana", noon));
    forget();
    ASSERT_FALSE(dave.say({&group_, nullptr, Role::voice}, "for voices"));
    EXPECT_EQ(ana_.take(), (Log{"message dave -> +#a: for voices"}));
    EXPECT_EQ(bob_.take(), (Log{"message dave -> +#a: for voices"}));
    EXPECT_TRUE(carol_.take().empty());
    ASSERT_FALSE(dave.say({&group_, nullptr, Role::op}, "for operators"));
    EXPECT_EQ(ana_.take(), (Log{"message dave -> @#a: for operators"}));
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(GroupTest, AMessageIsRenderedOnceForEachDialectInTheGroup) {
    everybody_joins();
    Visitor dave(service_, "dave");
    ASSERT_FALSE(dave->join(group_));
    const RenderKey one{ProtocolId{1}, 0};
    const RenderKey other{ProtocolId{1}, 4};
    ana_.render_as(one);
    bob_.render_as(one);
    carol_.render_as(other);
    ASSERT_FALSE(dave.say(group_, "hi"));
    EXPECT_EQ(ana_.renderings() + bob_.renderings(), 1U);
    EXPECT_EQ(carol_.renderings(), 1U);
    EXPECT_EQ(ana_.last_bytes(), bob_.last_bytes());
    EXPECT_NE(ana_.last_bytes(), carol_.last_bytes());
}

// IGroup.setMetadata

TEST_F(GroupTest, ATopicReachesEveryMemberIncludingItsAuthor) {
    everybody_joins();
    ASSERT_FALSE(group_.set_metadata(&ana_.user(), "news", "ana!a@host", noon));
    for (Visitor* visitor : {&ana_, &bob_, &carol_}) EXPECT_EQ(visitor->take(), (Log{"topic #a by ana: news"}));
    EXPECT_EQ(group_.meta().topic, "news");
    EXPECT_EQ(group_.meta().set_by, "ana!a@host");
    EXPECT_EQ(group_.meta().set_at, noon);
}

TEST_F(GroupTest, ALockedTopicIsForOperatorsAndAnUnlockedOneForMembers) {
    everybody_joins();
    EXPECT_EQ(group_.set_metadata(&bob_.user(), "mine", "bob", noon), Errc::not_an_operator);
    EXPECT_EQ(group_.meta().topic, "");
    EXPECT_TRUE(ana_.take().empty());
    ASSERT_TRUE(group_.change({Setting::topic_locked, false, "", nullptr}, "ana", noon));
    EXPECT_FALSE(group_.set_metadata(&bob_.user(), "mine", "bob", noon));
    EXPECT_EQ(group_.meta().topic, "mine");
}

TEST_F(GroupTest, AVoiceIsNotEnoughForALockedTopic) {
    everybody_joins();
    ASSERT_TRUE(group_.change({Setting::voice, true, "", &bob_.user()}, "ana", noon));
    EXPECT_EQ(group_.set_metadata(&bob_.user(), "mine", "bob", noon), Errc::not_an_operator);
}

TEST_F(GroupTest, NobodyFromOutsideSetsTheTopicEvenWhenItIsNotLocked) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_TRUE(group_.change({Setting::topic_locked, false, "", nullptr}, "ana", noon));
    EXPECT_EQ(group_.set_metadata(&bob_.user(), "x", "bob", noon), Errc::not_a_member);
}

TEST_F(GroupTest, TheGatewayItselfMaySetATopic) {
    everybody_joins();
    ASSERT_FALSE(group_.set_metadata(nullptr, "welcome", "gateway", noon));
    EXPECT_EQ(bob_.take(), (Log{"topic #a: welcome"}));
}

// Settings and roles

TEST_F(GroupTest, AChangeIsMadeSilentlyAndToldToEveryMemberWhenAnnounced) {
    everybody_joins();
    const std::vector<SettingChange> changes{{Setting::moderated, true, "", nullptr},
                                             {Setting::voice, true, "", &bob_.user()},
                                             {Setting::ban, true, "*!*@bad.example", nullptr}};
    for (const SettingChange& change : changes) {
        const auto changed = group_.change(change, "ana", noon);
        ASSERT_TRUE(changed);
        EXPECT_TRUE(*changed);
    }
    EXPECT_TRUE(bob_.take().empty());
    group_.announce(&ana_.user(), changes);
    const Log expected{"settings #a by ana: +moderated +voice bob +ban *!*@bad.example"};
    for (Visitor* visitor : {&ana_, &bob_, &carol_}) EXPECT_EQ(visitor->take(), expected);
}

TEST_F(GroupTest, AChangeToWhatIsSoAlreadyIsNoChange) {
    everybody_joins();
    const SettingChange give{Setting::op, true, "", &bob_.user()};
    EXPECT_TRUE(*group_.change(give, "ana", noon));
    EXPECT_FALSE(*group_.change(give, "ana", noon));
    const SettingChange take{Setting::op, false, "", &bob_.user()};
    EXPECT_TRUE(*group_.change(take, "ana", noon));
    EXPECT_FALSE(*group_.change(take, "ana", noon));
}

TEST_F(GroupTest, RolesAreIndependentOfEachOther) {
    everybody_joins();
    ASSERT_TRUE(group_.change({Setting::voice, true, "", &bob_.user()}, "ana", noon));
    ASSERT_TRUE(group_.change({Setting::op, true, "", &bob_.user()}, "ana", noon));
    ASSERT_TRUE(group_.change({Setting::op, false, "", &bob_.user()}, "ana", noon));
    EXPECT_EQ(group_.roles(bob_.user()), Roles(Role::voice));
}

TEST_F(GroupTest, OnlyAMemberCanHaveARole) {
    ASSERT_FALSE(ana_->join(group_));
    EXPECT_EQ(group_.change({Setting::op, true, "", &bob_.user()}, "ana", noon).error(), Errc::not_a_member);
}

TEST_F(GroupTest, RolesStayWithTheirBearerWhenAnotherMemberLeaves) {
    everybody_joins();
    ASSERT_TRUE(group_.change({Setting::voice, true, "", &carol_.user()}, "ana", noon));
    ASSERT_FALSE(ana_->leave(group_, ""));
    EXPECT_TRUE(group_.roles(carol_.user()).has(Role::voice));
    EXPECT_FALSE(group_.roles(bob_.user()).any());
}

TEST_F(GroupTest, WhoComesBackHasNoRoleOfTheirFormerMembership) {
    everybody_joins();
    ASSERT_FALSE(ana_->leave(group_, ""));
    ASSERT_FALSE(ana_->join(group_));
    EXPECT_FALSE(group_.roles(ana_.user()).any());
}

// Invitations

TEST_F(GroupTest, AnInvitationReachesTheInviteeAndTheOtherMembersAndIsRemembered) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(bob_->join(group_));
    forget();
    ASSERT_FALSE(group_.invite(ana_.user(), carol_.user()));
    EXPECT_EQ(carol_.take(), (Log{"invited #a carol by ana"}));
    EXPECT_EQ(bob_.take(), (Log{"invited #a carol by ana"}));
    EXPECT_TRUE(ana_.take().empty());
    EXPECT_TRUE(carol_->invited_to(group_.id()));
    EXPECT_FALSE(bob_->invited_to(group_.id()));
}

TEST_F(GroupTest, JoiningUsesAnInvitationUp) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(group_.invite(ana_.user(), carol_.user()));
    ASSERT_FALSE(carol_->join(group_));
    EXPECT_FALSE(carol_->invited_to(group_.id()));
}

TEST_F(GroupTest, InvitationsAreRefusedFromOutsideToMembersAndFromThoseWhoMayNot) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(bob_->join(group_));
    EXPECT_EQ(group_.invite(carol_.user(), carol_.user()), Errc::not_a_member);
    EXPECT_EQ(group_.invite(ana_.user(), bob_.user()), Errc::already_a_member);
    ASSERT_TRUE(group_.change({Setting::invite_only, true, "", nullptr}, "ana", noon));
    EXPECT_EQ(group_.invite(bob_.user(), carol_.user()), Errc::not_an_operator);
    EXPECT_FALSE(group_.invite(ana_.user(), carol_.user()));
    forget();
    EXPECT_EQ(carol_->invitations().size(), 1U);
}

TEST_F(GroupTest, AnInvitationIsForTheGroupNotForTheName) {
    ASSERT_FALSE(ana_->join(group_));
    ASSERT_FALSE(group_.invite(ana_.user(), carol_.user()));
    ASSERT_FALSE(ana_->leave(group_, ""));
    EXPECT_FALSE(carol_->invited_to((*service_.get_group("#a"))->id()));
}

// Who may know of it

TEST_F(GroupTest, ASecretGroupIsVisibleToItsMembersOnly) {
    ASSERT_FALSE(ana_->join(group_));
    EXPECT_TRUE(group_.visible_to(bob_.user()));
    ASSERT_TRUE(group_.change({Setting::secret, true, "", nullptr}, "ana", noon));
    EXPECT_FALSE(group_.visible_to(bob_.user()));
    EXPECT_TRUE(group_.visible_to(ana_.user()));
}

// Typing

TEST_F(GroupTest, TypingReachesEveryMemberButWhoTypes) {
    everybody_joins();
    ASSERT_FALSE(bob_->typing({&group_, nullptr, {}}, TypingState::active));
    EXPECT_EQ(ana_.take(), (Log{"typing bob -> #a: active"}));
    EXPECT_EQ(carol_.take(), (Log{"typing bob -> #a: active"}));
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(GroupTest, TypingForARoleReachesOnlyWhoHasIt) {
    everybody_joins();
    ASSERT_FALSE(bob_->typing({&group_, nullptr, Role::op}, TypingState::active));
    EXPECT_EQ(ana_.take(), (Log{"typing bob -> @#a: active"}));
    EXPECT_TRUE(carol_.take().empty());
}

}  // namespace
}  // namespace patchcord::chat
