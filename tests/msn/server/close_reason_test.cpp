// What the log is told of why a session ended.

#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using chat::CloseKind;
using tests::MsnClient;
using tests::MsnPerson;

class MsnCloseReasonTest : public tests::MsnSwitchboardTest {
  protected:
    static void expect(MsnClient& client, CloseKind kind, std::string_view rule, std::string_view words) {
        EXPECT_TRUE(client.closed());
        EXPECT_EQ(client.transport().close_kind(), kind);
        EXPECT_EQ(client.transport().close_rule(), rule);
        EXPECT_EQ(client.transport().close_reason(), words);
    }
};

TEST_F(MsnCloseReasonTest, OutIsTheClientsOwn) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    window.send("OUT");
    expect(window, CloseKind::client, "", "OUT");
    ana.ns.send("OUT");
    expect(ana.ns, CloseKind::client, "", "signed out");
}

TEST_F(MsnCloseReasonTest, TimeIsUp) {
    change_options([](ServerOptions& options) { options.alone_timeout = 20s; });
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    MsnClient stranger = open();
    advance(20s);
    expect(window, CloseKind::timeout, "msn.alone_timeout", "alone for too long");
    ana.ns.send("PNG");
    advance(server_.options().silence_timeout);
    expect(ana.ns, CloseKind::timeout, "msn.silence_timeout", "silent for too long");
    expect(stranger, CloseKind::timeout, "msn.login_timeout", "login timed out");
}

TEST_F(MsnCloseReasonTest, TooManyBytesBeforeTheLogin) {
    MsnClient stranger = open();
    stranger.send_raw(std::string(server_.options().unauthenticated_bytes + 1, 'x'));
    expect(stranger, CloseKind::limit, "msn.login_bytes", "too many bytes before the login");
}

TEST_F(MsnCloseReasonTest, TooMuchOutput) {
    MsnPerson ana = online("ana");
    ana.ns.transport().stall(1);
    ana.ns.send("PNG");
    EXPECT_EQ(ana.ns.transport().close_kind(), CloseKind::limit);
    EXPECT_EQ(ana.ns.transport().close_rule(), "msn.sendq");
}

TEST_F(MsnCloseReasonTest, InputThatIsNoMsnp) {
    MsnClient stranger = open();
    stranger.send("GET / HTTP/1.1");
    EXPECT_EQ(stranger.transport().close_kind(), CloseKind::protocol);
}

TEST_F(MsnCloseReasonTest, AWrongKey) {
    MsnPerson ana = online("ana");
    MsnClient window = open_switchboard();
    window.send("USR 1 " + ana.handle + " 1.2.3");
    expect(window, CloseKind::login, "", "bad key");
}

TEST_F(MsnCloseReasonTest, WhoSignsInAgainEndsTheFirst) {
    MsnPerson ana = online("ana");
    const MsnClient again = come_online(ana.handle, 8);
    expect(ana.ns, CloseKind::client, "", "OTH");
}

TEST_F(MsnCloseReasonTest, TheServerStops) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    server_.shut_down();
    expect(window, CloseKind::shutdown, "", "shutting down");
    expect(ana.ns, CloseKind::shutdown, "", "SSD");
}

TEST_F(MsnCloseReasonTest, TheLogKnowsTheHandleAsSoonAsThereIsOne) {
    const auto session = server_.make_notification_session();
    tests::MsnTransport transport;
    session->connection_made(transport);
    EXPECT_EQ(session->log_identity().who, "");
    session->data_received("VER 1 MSNP8 CVR0\r\nUSR 2 TWN I ana@example.com\r\n");
    EXPECT_EQ(session->log_identity().who, "ana@example.com");
    EXPECT_EQ(session->log_identity().connection, "msn-ns#1");
    session->connection_lost({});
}

}  // namespace
}  // namespace patchcord::msn
