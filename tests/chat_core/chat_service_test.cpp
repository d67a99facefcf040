#include "chat_core/chat_service.hpp"

#include <algorithm>
#include <gtest/gtest.h>
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

ServiceOptions nothing_on_request() {
    ServiceOptions options = tests::service_options();
    options.create_group_on_request = false;
    options.create_user_on_request = false;
    return options;
}

class ChatServiceTest : public testing::Test {
  protected:
    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    ChatService strict_{nothing_on_request(), scheduler_};
};

std::set<std::string> names_of(const std::vector<Group*>& groups) {
    std::set<std::string> names;
    for (const Group* group : groups) names.insert(group->name());
    return names;
}

std::set<std::string> names_of(const std::vector<User*>& users) {
    std::set<std::string> names;
    for (const User* user : users) names.insert(user->name());
    return names;
}

// Groups: getGroup, lookupGroup, createGroup, itergroups, createGroupOnRequest.

TEST_F(ChatServiceTest, GetGroupMakesAGroupWhenGroupsAreMadeOnRequest) {
    const auto made = service_.get_group("#a");
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->name(), "#a");
    EXPECT_EQ((*made)->size(), 0U);
    EXPECT_EQ(*service_.get_group("#a"), *made);
    EXPECT_EQ(service_.group_count(), 1U);
}

TEST_F(ChatServiceTest, GetGroupMakesNoGroupWhenGroupsAreNotMadeOnRequest) {
    EXPECT_EQ(strict_.get_group("#a").error(), Errc::no_such_group);
    EXPECT_EQ(strict_.group_count(), 0U);
    const auto made = strict_.create_group("#a");
    ASSERT_TRUE(made);
    EXPECT_EQ(*strict_.get_group("#a"), *made);
}

TEST_F(ChatServiceTest, LookupGroupNeverMakesOne) {
    EXPECT_EQ(service_.lookup_group("#a").error(), Errc::no_such_group);
    EXPECT_EQ(service_.group_count(), 0U);
    const auto made = service_.create_group("#a");
    EXPECT_EQ(*service_.lookup_group("#a"), *made);
}

TEST_F(ChatServiceTest, CreateGroupRefusesANameThatIsTakenInAnyCase) {
    ASSERT_TRUE(service_.create_group("#Room"));
    EXPECT_EQ(service_.create_group("#Room").error(), Errc::duplicate_group);
    EXPECT_EQ(service_.create_group("#rOOM").error(), Errc::duplicate_group);
    EXPECT_EQ(service_.group_count(), 1U);
}

TEST_F(ChatServiceTest, AGroupIsFoundInAnyCaseAndKeepsItsSpelling) {
    const auto made = service_.create_group("#Room");
    EXPECT_EQ(*service_.lookup_group("#room"), *made);
    EXPECT_EQ(*service_.get_group("#ROOM"), *made);
    EXPECT_EQ((*made)->name(), "#Room");
}

TEST_F(ChatServiceTest, GroupNamesTheRulesRefuseAreRefused) {
    EXPECT_EQ(service_.create_group("a").error(), Errc::invalid_name);
    EXPECT_EQ(service_.create_group("").error(), Errc::invalid_name);
    EXPECT_EQ(service_.get_group("# a").error(), Errc::invalid_name);
    EXPECT_EQ(strict_.get_group("").error(), Errc::invalid_name);
    EXPECT_EQ(service_.group_count(), 0U);
}

TEST_F(ChatServiceTest, GroupsAreAllOfTheGroups) {
    EXPECT_TRUE(service_.groups().empty());
    for (const char* name : {"#a", "#b", "#c"}) ASSERT_TRUE(service_.create_group(name));
    EXPECT_EQ(names_of(service_.groups()), (std::set<std::string>{"#a", "#b", "#c"}));
    EXPECT_EQ(service_.groups().size(), 3U);
}

