#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcRegistrationTest : public IrcTest {};

TEST_F(IrcRegistrationTest, TheWelcomeComesInTheOrderThatClientsExpect) {
    IrcClient ana = open();
    ana.send("NICK ana");
    EXPECT_TRUE(ana.take().empty());
    ana.send("USER ana 0 * :Ana of Lisbon");
    const Lines lines = ana.take();
    Lines commands = commands_of(lines);
    commands.erase(std::unique(commands.begin(), commands.end()), commands.end());
    EXPECT_EQ(commands, (Lines{"001", "002", "003", "004", "005", "396", "251", "252", "253", "254", "255", "265",
                               "266", "422", "221"}));
    EXPECT_EQ(lines.front(), ":irc.test 001 ana :Welcome to the Test Network, ana!~ana@users.test");
    EXPECT_EQ(only("004", lines), (Lines{":irc.test 004 ana irc.test patchcord-test Bio Ibeiklmnostv Ibeklov"}));
    EXPECT_EQ(only("221", lines), (Lines{":irc.test 221 ana +"}));
    EXPECT_EQ(user("ana").profile().real_name, "Ana of Lisbon");
}

TEST_F(IrcRegistrationTest, TheMessageOfTheDayIsPartOfTheWelcome) {
    change_options([](ServerOptions& options) { options.motd = {"Hello", ""}; });
    IrcClient ana = open();
    ana.send("NICK ana\r\nUSER ana 0 * :Ana");
    const Lines lines = ana.take();
    EXPECT_EQ(only("375", lines), (Lines{":irc.test 375 ana :- irc.test Message of the day - "}));
    EXPECT_EQ(only("372", lines), (Lines{":irc.test 372 ana :- Hello", ":irc.test 372 ana :- "}));
    EXPECT_EQ(only("376", lines).size(), 1U);
}

TEST_F(IrcRegistrationTest, AllOrdersOfTheFirstCommandsLeadToOneWelcome) {
    Lines commands{"CAP LS 302", "NICK ana", "USER ana 0 * :Ana", "CAP REQ :batch", "PASS x"};
    std::sort(commands.begin(), commands.end());
    do {
        IrcClient ana = open();
        // CAP first, or the end of NICK and USER is the end of registration.
        ana.send("CAP LS");
        for (const std::string& command : commands) ana.send(command);
        EXPECT_TRUE(only("001", ana.take()).empty());
        ana.send("CAP END");
        EXPECT_EQ(only("001", ana.take()).size(), 1U);
    } while (std::next_permutation(commands.begin(), commands.end()));
}

TEST_F(IrcRegistrationTest, UserBeforeNickWorksToo) {
    IrcClient ana = open();
    ana.send("USER ana 0 * :Ana");
    EXPECT_TRUE(ana.take().empty());
    ana.send("NICK ana");
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
}

TEST_F(IrcRegistrationTest, PingAndQuitWorkBeforeRegistration) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("PING x"), (Lines{":irc.test PONG irc.test :x"}));
    EXPECT_EQ(ana.ask("PING"), (Lines{":irc.test 409 * :No origin specified"}));
    EXPECT_EQ(ana.ask("PONG x"), Lines{});
    EXPECT_EQ(ana.ask("QUIT :bye"), (Lines{"ERROR :Closing Link: * (Quit: bye)"}));
    EXPECT_TRUE(ana.closed());
}

TEST_F(IrcRegistrationTest, UserNeedsFourParametersAndARealName) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("USER ana 0 *"), (Lines{":irc.test 461 * USER :Not enough parameters"}));
    EXPECT_EQ(ana.ask("USER ana 0 * :"), (Lines{":irc.test 461 * USER :Not enough parameters"}));
    EXPECT_EQ(ana.ask("PASS"), (Lines{":irc.test 461 * PASS :Not enough parameters"}));
}

TEST_F(IrcRegistrationTest, UserNamesAndRealNamesAreMadeLegalAndCut) {
    IrcClient ana = open();
    ana.send("NICK ana\r\nUSER a!b@c%%d-of-a-very-long-name 0 * :" + std::string(200, 'r'));
    EXPECT_EQ(user("ana").profile().username, "~abc%%d-of-a-very-lo");
    EXPECT_EQ(user("ana").profile().real_name, std::string(150, 'r'));
}

TEST_F(IrcRegistrationTest, UserAndPassAreRefusedOnceRegistered) {
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask("USER ana 0 * :Ana"), (Lines{":irc.test 462 ana :You may not reregister"}));
    EXPECT_EQ(ana.ask("PASS x"), (Lines{":irc.test 462 ana :You may not reregister"}));
}

