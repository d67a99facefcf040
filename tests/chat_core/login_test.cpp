#include "chat_core/login.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using tests::Log;
using tests::RecordingClient;
using tests::Visitor;

class LoginTest : public testing::Test {
  protected:
    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
};

// requestAvatar: login.

TEST_F(LoginTest, LoggingInMakesTheClientTheUsersMind) {
    RecordingClient client;
    const auto login = service_.login("ana", client, {"a", "host.example", "Ana A.", "account", true});
    ASSERT_TRUE(login);
    const User* user = login->user();
    ASSERT_NE(user, nullptr);
    EXPECT_EQ(user->client(), &client);
    EXPECT_TRUE(user->online());
    EXPECT_FALSE(user->puppet());
    EXPECT_EQ(user->name(), "ana");
    EXPECT_EQ(user->profile().real_name, "Ana A.");
    EXPECT_EQ(user->profile().account, "account");
    EXPECT_TRUE(user->profile().secure);
    EXPECT_EQ(user->identity(), "ana!a@host.example");
    EXPECT_EQ(&user->service(), &service_);
}

TEST_F(LoginTest, SignOnAndLastMessageAreTheTimeOfTheLogin) {
    scheduler_.advance(std::chrono::seconds(90));
    const Visitor ana(service_, "ana");
    const WallTime at = scheduler_.wall_now();
    scheduler_.advance(std::chrono::seconds(90));
    EXPECT_EQ(ana->sign_on(), at);
    EXPECT_EQ(ana->last_message(), at);
}

TEST_F(LoginTest, ASecondLoginOfANameIsRefusedInAnyCaseAndTheFirstIsUntouched) {
    RecordingClient second;
    const Visitor ana(service_, "ana");
    EXPECT_EQ(service_.login("ana", second, {}).error(), Errc::already_logged_in);
    EXPECT_EQ(service_.login("ANA", second, {}).error(), Errc::already_logged_in);
    EXPECT_EQ(ana->client(), &ana);
    EXPECT_EQ(service_.counts().online, 1U);
}

TEST_F(LoginTest, ANameIsFreeAgainAfterTheLogout) {
    Visitor first(service_, "ana");
    first.log_out("bye");
    const Visitor second(service_, "ana");
    EXPECT_TRUE(second.logged_in());
    EXPECT_FALSE(first.logged_in());
}

TEST_F(LoginTest, AnUnknownNameIsRefusedWhenUsersAreNotMadeOnRequest) {
    ServiceOptions options = tests::service_options();
    options.create_user_on_request = false;
    ChatService strict(options, scheduler_);
    RecordingClient client;
    EXPECT_EQ(strict.login("ana", client, {}).error(), Errc::no_such_user);
    ASSERT_TRUE(strict.create_user("ana"));
    EXPECT_TRUE(strict.login("ana", client, {}));
}

TEST_F(LoginTest, ALoginTakesOverTheUserThatWasThereAlready) {
    User& made = **service_.create_user("Ana");
    const Visitor ana(service_, "ana");
    EXPECT_EQ(&ana.user(), &made);
    EXPECT_EQ(ana->name(), "Ana");
}

// logout.

TEST_F(LoginTest, TheEndOfALoginIsTheLogout) {
    Visitor bob(service_, "bob");
    Group& group = **service_.create_group("#a");
    ASSERT_FALSE(bob->join(group));
    {
        const Visitor ana(service_, "ana");
        ASSERT_FALSE(ana->join(group));
        bob.take();
    }
    EXPECT_EQ(bob.take(), (Log{"signed_off ana: connection closed"}));
    EXPECT_EQ(service_.lookup_user("ana").error(), Errc::no_such_user);
}

TEST_F(LoginTest, TheLogoutLeavesEveryGroupAndTellsTheOthersOnce) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    Visitor carol(service_, "carol");
    for (const char* name : {"#a", "#b", "#c"}) {
        Group& group = **service_.get_group(name);
        ASSERT_FALSE(ana->join(group));
        ASSERT_FALSE(bob->join(group));
    }
    ASSERT_FALSE(carol->join(**service_.get_group("#d")));
    ana.take();
    bob.take();
    ana.log_out("bye");
    EXPECT_EQ(bob.take(), (Log{"signed_off ana: bye"}));
    EXPECT_TRUE(carol.take().empty());
    EXPECT_TRUE(ana.take().empty());
    for (const char* name : {"#a", "#b", "#c"}) {
        const Group& group = **service_.lookup_group(name);
        ASSERT_EQ(group.size(), 1U);
        ASSERT_EQ(group.users().size(), 1U);
        EXPECT_EQ(group.users()[0].user, &bob.user());
    }
}