TEST_F(ChatServiceTest, AGroupKnowsWhenItWasMade) {
    scheduler_.advance(std::chrono::minutes(5));
    EXPECT_EQ((*service_.create_group("#a"))->created_at(), scheduler_.wall_now());
}

TEST_F(ChatServiceTest, AGroupIdFindsItsGroupUntilTheGroupEndsAndIsNeverUsedAgain) {
    Visitor ana(service_, "ana");
    Group& first = **service_.create_group("#a");
    const GroupId old = first.id();
    EXPECT_EQ(service_.find_group(old), &first);
    ASSERT_FALSE(ana->join(first));
    ASSERT_FALSE(ana->leave(first, ""));
    EXPECT_EQ(service_.find_group(old), nullptr);
    EXPECT_NE((*service_.create_group("#a"))->id(), old);
    EXPECT_EQ(service_.find_group(old), nullptr);
    EXPECT_EQ(service_.find_group(GroupId{}), nullptr);
}

// Users: getUser, lookupUser, createUser, createUserOnRequest.

TEST_F(ChatServiceTest, GetUserMakesAUserWhenUsersAreMadeOnRequest) {
    const auto made = service_.get_user("ana");
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->name(), "ana");
    EXPECT_FALSE((*made)->online());
    EXPECT_EQ(*service_.get_user("ANA"), *made);
}

TEST_F(ChatServiceTest, GetUserMakesNoUserWhenUsersAreNotMadeOnRequest) {
    EXPECT_EQ(strict_.get_user("ana").error(), Errc::no_such_user);
    const auto made = strict_.create_user("ana");
    ASSERT_TRUE(made);
    EXPECT_EQ(*strict_.get_user("ana"), *made);
}

TEST_F(ChatServiceTest, LookupUserNeverMakesOne) {
    EXPECT_EQ(service_.lookup_user("ana").error(), Errc::no_such_user);
    EXPECT_EQ(service_.lookup_user("ana").error(), Errc::no_such_user);
    const auto made = service_.create_user("ana");
    EXPECT_EQ(*service_.lookup_user("Ana"), *made);
}

TEST_F(ChatServiceTest, CreateUserRefusesANameThatIsTakenInAnyCase) {
    ASSERT_TRUE(service_.create_user("Ana"));
    EXPECT_EQ(service_.create_user("aNA").error(), Errc::duplicate_user);
    const Visitor bob(service_, "bob");
    EXPECT_EQ(service_.create_user("bob").error(), Errc::duplicate_user);
}

TEST_F(ChatServiceTest, UserNamesTheRulesRefuseAreRefused) {
    EXPECT_EQ(service_.create_user("#ana").error(), Errc::invalid_name);
    EXPECT_EQ(service_.get_user("").error(), Errc::invalid_name);
    EXPECT_EQ(service_.reserve_name("a b").error(), Errc::invalid_name);
    tests::RecordingClient client;
    EXPECT_EQ(service_.login("a b", client, {}).error(), Errc::invalid_name);
}

TEST_F(ChatServiceTest, OnlineUsersAreThoseLoggedInAndThePuppets) {
    ASSERT_TRUE(service_.create_user("offline"));
    const Visitor ana(service_, "ana");
    ASSERT_TRUE(service_.create_puppet("remote", {}));
    EXPECT_EQ(names_of(service_.online_users()), (std::set<std::string>{"ana", "remote"}));
    EXPECT_EQ(service_.counts().online, 2U);
}

TEST_F(ChatServiceTest, CountsFollowLoginsFlagsAndLogouts) {
    Visitor ana(service_, "ana");
    {
        Visitor bob(service_, "bob");
        bob->set_flags({true, false, true});
        ana->set_flags({true, false, false});
        EXPECT_EQ(service_.counts().online, 2U);
        EXPECT_EQ(service_.counts().invisible, 2U);
        EXPECT_EQ(service_.counts().operators, 1U);
        ana->set_flags({});
        EXPECT_EQ(service_.counts().invisible, 1U);
    }
    EXPECT_EQ(service_.counts().online, 1U);
    EXPECT_EQ(service_.counts().invisible, 0U);
    EXPECT_EQ(service_.counts().operators, 0U);
    EXPECT_EQ(service_.counts().most_online, 2U);
}