TEST_F(IrcRegistrationTest, AnIllegalNickIsRefusedAndTheOneBeforeKept) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("NICK"), (Lines{":irc.test 431 * :No nickname given"}));
    EXPECT_EQ(ana.ask("NICK :"), (Lines{":irc.test 431 * :No nickname given"}));
    for (const std::string nick : {"*", "#x", ":x", "a,b", "a!b", "a@b", "a.b", "0day", "-x", "$x", "+x",
                                   "a\x02"
                                   "b",
                                   "a\xE2\x80\xAE"
                                   "b",
                                   "\xF0\x9F\x98\x80", "\xD0\xB0lice"}) {
        EXPECT_EQ(commands_of(ana.ask("NICK :" + nick)), (Lines{"432"})) << nick;
    }
    EXPECT_EQ(commands_of(ana.ask("NICK :a b")), (Lines{"432"}));
    EXPECT_EQ(commands_of(ana.ask("NICK " + std::string(31, 'a'))), (Lines{"432"}));
    EXPECT_EQ(ana.ask("NICK " + std::string(30, 'a')), Lines{});
    EXPECT_EQ(ana.ask("NICK 0day"), (Lines{":irc.test 432 " + std::string(30, 'a') + " 0day :Erroneous nickname"}));
}

TEST_F(IrcRegistrationTest, NamesOfServicesAreNobodys) {
    IrcClient ana = open();
    for (const char* nick : {"NickServ", "chanserv", "PATCHCORD", "Global", "OperServ", "*status", "irc.test"}) {
        EXPECT_EQ(commands_of(ana.ask("NICK " + std::string(nick))), (Lines{"432"})) << nick;
    }
    IrcClient bob = connect("bob");
    EXPECT_EQ(commands_of(bob.ask("NICK NickServ")), (Lines{"432"}));
}

TEST_F(IrcRegistrationTest, ANickIsReservedForWhoeverAskedFirst) {
    IrcClient first = open();
    IrcClient second = open();
    first.send("NICK ana");
    EXPECT_EQ(second.ask("NICK ANA"), (Lines{":irc.test 433 * ANA :Nickname is already in use"}));
    first.send("USER a 0 * :a");
    EXPECT_EQ(only("001", first.take()).size(), 1U);
    EXPECT_EQ(second.ask("NICK Ana"), (Lines{":irc.test 433 * Ana :Nickname is already in use"}));
}

TEST_F(IrcRegistrationTest, AReservedNickIsFreeAgainWhenItsHolderIsGoneOrTakesAnother) {
    IrcClient first = open();
    IrcClient second = open();
    first.send("NICK ana");
    first.send("NICK anna");
    EXPECT_EQ(second.ask("NICK ana"), Lines{});
    EXPECT_EQ(commands_of(second.ask("NICK anna")), (Lines{"433"}));
    first.hang_up();
    EXPECT_EQ(second.ask("NICK anna"), Lines{});
}

TEST_F(IrcRegistrationTest, SomebodyRegisteredCannotTakeAReservedNick) {
    IrcClient first = open();
    first.send("NICK ana");
    IrcClient bob = connect("bob");
    EXPECT_EQ(bob.ask("NICK ana"), (Lines{":irc.test 433 bob ana :Nickname is already in use"}));
}

TEST_F(IrcRegistrationTest, ANickMayChangeItsCaseBeforeAndAfterRegistration) {
    IrcClient ana = open();
    ana.send("NICK ana");
    EXPECT_EQ(ana.ask("NICK ANA"), Lines{});
    ana.send("USER a 0 * :a");
    EXPECT_EQ(ana.take().front(), ":irc.test 001 ANA :Welcome to the Test Network, ANA!~a@users.test");
    EXPECT_EQ(ana.ask("NICK Ana"), (Lines{":ANA!~a@users.test NICK :Ana"}));
    EXPECT_EQ(ana.ask("NICK Ana"), Lines{});
}

TEST_F(IrcRegistrationTest, ANewNickIsToldOnceToEverybodyWhoSharesAChannel) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    IrcClient carol = connect("carol");
    ana.send("JOIN #b");
    bob.send("JOIN #b");
    for (IrcClient* client : {&ana, &bob, &carol}) client->take();
    ana.send("NICK anna");
    EXPECT_EQ(ana.take(), (Lines{":ana!~ana@users.test NICK :anna"}));
    EXPECT_EQ(bob.take(), (Lines{":ana!~ana@users.test NICK :anna"}));
    EXPECT_TRUE(carol.take().empty());
    EXPECT_EQ(ana.ask("MODE anna").front(), ":irc.test 221 anna +");
}

TEST_F(IrcRegistrationTest, TheCasemappingThatIsAdvertisedDecidesWhichNicksAreTheSame) {
    IrcClient ana = connect("x[y");
    IrcClient bob = connect("bob");
    EXPECT_EQ(commands_of(bob.ask("NICK x{y")), (Lines{"NICK"})) << "ascii: brackets and braces differ";
    EXPECT_EQ(commands_of(bob.ask("NICK X[Y")), (Lines{"433"}));
}

