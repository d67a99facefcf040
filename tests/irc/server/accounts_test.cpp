#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_account_fixture.hpp"

namespace patchcord::irc {
namespace {

using Answer = chat::AccountVerifier::Answer;
using tests::commands_of;
using tests::IrcAccountTest;
using tests::IrcClient;
using tests::Lines;
using tests::only;

const std::string reserved_words = ":Nickname is reserved by an account";

class IrcPassTest : public IrcAccountTest {};
class IrcReservedNickTest : public IrcAccountTest {};

class IrcAccountsAndServerPasswordTest : public IrcAccountTest {
  protected:
    static ServerOptions options_with_password() {
        ServerOptions options = tests::irc_options();
        options.password_hash = "server-hash";
        return options;
    }
    IrcAccountsAndServerPasswordTest() : IrcAccountTest(options_with_password()) {}
};

class IrcPlaintextTest : public IrcAccountTest {
  protected:
    static ServerOptions without_plaintext() {
        ServerOptions options = tests::irc_options();
        options.plaintext_passwords = false;
        return options;
    }
    IrcPlaintextTest() : IrcAccountTest(without_plaintext()) {}
    IrcClient from(std::string address, bool secure) { return IrcClient(server_, {std::move(address), "", secure}); }
};

class IrcWithoutGuestsTest : public IrcAccountTest {
  protected:
    IrcWithoutGuestsTest() {
        chat::ServiceOptions options = service_.options();
        options.create_user_on_request = false;
        service_.set_options(std::move(options));
    }
};

TEST_F(IrcPassTest, PassLogsInWhateverTheOrder) {
    for (const char* lines :
         {"PASS ana:sec:ret\r\nNICK ana\r\nUSER ana 0 * :Ana", "NICK ana\r\nPASS ana:sec:ret\r\nUSER ana 0 * :Ana",
          "NICK ana\r\nUSER ana 0 * :Ana\r\nPASS ana:sec:ret"}) {
        IrcClient ana = open();
        ana.send(lines);
        ASSERT_EQ(accounts_.pending(), 1U) << lines;
        EXPECT_EQ(accounts_.next().name, "ana");
        EXPECT_EQ(accounts_.next().password, "sec:ret");
        ana.take();
        accounts_.answer(Answer::right, "ana");
        EXPECT_EQ(only("001", ana.take()).size(), 1U) << lines;
        EXPECT_EQ(user("ana").profile().account, "ana");
    }
}

TEST_F(IrcPlaintextTest, FromOtherMachinesPasswordsAreTakenOverTlsOnly) {
    IrcClient plain = from("192.0.2.1", false);
    EXPECT_EQ(only("CAP", plain.ask("CAP LS 302")).front().find("sasl"), std::string::npos);
    EXPECT_NE(plain.ask("CAP REQ :sasl").front().find("NAK"), std::string::npos);
    EXPECT_EQ(plain.ask("AUTHENTICATE PLAIN"),
              (Lines{":irc.test 904 * :SASL authentication failed: Passwords are taken over TLS only"}));
    plain.send("PASS ana:secret\r\nNICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    EXPECT_EQ(plain.take().front(), ":irc.test 464 * :Passwords are taken over TLS only");
    EXPECT_TRUE(plain.closed());
    EXPECT_EQ(accounts_.pending(), 0U);
}

TEST_F(IrcPlaintextTest, OverTlsAndOnTheSameMachinePasswordsAreTaken) {
    for (const auto& [address, secure] :
         {std::pair("192.0.2.1", true), std::pair("127.0.0.1", false), std::pair("::1", false)}) {
        IrcClient client = from(address, secure);
        std::string offered;
        for (const std::string& line : only("CAP", client.ask("CAP LS 302"))) offered += line + " ";
        EXPECT_NE(offered.find("sasl=PLAIN"), std::string::npos) << address;
    }
}

TEST_F(IrcPlaintextTest, AnOperatorsPasswordIsNotTakenEither) {
    IrcClient ana = connect("zoe");
    EXPECT_EQ(ana.ask("OPER admin secret"), (Lines{":irc.test 464 zoe :Passwords are taken over TLS only"}));
    EXPECT_EQ(passwords_.pending(), 0U);
}

TEST_F(IrcPassTest, AWrongPassEndsTheConnection) {
    IrcClient mal = open();
    mal.send("PASS ana:guess\r\nNICK mal\r\nUSER mal 0 * :Mal");
    accounts_.answer(Answer::wrong);
    EXPECT_EQ(mal.take(), (Lines{":irc.test 464 mal :Password incorrect", "ERROR :Closing Link: mal (Bad password)"}));
    EXPECT_TRUE(mal.closed());
    EXPECT_EQ(log_.count("guess"), 0U);
}

TEST_F(IrcPassTest, ABusyAnswerToPassLetsNobodyIn) {
    IrcClient ana = open();
    ana.send("PASS ana:secret\r\nNICK ana\r\nUSER ana 0 * :Ana");
    accounts_.answer(Answer::busy);
    const Lines lines = ana.take();
    EXPECT_EQ(commands_of(lines), (Lines{"ERROR"}));
    EXPECT_NE(lines.front().find("Too many logins"), std::string::npos);
}

TEST_F(IrcPassTest, APassWithoutAColonIsIgnored) {
    IrcClient bob = open();
    bob.send("PASS secret\r\nNICK bob\r\nUSER bob 0 * :Bob");
    EXPECT_EQ(accounts_.pending(), 0U);
    EXPECT_EQ(only("001", bob.take()).size(), 1U);
}

TEST_F(IrcPassTest, AfterSaslPassIsNotLookedAt) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    accounts_.answer(Answer::right, "ana");
    ana.send("PASS ana:other\r\nNICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    EXPECT_EQ(accounts_.pending(), 0U);
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
}

TEST_F(IrcAccountsAndServerPasswordTest, PassIsTheServersAndSaslDoesNotReplaceIt) {
    IrcClient ana = open_with_sasl();
    say_plain(ana);
    accounts_.answer(Answer::right, "ana");
    ana.take();
    ana.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    EXPECT_EQ(commands_of(ana.take()), (Lines{"464", "ERROR"}));
    IrcClient again = open_with_sasl();
    again.send("PASS ana:secret");
    say_plain(again);
    accounts_.answer(Answer::right, "ana");
    again.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
    EXPECT_EQ(accounts_.pending(), 0U);
    ASSERT_EQ(passwords_.pending(), 1U);
    EXPECT_EQ(passwords_.next().password, "ana:secret") << "as a whole, to the server";
    passwords_.answer(Answer::right);
    EXPECT_EQ(only("001", again.take()).size(), 1U);
    EXPECT_EQ(user("ana").profile().account, "ana");
}

TEST_F(IrcAccountsAndServerPasswordTest, TheServersPasswordIsLookedAtOnce) {
    IrcClient mal = open();
    mal.send("PASS server\r\nNICK ana\r\nUSER mal 0 * :Mal");
    passwords_.answer(Answer::right);
    EXPECT_EQ(mal.take(), (Lines{":irc.test 433 * ana " + reserved_words}));
    mal.send("NICK mal");
    EXPECT_EQ(passwords_.pending(), 0U);
    EXPECT_EQ(only("001", mal.take()).size(), 1U);
}

TEST_F(IrcReservedNickTest, AGuestMayNotBearAnAccountsNickAndMayChooseAnother) {
    for (const char* nick : {"ana", "ANA"}) {
        IrcClient mal = open();
        mal.send("NICK " + std::string(nick) + "\r\nUSER mal 0 * :Mal");
        EXPECT_EQ(mal.take(), (Lines{":irc.test 433 * " + std::string(nick) + " " + reserved_words}));
        EXPECT_FALSE(service_.lookup_user("ana"));
        EXPECT_EQ(only("001", mal.ask("NICK mal")).size(), 1U);
        EXPECT_EQ(mal.ask("NICK " + std::string(nick)),
                  (Lines{":irc.test 433 mal " + std::string(nick) + " " + reserved_words}));
    }
}

TEST_F(IrcReservedNickTest, WhoIsLoggedInToAnotherAccountMayNotBearItEither) {
    IrcClient bob = open();
    bob.send("PASS bob:secret\r\nNICK ana\r\nUSER bob 0 * :Bob");
    accounts_.answer(Answer::right, "bob");
    EXPECT_EQ(bob.take(), (Lines{":irc.test 433 * ana " + reserved_words}));
    bob.send("NICK bob");
    EXPECT_EQ(accounts_.pending(), 0U) << "the password was right already";
    EXPECT_EQ(only("001", bob.take()).size(), 1U);
    EXPECT_EQ(user("bob").profile().account, "bob");
}

TEST_F(IrcReservedNickTest, WhoHasNotLoggedInYetKeepsNobodyOut) {
    IrcClient mal = open_with_sasl();
    mal.send("NICK ana\r\nUSER mal 0 * :Mal");
    IrcClient ana = connect_ana();
    EXPECT_EQ(commands_of(mal.ask("CAP END")), (Lines{"433"}));
    EXPECT_EQ(user("ana").profile().account, "ana");
}

TEST_F(IrcReservedNickTest, TheNickOfSomebodyWithAnAccountIsRefusedWhenItIsCertainWhoAsks) {
    IrcClient ana = connect_ana();
    ana.send("NICK anna");
    IrcClient stranger = open_with_sasl();
    stranger.send("USER a 0 * :a");
    EXPECT_EQ(stranger.ask("NICK anna"), (Lines{})) << "it may be ana's own";
    EXPECT_EQ(stranger.ask("CAP END"), (Lines{":irc.test 433 * anna :Nickname is already in use"}));
    stranger.send("NICK stranger");
    EXPECT_EQ(only("001", stranger.take()).size(), 1U);
}

TEST_F(IrcReservedNickTest, ANickThatBecameAnAccountsWhileRegisteringIsNotLetIn) {
    IrcClient mal = open_with_sasl();
    mal.send("NICK bob\r\nUSER mal 0 * :Mal");
    accounts_.add("bob");
    EXPECT_EQ(only("433", mal.ask("CAP END")), (Lines{":irc.test 433 * bob " + reserved_words}));
    EXPECT_FALSE(service_.reserve_name("bob").error()) << "it is free for its owner";
}

TEST_F(IrcReservedNickTest, WhoHasTheNickWhenItBecomesAnAccountMayGoOn) {
    IrcClient bob = connect("bob");
    accounts_.add("bob");
    EXPECT_EQ(commands_of(bob.ask("NICK Bob")), (Lines{"NICK"}));
    EXPECT_EQ(commands_of(bob.ask("NICK guest")), (Lines{"NICK"}));
    EXPECT_EQ(commands_of(bob.ask("NICK bob")), (Lines{"433"}));
}

TEST_F(IrcWithoutGuestsTest, OnlyPeopleWithAnAccountAreLetIn) {
    IrcClient guest = open();
    guest.send("NICK guest\r\nUSER guest 0 * :guest");
    EXPECT_EQ(guest.take(), (Lines{"ERROR :Closing Link: guest (Guests may not log in here)"}));
    IrcClient ana = connect_ana();
    EXPECT_TRUE(service_.lookup_user("ana"));
}

}  // namespace
}  // namespace patchcord::irc