TEST_F(ChatServiceTest, FlagsOfSomebodyOfflineAreNotCounted) {
    User& user = **service_.create_user("ana");
    user.set_flags({true, false, true});
    EXPECT_EQ(service_.counts().invisible, 0U);
    EXPECT_EQ(service_.counts().operators, 0U);
    const Visitor ana(service_, "ana");
    EXPECT_EQ(service_.counts().invisible, 1U);
}

// Identity.

TEST_F(ChatServiceTest, AUserIdFindsItsUserUntilTheLogout) {
    Visitor ana(service_, "ana");
    const UserId id = ana.id();
    EXPECT_EQ(service_.find_user(id), &ana.user());
    ana.log_out("bye");
    EXPECT_EQ(service_.find_user(id), nullptr);
    EXPECT_EQ(service_.find_user(UserId{}), nullptr);
    EXPECT_EQ(service_.find_user(UserId{1000, 1}), nullptr);
}

TEST_F(ChatServiceTest, ASlotIsUsedAgainUnderAnotherGenerationSoThatOldIdsFindNobody) {
    std::vector<UserId> old;
    for (int i = 0; i < 5; ++i) {
        Visitor ana(service_, "ana");
        EXPECT_EQ(ana.id().slot, 0U);
        for (const UserId id : old) EXPECT_EQ(service_.find_user(id), nullptr);
        old.push_back(ana.id());
    }
    std::set<std::uint32_t> generations;
    for (const UserId id : old) generations.insert(id.generation);
    EXPECT_EQ(generations.size(), 5U);
    EXPECT_FALSE(generations.contains(0));
}

TEST_F(ChatServiceTest, TwoUsersHaveDifferentSlots) {
    const Visitor ana(service_, "ana");
    const Visitor bob(service_, "bob");
    EXPECT_NE(ana.id().slot, bob.id().slot);
}

TEST_F(ChatServiceTest, SameNameFollowsTheFoldThatWasHandedIn) {
    EXPECT_TRUE(service_.same_name("ANA", "ana"));
    EXPECT_FALSE(service_.same_name("ana[", "ana{"));
    EXPECT_TRUE(service_.is_user_name("ana"));
    EXPECT_FALSE(service_.is_user_name("#ana"));
}

// Options may change while it runs.

TEST_F(ChatServiceTest, NewOptionsHoldFromThenOn) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    ASSERT_FALSE(ana->join(**service_.get_group("#a")));
    const Target target{nullptr, &bob.user(), {}};
    ASSERT_FALSE(ana->typing(target, TypingState::active));
    ServiceOptions options = nothing_on_request();
    options.max_groups_per_user = 1;
    options.typing.interval = std::chrono::milliseconds(100);
    service_.set_options(options);
    EXPECT_EQ(service_.get_group("#new").error(), Errc::no_such_group);
    EXPECT_EQ(service_.get_user("carol").error(), Errc::no_such_user);
    EXPECT_EQ(ana->join(**service_.create_group("#b")), Errc::too_many_groups);
    scheduler_.advance(std::chrono::milliseconds(100));
    ASSERT_FALSE(ana->typing(target, TypingState::active));
    EXPECT_EQ(bob.take(), (Log{"typing ana -> bob: active", "typing ana -> bob: active"}));
}

TEST_F(ChatServiceTest, NewOptionsDoNotChangeWhichNamesAreTheSame) {
    ASSERT_TRUE(service_.create_group("#a["));
    ServiceOptions options = tests::service_options();
    options.names.fold = &irc::fold_table(irc::Casemapping::rfc1459);
    service_.set_options(options);
    EXPECT_FALSE(service_.same_name("#a[", "#a{"));
    EXPECT_FALSE(service_.lookup_group("#a{"));
    EXPECT_TRUE(service_.lookup_group("#A["));
}

