#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::MsnClient;
using tests::MsnPerson;
using tests::MsnRing;

/// CAL: whom it rings, and what it is refused with.
class MsnSwitchboardCallTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnSwitchboardCallTest, ACallRingsAndIsAnswered) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = enter(ana);
    const Commands answer = window.ask("CAL 2 bob@example.com");
    const MsnRing ring = ring_of(bob);
    EXPECT_EQ(answer, (Commands{"CAL 2 RINGING " + ring.session}));
    EXPECT_EQ(ring.caller, ana.handle);
}

TEST_F(MsnSwitchboardCallTest, WhatIsNoHandleIsRefused) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    for (const char* handle :
         {"bob", "@example.com", "bob@", "bob@example..com", "b%20b@example.com", "b\xC3\xBC@x.com"}) {
        EXPECT_EQ(window.ask("CAL 2 " + std::string(handle)), (Commands{"208 2"})) << handle;
    }
    EXPECT_EQ(window.ask("CAL 3"), (Commands{"208 3"}));
    EXPECT_EQ(window.ask("CAL 4 " + std::string(200, 'b') + "@example.com"), (Commands{"208 4"}));
    EXPECT_FALSE(window.closed());
}

TEST_F(MsnSwitchboardCallTest, WhoeverIsThereIsNotCalled) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    EXPECT_EQ(window.ask("CAL 2 bob@example.com"), (Commands{"215 2"}));
    EXPECT_EQ(window.ask("CAL 3 ana@example.com"), (Commands{"215 3"}));
    EXPECT_EQ(other.ask("CAL 4 ana@example.com"), (Commands{"215 4"}));
    MsnClient query = call(ana, irc_handle("zoe"));
    EXPECT_EQ(query.ask("CAL 5 zoe@irc.msn.test"), (Commands{"215 5"}));
    EXPECT_EQ(zoe.take(), tests::Log{});
}

TEST_F(MsnSwitchboardCallTest, WhoeverIsNotOnlineIsNotThere) {
    MsnPerson ana = online("ana");
    MsnPerson carol = online("carol");
    carol.ns.send("CHG 9 HDN 0");
    MsnClient signed_in_only = sign_in("bob@example.com", 8);
    MsnClient window = enter(ana);
    for (const char* handle : {"bob@example.com", "carol@example.com", "nobody@example.com", "nobody@irc.msn.test",
                               "nothing@rooms.msn.test", "ana@irc.msn.test", "zoe@irc.elsewhere.test"}) {
        EXPECT_EQ(window.ask("CAL 2 " + std::string(handle)), (Commands{"217 2"})) << handle;
    }
    EXPECT_EQ(carol.ns.take(), (Commands{"CHG 9 HDN 0"}));
}

TEST_F(MsnSwitchboardCallTest, WhoeverBlocksTheCallerLooksOffline) {
    put_on_lists("bob@example.com", "ana@example.com", list_forward | list_block);
    store_.account("carol@example.com").settings.only_allowed = true;
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    MsnClient window = enter(ana);
    EXPECT_EQ(window.ask("CAL 2 bob@example.com"), (Commands{"217 2"}));
    EXPECT_EQ(window.ask("CAL 3 carol@example.com"), (Commands{"217 3"}));
    EXPECT_EQ(bob.ns.take(), Commands{});
    EXPECT_EQ(carol.ns.take(), Commands{});
}

TEST_F(MsnSwitchboardCallTest, WhoeverIsAllowedIsRungThough) {
    store_.account("bob@example.com").settings.only_allowed = true;
    put_on_lists("bob@example.com", "ana@example.com", list_allow);
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    EXPECT_EQ(ring_of(bob).caller, ana.handle);
}

TEST_F(MsnSwitchboardCallTest, TheBlockedMayMeetInAThirdOnesSession) {
    put_on_lists("carol@example.com", "ana@example.com", list_block);
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [first, second] = connect(ana, bob);
    (void)ring_up(second, carol.handle);
    MsnClient third = pick_up(carol);
    EXPECT_EQ(first.take(), (Commands{"JOI carol@example.com Carol"}));
}

