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

/// USR and ANS: how a client gets into a switchboard; IRO, JOI and BYE: who else is there.
class MsnSwitchboardEntryTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnSwitchboardEntryTest, AKeyOpensASwitchboard) {
    MsnPerson ana = online("ana");
    MsnClient window = open_switchboard();
    EXPECT_EQ(window.ask("USR 1 ana@example.com " + new_key(ana)), (Commands{"USR 1 OK ana@example.com Ana"}));
    EXPECT_FALSE(window.closed());
    EXPECT_EQ(open_switchboards(), 1);
}

TEST_F(MsnSwitchboardEntryTest, AHandleIsTheSameInAnyCase) {
    MsnPerson ana = online("ana");
    MsnClient window = open_switchboard();
    EXPECT_EQ(window.ask("USR 1 ANA@Example.COM " + new_key(ana)), (Commands{"USR 1 OK ana@example.com Ana"}));
}

TEST_F(MsnSwitchboardEntryTest, AKeyOpensOneSwitchboardOnly) {
    MsnPerson ana = online("ana");
    const std::string key = new_key(ana);
    MsnClient first = open_switchboard();
    first.send("USR 1 ana@example.com " + key);
    MsnClient second = open_switchboard();
    EXPECT_EQ(second.ask("USR 1 ana@example.com " + key), (Commands{"911 1"}));
    EXPECT_TRUE(second.closed());
    EXPECT_FALSE(first.closed());
}

TEST_F(MsnSwitchboardEntryTest, WrongKeysAreRefused) {
    MsnPerson ana = online("ana");
    for (const char* line : {"USR 1 ana@example.com wrong", "USR 1 ana@example.com", "USR 1", "USR 1 ana wrong",
                             "USR 1 nobody@example.com wrong", "ANS 1 ana@example.com wrong 12345678",
                             "ANS 1 ana@example.com wrong", "ANS 1"}) {
        MsnClient window = open_switchboard();
        EXPECT_EQ(window.ask(line), (Commands{"911 1"})) << line;
        EXPECT_TRUE(window.closed()) << line;
    }
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardEntryTest, AKeyIsSpentByWhoeverTriesItUnderAnotherName) {
    MsnPerson ana = online("ana");
    MsnPerson mal = online("mal");
    const std::string key = new_key(ana);
    MsnClient thief = open_switchboard();
    EXPECT_EQ(thief.ask("USR 1 mal@example.com " + key), (Commands{"911 1"}));
    MsnClient window = open_switchboard();
    EXPECT_EQ(window.ask("USR 1 ana@example.com " + key), (Commands{"911 1"}));
}

TEST_F(MsnSwitchboardEntryTest, AKeyIsGoodForTwoMinutes) {
    MsnPerson ana = online("ana");
    const std::string early = new_key(ana);
    advance(1s);
    const std::string late = new_key(ana);
    advance(119s);
    MsnClient first = open_switchboard();
    EXPECT_EQ(first.ask("USR 1 ana@example.com " + early), (Commands{"911 1"}));
    MsnClient second = open_switchboard();
    EXPECT_EQ(second.ask("USR 1 ana@example.com " + late), (Commands{"USR 1 OK ana@example.com Ana"}));
}

TEST_F(MsnSwitchboardEntryTest, AKeyIsWorthNothingAfterTheSignOut) {
    MsnPerson ana = online("ana");
    const std::string key = new_key(ana);
    ana.ns.send("OUT");
    MsnClient window = open_switchboard();
    EXPECT_EQ(window.ask("USR 1 ana@example.com " + key), (Commands{"911 1"}));
}

TEST_F(MsnSwitchboardEntryTest, AKeyToOpenIsNoKeyToAnswerAndTheReverse) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    MsnClient opening = open_switchboard();
    EXPECT_EQ(opening.ask("USR 1 bob@example.com " + ring.key), (Commands{"911 1"}));
    MsnClient answering = open_switchboard();
    EXPECT_EQ(answering.ask("ANS 1 ana@example.com " + new_key(ana) + " " + ring.session), (Commands{"911 1"}));
}