// What everybody hears.

TEST_F(ChatServiceTest, AnOperatorsWordReachesEverybodyWithAClientOnce) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    ASSERT_TRUE(service_.create_puppet("remote", {}));
    ASSERT_TRUE(service_.create_user("offline"));
    Group& group = **service_.create_group("#a");
    ASSERT_FALSE(ana->join(group));
    ASSERT_FALSE(bob->join(group));
    ana.take();
    service_.operator_notice(ana.user(), "soon");
    EXPECT_EQ(ana.take(), (Log{"operator ana: soon"}));
    EXPECT_EQ(bob.take(), (Log{"operator ana: soon"}));
}

class RecordingObserver : public ServiceObserver {
  public:
    void user_signed_on(const User& user) override { log.push_back("on " + user.name() + "@" + user.profile().host); }
    void user_signed_off(const User& user, std::string_view reason) override {
        log.push_back("off " + user.identity() + " in " + std::to_string(user.groups().size()) + ": " +
                      std::string(reason));
    }
    void user_renamed(const User& user, std::string_view old_name) override {
        log.push_back("renamed " + std::string(old_name) + " -> " + user.name());
    }
    void group_created(const Group& group) override { log.push_back("made " + group.name()); }
    void group_ended(const Group& group) override { log.push_back("ended " + group.name()); }
    void group_changed(const Group& group) override {
        log.push_back("changed " + group.name() + (group.policy().secret ? " secret" : ""));
    }
    Log log;
};

TEST_F(ChatServiceTest, AnObserverHearsOfLoginRenameAndLogoutWithEverythingStillInPlace) {
    RecordingObserver observer;
    service_.add_observer(observer);
    {
        Visitor ana(service_, "ana", {"a", "host.example", "Ana", "", false});
        ASSERT_FALSE(ana->join(**service_.create_group("#a")));
        ASSERT_FALSE(ana->rename("anna"));
        ana.log_out("bye");
    }
    EXPECT_EQ(observer.log, (Log{"on ana@host.example", "made #a", "renamed ana -> anna",
                                 "off anna!a@host.example in 1: bye", "ended #a"}));
}

TEST_F(ChatServiceTest, AnObserverHearsOfChangesOfAGroupsPolicy) {
    RecordingObserver observer;  // outlives those it hears of
    Visitor ana(service_, "ana");
    Group& group = **service_.create_group("#a");
    group.set_permanent(true);
    ASSERT_FALSE(ana->join(group));
    service_.add_observer(observer);
    for (const bool on : {true, true, false}) (void)group.change({Setting::secret, on, {}, nullptr}, "ana", {});
    EXPECT_EQ(observer.log, (Log{"changed #a secret", "changed #a"})) << "only of those";
    observer.log.clear();
    (void)group.change({Setting::secret, true, {}, nullptr}, "ana", {});
    (void)group.change({Setting::ban, true, "*!*@x", nullptr}, "ana", {});
    ASSERT_FALSE(ana->leave(group, ""));
    EXPECT_EQ(observer.log, (Log{"changed #a secret", "changed #a"})) << "empty, it is open to all again";
}

TEST_F(ChatServiceTest, AnObserverHearsOfALoginThatEndedBecauseTheClientFailed) {
    RecordingObserver observer;
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    Group& group = **service_.create_group("#a");
    ASSERT_FALSE(ana->join(group));
    ASSERT_FALSE(bob->join(group));
    service_.add_observer(observer);
    bob.fail_all(Errc::send_queue_exceeded);
    ASSERT_FALSE(ana.say(group, "hi"));
    EXPECT_EQ(observer.log, (Log{"off bob!@ in 1: SendQ exceeded"}));
}

}  // namespace
}  // namespace patchcord::chat
