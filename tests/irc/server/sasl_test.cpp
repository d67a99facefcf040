#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_account_fixture.hpp"

namespace patchcord::irc {
namespace {

using Answer = chat::AccountVerifier::Answer;
using tests::ana_secret;
using tests::commands_of;
using tests::IrcAccountTest;
using tests::IrcClient;
using tests::Lines;
using tests::only;

class IrcSaslTest : public IrcAccountTest {
  protected:
    /// All lines of the list, each name between spaces.
    static std::string offered(IrcClient& client) {
        std::string all;
        for (const std::string& line : client.ask("CAP LS 302")) all += line.substr(line.rfind(':') + 1) + " ";
        return " " + all;
    }
};

TEST_F(IrcSaslTest, TheCapabilityNamesItsMechanismToThoseWhoKnowValues) {
    IrcClient old = open();
    EXPECT_NE(old.ask("CAP LS").front().find(" sasl "), std::string::npos);
    IrcClient ana = open();
    EXPECT_NE(offered(ana).find(" sasl=PLAIN "), std::string::npos);
    EXPECT_EQ(ana.ask("CAP REQ :sasl=PLAIN"), (Lines{":irc.test CAP * NAK :sasl=PLAIN"}));
    EXPECT_EQ(ana.ask("CAP REQ :sasl"), (Lines{":irc.test CAP * ACK :sasl"}));
    EXPECT_EQ(ana.ask("CAP LIST"), (Lines{":irc.test CAP * LIST :cap-notify sasl"}));
}

TEST_F(IrcSaslTest, WithoutAccountsThereIsNoCapability) {
    server_.environment().accounts = nullptr;
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("CAP LS 302").front().find("sasl"), std::string::npos);
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE PLAIN")), (Lines{"904"}));
}

TEST_F(IrcSaslTest, ARightPasswordLogsIn) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    ASSERT_EQ(accounts_.pending(), 1U);
    EXPECT_EQ(accounts_.next().name, "ana");
    EXPECT_EQ(accounts_.next().password, "secret");
    EXPECT_EQ(accounts_.next().address, "192.0.2.1");
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(ana.take(), (Lines{":irc.test 900 * *!*@users.test ana :You are now logged in as ana",
                                 ":irc.test 903 * :SASL authentication successful"}));
    ana.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
    EXPECT_EQ(user("ana").profile().account, "ana");
    EXPECT_EQ(only("330", ana.ask("WHOIS ana")), (Lines{":irc.test 330 ana ana ana :is logged in as"}));
}

TEST_F(IrcSaslTest, AWrongPasswordCanBeTriedAgain) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    accounts_.answer(Answer::wrong);
    EXPECT_EQ(ana.take(), (Lines{":irc.test 904 * :SASL authentication failed"}));
    say_plain(ana);
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(commands_of(ana.take()), (Lines{"900", "903"}));
}

TEST_F(IrcSaslTest, TooManyWrongPasswordsEndTheConnection) {
    change_options([](ServerOptions& options) { options.max_failed_logins = 3; });
    IrcClient mal = open_with_sasl();
    for (int i = 0; i < 3; ++i) {
        ASSERT_FALSE(mal.closed());
        say_plain(mal);
        accounts_.answer(Answer::wrong);
    }
    EXPECT_TRUE(mal.closed());
    EXPECT_EQ(limit_hits(Limit::failed_logins), 1);
}

TEST_F(IrcSaslTest, BusyIsNoFailure) {
    change_options([](ServerOptions& options) { options.max_failed_logins = 1; });
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    accounts_.answer(Answer::busy);
    EXPECT_EQ(ana.take(),
              (Lines{":irc.test 904 * :SASL authentication failed: too many logins at the moment, try again"}));
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcSaslTest, AWrongPasswordCostsMoreThanALine) {
    change_options([](ServerOptions& options) { options.flood = {10, 1}; });
    IrcClient mal = open();
    mal.send("CAP REQ :sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE " + std::string(ana_secret));
    accounts_.answer(Answer::wrong);
    mal.send("PING 1\r\nPING 2\r\nPING 3\r\nPING 4");
    EXPECT_EQ(only("PONG", mal.take()).size(), 3U) << "ten were there, three lines and the failure cost seven";
}

