#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;
using tests::MsnRing;

/// Conversations of three or more, not all of them on MSN.
class MsnSwitchboardGroupTest : public tests::MsnSwitchboardTest {
  protected:
    /// A conversation of ana, bob and zoe, where zoe came last; all read.
    struct Three {
        MsnClient ana;
        MsnClient bob;
    };
    Three three(MsnPerson& ana, MsnPerson& bob, IrcPerson& zoe) {
        auto [first, second] = connect(ana, bob);
        (void)ring_up(first, irc_handle("zoe"));
        second.take();
        EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana"}));
        zoe.take();
        return {std::move(first), std::move(second)};
    }
};

TEST_F(MsnSwitchboardGroupTest, AQueryBecomesAGroupWhenAThirdOnMsnComes) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(ana, irc_handle("zoe"));
    EXPECT_EQ(ring_up(window, bob.handle), Commands{});
    EXPECT_EQ(zoe.take_fates(), Log{}) << "not before he answers";
    MsnClient other = answer(bob, ring_of(bob));
    EXPECT_EQ(other.take(),
              (Commands{"IRO 73 1 2 ana@example.com Ana", "IRO 73 2 2 zoe@irc.msn.test zoe", "ANS 73 OK"}));
    EXPECT_EQ(window.take(), (Commands{"JOI bob@example.com Bob"}));
    EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana"}));
    zoe.take();
    EXPECT_EQ(say(window, "all here"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message ana -> &ana: all here"}));
    EXPECT_EQ(heard(other), (Commands{"ana@example.com: all here"}));
    EXPECT_FALSE(zoe.say(**service_.lookup_group("&ana"), "me too"));
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test: me too"}));
    EXPECT_EQ(heard(other), (Commands{"zoe@irc.msn.test: me too"}));
}

TEST_F(MsnSwitchboardGroupTest, TwoOnMsnBecomeAGroupWhenSomebodyOnIrcIsCalled) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    EXPECT_EQ(ring_up(other, irc_handle("zoe")), (Commands{"JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana"}));
    EXPECT_EQ((*service_.lookup_group("&ana"))->size(), 3U);
    zoe.take();
    EXPECT_EQ(say(other, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message bob -> &ana: hello"}));
    EXPECT_EQ(heard(window), (Commands{"bob@example.com: hello"}));
}

TEST_F(MsnSwitchboardGroupTest, AnotherFromIrcMayBeCalledIn) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    MsnClient window = call(ana, irc_handle("zoe"));
    EXPECT_EQ(ring_up(window, irc_handle("yan")), (Commands{"JOI yan@irc.msn.test yan"}));
    EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana"}));
    EXPECT_EQ(yan.take_fates(), (Log{"brought into &ana"}));
    yan.take();
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(yan.take(), (Log{"message ana -> &ana: hello"}));
    EXPECT_EQ(window.ask("CAL 5 yan@irc.msn.test"), (Commands{"215 5"}));
}

TEST_F(MsnSwitchboardGroupTest, WithoutAutoJoinPeopleOnIrcAreAsked) {
    change_options([](ServerOptions& options) { options.auto_join = false; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    EXPECT_EQ(ring_up(window, irc_handle("zoe")), Commands{});
    EXPECT_EQ(zoe.take(), (Log{"invited &ana zoe by ana"}));
    EXPECT_EQ(zoe.take_fates(), Log{});
    EXPECT_FALSE(zoe->join(**service_.lookup_group("&ana")));
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(other.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
}

TEST_F(MsnSwitchboardGroupTest, StrangersMayNotComeInNorLookIn) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson mal = online("mal");
    IrcPerson zoe(service_, "zoe");
    IrcPerson eve(service_, "eve");
    const Three windows = three(ana, bob, zoe);
    chat::Group& group = **service_.lookup_group("&ana");
    EXPECT_EQ(eve->join(group), chat::Errc::invite_only);
    EXPECT_FALSE(group.visible_to(eve.user()));
    MsnClient intruder = enter(mal);
    EXPECT_EQ(intruder.ask("CAL 2 &ana@rooms.msn.test"), (Commands{"217 2"}));
}

TEST_F(MsnSwitchboardGroupTest, AFourthOnMsnIsRungByWhoeverCallsHer) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    EXPECT_EQ(ring_up(windows.bob, carol.handle), Commands{});
    const MsnRing ring = ring_of(carol);
    EXPECT_EQ(ring.caller, "bob@example.com");
    MsnClient third = answer(carol, ring);
    const Commands shown = third.take();
    EXPECT_EQ(tests::verbs_of(shown), (Commands{"IRO", "IRO", "IRO", "ANS"}));
    EXPECT_EQ(shown.front().substr(0, 11), "IRO 73 1 3 ");
    EXPECT_EQ(windows.ana.take(), (Commands{"JOI carol@example.com Carol"}));
    EXPECT_EQ(windows.bob.take(), (Commands{"JOI carol@example.com Carol"}));
    EXPECT_EQ(zoe.take(), (Log{"invited &ana carol by bob", "joined &ana carol", "settings &ana: +op carol"}));
}

TEST_F(MsnSwitchboardGroupTest, SomebodyOnIrcMayInviteOneOnMsn) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    EXPECT_FALSE((*service_.lookup_group("&ana"))->invite(zoe.user(), user_of(carol)));
    const MsnRing ring = ring_of(carol);
    EXPECT_EQ(ring.caller, "zoe@irc.msn.test");
    MsnClient third = answer(carol, ring);
    EXPECT_EQ(tests::matching("ANS", third.take()).size(), 1U);
    EXPECT_EQ(windows.ana.take(), (Commands{"JOI carol@example.com Carol"})) << "the same switchboard";
}

TEST_F(MsnSwitchboardGroupTest, WhoeverInvitesIsToldThatNobodyComes) {
    store_.add("mal@example.com");
    put_on_lists("mal@example.com", irc_handle("zoe"), list_block);
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    MsnPerson mal = online("mal");
    IrcPerson zoe(service_, "zoe");
    const Three windows = three(ana, bob, zoe);
    chat::Group& group = **service_.lookup_group("&ana");
    EXPECT_FALSE(group.invite(zoe.user(), user_of(carol)));
    advance(30s);
    EXPECT_EQ(zoe.take_fates(), (Log{"no carol in &ana: no answer"}));
    EXPECT_FALSE(group.invite(zoe.user(), user_of(carol)));
    carol.ns.send("OUT");
    EXPECT_EQ(zoe.take_fates(), (Log{"no carol in &ana: connection closed"}));
    EXPECT_FALSE(group.invite(zoe.user(), user_of(mal)));
    EXPECT_EQ(zoe.take_fates(), (Log{"no mal in &ana: not accepted"}));
    EXPECT_EQ(mal.ns.take(), Commands{});
}

TEST_F(MsnSwitchboardGroupTest, EverybodysGoingIsSeenOnBothSides) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    Three windows = three(ana, bob, zoe);
    (void)ring_up(windows.ana, irc_handle("yan"));
    windows.bob.take();
    zoe.take();
    windows.bob.send("OUT");
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE bob@example.com"}));
    EXPECT_EQ(zoe.take(), (Log{"left &ana bob: left"}));
    EXPECT_FALSE(zoe->leave(**service_.lookup_group("&ana"), "bye"));
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE zoe@irc.msn.test"}));
    yan.log_out("gone");
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE yan@irc.msn.test"}));
    EXPECT_EQ(say(windows.ana, "anybody?"), (Commands{"NAK"}));
    windows.ana.send("OUT");
    EXPECT_EQ(service_.group_count(), 0U);
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardGroupTest, ARenamedPersonLeavesUnderTheirHandle) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    EXPECT_FALSE(zoe->rename("zelda"));
    zoe.log_out("bye");
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE zoe@irc.msn.test"}));
    EXPECT_EQ(windows.bob.take(), (Commands{"BYE zoe@irc.msn.test"}));
}

