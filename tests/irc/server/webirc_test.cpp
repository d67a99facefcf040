#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using Answer = chat::PasswordVerifier::Answer;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

constexpr const char* gateway = "203.0.113.9";
constexpr const char* secure_line = "WEBIRC secret web host.example 198.51.100.3 :secure remote-port=1";

ServerOptions options_with_gateway() {
    ServerOptions options = tests::irc_options();
    options.plaintext_passwords = false;
    options.web_gateway_hash = [](std::string_view address) {
        return std::string(address == gateway ? "gateway-hash" : "");
    };
    return options;
}

class IrcWebircTest : public IrcTest {
  protected:
    IrcWebircTest() : IrcTest(options_with_gateway()) {}
    IrcClient open_gateway(bool secure = false) { return IrcClient(server_, {gateway, "ab12", secure}); }
    void expect_refused(IrcClient& client, const std::string& why) {
        EXPECT_EQ(client.take(), (Lines{"ERROR :Closing Link: * (" + why + ")"}));
        EXPECT_TRUE(client.closed());
        EXPECT_EQ(client.transport().peer().address, gateway) << "nothing has changed";
    }
};

TEST_F(IrcWebircTest, TheRightPasswordMakesTheClientWhoItSpeaksFor) {
    IrcClient ana = open_gateway();
    ana.send("WEBIRC secret web host.example 198.51.100.3\r\nNICK ana\r\nUSER a 0 * :a");
    EXPECT_TRUE(ana.take().empty()) << "nothing is run before the password is known to be right";
    ASSERT_EQ(passwords_.pending(), 1U);
    EXPECT_EQ(passwords_.next().password, "secret");
    EXPECT_EQ(passwords_.next().hash, "gateway-hash");
    passwords_.answer(Answer::right);
    EXPECT_EQ(only("001", ana.take()).size(), 1U);
    EXPECT_EQ(ana.transport().peer().address, "198.51.100.3");
    EXPECT_EQ(log_.count("secret"), 0U);
}

TEST_F(IrcWebircTest, SecureCountsOnlyIfTheGatewayCameByTlsToo) {
    for (const bool by_tls : {true, false}) {
        IrcClient ana = open_gateway(by_tls);
        ana.send(std::string(secure_line) + "\r\nNICK ana\r\nUSER a 0 * :a");
        passwords_.answer(Answer::right);
        EXPECT_EQ(only("001", ana.take()).size(), 1U);
        EXPECT_EQ(user("ana").profile().secure, by_tls);
        EXPECT_EQ(ana.transport().peer().fingerprint, "") << "the certificate was the gateway's";
    }
}

TEST_F(IrcWebircTest, WithoutTheOptionTheClientIsNotSecureWhateverTheGatewayUses) {
    for (const std::string options : {"", " :", " :insecure", " :certfp-sha-256=ab local-port=6697"}) {
        IrcClient ana = open_gateway(true);
        ana.send("WEBIRC secret web h 198.51.100.3" + options + "\r\nNICK ana\r\nUSER a 0 * :a");
        passwords_.answer(Answer::right);
        EXPECT_EQ(only("001", ana.take()).size(), 1U) << options;
        EXPECT_FALSE(user("ana").profile().secure) << options;
    }
}

TEST_F(IrcWebircTest, AnOptionMayHaveAValueAndStandAnywhere) {
    for (const std::string options : {" secure", " secure=yes", " :a=b  secure=x c", " a secure"}) {
        IrcClient ana = open_gateway(true);
        ana.send("WEBIRC secret web h 198.51.100.3" + options + "\r\nNICK ana\r\nUSER a 0 * :a");
        passwords_.answer(Answer::right);
        ASSERT_EQ(only("001", ana.take()).size(), 1U) << options;
        EXPECT_TRUE(user("ana").profile().secure) << options;
    }
}

TEST_F(IrcWebircTest, AWrongPasswordEndsTheConnectionAndIsCounted) {
    IrcClient ana = open_gateway();
    ana.send("WEBIRC hunter2 web h 198.51.100.3");
    passwords_.answer(Answer::wrong);
    expect_refused(ana, "Invalid WebIRC password");
    EXPECT_EQ(limit_hits(Limit::failed_logins), 1);
    EXPECT_EQ(log_.count("WEBIRC refused address=203.0.113.9"), 1U);
    EXPECT_EQ(log_.count("hunter2"), 0U);
}

