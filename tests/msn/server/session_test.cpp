#include "msn/server/session.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::MsnClient;
using tests::MsnPerson;

/// What both kinds of connection have in common, whatever their commands are.
class MsnSessionTest : public tests::MsnSwitchboardTest {};

/// A session whose one command fails as no command should.
class Thrower final : public Session {
  public:
    explicit Thrower(Server& server) : Session(server, "msn-test", 7) {}

  protected:
    void run_command(const Command& command) override {
        if (command.verb == "PNG") {
            emit([](CommandBuilder& line) { line.verb("QNG").finish(); });
            return;
        }
        throw std::runtime_error("a bug");
    }
    [[nodiscard]] bool authenticated() const override { return true; }
};

TEST_F(MsnSessionTest, AFailureEndsThatSessionOnly) {
    MsnPerson ana = online("ana");
    MsnClient client(std::make_unique<Thrower>(server_), scheduler_);
    EXPECT_EQ(client.ask("PNG"), (Commands{"QNG"}));
    EXPECT_EQ(client.ask("XYZ 1"), Commands{});
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(log_.count("msn-test#7 session failed error=a bug"), 1U);
    EXPECT_EQ(ana.ns.ask("PNG"), (Commands{"QNG"}));
}

TEST_F(MsnSessionTest, NothingIsDoneAfterTheEnd) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    EXPECT_EQ(window.ask("OUT"), Commands{});
    const std::string payload = text("x");
    window.send_raw("USR 1 ana@example.com x\r\nMSG 1 A " + std::to_string(payload.size()) + "\r\n" + payload);
    EXPECT_EQ(window.take(), Commands{});
    window.hang_up();
    EXPECT_EQ(server_.metrics().connections.value(), 1) << "ana's";
}

TEST_F(MsnSessionTest, WhatFollowsTheEndInOneReadIsNotRun) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = enter(ana);
    window.send_raw("OUT\r\nCAL 2 bob@example.com\r\n");
    EXPECT_EQ(bob.ns.take(), Commands{});
}

TEST_F(MsnSessionTest, BadInputIsLoggedWithoutItsWords) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    window.send("secret words");
    EXPECT_TRUE(window.closed());
    EXPECT_EQ(log_.count("bad input why=malformed line address=192.0.2.1"), 1U);
    EXPECT_EQ(log_.count("secret"), 0U);
}

TEST_F(MsnSessionTest, ALimitIsCountedEachTimeAndLoggedOnce) {
    change_options([](ServerOptions& options) { options.max_participants = 1; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = enter(ana);
    for (int i = 0; i < 5; ++i) (void)window.ask("CAL 2 bob@example.com");
    EXPECT_EQ(limit_hits(Limit::participants), 5);
    EXPECT_EQ(log_.count("limit hit limit=participants"), 1U);
}

TEST_F(MsnSessionTest, ConnectionsAndCommandsAreCounted) {
    const std::int64_t commands = server_.metrics().commands_received.value();
    MsnClient one = open();
    MsnClient two = open_switchboard();
    EXPECT_EQ(server_.metrics().connections.value(), 2);
    one.send("VER 1 MSNP8 CVR0");
    EXPECT_EQ(server_.metrics().commands_received.value(), commands + 1);
    two.hang_up();
    EXPECT_EQ(server_.metrics().connections.value(), 1);
    EXPECT_EQ(server_.metrics().connections_total.value(), 2);
}

TEST_F(MsnSessionTest, TheNextConnectionIsNumbered) {
    change_options([](ServerOptions& options) { options.login_timeout = 1s; });
    MsnClient one = open();
    MsnClient two = open_switchboard();
    advance(1s);
    EXPECT_EQ(log_.count("msn-ns#1 limit hit limit=login_timeout"), 1U);
    EXPECT_EQ(log_.count("msn-sb#2 limit hit limit=login_timeout"), 1U);
}

TEST_F(MsnSessionTest, NoTransportIsTouchedWhileABroadcastRuns) {
    change_options([](ServerOptions& options) { options.sendq = 300; });
    chat::Group& room = make_room();
    std::vector<MsnPerson> people;
    std::vector<MsnClient> windows;
    for (const char* name : {"ana", "bob", "carol", "dave"}) people.push_back(online(name));
    for (MsnPerson& person : people) windows.push_back(call(person, "a@rooms.msn.test"));
    for (MsnClient& window : windows) window.transport().stall();
    tests::IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room));
    for (int i = 0; i < 5; ++i) (void)zoe.say(room, std::string(200, 'x'));
    advance(0s);
    for (MsnClient& window : windows) EXPECT_TRUE(window.closed());
    EXPECT_EQ(room.size(), 1U);
    EXPECT_EQ(limit_hits(Limit::sendq), 4);
}

}  // namespace
}  // namespace patchcord::msn
