#include <gtest/gtest.h>
#include <string>

#include "irc/server/server.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcClient;
using tests::Lines;
using tests::MsnClient;
using tests::MsnPerson;

/// Both servers around one core: what is said in one protocol is read in the other.
class MsnBridgeTest : public tests::MsnSwitchboardTest {
  protected:
    IrcClient irc(const std::string& nick, const std::string& caps = {}) {
        IrcClient client(irc_);
        if (!caps.empty()) client.send("CAP REQ :" + caps);
        client.send("NICK " + nick);
        client.send("USER " + nick + " 0 * :" + nick);
        client.send("CAP END");
        EXPECT_EQ(tests::only("001", client.take()).size(), 1U);
        return client;
    }

    tests::ManualPasswords passwords_;
    chat::MetricRegistry irc_metrics_;
    irc::Server irc_{{service_, scheduler_, log_, irc_metrics_, passwords_, graphemes_,
                      [](std::string_view) { return std::string("users.test"); },
                      [] { return std::optional<std::string>(); }, "boot"},
                     tests::irc_options()};
    const std::string bob_mask_ = ":bob!bob@example.com ";
};

TEST_F(MsnBridgeTest, APrivateMessageRingsAndIsAnswered) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    EXPECT_EQ(zoe.ask("PRIVMSG bob :hello"), Lines{});
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(heard(window), (Commands{"IRO 73 1 1 zoe@irc.msn.test zoe", "ANS 73 OK", "zoe@irc.msn.test: hello"}));
    EXPECT_EQ(say(window, "one\r\ntwo"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "PRIVMSG zoe :one", bob_mask_ + "PRIVMSG zoe :two"}));
}

TEST_F(MsnBridgeTest, NobodyOnMsnCanWriteALineOfIrc) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    for (const char* words : {"x\r\nKILL zoe", "x\nQUIT", "x\rQUIT", "\r\n:server 001 zoe", "x\xE2\x80\xA8QUIT"}) {
        EXPECT_EQ(say(window, words), (Commands{"ACK"}));
        for (const std::string& line : zoe.take()) EXPECT_TRUE(line.starts_with(bob_mask_ + "PRIVMSG zoe :")) << line;
    }
    EXPECT_FALSE(zoe.closed());
}

TEST_F(MsnBridgeTest, NobodyOnIrcCanWriteACommandOfMsn) {
    MsnPerson bob = online("bob");
    IrcClient mal = irc("mal");
    mal.send("SETNAME :%0d%0aOUT");
    MsnClient window = call(bob, irc_handle("mal"));
    mal.send("PRIVMSG bob :%0d%0aOUT%0d%0a");
    EXPECT_EQ(heard(window), (Commands{"mal@irc.msn.test: %0d%0aOUT%0d%0a"}));
    mal.send(
        "PRIVMSG bob :\x01"
        "ACTION x\x01");
    EXPECT_EQ(heard(window), (Commands{"mal@irc.msn.test: *mal x*"}));
}

TEST_F(MsnBridgeTest, ARoomIsOneRoom) {
    make_room();
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    zoe.send("JOIN #a");
    zoe.take();
    MsnClient window = enter(bob);
    EXPECT_EQ(ring_up(window, "a@rooms.msn.test"), (Commands{"JOI a@rooms.msn.test %23a", "JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "JOIN #a"}));
    EXPECT_EQ(say(window, "/me waves"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "PRIVMSG #a :\x01"
                                             "ACTION waves\x01"}));
    zoe.send("PRIVMSG #a :hi");
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test: hi"}));
    zoe.send("PART #a :bye");
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    zoe.send("JOIN #a");
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
    zoe.take();
    window.send("OUT");
    EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "PART #a :left"}));
}

TEST_F(MsnBridgeTest, AKickIsOneKick) {
    chat::Group& room = make_room();
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    IrcClient yan = irc("yan");
    zoe.send("JOIN #a");
    MsnClient window = call(bob, "a@rooms.msn.test");
    yan.send("JOIN #a");
    zoe.take();
    yan.take();
    zoe.send("KICK #a bob :enough");
    advance(0s);
    EXPECT_EQ(yan.take(), (Lines{":zoe!~zoe@users.test KICK #a bob :enough"}));
    EXPECT_EQ(zoe.take(), (Lines{":zoe!~zoe@users.test KICK #a bob :enough"}));
    EXPECT_TRUE(window.closed());
    EXPECT_EQ(room.size(), 2U);
}

TEST_F(MsnBridgeTest, AQueryThatGrowsBecomesAChannel) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe", "standard-replies");
    MsnClient window = call(ana, irc_handle("zoe"));
    (void)ring_up(window, bob.handle);
    MsnClient other = pick_up(bob);
    const Lines told = zoe.take();
    EXPECT_EQ(tests::only("NOTE", told).size(), 1U);
    EXPECT_EQ(tests::only("JOIN", told), (Lines{":zoe!~zoe@users.test JOIN &ana", bob_mask_ + "JOIN &ana"}));
    const Lines names = tests::only("353", told);
    ASSERT_EQ(names.size(), 1U);
    for (const char* nick : {"ana", "zoe"}) EXPECT_NE(names.front().find(nick), std::string::npos) << nick;
    zoe.send("PRIVMSG &ana :hi all");
    EXPECT_EQ(heard(window).back(), "zoe@irc.msn.test: hi all");
    EXPECT_EQ(heard(other).back(), "zoe@irc.msn.test: hi all");
}

