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

/// Two people talking, one of them not on MSN.
class MsnSwitchboardQueryTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnSwitchboardQueryTest, MessagesGoBothWays) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message bob -> zoe: hello"}));
    EXPECT_FALSE(zoe.say(user_of(bob), "hi"));
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test: hi"}));
    EXPECT_EQ(bob.ns.take(), Commands{}) << "no ring for an open window";
}

TEST_F(MsnSwitchboardQueryTest, EveryModeIsAnsweredAsAmongMsnClients) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_EQ(say(window, "a", "U"), Commands{});
    EXPECT_EQ(say(window, "b", "N"), Commands{});
    EXPECT_EQ(say(window, "c", "A"), (Commands{"ACK"}));
    EXPECT_EQ(say(window, "d", "D"), (Commands{"ACK"}));
    EXPECT_EQ(say(window, "e", "S"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take().size(), 5U);
    zoe.fail_all(chat::Errc::not_accepted);
    EXPECT_EQ(say(window, "a", "U"), Commands{});
    EXPECT_EQ(say(window, "b", "N"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "c", "A"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "d", "D"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "e", "S"), Commands{});
}

TEST_F(MsnSwitchboardQueryTest, AMessageRingsAndWaitsForTheAnswer) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "one"));
    const MsnRing ring = ring_of(bob);
    EXPECT_EQ(ring.caller, "zoe@irc.msn.test");
    EXPECT_EQ(ring.name, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "two"));
    EXPECT_EQ(bob.ns.take(), Commands{}) << "it rings already";
    MsnClient window = answer(bob, ring);
    EXPECT_EQ(heard(window), (Commands{"IRO 73 1 1 zoe@irc.msn.test zoe", "ANS 73 OK", "zoe@irc.msn.test: one",
                                       "zoe@irc.msn.test: two"}));
    EXPECT_EQ(say(window, "here I am"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message bob -> zoe: here I am"}));
}

TEST_F(MsnSwitchboardQueryTest, ARingThatIsNotAnsweredIsReported) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "one"));
    EXPECT_FALSE(zoe.say(user_of(bob), "two"));
    const MsnRing ring = ring_of(bob);
    advance(29s);
    EXPECT_EQ(zoe.take(), Log{});
    advance(1s);
    EXPECT_EQ(zoe.take(), (Log{"undelivered bob: one (no answer)", "undelivered bob: two (no answer)"}));
    EXPECT_EQ(open_switchboards(), 0);
    MsnClient late = answer(bob, ring);
    EXPECT_EQ(late.take(), (Commands{"911 73"}));
    EXPECT_FALSE(zoe.say(user_of(bob), "three"));
    EXPECT_NE(ring_of(bob).session, ring.session);
}

TEST_F(MsnSwitchboardQueryTest, OnlySoManyMessagesWait) {
    change_options([](ServerOptions& options) { options.max_queued_messages = 2; });
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "one"));
    EXPECT_FALSE(zoe.say(user_of(bob), "two"));
    EXPECT_EQ(zoe.say(user_of(bob), "three"), chat::Errc::queue_full);
    EXPECT_EQ(limit_hits(Limit::queued_messages), 1);
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(heard(window).size(), 4U);
    EXPECT_FALSE(zoe.say(user_of(bob), "four"));
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test: four"}));
}

TEST_F(MsnSwitchboardQueryTest, ACalleeWhoSignsOutIsReportedAtOnce) {
    IrcPerson zoe(service_, "zoe");
    for (const char* goodbye : {"OUT", "CHG 9 HDN 0"}) {
        MsnPerson bob = online("bob");
        EXPECT_FALSE(zoe.say(user_of(bob), "hello"));
        bob.ns.send(goodbye);
        EXPECT_EQ(zoe.take(), (Log{"undelivered bob: hello (connection closed)"})) << goodbye;
        EXPECT_EQ(open_switchboards(), 0);
    }
}

TEST_F(MsnSwitchboardQueryTest, WhoeverBlocksTheSenderIsNotRung) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_block);
    store_.account("carol@example.com").settings.only_allowed = true;
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    EXPECT_EQ(zoe.say(user_of(bob), "hello"), chat::Errc::not_accepted);
    EXPECT_EQ(zoe.say(user_of(carol), "hello"), chat::Errc::not_accepted);
    EXPECT_EQ(bob.ns.take(), Commands{});
    EXPECT_EQ(carol.ns.take(), Commands{});
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardQueryTest, BlockingEndsAnOpenWindowsMessages) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    bob.ns.send("ADD 9 BL zoe@irc.msn.test zoe");
    EXPECT_EQ(zoe.say(user_of(bob), "hello"), chat::Errc::not_accepted);
    EXPECT_FALSE(zoe->typing({nullptr, &user_of(bob), {}}, chat::TypingState::active));
    EXPECT_EQ(window.take(), Commands{});
}