TEST_F(LoginTest, GroupsEndWithTheLogoutOfTheirLastMember) {
    Visitor ana(service_, "ana");
    ASSERT_FALSE(ana->join(**service_.get_group("#a")));
    Group& kept = **service_.get_group("#kept");
    kept.set_permanent(true);
    ASSERT_FALSE(ana->join(kept));
    ana.log_out("bye");
    EXPECT_FALSE(service_.lookup_group("#a"));
    ASSERT_TRUE(service_.lookup_group("#kept"));
    EXPECT_EQ(kept.size(), 0U);
}

TEST_F(LoginTest, ASecondLogoutHasNoEffect) {
    Visitor ana(service_, "ana");
    ana.log_out("bye");
    ana.log_out("again");
    EXPECT_EQ(service_.counts().online, 0U);
    Login none;
    EXPECT_EQ(none.user(), nullptr);
    none.logout("never in");
}

TEST_F(LoginTest, AUserMadeByTheLoginIsGoneAfterItAndACreatedOneStays) {
    ASSERT_TRUE(service_.create_user("stays"));
    Visitor stays(service_, "stays");
    Visitor goes(service_, "goes");
    stays.log_out("");
    goes.log_out("");
    EXPECT_FALSE(service_.lookup_user("goes"));
    const auto left = service_.lookup_user("stays");
    ASSERT_TRUE(left);
    EXPECT_FALSE((*left)->online());
    EXPECT_EQ((*left)->client(), nullptr);
}

TEST_F(LoginTest, PresenceFlagsAndInvitationsDoNotOutliveTheLogin) {
    ASSERT_TRUE(service_.create_user("ana"));
    Visitor host(service_, "host");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(host->join(group));
    {
        Visitor ana(service_, "ana");
        ana->set_presence({Availability::away, "gone"});
        ana->set_flags({true, true, true});
        ASSERT_FALSE(group.invite(host.user(), ana.user()));
    }
    const Visitor again(service_, "ana");
    EXPECT_FALSE(again->presence().away());
    EXPECT_EQ(again->flags(), UserFlags{});
    EXPECT_FALSE(again->invited_to(group.id()));
}

// The Login itself.

TEST_F(LoginTest, AMovedLoginIsStillOneLogin) {
    RecordingClient client;
    auto made = service_.login("ana", client, {});
    ASSERT_TRUE(made);
    Login first = std::move(*made);
    Login second = std::move(first);
    EXPECT_EQ(first.user(), nullptr);
    ASSERT_NE(second.user(), nullptr);
    first.logout("moved from: nothing happens");
    EXPECT_NE(second.user(), nullptr);
    EXPECT_EQ(service_.counts().online, 1U);
}

TEST_F(LoginTest, AssigningALoginEndsTheOneThatWasThere) {
    RecordingClient client;
    Login login = std::move(*service_.login("ana", client, {}));
    login = std::move(*service_.login("bob", client, {}));
    EXPECT_FALSE(service_.lookup_user("ana"));
    ASSERT_NE(login.user(), nullptr);
    EXPECT_EQ(login.user()->name(), "bob");
}

TEST_F(LoginTest, AssigningALoginToItselfKeepsIt) {
    RecordingClient client;
    Login login = std::move(*service_.login("ana", client, {}));
    Login& same = login;
    login = std::move(same);
    EXPECT_NE(login.user(), nullptr);
}

TEST_F(LoginTest, ALoginThatTheServiceEndedHasNoUser) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana->join(group));
    ASSERT_FALSE(bob->join(group));
    bob.fail_all(Errc::client_gone);
    ASSERT_FALSE(ana.say(group, "hi"));
    EXPECT_FALSE(bob.logged_in());
    EXPECT_EQ(service_.counts().online, 1U);
}

TEST_F(LoginTest, ALoginThatTheServiceEndedHasNoUserEvenWhenTheUserStays) {
    ASSERT_TRUE(service_.create_user("bob"));
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana->join(group));
    ASSERT_FALSE(bob->join(group));
    bob.fail_all(Errc::client_gone);
    ASSERT_FALSE(ana.say(group, "hi"));
    EXPECT_FALSE(bob.logged_in());
    bob.log_out("the connection is closed at last");
    EXPECT_EQ(service_.counts().online, 1U);
}

TEST_F(LoginTest, ALoginThatTheServiceEndedCannotEndTheNextLoginOfThatUser) {
    ASSERT_TRUE(service_.create_user("bob"));
    Visitor ana(service_, "ana");
    std::optional<Visitor> old_bob(std::in_place, service_, "bob");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(ana->join(group));
    ASSERT_FALSE((*old_bob)->join(group));
    old_bob->fail_all(Errc::client_gone);
    ASSERT_FALSE(ana.say(group, "hi"));
    const Visitor new_bob(service_, "bob");
    ASSERT_EQ(new_bob->client(), &new_bob);
    old_bob.reset();
    EXPECT_TRUE(new_bob->online());
    EXPECT_EQ(new_bob->client(), &new_bob);
    EXPECT_EQ(service_.counts().online, 2U);
}