TEST_F(IrcSaslTest, NothingElseIsRunWhileTheAnswerIsBeingFound) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    ana.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END\r\nPING x");
    EXPECT_TRUE(ana.take().empty());
    accounts_.answer(Answer::right, "ana");
    const Lines lines = ana.take();
    EXPECT_EQ(commands_of({lines[0], lines[1], lines[2]}), (Lines{"900", "903", "001"}));
    EXPECT_EQ(lines.back(), ":irc.test PONG irc.test :x");
    EXPECT_EQ(user("ana").profile().account, "ana");
}

TEST_F(IrcSaslTest, AnAnswerForSomebodyWhoIsGoneIsForgotten) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    ana.hang_up();
    accounts_.answer(Answer::right, "ana");
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcSaslTest, LongResponsesComeInChunks) {
    // NUL ana NUL and 595 bytes of password: 600 bytes, which are 800 of base64.
    std::string response = "AGFuYQB4";
    while (response.size() < 800) response += "eHh4";
    IrcClient ana = open_with_sasl();
    ana.send("AUTHENTICATE PLAIN\r\nAUTHENTICATE " + response.substr(0, 400) + "\r\nAUTHENTICATE " +
             response.substr(400));
    EXPECT_EQ(ana.take(), (Lines{"AUTHENTICATE +"}));
    EXPECT_EQ(accounts_.pending(), 0U) << "a full chunk is never the last";
    ana.send("AUTHENTICATE +");
    ASSERT_EQ(accounts_.pending(), 1U);
    EXPECT_EQ(accounts_.next().password, std::string(595, 'x'));
}

TEST_F(IrcSaslTest, WhatIsTooLongIsRefusedAndForgotten) {
    IrcClient mal = open_with_sasl();
    mal.send("AUTHENTICATE PLAIN\r\nAUTHENTICATE " + std::string(401, 'A'));
    EXPECT_EQ(commands_of(mal.take()), (Lines{"AUTHENTICATE", "905"}));
    mal.send("AUTHENTICATE PLAIN");
    mal.take();
    for (int i = 0; i < 11; ++i) mal.send("AUTHENTICATE " + std::string(400, 'A'));
    EXPECT_EQ(mal.take(), (Lines{":irc.test 904 * :SASL authentication failed: too long"}));
    EXPECT_EQ(limit_hits(Limit::line_length), 2);
    say_plain(mal);
    EXPECT_EQ(accounts_.pending(), 1U);
}

TEST_F(IrcSaslTest, WhatIsNoBase64IsRefusedWithoutAQuestion) {
    for (const char* response : {"!!!", "AGFuYQBzZWNyZXQ"}) {
        IrcClient mal = open_with_sasl();
        say_plain(mal, response);
        EXPECT_EQ(accounts_.pending(), 0U) << response;
        EXPECT_EQ(mal.take(), (Lines{":irc.test 904 * :SASL authentication failed"})) << response;
        EXPECT_EQ(commands_of(mal.ask("AUTHENTICATE PLAIN")), (Lines{"AUTHENTICATE"})) << "it may be tried again";
    }
}

TEST_F(IrcSaslTest, AnEmptyResponseIsOne) {
    IrcClient mal = open_with_sasl();
    say_plain(mal, "+");
    ASSERT_EQ(accounts_.pending(), 1U);
    EXPECT_EQ(accounts_.next_message(), "");
    accounts_.answer(Answer::wrong);
    EXPECT_EQ(mal.take(), (Lines{":irc.test 904 * :SASL authentication failed"}));
}