TEST_F(MsnSwitchboardCallTest, TooManyCallsAreRefusedUntilTimeHasPassed) {
    change_options([](ServerOptions& options) { options.calls = {3, 0.5}; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = enter(ana);  // the first
    EXPECT_EQ(tests::verbs_of(window.ask("CAL 2 bob@example.com")), (Commands{"CAL"}));
    EXPECT_EQ(window.ask("CAL 3 nobody@example.com"), (Commands{"217 3"}));
    EXPECT_EQ(window.ask("CAL 4 nobody@example.com"), (Commands{"713 4"}));
    EXPECT_EQ(limit_hits(Limit::calls), 1);
    EXPECT_EQ(log_.count("limit hit limit=calls address=192.0.2.1"), 1U);
    EXPECT_EQ(ana.ns.ask("XFR 5 SB"), (Commands{"800 5"})) << "counted together";
    advance(2s);
    EXPECT_EQ(window.ask("CAL 5 nobody@example.com"), (Commands{"217 5"}));
    EXPECT_FALSE(window.closed());
}

TEST_F(MsnSwitchboardCallTest, ASessionHasAMostOfPeople) {
    change_options([](ServerOptions& options) { options.max_participants = 2; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(ana, bob.handle);
    EXPECT_EQ(window.ask("CAL 2 carol@example.com"), (Commands{"713 2"})) << "bob may still come";
    EXPECT_EQ(window.ask("CAL 3 zoe@irc.msn.test"), (Commands{"713 3"}));
    EXPECT_EQ(limit_hits(Limit::participants), 2);
    advance(30s);
    EXPECT_EQ(tests::verbs_of(window.ask("CAL 4 carol@example.com")), (Commands{"CAL"})) << "bob does not";
}

TEST_F(MsnSwitchboardCallTest, WhoeverIsRungAlreadyIsNotRungAgain) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    (void)ring_of(bob);
    EXPECT_EQ(window.ask("CAL 3 bob@example.com"), (Commands{"215 3"}));
    EXPECT_EQ(bob.ns.take(), Commands{});
    advance(30s);
    (void)ring_up(window, bob.handle);
    MsnClient other = pick_up(bob);
    EXPECT_EQ(window.take(), (Commands{"JOI bob@example.com Bob"}));
}

TEST_F(MsnSwitchboardCallTest, WhoeverLeftMayBeCalledAgain) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [window, other] = connect(ana, bob);
    other.send("OUT");
    EXPECT_EQ(window.take(), (Commands{"BYE bob@example.com"}));
    (void)ring_up(window, bob.handle);
    MsnClient back = pick_up(bob);
    EXPECT_EQ(window.take(), (Commands{"JOI bob@example.com Bob"}));
    EXPECT_EQ(say(window, "welcome back"), (Commands{"ACK"}));
    EXPECT_EQ(heard(back), (Commands{"ana@example.com: welcome back"}));
}

TEST_F(MsnSwitchboardCallTest, BothMayCallEachOtherAtOnce) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient from_ana = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    MsnClient from_bob = call(bob, ana.handle);
    MsnClient to_bob = answer(bob, ring);
    MsnClient to_ana = pick_up(ana);
    EXPECT_EQ(from_ana.take(), (Commands{"JOI bob@example.com Bob"}));
    EXPECT_EQ(from_bob.take(), (Commands{"JOI ana@example.com Ana"}));
    EXPECT_EQ(open_switchboards(), 2);
}

TEST_F(MsnSwitchboardCallTest, APersonOnIrcIsThereAtOnceAndIsNotDisturbed) {
    MsnPerson ana = online("ana");
    chat::Profile profile;
    profile.real_name = "Zoe of Here";
    IrcPerson zoe(service_, "zoe", profile);
    MsnClient window = enter(ana);
    EXPECT_EQ(ring_up(window, irc_handle("zoe")), (Commands{"JOI zoe@irc.msn.test Zoe%20of%20Here"}));
    EXPECT_EQ(zoe.take(), tests::Log{});
}

TEST_F(MsnSwitchboardCallTest, ARoomIsJoined) {
    make_room();
    IrcPerson zoe(service_, "zoe");
    (void)zoe->join(**service_.lookup_group("#a"));
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    EXPECT_EQ(ring_up(window, "A@rooms.msn.test"), (Commands{"JOI a@rooms.msn.test %23a", "JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(zoe.take(), (tests::Log{"joined #a ana"}));
    EXPECT_EQ(window.ask("CAL 3 a@rooms.msn.test"), (Commands{"215 3"}));
}

TEST_F(MsnSwitchboardCallTest, ARoomIsNotBroughtIntoAnotherConversation) {
    make_room();
    make_room("#b");
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    EXPECT_EQ(window.ask("CAL 2 a@rooms.msn.test"), (Commands{"216 2"}));
    MsnClient query = call(ana, irc_handle("zoe"));
    EXPECT_EQ(query.ask("CAL 3 a@rooms.msn.test"), (Commands{"216 3"}));
    MsnClient room = call(ana, "a@rooms.msn.test");
    EXPECT_EQ(room.ask("CAL 4 b@rooms.msn.test"), (Commands{"216 4"}));
}

TEST_F(MsnSwitchboardCallTest, ARoomLetsInWhomItWants) {
    chat::Group& room = make_room();
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    const auto set = [&](chat::Setting setting, bool on, const std::string& argument = {}) {
        (void)room.change({setting, on, argument, nullptr}, "test", {});
    };
    set(chat::Setting::invite_only, true);
    EXPECT_EQ(window.ask("CAL 2 a@rooms.msn.test"), (Commands{"216 2"}));
    set(chat::Setting::invite_only, false);
    set(chat::Setting::key, true, "sesame");
    EXPECT_EQ(window.ask("CAL 3 a@rooms.msn.test"), (Commands{"216 3"}));
    set(chat::Setting::key, false);
    set(chat::Setting::ban, true, "ana!*@*");
    EXPECT_EQ(window.ask("CAL 4 a@rooms.msn.test"), (Commands{"216 4"}));
    set(chat::Setting::ban, false, "ana!*@*");
    set(chat::Setting::secret, true);
    EXPECT_EQ(window.ask("CAL 5 a@rooms.msn.test"), (Commands{"217 5"})) << "as if it were not there";
    set(chat::Setting::secret, false);
    EXPECT_EQ(tests::verbs_of(window.ask("CAL 6 a@rooms.msn.test")), (Commands{"CAL", "JOI"}));
    EXPECT_EQ(room.size(), 1U);
}

}  // namespace
}  // namespace patchcord::msn