TEST_F(MsnBridgeTest, AnInvitationThatFailsIsReported) {
    make_room();
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe", "standard-replies");
    zoe.send("JOIN #a");
    zoe.take();
    EXPECT_EQ(tests::commands_of(zoe.ask("INVITE bob #a")), (Lines{"341"}));
    EXPECT_EQ(ring_of(bob).caller, "a@rooms.msn.test");
    advance(30s);
    const Lines told = zoe.take();
    ASSERT_EQ(tests::only("FAIL", told).size(), 1U);
    EXPECT_TRUE(tests::only("FAIL", told).front().find("INVITE NOT_ANSWERED bob #a :") != std::string::npos);
}

TEST_F(MsnBridgeTest, AMessageThatIsNotAnsweredIsReported) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe", "standard-replies");
    zoe.send("PRIVMSG bob :hello \x02there\x02, this is a text that is longer than anybody needs");
    zoe.send("NOTICE bob :a notice");
    advance(30s);
    const Lines told = tests::only("FAIL", zoe.take());
    ASSERT_EQ(told.size(), 1U) << "none for the notice";
    EXPECT_EQ(told.front(),
              ":irc.test FAIL PRIVMSG UNDELIVERED bob :bob did not get your message "
              "\"hello there, this is a text that is long\xE2\x80\xA6\": no answer");
}

TEST_F(MsnBridgeTest, EachMessageThatIsNotAnsweredIsNamed) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe", "standard-replies");
    zoe.send(
        "PRIVMSG bob :one\r\nPRIVMSG bob :two\r\nPRIVMSG bob :\x01"
        "ACTION waves\x01\r\nPRIVMSG bob :\x01"
        "NUDGE\x01");
    advance(30s);
    const std::string begin = ":irc.test FAIL PRIVMSG UNDELIVERED bob :bob did not get your message";
    EXPECT_EQ(tests::only("FAIL", zoe.take()), (Lines{begin + " \"one\": no answer", begin + " \"two\": no answer",
                                                      begin + " \"waves\": no answer", begin + ": no answer"}));
}

TEST_F(MsnBridgeTest, WhoeverIsBlockedIsToldThatNothingArrives) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_block);
    IrcClient zoe = irc("zoe", "standard-replies");
    MsnPerson bob = online("bob");
    EXPECT_EQ(zoe.ask("PRIVMSG bob :hello").size(), 1U);
    EXPECT_EQ(zoe.ask("NOTICE bob :hello"), Lines{});
    EXPECT_EQ(bob.ns.take(), Commands{});
}

TEST_F(MsnBridgeTest, TypingCrosses) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe", "message-tags");
    MsnClient window = call(bob, irc_handle("zoe"));
    window.send("MSG 4 U", typing_of(bob.handle));
    Lines told = zoe.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told.front().find("+typing=active"), std::string::npos);
    EXPECT_TRUE(told.front().ends_with(bob_mask_ + "TAGMSG zoe")) << told.front();
    advance(10s);
    told = zoe.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told.front().find("+typing=done"), std::string::npos);
    zoe.send("@+typing=active TAGMSG bob");
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test [text/x-msmsgscontrol]"}));
}

TEST_F(MsnBridgeTest, NudgesCrossOnceInTenSeconds) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    MsnClient window = call(bob, irc_handle("zoe"));
    const std::string nudge = payload_of("text/x-msnmsgr-datacast", "ID: 1\r\n\r\n");
    for (int i = 0; i < 5; ++i) window.send("MSG 4 U", nudge);
    EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "PRIVMSG zoe :\x01"
                                             "ACTION nudges you\x01"}));
    for (int i = 0; i < 5; ++i)
        zoe.send(
            "PRIVMSG bob :\x01"
            "NUDGE\x01");
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test [text/x-msnmsgr-datacast]"}));
    advance(10s);
    window.send("MSG 4 U", nudge);
    EXPECT_EQ(tests::only("PRIVMSG", zoe.take()).size(), 1U);
    zoe.send(
        "PRIVMSG bob :\x01"
        "ACTION nudges bob\x01");
    EXPECT_EQ(heard(window), (Commands{"zoe@irc.msn.test [text/x-msnmsgr-datacast]"}));
}

TEST_F(MsnBridgeTest, AWholeConversationLooksTheSameInAnyCut) {
    MsnPerson bob = online("bob");
    IrcClient zoe = irc("zoe");
    change_options([](ServerOptions& options) { options.calls = {0, 0}; });
    const std::string hello = text("hello\r\nthere");
    const std::string rest =
        "CAL 2 zoe@irc.msn.test\r\nMSG 3 A " + std::to_string(hello.size()) + "\r\n" + hello + "OUT\r\n";
    for (std::size_t size = 1; size <= rest.size() + 1; ++size) {
        MsnClient window = enter(bob);
        for (std::size_t at = 0; at < rest.size(); at += size) window.send_only(rest.substr(at, size));
        EXPECT_EQ(tests::verbs_of(window.take()), (Commands{"CAL", "JOI", "ACK"})) << size;
        EXPECT_EQ(zoe.take(), (Lines{bob_mask_ + "PRIVMSG zoe :hello", bob_mask_ + "PRIVMSG zoe :there"})) << size;
    }
}

}  // namespace
}  // namespace patchcord::msn