TEST_F(IrcSaslTest, AMechanismMayAskAndTheAnswerCompletesIt) {
    accounts_.set_mechanisms({"PLAIN", "SCRAM-SHA-256"});
    IrcClient ana = open_with_sasl();
    EXPECT_EQ(ana.ask("AUTHENTICATE SCRAM-SHA-256"), (Lines{"AUTHENTICATE +"}));
    ana.send("AUTHENTICATE Zm9v");
    EXPECT_EQ(accounts_.next_mechanism(), "SCRAM-SHA-256");
    EXPECT_EQ(accounts_.next_message(), "foo");
    accounts_.challenge("bar");
    EXPECT_EQ(ana.take(), (Lines{"AUTHENTICATE YmFy"}));
    ana.send("AUTHENTICATE +");
    EXPECT_EQ(accounts_.next_message(), "") << "what came before is not said again";
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(commands_of(ana.take()), (Lines{"900", "903"}));
}

TEST_F(IrcSaslTest, ALongChallengeIsSentInChunksOfWhichAFullOneIsNeverTheLast) {
    IrcClient ana = open_with_sasl();
    ana.ask("AUTHENTICATE PLAIN");
    ana.send("AUTHENTICATE +");
    accounts_.challenge(std::string(300, '\0'));
    EXPECT_EQ(ana.take(), (Lines{"AUTHENTICATE " + std::string(400, 'A'), "AUTHENTICATE +"}));
    ana.send("AUTHENTICATE +");
    accounts_.challenge(std::string(303, '\0'));
    EXPECT_EQ(ana.take(), (Lines{"AUTHENTICATE " + std::string(400, 'A'), "AUTHENTICATE AAAA"}));
    ana.send("AUTHENTICATE +");
    accounts_.challenge("");
    EXPECT_EQ(ana.take(), (Lines{"AUTHENTICATE +"}));
}

TEST_F(IrcSaslTest, AfterAChallengeTheClientMayAbortOrGoOnWithoutAnAccount) {
    IrcClient ana = open_with_sasl();
    ana.ask("AUTHENTICATE PLAIN");
    ana.send("AUTHENTICATE Zm9v");
    accounts_.challenge("bar");
    ana.take();
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE *")), (Lines{"906"}));
    ana.ask("AUTHENTICATE PLAIN");
    ana.send("AUTHENTICATE Zm9v");
    accounts_.challenge("bar");
    ana.send("NICK bob\r\nUSER bob 0 * :Bob\r\nCAP END");
    const Lines lines = ana.take();
    EXPECT_EQ(only("906", lines).size(), 1U);
    EXPECT_EQ(only("001", lines).size(), 1U);
}

TEST_F(IrcSaslTest, EachConnectionIsToldWhatItMayUse) {
    accounts_.set_mechanisms({"PLAIN", "EXTERNAL", "SCRAM-SHA-256"});
    IrcClient plain = open();
    EXPECT_NE(offered(plain).find(" sasl=PLAIN,SCRAM-SHA-256 "), std::string::npos);
    EXPECT_EQ(commands_of(plain.ask("AUTHENTICATE EXTERNAL")), (Lines{"904"}));
    IrcClient ana(server_, {"192.0.2.1", "abcd", true});
    EXPECT_NE(offered(ana).find(" sasl=PLAIN,EXTERNAL,SCRAM-SHA-256 "), std::string::npos);
    ana.ask("CAP REQ :sasl");
    EXPECT_EQ(ana.ask("AUTHENTICATE EXTERNAL"), (Lines{"AUTHENTICATE +"}));
    IrcClient bob = open_with_sasl();
    EXPECT_EQ(bob.ask("AUTHENTICATE EXTERNAL").front(),
              ":irc.test 908 * PLAIN,SCRAM-SHA-256 :are available SASL mechanisms");
}