TEST_F(MsnSwitchboardQueryTest, WhoeverQuitsIsGoneUntilCalledAgain) {
    MsnPerson bob = online("bob");
    MsnClient window = enter(bob);
    {
        IrcPerson zoe(service_, "zoe");
        (void)ring_up(window, irc_handle("zoe"));
        zoe.log_out("bye");
    }
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    EXPECT_EQ(say(window, "still there?"), (Commands{"NAK"}));
    IrcPerson other(service_, "zoe");
    EXPECT_EQ(say(window, "it is not meant for you"), (Commands{"NAK"}));
    EXPECT_EQ(other.take(), Log{});
    EXPECT_EQ(ring_up(window, irc_handle("zoe")), (Commands{"JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(other.take(), (Log{"message bob -> zoe: hello"}));
}

TEST_F(MsnSwitchboardQueryTest, WhoeverComesBackIsShownWithTheNextMessage) {
    MsnPerson bob = online("bob");
    MsnClient window = enter(bob);
    {
        IrcPerson zoe(service_, "zoe");
        (void)ring_up(window, irc_handle("zoe"));
    }
    window.take();
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "back"));
    EXPECT_EQ(heard(window), (Commands{"JOI zoe@irc.msn.test zoe", "zoe@irc.msn.test: back"}));
}

TEST_F(MsnSwitchboardQueryTest, WhatWasSaidBeforeTheQuitIsDeliveredAndNothingGoesToTheNextOfThatName) {
    MsnPerson bob = online("bob");
    {
        IrcPerson zoe(service_, "zoe");
        EXPECT_FALSE(zoe.say(user_of(bob), "last words"));
    }
    IrcPerson other(service_, "zoe");
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(tests::matching("zoe@irc.msn.test:", heard(window)), (Commands{"zoe@irc.msn.test: last words"}));
    EXPECT_EQ(say(window, "a secret for the first one"), (Commands{"NAK"}));
    EXPECT_EQ(other.take(), Log{});
}

TEST_F(MsnSwitchboardQueryTest, ANewNickIsNamedInTheNextMessageAndTheHandleStays) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_FALSE(zoe->rename("zelda"));
    EXPECT_EQ(window.take(), Commands{});
    EXPECT_FALSE(zoe.say(user_of(bob), "it is me"));
    const Commands received = window.take();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_TRUE(received.front().starts_with("MSG zoe@irc.msn.test ")) << received.front();
    EXPECT_NE(received.front().find("\r\nP4-Context: zelda\r\n"), std::string::npos) << received.front();
    EXPECT_EQ(say(window, "I see"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"renamed zoe -> zelda", "message bob -> zelda: I see"}));
}

TEST_F(MsnSwitchboardQueryTest, AnUnchangedNickIsNotNamed) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "Zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_FALSE(zoe.say(user_of(bob), "hello"));
    const Commands received = window.take();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received.front().find("P4-Context"), std::string::npos);
}

TEST_F(MsnSwitchboardQueryTest, WhoeverTakesAFreedNickHasItsHandleAndIsShownAsSomebodyElse) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_FALSE(zoe->rename("zelda"));
    IrcPerson other(service_, "zoe");
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    EXPECT_EQ(say(window, "for the first"), (Commands{"NAK"}));
    EXPECT_EQ(zoe.take(), (Log{"renamed zoe -> zelda"}));
    EXPECT_EQ(other.take(), Log{});
    EXPECT_FALSE(zoe.say(user_of(bob), "this is me"));
    EXPECT_EQ(window.take(), Commands{}) << "another conversation";
    EXPECT_EQ(ring_of(bob).caller, "zelda@irc.msn.test");
    EXPECT_FALSE(other.say(user_of(bob), "hello"));
    EXPECT_EQ(heard(window), (Commands{"JOI zoe@irc.msn.test zoe", "zoe@irc.msn.test: hello"}));
}

TEST_F(MsnSwitchboardQueryTest, AClosedWindowRingsAgainWithTheNextMessage) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    window.send("OUT");
    EXPECT_EQ(zoe.take(), Log{}) << "a query does not end with a window";
    EXPECT_FALSE(zoe.say(user_of(bob), "are you there?"));
    MsnClient again = answer(bob, ring_of(bob));
    EXPECT_EQ(heard(again).back(), "zoe@irc.msn.test: are you there?");
}

TEST_F(MsnSwitchboardQueryTest, AnswersGoToTheWindowThatWasUsedLast) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient first = call(bob, irc_handle("zoe"));
    MsnClient second = call(bob, irc_handle("zoe"));
    EXPECT_EQ(say(first, "from the first"), (Commands{"ACK"}));
    EXPECT_FALSE(zoe.say(user_of(bob), "an answer"));
    EXPECT_EQ(heard(first), (Commands{"zoe@irc.msn.test: an answer"}));
    EXPECT_EQ(second.take(), Commands{});
}