TEST_F(MsnSwitchboardGroupTest, AConnectionThatBreaksIsALeaveWithAReason) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    windows.bob.hang_up();
    EXPECT_EQ(zoe.take(), (Log{"left &ana bob: connection lost"}));
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE bob@example.com"}));
}

TEST_F(MsnSwitchboardGroupTest, WhoeverSignsOutIsGoneFromTheGroupOnce) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    bob.ns.send("OUT");
    EXPECT_TRUE(windows.bob.closed());
    EXPECT_EQ(zoe.take(), (Log{"signed_off bob: Signed out"}));
    EXPECT_EQ(windows.ana.take(), (Commands{"BYE bob@example.com"}));
}

TEST_F(MsnSwitchboardGroupTest, AGroupWhoseNameIsKeptForOtherThingsIsNumbered) {
    chat::ServiceOptions options = service_.options();
    options.names.is_group_name = [before = options.names.is_group_name](std::string_view name) {
        return name != "&ana" && before(name);
    };
    service_.set_options(options);
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    MsnClient window = call(ana, irc_handle("zoe"));
    (void)ring_up(window, irc_handle("yan"));
    EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana_2"}));
}

TEST_F(MsnSwitchboardGroupTest, GroupsOfTheSameNameAreNumbered) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    MsnClient first = call(ana, irc_handle("zoe"));
    (void)ring_up(first, irc_handle("yan"));
    MsnClient second = call(ana, irc_handle("zoe"));
    (void)ring_up(second, irc_handle("yan"));
    EXPECT_EQ(zoe.take_fates(), (Log{"brought into &ana", "brought into &ana_2"}));
    EXPECT_EQ(say(first, "one"), (Commands{"ACK"}));
    EXPECT_EQ(say(second, "two"), (Commands{"ACK"}));
    const Log heard_by_yan = yan.take();
    EXPECT_EQ(std::count(heard_by_yan.begin(), heard_by_yan.end(), "message ana -> &ana: one"), 1);
    EXPECT_EQ(std::count(heard_by_yan.begin(), heard_by_yan.end(), "message ana -> &ana_2: two"), 1);
}