TEST_F(IrcSaslTest, TheClientMayAbort) {
    IrcClient ana = open_with_sasl();
    ana.send("AUTHENTICATE PLAIN");
    ana.take();
    EXPECT_EQ(ana.ask("AUTHENTICATE *"), (Lines{":irc.test 906 * :SASL authentication aborted"}));
    say_plain(ana);
    EXPECT_EQ(accounts_.pending(), 1U);
}

TEST_F(IrcSaslTest, AnUnknownMechanismIsToldWhichThereAre) {
    IrcClient ana = open_with_sasl();
    EXPECT_EQ(ana.ask("AUTHENTICATE FOO"), (Lines{":irc.test 908 * PLAIN :are available SASL mechanisms",
                                                  ":irc.test 904 * :SASL authentication failed: no such mechanism"}));
}

TEST_F(IrcSaslTest, TheCapabilityMustBeAskedForFirst) {
    IrcClient ana = open();
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE PLAIN")), (Lines{"904"}));
    ana.send("CAP REQ :sasl\r\nAUTHENTICATE PLAIN\r\nCAP REQ :-sasl\r\nCAP REQ :sasl");
    ana.take();
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE " + std::string(ana_secret))), (Lines{"908", "904"}))
        << "without the capability the exchange was over";
}

TEST_F(IrcSaslTest, AnExchangeThatIsOpenAtTheEndOfRegistrationIsAborted) {
    IrcClient bob = open_with_sasl();
    bob.send("AUTHENTICATE PLAIN\r\nNICK bob\r\nUSER bob 0 * :Bob");
    bob.take();
    const Lines lines = bob.ask("CAP END");
    EXPECT_EQ(lines.front(), ":irc.test 906 bob :SASL authentication aborted");
    EXPECT_EQ(only("001", lines).size(), 1U);
    EXPECT_EQ(user("bob").profile().account, "");
}

TEST_F(IrcSaslTest, WhoIsLoggedInIsTold907) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    accounts_.answer(Answer::right, "ana");
    ana.take();
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE PLAIN")), (Lines{"907"}));
    ana.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    ana.take();
    EXPECT_EQ(commands_of(ana.ask("AUTHENTICATE PLAIN")), (Lines{"907"}));
}

TEST_F(IrcSaslTest, AGuestMayLogInLaterAndOthersAreTold) {
    IrcClient bob = join("bob", "account-notify account-tag extended-join");
    IrcClient guest = join("guest", "sasl");
    bob.take();
    say_plain(guest);
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(guest.take(), (Lines{":irc.test 900 guest guest!~guest@users.test ana :You are now logged in as ana",
                                   ":irc.test 903 guest :SASL authentication successful"}));
    EXPECT_EQ(bob.take(), (Lines{"@account=ana :guest!~guest@users.test ACCOUNT ana"}));
    guest.send("PRIVMSG #a :hi\r\nPART #a\r\nJOIN #a\r\nNICK ana");
    EXPECT_EQ(bob.take(), (Lines{"@account=ana :guest!~guest@users.test PRIVMSG #a :hi",
                                 "@account=ana :guest!~guest@users.test PART #a",
                                 "@account=ana :guest!~guest@users.test JOIN #a ana :Real guest",
                                 "@account=ana :guest!~guest@users.test NICK :ana"}));
}

TEST_F(IrcSaslTest, ANameThatSomebodyElseGoesByIsNotOpened) {
    IrcClient bob = connect("bob", "sasl");
    IrcClient mal = open_with_sasl();
    say_plain(mal, "AGJvYgBzZWNyZXQ=");
    EXPECT_FALSE(accounts_.next().may_open);
    accounts_.answer(Answer::wrong);
    say_plain(mal, "AGNhcm9sAHNlY3JldA==");
    EXPECT_TRUE(accounts_.next().may_open) << "nobody is called carol";
    accounts_.answer(Answer::wrong);
    say_plain(bob, "AGJvYgBzZWNyZXQ=");
    EXPECT_TRUE(accounts_.next().may_open) << "it is bob's own";
}

}  // namespace
}  // namespace patchcord::irc
