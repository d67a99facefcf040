#include "chat_core/group_policy.hpp"

#include <gtest/gtest.h>
#include <string>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Visitor;

constexpr WallTime noon{std::chrono::hours(12)};

class GroupPolicyTest : public testing::Test {
  protected:
    GroupPolicyTest() { owner_->join(group_); }

    void set(Setting setting, std::string argument = {}, bool on = true) {
        ASSERT_TRUE(group_.change({setting, on, std::move(argument), nullptr}, "owner", noon));
    }
    void give(Setting role, const Visitor& to) {
        ASSERT_TRUE(group_.change({role, true, "", &to.user()}, "owner", noon));
    }
    std::error_code may_join(std::string_view key = {}) const { return group_.may_join(guest_.user(), {key}); }
    std::error_code may_speak() const { return group_.may_speak(guest_.user()); }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& group_{**service_.create_group("#a")};
    Visitor owner_{service_, "owner"};
    Visitor guest_{service_, "guest", {"g", "host.example", "", "", false}};
};

// Coming in

TEST_F(GroupPolicyTest, ByDefaultAnybodyMayComeInOnce) {
    EXPECT_FALSE(may_join());
    ASSERT_FALSE(guest_->join(group_));
    EXPECT_EQ(may_join(), Errc::already_a_member);
}

TEST_F(GroupPolicyTest, ABanIsMatchedAgainstTheWholeIdentityInAnyCase) {
    set(Setting::ban, "*!*@other.example");
    EXPECT_FALSE(may_join());
    set(Setting::ban, "GUEST!?@*.Example");
    EXPECT_EQ(may_join(), Errc::banned);
    EXPECT_EQ(guest_->join(group_), Errc::banned);
    EXPECT_TRUE(group_.banned(guest_.user()));
    EXPECT_FALSE(group_.banned(owner_.user()));
}

TEST_F(GroupPolicyTest, ABanThatIsLiftedLetsInAgain) {
    set(Setting::ban, "guest!*@*");
    set(Setting::ban, "GUEST!*@*", false);
    EXPECT_FALSE(may_join());
    EXPECT_TRUE(group_.policy().bans.empty());
}

TEST_F(GroupPolicyTest, AnExemptionOutweighsABan) {
    set(Setting::ban, "*!*@*");
    set(Setting::ban_exemption, "*!g@host.example");
    EXPECT_FALSE(may_join());
    EXPECT_FALSE(group_.banned(guest_.user()));
    EXPECT_TRUE(group_.banned(owner_.user()));
}

TEST_F(GroupPolicyTest, AnInvitationOutweighsABan) {
    set(Setting::ban, "*!*@*");
    ASSERT_FALSE(group_.invite(owner_.user(), guest_.user()));
    EXPECT_FALSE(may_join());
}

TEST_F(GroupPolicyTest, AnInviteOnlyGroupLetsInWhoIsInvited) {
    set(Setting::invite_only);
    EXPECT_EQ(may_join(), Errc::invite_only);
    ASSERT_FALSE(group_.invite(owner_.user(), guest_.user()));
    EXPECT_FALSE(may_join());
    ASSERT_FALSE(guest_->join(group_));
    ASSERT_FALSE(guest_->leave(group_, ""));
    EXPECT_EQ(may_join(), Errc::invite_only);
}

TEST_F(GroupPolicyTest, AnInviteExemptionStandsForAnInvitationButNotAgainstABan) {
    set(Setting::invite_only);
    set(Setting::invite_exemption, "guest!*@*");
    EXPECT_FALSE(may_join());
    set(Setting::ban, "guest!*@*");
    EXPECT_EQ(may_join(), Errc::banned);
}

TEST_F(GroupPolicyTest, AKeyHasToBeNamedExactlyEvenByTheInvited) {
    set(Setting::key, "Secret");
    EXPECT_EQ(may_join(), Errc::wrong_key);
    EXPECT_EQ(may_join("secret"), Errc::wrong_key);
    EXPECT_EQ(may_join("Secret "), Errc::wrong_key);
    EXPECT_FALSE(may_join("Secret"));
    ASSERT_FALSE(group_.invite(owner_.user(), guest_.user()));
    EXPECT_EQ(may_join(), Errc::wrong_key);
    set(Setting::key, "", false);
    EXPECT_FALSE(may_join());
}

TEST_F(GroupPolicyTest, AKeyIsNotAskedForWhereThereIsNone) {
    EXPECT_FALSE(may_join("whatever"));
}

TEST_F(GroupPolicyTest, AFullGroupLetsNobodyInButTheInvited) {
    set(Setting::limit, "1");
    EXPECT_EQ(may_join(), Errc::group_full);
    set(Setting::limit, "2");
    EXPECT_FALSE(may_join());
    set(Setting::limit, "1");
    ASSERT_FALSE(group_.invite(owner_.user(), guest_.user()));
    EXPECT_FALSE(may_join());
}