TEST_F(MsnSwitchboardEntryTest, AnAnswerToAnotherSessionIsRefused) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient one = call(ana, bob.handle);
    const MsnRing first = ring_of(bob);
    MsnClient two = call(ana, bob.handle);
    const MsnRing second = ring_of(bob);
    ASSERT_NE(first.session, second.session);
    for (const std::string& session : {first.session, std::string("1"), std::string()}) {
        MsnClient window = open_switchboard();
        EXPECT_EQ(window.ask("ANS 1 bob@example.com " + second.key + " " + session), (Commands{"911 1"})) << session;
        EXPECT_TRUE(window.closed());
    }
    EXPECT_EQ(one.take(), Commands{});
}

TEST_F(MsnSwitchboardEntryTest, OnlyTheCalledPersonMayAnswer) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson mal = online("mal");
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    MsnClient thief = open_switchboard();
    EXPECT_EQ(thief.ask("ANS 1 mal@example.com " + ring.key + " " + ring.session), (Commands{"911 1"}));
    MsnClient liar = open_switchboard();
    EXPECT_EQ(liar.ask("ANS 1 bob@example.com " + ring.key + "x " + ring.session), (Commands{"911 1"}));
    EXPECT_EQ(window.take(), Commands{});
}

TEST_F(MsnSwitchboardEntryTest, ARingIsAnsweredOnce) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    MsnClient first = answer(bob, ring);
    MsnClient second = answer(bob, ring);
    EXPECT_EQ(second.take(), (Commands{"911 73"}));
    EXPECT_EQ(window.take(), (Commands{"JOI bob@example.com Bob"}));
}

TEST_F(MsnSwitchboardEntryTest, ARingThatIsOverCannotBeAnswered) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    const MsnRing older = ring_of(bob);
    advance(30s);
    MsnClient late = answer(bob, older);
    EXPECT_EQ(late.take(), (Commands{"911 73"}));
    (void)ring_up(window, bob.handle);
    const MsnRing newer = ring_of(bob);
    EXPECT_EQ(newer.session, older.session);
    MsnClient first = answer(bob, newer);
    MsnClient second = answer(bob, older);
    EXPECT_EQ(second.take(), (Commands{"911 73"}));
    EXPECT_EQ(window.take(), (Commands{"JOI bob@example.com Bob"}));
}

TEST_F(MsnSwitchboardEntryTest, WhoAnswersSeesTheOthersAndIsSeen) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [first, second] = connect(ana, bob);
    (void)ring_up(second, carol.handle);
    MsnClient third = answer(carol, ring_of(carol));
    EXPECT_EQ(third.take(),
              (Commands{"IRO 73 1 2 ana@example.com Ana", "IRO 73 2 2 bob@example.com Bob", "ANS 73 OK"}));
    EXPECT_EQ(first.take(), (Commands{"JOI carol@example.com Carol"}));
    EXPECT_EQ(second.take(), (Commands{"JOI carol@example.com Carol"}));
    third.send("OUT");
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(first.take(), (Commands{"BYE carol@example.com"}));
    second.hang_up();
    EXPECT_EQ(first.take(), (Commands{"BYE bob@example.com"}));
}

TEST_F(MsnSwitchboardEntryTest, CapabilitiesAreShownFromMsnp12On) {
    for (unsigned dialect = 2; dialect <= 12; ++dialect) {
        SCOPED_TRACE(dialect);
        MsnPerson ana = online("ana", dialect);
        MsnPerson bob = online("bob", 8);
        bob.ns.send("CHG 9 NLN 268435492");
        MsnClient window = call(ana, bob.handle);
        MsnClient other = pick_up(bob);
        EXPECT_EQ(window.take(),
                  (Commands{dialect >= 12 ? "JOI bob@example.com Bob 268435492" : "JOI bob@example.com Bob"}));
        MsnClient calling = call(bob, ana.handle);
        MsnClient answering = answer(ana, ring_of(ana));
        EXPECT_EQ(answering.take(), (Commands{dialect >= 12 ? "IRO 73 1 1 bob@example.com Bob 268435492"
                                                            : "IRO 73 1 1 bob@example.com Bob",
                                              "ANS 73 OK"}));
    }
}

TEST_F(MsnSwitchboardEntryTest, PeopleOnIrcCanBeOfferedFilesThroughTheSwitchboard) {
    MsnPerson ana = online("ana", 12);
    IrcPerson zoe(service_, "zoe");
    MsnClient window = enter(ana);
    EXPECT_EQ(ring_up(window, irc_handle("zoe")), (Commands{"JOI zoe@irc.msn.test zoe 268435488"}));
}