// Whoever is gone.

TEST_F(LoginTest, AUserWhoIsGoneCanBeLookedAtUntilTheEndOfTheTurn) {
    Visitor ana(service_, "ana");
    const User& user = ana.user();
    ASSERT_FALSE(ana->join(**service_.get_group("#a")));
    ana.log_out("bye");
    EXPECT_EQ(user.name(), "ana");
    EXPECT_FALSE(user.online());
    EXPECT_EQ(user.client(), nullptr);
    EXPECT_TRUE(user.groups().empty());
    scheduler_.advance(std::chrono::milliseconds(0));
    EXPECT_EQ(scheduler_.pending(), 0U);
}

TEST_F(LoginTest, AUserWhoIsGoneJoinsNothingWithinTheTurn) {
    Visitor ana(service_, "ana");
    const Visitor bob(service_, "bob");
    Group& group = **service_.get_group("#a");
    ASSERT_FALSE(bob->join(group));
    User& gone = ana.user();
    ana.log_out("bye");
    EXPECT_TRUE(gone.join(group));
    EXPECT_EQ(group.size(), 1U);
    scheduler_.advance(std::chrono::milliseconds(0));
    for (const Member& member : group.users()) EXPECT_EQ(member.user, &bob.user());
}

TEST_F(LoginTest, AUserWhoIsGoneSaysNothingWithinTheTurn) {
    Visitor ana(service_, "ana");
    Visitor bob(service_, "bob");
    User& gone = ana.user();
    ana.log_out("bye");
    Message message{{}, nullptr, {nullptr, &bob.user(), {}}, MessageKind::text, MessageText(StyledText("boo")), {}};
    RenderCache cache;
    EXPECT_TRUE(gone.send(message, cache));
    EXPECT_TRUE(bob.take().empty());
}

TEST_F(LoginTest, AUserWhoIsGoneIsNotRenamedAndWhoeverHasTheNameNowKeepsIt) {
    Visitor old_ana(service_, "ana");
    User& gone = old_ana.user();
    old_ana.log_out("bye");
    const Visitor new_ana(service_, "ana");
    EXPECT_TRUE(gone.rename("anna"));
    const auto found = service_.lookup_user("ana");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, &new_ana.user());
    EXPECT_FALSE(service_.lookup_user("anna"));
}

// Reservations.

TEST_F(LoginTest, AReservedNameIsRefusedToEverybodyUntilItIsReleased) {
    RecordingClient client;
    Visitor ana(service_, "ana");
    auto reservation = service_.reserve_name("Bob");
    ASSERT_TRUE(reservation);
    EXPECT_EQ(reservation->name(), "Bob");
    EXPECT_EQ(service_.reserve_name("bob").error(), Errc::name_reserved);
    EXPECT_EQ(service_.login("bob", client, {}).error(), Errc::name_reserved);
    EXPECT_EQ(service_.create_user("BOB").error(), Errc::name_reserved);
    EXPECT_EQ(service_.create_puppet("bob", {}).error(), Errc::name_reserved);
    EXPECT_EQ(ana->rename("bob"), Errc::name_reserved);
    reservation->release();
    EXPECT_TRUE(service_.login("bob", client, {}));
}

TEST_F(LoginTest, TheNameOfSomebodyOnlineCannotBeReserved) {
    const Visitor ana(service_, "ana");
    EXPECT_EQ(service_.reserve_name("ANA").error(), Errc::already_logged_in);
    ASSERT_TRUE(service_.create_user("offline"));
    EXPECT_TRUE(service_.reserve_name("offline"));
}

TEST_F(LoginTest, AReservationEndsWithItsScopeAndIsReleasedOnce) {
    { const auto reservation = service_.reserve_name("ana"); }
    auto second = service_.reserve_name("ana");
    ASSERT_TRUE(second);
    NameReservation moved = std::move(*second);
    second->release();  // moved from: it holds nothing
    EXPECT_EQ(service_.reserve_name("ana").error(), Errc::name_reserved);
    moved.release();
    moved.release();
    EXPECT_TRUE(service_.reserve_name("ana"));
}

TEST_F(LoginTest, AssigningAReservationReleasesTheOneThatWasThere) {
    NameReservation held = std::move(*service_.reserve_name("ana"));
    held = std::move(*service_.reserve_name("bob"));
    EXPECT_EQ(held.name(), "bob");
    EXPECT_TRUE(service_.reserve_name("ana"));
    EXPECT_EQ(service_.reserve_name("bob").error(), Errc::name_reserved);
}

TEST_F(LoginTest, ReleasingAnOldReservationDoesNotReleaseTheNextOne) {
    auto first = service_.reserve_name("ana");
    first->release();
    const auto second = service_.reserve_name("ana");
    first->release();
    EXPECT_EQ(service_.reserve_name("ana").error(), Errc::name_reserved);
}

}  // namespace
}  // namespace patchcord::chat