TEST_F(IrcWebircTest, FromElsewhereItEndsTheConnectionWithoutAQuestion) {
    IrcClient mal = open();
    mal.send(secure_line);
    EXPECT_EQ(mal.take(), (Lines{"ERROR :Closing Link: * (WEBIRC is not taken from your address)"}));
    EXPECT_TRUE(mal.closed());
    EXPECT_EQ(passwords_.pending(), 0U);
    EXPECT_EQ(mal.transport().peer().address, "192.0.2.1");
}

TEST_F(IrcWebircTest, WithoutAnyGatewayItIsRefusedAsWell) {
    change_options([](ServerOptions& options) { options.web_gateway_hash = nullptr; });
    IrcClient ana = open_gateway();
    ana.send(secure_line);
    expect_refused(ana, "WEBIRC is not taken from your address");
}

TEST_F(IrcWebircTest, BehindAnythingElseItEndsTheConnection) {
    for (const std::string first : {"NICK ana", "CAP LS 302", "PING x", ""}) {
        IrcClient ana = open_gateway();
        ana.send(first);
        ana.take();
        ana.send(secure_line);
        EXPECT_EQ(only("ERROR", ana.take()).size(), 1U) << first;
        EXPECT_TRUE(ana.closed()) << first;
        EXPECT_EQ(passwords_.pending(), 0U) << first;
    }
}

TEST_F(IrcWebircTest, ASecondOneEndsTheConnection) {
    change_options([](ServerOptions& options) {
        options.web_gateway_hash = [](std::string_view) { return std::string("gateway-hash"); };
    });
    IrcClient ana = open_gateway();
    ana.send(std::string(secure_line) + "\r\nWEBIRC secret web h 198.51.100.4");
    passwords_.answer(Answer::right);
    EXPECT_EQ(ana.take(), (Lines{"ERROR :Closing Link: * (WEBIRC must be the first line)"}));
    EXPECT_EQ(ana.transport().peer().address, "198.51.100.3");
}

TEST_F(IrcWebircTest, TooFewParametersEndTheConnection) {
    for (const std::string line : {"WEBIRC", "WEBIRC secret", "WEBIRC secret web h"}) {
        IrcClient ana = open_gateway();
        ana.send(line);
        expect_refused(ana, "Not enough parameters for WEBIRC");
    }
}

TEST_F(IrcWebircTest, AnAddressThatIsNoneEndsTheConnection) {
    IrcClient ana = open_gateway();
    ana.transport().set_move(chat::Moved::not_an_address);
    ana.send("WEBIRC secret web h 999.1.1.1");
    passwords_.answer(Answer::right);
    expect_refused(ana, "Invalid address in WEBIRC");
}

TEST_F(IrcWebircTest, TooManyFromThereAreRefusedAsIfTheyHadComeDirectly) {
    IrcClient ana = open_gateway();
    ana.transport().set_move(chat::Moved::too_many);
    ana.send(secure_line);
    passwords_.answer(Answer::right);
    expect_refused(ana, "Too many connections from your address");
    EXPECT_EQ(limit_hits(Limit::clients_per_address), 1);
    IrcClient bob = open_gateway();
    bob.transport().set_move(chat::Moved::too_often);
    bob.send(secure_line);
    passwords_.answer(Answer::right);
    expect_refused(bob, "Too many connections from your address in a short time");
    EXPECT_EQ(limit_hits(Limit::connects_per_address), 1);
}

TEST_F(IrcWebircTest, ABusyVerifierLetsNobodyIn) {
    IrcClient ana = open_gateway();
    ana.send(secure_line);
    passwords_.answer(Answer::busy);
    expect_refused(ana, "Too many logins at the moment, try again");
}

TEST_F(IrcWebircTest, AnAnswerForSomebodyWhoIsGoneIsForgotten) {
    IrcClient ana = open_gateway();
    ana.send(secure_line);
    ana.hang_up();
    passwords_.answer(Answer::right);
    EXPECT_EQ(ana.transport().peer().address, gateway);
}

TEST_F(IrcWebircTest, WhoIsRegisteredStaysWhoTheyAre) {
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask(secure_line), (Lines{":irc.test 462 ana :You may not reregister"}));
    EXPECT_FALSE(ana.closed());
}

}  // namespace
}  // namespace patchcord::irc