TEST_F(MsnSwitchboardQueryTest, MessagesKeepTheirOrderWhenTheCalleeCallsMeanwhile) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe.say(user_of(bob), "one"));
    const MsnRing ring = ring_of(bob);
    MsnClient own = enter(bob);
    own.send("CAL 2 zoe@irc.msn.test");
    EXPECT_FALSE(zoe.say(user_of(bob), "two"));
    EXPECT_EQ(tests::matching("zoe@", heard(own)), (Commands{"zoe@irc.msn.test: one", "zoe@irc.msn.test: two"}));
    MsnClient late = answer(bob, ring);
    EXPECT_EQ(late.take(), (Commands{"911 73"}));
}

/// bob has ana and carol called into his conversation with zoe, who writes to each of them meanwhile.
TEST_F(MsnSwitchboardQueryTest, WhatWaitsForOneCalleeIsNotGivenToAnotherNorLostWithThem) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    (void)ring_up(window, ana.handle);
    (void)ring_up(window, carol.handle);
    const MsnRing invitation = ring_of(ana);
    EXPECT_FALSE(zoe.say(user_of(ana), "for ana"));
    EXPECT_FALSE(zoe.say(user_of(carol), "for carol"));
    const MsnRing of_zoe = ring_of(ana);
    EXPECT_NE(of_zoe.session, invitation.session);
    MsnClient group = answer(ana, invitation);
    EXPECT_EQ(tests::matching("zoe@", heard(group)), Commands{}) << "a private message, in a group";
    MsnClient own = answer(ana, of_zoe);
    EXPECT_EQ(tests::matching("zoe@", heard(own)), (Commands{"zoe@irc.msn.test: for ana"}));
    zoe.take();
    advance(server_.options().ring_timeout);
    EXPECT_EQ(zoe.take(), (Log{"undelivered carol: for carol (no answer)"}));
}

TEST_F(MsnSwitchboardQueryTest, AnEmptiedWindowServesForSomebodyElse) {
    MsnPerson bob = online("bob");
    IrcPerson zed(service_, "zed");
    MsnClient window = enter(bob);
    {
        IrcPerson zoe(service_, "zoe");
        (void)ring_up(window, irc_handle("zoe"));
    }
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    EXPECT_EQ(ring_up(window, irc_handle("zed")), (Commands{"JOI zed@irc.msn.test zed"}));
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(zed.take(), (Log{"message bob -> zed: hello"}));
    EXPECT_EQ(service_.group_count(), 0U) << "two people are no group";
}

TEST_F(MsnSwitchboardQueryTest, WhoeverDoesNotReadMakesTheSenderHearOfIt) {
    change_options([](ServerOptions& options) { options.sendq = 400; });
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    window.transport().stall();
    std::error_code refused;
    for (int i = 0; i < 10 && !refused; ++i) refused = zoe.say(user_of(bob), std::string(50, 'x'));
    EXPECT_EQ(refused, chat::Errc::queue_full);
    EXPECT_TRUE(window.transport().closed_now());
    EXPECT_NE(server_.find_principal("bob@example.com"), nullptr) << "still signed in";
    advance(0s);
    EXPECT_FALSE(zoe.say(user_of(bob), "again"));
    EXPECT_EQ(ring_of(bob).caller, "zoe@irc.msn.test");
}

TEST_F(MsnSwitchboardQueryTest, ALongTextComesInSeveralMessages) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    std::string words;
    for (int i = 0; i < 700; ++i) words += "word" + std::to_string(i) + " ";
    EXPECT_FALSE(zoe.say(user_of(bob), words));
    std::string all;
    const Commands received = heard(window);
    EXPECT_GT(received.size(), 1U);
    for (const std::string& message : received) all += message.substr(message.find(": ") + 2);
    EXPECT_EQ(all, words);
}

TEST_F(MsnSwitchboardQueryTest, NothingACharacterMayDoLeavesItsLine) {
    MsnPerson bob = online("bob");
    chat::Profile profile;
    profile.real_name = "Z\r\nOUT\r\n oe\x01";
    IrcPerson zoe(service_, "zoe", profile);
    MsnClient window = enter(bob);
    const Commands shown = ring_up(window, irc_handle("zoe"));
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(words_of(shown.front()).size(), 3U) << shown.front();
    EXPECT_FALSE(zoe.say(user_of(bob), std::string("a\r\nMSG x\r\n\0b", 12)));
    EXPECT_EQ(tests::verbs_of(window.take()), (Commands{"MSG"}));
}

}  // namespace
}  // namespace patchcord::msn