TEST_F(MsnSwitchboardEntryTest, ARingSaysWhereAndWho) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    ana.ns.send("REA 9 ana@example.com Ana%20of%20Here");
    bob.ns.take();
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    EXPECT_EQ(ring.address, "192.0.2.9:1864");
    EXPECT_EQ(ring.caller, "ana@example.com");
    EXPECT_EQ(ring.name, "Ana%20of%20Here");
    EXPECT_EQ(ring.session.find_first_not_of("0123456789"), std::string::npos);
    EXPECT_LE(std::stoull(ring.session), 2'147'483'647U) << "old clients read it as a signed number";
}

TEST_F(MsnSwitchboardEntryTest, NothingElseComesBeforeTheKey) {
    MsnPerson ana = online("ana");
    for (const char* line : {"CAL 1 ana@example.com", "MSG 1 U 0", "VER 1 MSNP8 CVR0", "ACK 1", "XYZ 1"}) {
        MsnClient window = open_switchboard();
        window.send(line);
        EXPECT_EQ(window.take(), Commands{}) << line;
        EXPECT_TRUE(window.closed()) << line;
    }
}

TEST_F(MsnSwitchboardEntryTest, OutBeforeTheKeyIsAGoodbye) {
    MsnClient window = open_switchboard();
    window.send("OUT");
    EXPECT_TRUE(window.closed());
}

TEST_F(MsnSwitchboardEntryTest, ASecondLoginIsRefusedAndTheFirstStays) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    EXPECT_EQ(window.ask("USR 5 ana@example.com " + new_key(ana)), (Commands{"207 5"}));
    EXPECT_EQ(window.ask("ANS 6 ana@example.com x 12345678"), (Commands{"207 6"}));
    EXPECT_FALSE(window.closed());
}

TEST_F(MsnSwitchboardEntryTest, UnknownCommandsAreRefusedInside) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    EXPECT_EQ(window.ask("PNG"), Commands{});
    EXPECT_EQ(window.ask("XYZ 7 a b"), (Commands{"200 7"}));
    EXPECT_EQ(window.ask("CHG 8 NLN 0"), (Commands{"200 8"}));
    EXPECT_EQ(window.ask("XFR 9 SB"), (Commands{"200 9"}));
    EXPECT_FALSE(window.closed());
}

TEST_F(MsnSwitchboardEntryTest, ACommandWithoutATrIdIsTheEnd) {
    MsnPerson ana = online("ana");
    for (const char* line : {"USR x ana@example.com key", "USR", "ANS a\xFF ana@example.com key 1", "ANS"}) {
        MsnClient window = open_switchboard();
        EXPECT_EQ(window.ask(line), Commands{}) << line;
        EXPECT_TRUE(window.closed()) << line;
    }
    for (const char* line :
         {"CAL", "CAL x ana@example.com", "MSG a\xFF A 0", "MSG x U 0", "USR x y z", "ANS x y z 1"}) {
        MsnClient window = enter(ana);
        EXPECT_EQ(window.ask(line), Commands{}) << line;
        EXPECT_TRUE(window.closed()) << line;
    }
}

TEST_F(MsnSwitchboardEntryTest, TheLoginMayComeInAnyCut) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    change_options([](ServerOptions& options) { options.calls = {0, 0}; });
    const std::size_t length =
        std::string("USR 1 ana@example.com " + new_key(ana) + "\r\nCAL 2 bob@example.com\r\nOUT\r\n").size();
    for (std::size_t size = 1; size <= length; ++size) {
        const std::string input = "USR 1 ana@example.com " + new_key(ana) + "\r\nCAL 2 bob@example.com\r\nOUT\r\n";
        MsnClient window = open_switchboard();
        for (std::size_t at = 0; at < input.size(); at += size) window.send_only(input.substr(at, size));
        EXPECT_EQ(tests::verbs_of(window.take()), (Commands{"USR", "CAL"})) << size;
        EXPECT_TRUE(window.closed());
    }
}

TEST_F(MsnSwitchboardEntryTest, AKeyGivenToOneSwitchboardDiesWithIt) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    window.send("OUT");
    MsnClient late = answer(bob, ring);
    EXPECT_EQ(late.take(), (Commands{"911 73"})) << "nobody is there any more";
    EXPECT_EQ(open_switchboards(), 0);
}

}  // namespace
}  // namespace patchcord::msn