TEST_F(GroupPolicyTest, ALimitBelowTheSizeRemovesNobody) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::limit, "1");
    EXPECT_EQ(group_.size(), 2U);
}

TEST_F(GroupPolicyTest, ARefusedJoinLeavesNoTraceInTheGroup) {
    set(Setting::ban, "guest!*@*");
    owner_.take();
    ASSERT_EQ(guest_->join(group_), Errc::banned);
    EXPECT_EQ(group_.size(), 1U);
    EXPECT_TRUE(guest_->groups().empty());
    EXPECT_TRUE(owner_.take().empty());
}

// Speaking

TEST_F(GroupPolicyTest, ByDefaultOnlyMembersMaySpeak) {
    EXPECT_EQ(may_speak(), Errc::members_only);
    ASSERT_FALSE(guest_->join(group_));
    EXPECT_FALSE(may_speak());
}

TEST_F(GroupPolicyTest, OutsidersMaySpeakWhereMembersOnlyIsOffUnlessBannedOrModerated) {
    set(Setting::members_only, "", false);
    EXPECT_FALSE(may_speak());
    set(Setting::ban, "guest!*@*");
    EXPECT_EQ(may_speak(), Errc::banned);
    set(Setting::ban, "guest!*@*", false);
    set(Setting::moderated);
    EXPECT_EQ(may_speak(), Errc::moderated);
}

TEST_F(GroupPolicyTest, AnOutsidersMessageReachesTheMembers) {
    set(Setting::members_only, "", false);
    owner_.take();
    ASSERT_FALSE(guest_.say(group_, "hello in there"));
    EXPECT_EQ(owner_.take(), (tests::Log{"message guest -> #a: hello in there"}));
    EXPECT_TRUE(guest_.take().empty());
}

TEST_F(GroupPolicyTest, InAModeratedGroupOnlyRolesSpeak) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::moderated);
    EXPECT_EQ(may_speak(), Errc::moderated);
    EXPECT_EQ(guest_.say(group_, "hm"), Errc::moderated);
    give(Setting::voice, guest_);
    EXPECT_FALSE(may_speak());
    EXPECT_FALSE(group_.may_speak(owner_.user()));
}

TEST_F(GroupPolicyTest, ABannedMemberMayStayButNotSpeakUnlessTheyHaveARole) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::ban, "guest!*@*");
    EXPECT_EQ(may_speak(), Errc::banned);
    EXPECT_TRUE(group_.has(guest_.user()));
    give(Setting::voice, guest_);
    EXPECT_FALSE(may_speak());
}

TEST_F(GroupPolicyTest, AnExemptMemberSpeaksInSpiteOfTheBan) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::ban, "*!*@*");
    set(Setting::ban_exemption, "guest!*@*");
    EXPECT_FALSE(may_speak());
}

TEST_F(GroupPolicyTest, ARefusedMessageReachesNobodyAndTypingIsRefusedAlike) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::moderated);
    owner_.take();
    EXPECT_EQ(guest_.say(group_, "hm"), Errc::moderated);
    EXPECT_EQ(guest_->typing({&group_, nullptr, {}}, TypingState::active), Errc::moderated);
    EXPECT_TRUE(owner_.take().empty());
}

TEST_F(GroupPolicyTest, ARenameIsSeenByTheBans) {
    ASSERT_FALSE(guest_->join(group_));
    set(Setting::ban, "evil!*@*");
    EXPECT_FALSE(may_speak());
    ASSERT_FALSE(guest_->rename("evil"));
    EXPECT_EQ(may_speak(), Errc::banned);
}

// Lists

TEST_F(GroupPolicyTest, AListEntryKnowsWhoSetItAndWhen) {
    set(Setting::ban, "a!*@*");
    ASSERT_EQ(group_.policy().bans.size(), 1U);
    EXPECT_EQ(group_.policy().bans[0].mask, "a!*@*");
    EXPECT_EQ(group_.policy().bans[0].set_by, "owner");
    EXPECT_EQ(group_.policy().bans[0].set_at, noon);
}

TEST_F(GroupPolicyTest, AMaskIsListedOnceInAnyCase) {
    EXPECT_TRUE(*group_.change({Setting::ban, true, "a!*@*", nullptr}, "owner", noon));
    EXPECT_FALSE(*group_.change({Setting::ban, true, "A!*@*", nullptr}, "owner", noon));
    EXPECT_FALSE(*group_.change({Setting::ban, false, "b!*@*", nullptr}, "owner", noon));
    EXPECT_EQ(group_.policy().bans.size(), 1U);
}