TEST_F(MsnSwitchboardGroupTest, NoGroupIsMadeForSomebodyWhoMayBeInNoMore) {
    chat::ServiceOptions options = service_.options();
    options.max_groups_per_user = 1;
    service_.set_options(options);
    make_room();
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient room = call(ana, "a@rooms.msn.test");
    {
        IrcPerson zoe(service_, "zoe");
        auto [window, other] = connect(ana, bob);
        window.send("CAL 2 zoe@irc.msn.test");
        advance(1s);
        zoe.take();
        zoe.log_out("bye");
        advance(1s);
        EXPECT_FALSE(window.closed());
        EXPECT_EQ(say(window, "still here"), (Commands{"ACK"}));
        EXPECT_EQ(tests::matching("ana@", heard(other)), (Commands{"ana@example.com: still here"}));
    }
    EXPECT_EQ(service_.group_count(), 1U);
}

TEST_F(MsnSwitchboardGroupTest, SomebodyOnIrcWhoMayBeInNoMoreDoesNotCome) {
    chat::ServiceOptions options = service_.options();
    options.max_groups_per_user = 1;
    service_.set_options(options);
    chat::Group& room = make_room();
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room));
    auto [window, other] = connect(ana, bob);
    EXPECT_EQ(tests::matching("JOI", window.ask("CAL 2 zoe@irc.msn.test")), Commands{});
    EXPECT_EQ(zoe.take_fates(), Log{});
    EXPECT_EQ(say(window, "we two"), (Commands{"ACK"}));
    EXPECT_EQ(heard(other), (Commands{"ana@example.com: we two"}));
}

TEST_F(MsnSwitchboardGroupTest, AGroupHasNoMoreThanTheMostOfPeopleHoweverManyRing) {
    change_options([](ServerOptions& options) { options.max_participants = 4; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    MsnPerson dave = online("dave");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    (void)ring_up(windows.ana, carol.handle);
    EXPECT_EQ(windows.ana.ask("CAL 2 dave@example.com"), (Commands{"713 2"}));
    EXPECT_EQ(limit_hits(Limit::participants), 1);
    EXPECT_EQ(dave.ns.take(), Commands{});
}

TEST_F(MsnSwitchboardGroupTest, ABlockedPersonsWordsPassBy) {
    put_on_lists("ana@example.com", irc_handle("zoe"), list_block);
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    EXPECT_FALSE(zoe.say(**service_.lookup_group("&ana"), "hello"));
    EXPECT_EQ(windows.ana.take(), Commands{});
    EXPECT_EQ(heard(windows.bob), (Commands{"zoe@irc.msn.test: hello"}));
    EXPECT_EQ(zoe.take(), Log{}) << "and nobody tells her";
}

TEST_F(MsnSwitchboardGroupTest, WhatFailsAtOneReceiverIsToldToTheSender) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    zoe.fail(IrcPerson::Call::receive, chat::Errc::queue_full);
    EXPECT_EQ(say(windows.ana, "hello"), (Commands{"BYE", "NAK"}));
    EXPECT_EQ(heard(windows.bob), (Commands{"ana@example.com: hello", "BYE zoe@irc.msn.test"}));
    EXPECT_EQ(say(windows.ana, "hello again"), (Commands{"ACK"}));
}

TEST_F(MsnSwitchboardGroupTest, WhoeverDoesNotReadIsTakenOutAndStaysSignedIn) {
    change_options([](ServerOptions& options) { options.sendq = 400; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    Three windows = three(ana, bob, zoe);
    windows.bob.transport().stall();
    for (int i = 0; i < 10 && !windows.bob.closed(); ++i) {
        EXPECT_FALSE(zoe.say(**service_.lookup_group("&ana"), std::string(50, 'x')));
    }
    EXPECT_TRUE(windows.bob.transport().closed_now());
    advance(0s);
    const Log told = zoe.take();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told.front().starts_with("undelivered bob: xxx")) << told.front();
    EXPECT_TRUE(told.back().starts_with("failed &ana bob")) << told.back();
    EXPECT_EQ(heard(windows.ana).back(), "BYE bob@example.com");
    EXPECT_NE(server_.find_principal("bob@example.com"), nullptr);
}

TEST_F(MsnSwitchboardGroupTest, AnAnswerToAGroupThatHasEndedIsRefused) {
    MsnPerson ana = online("ana");
    MsnPerson carol = online("carol");
    MsnRing ring;
    {
        IrcPerson zoe(service_, "zoe");
        IrcPerson yan(service_, "yan");
        MsnClient window = call(ana, irc_handle("zoe"));
        (void)ring_up(window, irc_handle("yan"));
        (void)ring_up(window, carol.handle);
        ring = ring_of(carol);
    }
    MsnClient late = answer(carol, ring);
    EXPECT_EQ(late.take(), (Commands{"911 73"}));
    EXPECT_TRUE(late.closed());
    advance(30s);
    EXPECT_EQ(open_switchboards(), 0);
}

}  // namespace
}  // namespace patchcord::msn
