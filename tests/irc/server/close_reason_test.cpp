// What the log is told of why a session ended.

#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using chat::CloseKind;
using tests::IrcClient;
using tests::IrcTest;

class IrcCloseReasonTest : public IrcTest {
  protected:
    static void expect(IrcClient& client, CloseKind kind, std::string_view rule, std::string_view words) {
        EXPECT_TRUE(client.closed());
        EXPECT_EQ(client.transport().close_kind(), kind);
        EXPECT_EQ(client.transport().close_rule(), rule);
        EXPECT_EQ(client.transport().close_reason(), words);
    }
};

TEST_F(IrcCloseReasonTest, QuitIsTheClientsOwnAndItsWordsAreNotForTheLog) {
    IrcClient ana = connect("ana");
    ana.send("QUIT :my secret");
    expect(ana, CloseKind::client, "", "quit");
}

TEST_F(IrcCloseReasonTest, KillIsAnOperatorsAndItsWordsAreNotForThisLine) {
    IrcClient ana = connect("ana");
    IrcClient bob = connect("bob");
    make_operator(ana);
    ana.send("KILL bob :words");
    expect(bob, CloseKind::removed, "", "killed");
}

TEST_F(IrcCloseReasonTest, TimeIsUp) {
    IrcClient ana = connect("ana");
    IrcClient stranger = open();
    advance(server_.options().registration_timeout);
    expect(stranger, CloseKind::timeout, "irc.registration_timeout", "Registration timed out");
    advance(10min);
    expect(ana, CloseKind::timeout, "irc.ping_timeout", "Ping timeout: 150 seconds");
}

TEST_F(IrcCloseReasonTest, TooMuchInput) {
    IrcClient ana = connect("ana");
    ana.send_raw(std::string(server_.options().readq + 1, 'x'));
    expect(ana, CloseKind::limit, "irc.readq", "ReadQ exceeded");
}

TEST_F(IrcCloseReasonTest, TooMuchOutput) {
    IrcClient ana = connect("ana");
    ana.transport().stall(10);
    ana.send("PING a-token-of-some-length");
    expect(ana, CloseKind::limit, "irc.sendq", "SendQ exceeded");
}

TEST_F(IrcCloseReasonTest, TooManyLinesBeforeRegistration) {
    change_options([](ServerOptions& options) { options.registration_lines = 2; });
    IrcClient stranger = open();
    stranger.send("PING a\r\nPING b\r\nPING c");
    expect(stranger, CloseKind::limit, "irc.registration_lines", "Too many lines before registration");
}

TEST_F(IrcCloseReasonTest, AnotherProtocol) {
    IrcClient browser = open();
    browser.send("GET / HTTP/1.1");
    expect(browser, CloseKind::protocol, "", "This is not an HTTP server");
    IrcClient secure = open();
    secure.send_raw("\x16\x03\x01");
    expect(secure, CloseKind::protocol, "", "This port speaks plain text, not TLS");
}

TEST_F(IrcCloseReasonTest, TheServerStops) {
    IrcClient ana = connect("ana");
    server_.shut_down("Server shutting down");
    expect(ana, CloseKind::shutdown, "", "Server shutting down");
}

TEST_F(IrcCloseReasonTest, TheLogKnowsTheNickAsSoonAsThereIsOne) {
    const auto session = server_.make_session();
    tests::MemoryTransport transport;
    session->connection_made(transport);
    EXPECT_EQ(session->log_identity().connection, "irc#1");
    EXPECT_EQ(session->log_identity().who, "");
    session->data_received("NICK ana\r\n");
    EXPECT_EQ(session->log_identity().who, "ana");
    session->connection_lost({});
}

TEST(IrcLimitKeyTest, LimitsThatEndConnectionsHaveTheirKey) {
    EXPECT_EQ(limit_key(Limit::flood_closed), "irc.flood_timeout");
    EXPECT_EQ(limit_key(Limit::failed_logins), "irc.max_failed_logins");
    EXPECT_EQ(limit_key(Limit::sessions), "irc.max_sessions");
    EXPECT_EQ(limit_key(Limit::line_length), "line_length");
}

}  // namespace
}  // namespace patchcord::irc