TEST_F(GroupPolicyTest, EachListIsFullByItself) {
    ServiceOptions options = tests::service_options();
    options.max_list_entries = 2;
    ChatService service(options, scheduler_);
    Group& group = **service.create_group("#a");
    for (const Setting list : {Setting::ban, Setting::ban_exemption, Setting::invite_exemption}) {
        EXPECT_TRUE(*group.change({list, true, "a", nullptr}, "", noon));
        EXPECT_TRUE(*group.change({list, true, "b", nullptr}, "", noon));
        EXPECT_EQ(group.change({list, true, "c", nullptr}, "", noon).error(), Errc::list_full);
        EXPECT_FALSE(*group.change({list, true, "A", nullptr}, "", noon)) << "listed already: no error";
        EXPECT_TRUE(*group.change({list, false, "a", nullptr}, "", noon));
        EXPECT_TRUE(*group.change({list, true, "c", nullptr}, "", noon));
    }
}

TEST_F(GroupPolicyTest, MaskListsAreExactlyTheThreeLists) {
    GroupPolicy policy;
    const GroupPolicy& view = policy;
    EXPECT_EQ(mask_list(policy, Setting::ban), &policy.bans);
    EXPECT_EQ(mask_list(policy, Setting::ban_exemption), &policy.ban_exemptions);
    EXPECT_EQ(mask_list(view, Setting::invite_exemption), &policy.invite_exemptions);
    for (const Setting other : {Setting::key, Setting::limit, Setting::op, Setting::voice, Setting::secret}) {
        EXPECT_EQ(mask_list(policy, other), nullptr);
    }
}

// Flags

TEST(ApplyFlagTest, EveryFlagIsTurnedOnAndOffAndSaysWhetherItChanged) {
    struct Case {
        Setting setting;
        bool GroupPolicy::*flag;
    };
    const Case cases[] = {{Setting::invite_only, &GroupPolicy::invite_only},
                          {Setting::moderated, &GroupPolicy::moderated},
                          {Setting::members_only, &GroupPolicy::members_only},
                          {Setting::secret, &GroupPolicy::secret},
                          {Setting::topic_locked, &GroupPolicy::topic_locked}};
    for (const Case& one : cases) {
        GroupPolicy policy;
        const bool before = policy.*one.flag;
        EXPECT_FALSE(apply_flag(policy, {one.setting, before, "", nullptr}));
        EXPECT_TRUE(apply_flag(policy, {one.setting, !before, "", nullptr}));
        EXPECT_EQ(policy.*one.flag, !before);
        EXPECT_FALSE(apply_flag(policy, {one.setting, !before, "", nullptr}));
        EXPECT_TRUE(apply_flag(policy, {one.setting, before, "", nullptr}));
        EXPECT_EQ(policy.*one.flag, before);
    }
}

TEST(ApplyFlagTest, AKeyIsSetReplacedAndTakenAwayWhateverIsNamed) {
    GroupPolicy policy;
    EXPECT_TRUE(apply_flag(policy, {Setting::key, true, "one", nullptr}));
    EXPECT_FALSE(apply_flag(policy, {Setting::key, true, "one", nullptr}));
    EXPECT_TRUE(apply_flag(policy, {Setting::key, true, "two", nullptr}));
    EXPECT_EQ(policy.key, "two");
    EXPECT_TRUE(apply_flag(policy, {Setting::key, false, "wrong", nullptr}));
    EXPECT_EQ(policy.key, "");
}

TEST(ApplyFlagTest, ALimitThatIsNoNumberIsNoLimit) {
    GroupPolicy policy;
    EXPECT_TRUE(apply_flag(policy, {Setting::limit, true, "12", nullptr}));
    EXPECT_EQ(policy.limit, 12U);
    for (const char* nonsense : {"", "many", "-3", "99999999999999"}) {
        policy.limit = 12;
        EXPECT_TRUE(apply_flag(policy, {Setting::limit, true, nonsense, nullptr})) << nonsense;
        EXPECT_EQ(policy.limit, 0U) << nonsense;
    }
    policy.limit = 12;
    EXPECT_TRUE(apply_flag(policy, {Setting::limit, false, "12", nullptr}));
    EXPECT_EQ(policy.limit, 0U);
}

TEST(RolesTest, AnOperatorOutranksAVoice) {
    EXPECT_TRUE(Roles(Role::op).at_least(Role::voice));
    EXPECT_TRUE(Roles(Role::op).at_least(Role::op));
    EXPECT_TRUE(Roles(Role::voice).at_least(Role::voice));
    EXPECT_FALSE(Roles(Role::voice).at_least(Role::op));
    EXPECT_FALSE(Roles().at_least(Role::voice));
}

TEST(RolesTest, BothCanBeHeldAndTakenOneByOne) {
    Roles roles(Role::op);
    roles.set(Role::voice, true);
    EXPECT_TRUE(roles.has(Role::op));
    EXPECT_TRUE(roles.has(Role::voice));
    EXPECT_TRUE(roles.at_least(Role::op));
    roles.set(Role::op, false);
    EXPECT_EQ(roles, Roles(Role::voice));
    roles.set(Role::voice, false);
    EXPECT_FALSE(roles.any());
}

}  // namespace
}  // namespace patchcord::chat