TEST_F(IrcRegistrationTest, TheTimeForRegistrationIsAbsolute) {
    change_options([](ServerOptions& options) { options.registration_timeout = 3s; });
    IrcClient silent = open();
    IrcClient halfway = open();
    halfway.send("NICK x");
    IrcClient busy = open();
    busy.send("CAP LS");
    for (int i = 0; i < 5; ++i) {
        advance(500ms);
        busy.send("CAP LIST");
        halfway.send("PONG x");
    }
    busy.take();
    EXPECT_FALSE(silent.closed() || halfway.closed() || busy.closed());
    advance(500ms);
    EXPECT_EQ(silent.take(), (Lines{"ERROR :Closing Link: * (Registration timed out)"}));
    EXPECT_EQ(halfway.take(), (Lines{"ERROR :Closing Link: x (Registration timed out)"}));
    EXPECT_EQ(busy.take(), (Lines{"ERROR :Closing Link: * (Registration timed out)"}));
    EXPECT_TRUE(silent.closed() && halfway.closed() && busy.closed());
    EXPECT_EQ(limit_hits(Limit::registration_timeout), 3);
}

TEST_F(IrcRegistrationTest, WhoIsRegisteredIsNotTimedOut) {
    IrcClient ana = connect("ana");
    advance(61s);
    EXPECT_FALSE(ana.closed());
}

TEST_F(IrcRegistrationTest, SoManyLinesBeforeRegistrationAreEnough) {
    change_options([](ServerOptions& options) { options.registration_lines = 10; });
    IrcClient bob = connect("bob");
    IrcClient ana = open();
    for (int i = 0; i < 10; ++i) ana.send("NICK n" + std::to_string(i));
    EXPECT_FALSE(ana.closed());
    ana.take();
    ana.send("NICK bob");
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: n9 (Too many lines before registration)"}));
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(limit_hits(Limit::registration_lines), 1);
    EXPECT_EQ(bob.ask("PING x").size(), 1U);
}

TEST_F(IrcRegistrationTest, EmptyLinesCountToo) {
    change_options([](ServerOptions& options) { options.registration_lines = 10; });
    IrcClient ana = open();
    ana.send_raw("\r\n\r\n\n\n\n: \r\n@ \r\n  \r\n@;;;= :\r\n\r\n");
    EXPECT_FALSE(ana.closed());
    ana.send("");
    EXPECT_TRUE(ana.closed());
}

TEST_F(IrcRegistrationTest, ABrowserThatIsTalkedIntoConnectingIsSentAway) {
    for (const std::string verb : {"GET", "POST", "PUT", "OPTIONS", "CONNECT", "get"}) {
        IrcClient web = open();
        web.send_raw(verb + " / HTTP/1.1\r\nHost: x\r\n\r\nNICK mal\r\nUSER m 0 * :m\r\nJOIN #a\r\n");
        EXPECT_EQ(web.take(), (Lines{"ERROR :Closing Link: * (This is not an HTTP server)"})) << verb;
        EXPECT_TRUE(web.closed());
    }
    EXPECT_FALSE(service_.lookup_user("mal"));
    IrcClient ana = connect("ana");
    EXPECT_EQ(commands_of(ana.ask("GET /")), (Lines{"421"}));
}

TEST_F(IrcRegistrationTest, GuestsAreTurnedAwayWhenUsersAreNotMadeOnRequest) {
    chat::ServiceOptions options = service_.options();
    options.create_user_on_request = false;
    service_.set_options(options);
    IrcClient ana = open();
    ana.send("NICK ana\r\nUSER a 0 * :a");
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: ana (Guests may not log in here)"}));
    EXPECT_TRUE(ana.closed());
}

TEST_F(IrcRegistrationTest, WhoQuitsIsGoneForAllAndTheReasonIsToldOnce) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    ana.send("JOIN #b");
    bob.send("JOIN #b");
    ana.take();
    bob.send("QUIT :gone home");
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test QUIT :Quit: gone home"}));
    EXPECT_EQ(only("ERROR", bob.take()), (Lines{"ERROR :Closing Link: bob (Quit: gone home)"}));
    bob.send("PRIVMSG #a :ghost");
    bob.hang_up();
    EXPECT_TRUE(ana.take().empty());
    connect("bob");
}

TEST_F(IrcRegistrationTest, ALostConnectionIsAQuit) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    IrcClient carol = join("carol");
    ana.take();
    bob.hang_up();
    carol.hang_up(std::make_error_code(std::errc::connection_reset));
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test QUIT :Connection closed",
                                 ":carol!~carol@users.test QUIT :Connection lost"}));
}

}  // namespace
}  // namespace patchcord::irc
