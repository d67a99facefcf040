#include <gtest/gtest.h>
#include <optional>
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

/// Signing out, hiding, signing in elsewhere and the server's end, with conversations open; and the limits of them.
class MsnSwitchboardEndTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnSwitchboardEndTest, ASignOutLeavesConversationsAmongMsnClientsOpen) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [window, other] = connect(ana, bob);
    ana.ns.send("OUT");
    EXPECT_FALSE(window.closed());
    EXPECT_EQ(other.take(), Commands{});
    EXPECT_EQ(say(window, "still here"), (Commands{"ACK"}));
    EXPECT_EQ(heard(other), (Commands{"ana@example.com: still here"}));
    EXPECT_EQ(say(other, "I see"), (Commands{"ACK"}));
    EXPECT_EQ(heard(window), (Commands{"bob@example.com: I see"}));
    EXPECT_EQ(window.ask("CAL 2 bob@example.com"), (Commands{"713 2"}));
    window.send("OUT");
    EXPECT_EQ(other.take(), (Commands{"BYE ana@example.com"}));
}

TEST_F(MsnSwitchboardEndTest, ASignOutIsNotSeenInAnotherConversationAmongMsnClients) {
    make_room();
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [window, other] = connect(ana, bob);
    MsnClient room_of_ana = call(ana, "a@rooms.msn.test");
    MsnClient room_of_bob = call(bob, "a@rooms.msn.test");
    room_of_ana.take();
    bob.ns.send("OUT");
    EXPECT_EQ(room_of_ana.take(), (Commands{"BYE bob@example.com"}));
    EXPECT_EQ(window.take(), Commands{}) << "his window there is still open";
    EXPECT_EQ(say(other, "here"), (Commands{"ACK"}));
    EXPECT_EQ(heard(window), (Commands{"bob@example.com: here"}));
}

TEST_F(MsnSwitchboardEndTest, ASignOutEndsConversationsWithOthers) {
    chat::Group& room = make_room();
    for (const char* goodbye : {"OUT", "CHG 9 HDN 0"}) {
        SCOPED_TRACE(goodbye);
        MsnPerson bob = online("bob");
        IrcPerson zoe(service_, "zoe");
        EXPECT_FALSE(zoe->join(room));
        MsnClient query = call(bob, irc_handle("zoe"));
        MsnClient in_room = call(bob, "a@rooms.msn.test");
        zoe.take();
        bob.ns.send(goodbye);
        EXPECT_TRUE(query.closed());
        EXPECT_TRUE(in_room.closed());
        EXPECT_EQ(zoe.take(), (Log{"signed_off bob: Signed out"}));
        advance(0s);
        EXPECT_EQ(open_switchboards(), 0);
    }
}

TEST_F(MsnSwitchboardEndTest, ALostConnectionIsToldAsASignOut) {
    chat::Group& room = make_room();
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room));
    MsnClient in_room = call(bob, "a@rooms.msn.test");
    zoe.take();
    bob.ns.hang_up();
    const Log told = zoe.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told.front().starts_with("signed_off bob: ")) << told.front();
    EXPECT_TRUE(in_room.closed());
}

TEST_F(MsnSwitchboardEndTest, WhoHidesMayGoOnAmongMsnClientsAndMeetNobodyElse) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    ana.ns.send("CHG 9 HDN 0");
    EXPECT_EQ(say(window, "psst"), (Commands{"ACK"}));
    EXPECT_EQ(heard(other), (Commands{"ana@example.com: psst"}));
    EXPECT_EQ(window.ask("CAL 2 zoe@irc.msn.test"), (Commands{"217 2"}));
    EXPECT_EQ(ana.ns.ask("XFR 3 SB"), (Commands{"913 3"}));
    EXPECT_EQ(other.ask("CAL 4 ana@example.com"), (Commands{"215 4"}));
    MsnClient another = enter(bob);
    EXPECT_EQ(another.ask("CAL 5 ana@example.com"), (Commands{"217 5"}));
}

TEST_F(MsnSwitchboardEndTest, ASecondLoginEndsTheFirstAndItsConversationsWithOthers) {
    chat::Group& room = make_room();
    MsnPerson carol = online("carol");
    MsnPerson first = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room));
    MsnClient in_room = call(first, "a@rooms.msn.test");
    auto [window, other] = connect(first, carol);
    first.ns.take();
    zoe.take();
    MsnPerson second = online("bob");
    EXPECT_EQ(first.ns.take(), (Commands{"OUT OTH"}));
    EXPECT_TRUE(first.ns.closed());
    EXPECT_TRUE(in_room.closed());
    EXPECT_FALSE(window.closed());
    const Log told = zoe.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told.front().starts_with("signed_off bob: ")) << told.front();
    EXPECT_EQ(say(window, "the old window"), (Commands{"ACK"}));
    EXPECT_EQ(heard(other), (Commands{"bob@example.com: the old window"}));
    first.ns.hang_up();
    window.send("OUT");
    EXPECT_NE(server_.find_principal("bob@example.com"), nullptr) << "the second";
    EXPECT_EQ(second.ns.ask("PNG"), (Commands{"QNG"}));
}

TEST_F(MsnSwitchboardEndTest, ARingDoesNotOutliveTheSignInItRang) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient window = call(ana, bob.handle);
    const MsnRing ring = ring_of(bob);
    MsnPerson again = online("bob");
    MsnClient late = answer(again, ring);
    EXPECT_EQ(late.take(), (Commands{"911 73"}));
    EXPECT_EQ(window.take(), Commands{});
}

TEST_F(MsnSwitchboardEndTest, TheServersEndIsEverybodysAndNobodyIsToldOfTheOthers) {
    chat::Group& room = make_room();
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [window, other] = connect(ana, bob);
    MsnClient in_room = call(ana, "a@rooms.msn.test");
    MsnClient stranger = open_switchboard();
    (void)room;
    ana.ns.take();
    bob.ns.take();
    server_.shut_down();
    EXPECT_EQ(ana.ns.take(), (Commands{"OUT SSD"}));
    EXPECT_EQ(bob.ns.take(), (Commands{"OUT SSD"}));
    for (MsnClient* client : {&ana.ns, &bob.ns, &window, &other, &in_room, &stranger}) EXPECT_TRUE(client->closed());
    advance(120s);
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardEndTest, TheServersEndIsNoTroubleWhileItRings) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(ana, bob.handle);
    EXPECT_FALSE(zoe.say(user_of(ana), "hello"));
    server_.shut_down();
    ana.ns.hang_up();
    bob.ns.hang_up();
    window.hang_up();
    advance(120s);
    EXPECT_EQ(open_switchboards(), 0);
    EXPECT_EQ(zoe.take().size(), 1U) << "undelivered";
}

TEST_F(MsnSwitchboardEndTest, AKeyMustComeInTime) {
    MsnClient silent = open_switchboard();
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    advance(59s);
    EXPECT_FALSE(silent.closed());
    advance(1s);
    EXPECT_TRUE(silent.closed());
    EXPECT_FALSE(window.closed());
    EXPECT_EQ(limit_hits(Limit::login_timeout), 1);
    EXPECT_FALSE(window.closed()) << "an empty switchboard may wait a little";
}

TEST_F(MsnSwitchboardEndTest, NobodyStaysAloneForEver) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    advance(9min);
    EXPECT_FALSE(window.closed());
    advance(1min);
    EXPECT_TRUE(window.closed());
    EXPECT_EQ(limit_hits(Limit::alone_timeout), 1);
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardEndTest, WhoeverHasOrExpectsCompanyStays) {
    change_options([](ServerOptions& options) { options.ring_timeout = 20min; });
    make_room();
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    auto [window, other] = connect(ana, bob);
    MsnClient query = call(ana, irc_handle("zoe"));
    MsnClient room = call(ana, "a@rooms.msn.test");
    MsnClient ringing = call(ana, carol.handle);
    advance(11min);
    for (MsnClient* client : {&window, &other, &query, &room, &ringing}) EXPECT_FALSE(client->closed());
    EXPECT_EQ(limit_hits(Limit::alone_timeout), 0);
}

TEST_F(MsnSwitchboardEndTest, TheTimeAloneBeginsWhenTheLastOtherIsGone) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [window, other] = connect(ana, bob);
    MsnClient ringing = call(ana, carol.handle);
    std::optional<IrcPerson> zoe(std::in_place, service_, "zoe");
    MsnClient query = call(ana, irc_handle("zoe"));
    advance(9min);
    other.send("OUT");
    zoe.reset();
    for (MsnClient* client : {&window, &query, &ringing}) EXPECT_FALSE(client->closed());
    advance(90s);
    EXPECT_TRUE(ringing.closed()) << "nobody answered, and then the time ran";
    EXPECT_FALSE(window.closed());
    EXPECT_FALSE(query.closed());
    advance(9min);
    EXPECT_TRUE(window.closed());
    EXPECT_TRUE(query.closed());
    EXPECT_EQ(limit_hits(Limit::alone_timeout), 3);
}

/// Expects everybody, and keeps whatever is said to them.
class PatientBox final : public chat::OfflineBox {
  public:
    [[nodiscard]] bool expects(std::string_view) const override { return true; }
    void keep(const chat::User&, std::string_view, std::string, std::function<void(std::error_code)> done) override {
        done({});
    }
};

TEST_F(MsnSwitchboardEndTest, WhoeverWritesToSomebodyAwayStaysAsLongAsTheyDo) {
    PatientBox box;
    server_.environment().offline_box = &box;
    MsnPerson ana = online("ana");
    MsnClient window = call(ana, irc_handle("zoe"));
    advance(9min);
    EXPECT_EQ(say(window, "are you there?").front(), "ACK");
    advance(9min);
    EXPECT_FALSE(window.closed());
    advance(1min);
    EXPECT_TRUE(window.closed());
}

TEST_F(MsnSwitchboardEndTest, WhoeverFindsCompanyInTimeStays) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = enter(ana);
    MsnClient query = enter(ana);
    advance(9min);
    (void)ring_up(window, bob.handle);
    MsnClient other = pick_up(bob);
    (void)ring_up(query, irc_handle("zoe"));
    advance(10min);
    for (MsnClient* client : {&window, &other, &query}) EXPECT_FALSE(client->closed());
}

TEST_F(MsnSwitchboardEndTest, StrangersMaySayLittle) {
    change_options([](ServerOptions& options) { options.unauthenticated_bytes = 200; });
    MsnClient mal = open_switchboard();
    mal.send_only(std::string(150, '\n'));
    EXPECT_FALSE(mal.closed());
    mal.send_only(std::string(51, '\n'));
    EXPECT_TRUE(mal.closed());
    EXPECT_EQ(limit_hits(Limit::unauthenticated_bytes), 1);
}

TEST_F(MsnSwitchboardEndTest, OneMayHaveOnlySoManySwitchboards) {
    change_options([](ServerOptions& options) { options.max_switchboards = 2; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient first = enter(ana);
    const std::string key = new_key(ana);
    MsnClient second = call(ana, bob.handle);
    EXPECT_EQ(ana.ns.ask("XFR 9 SB"), (Commands{"714 9"}));
    MsnClient third = open_switchboard();
    EXPECT_EQ(third.ask("USR 1 ana@example.com " + key), (Commands{"714 1"}));
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(limit_hits(Limit::switchboards), 2);
    first.send("OUT");
    MsnClient fourth = open_switchboard();
    EXPECT_EQ(fourth.ask("USR 1 ana@example.com " + key), (Commands{"USR 1 OK ana@example.com Ana"}));
    EXPECT_EQ(say(second, "alone"), (Commands{"NAK"}));
}

TEST_F(MsnSwitchboardEndTest, WhoeverIsCalledMayHaveTooManyToo) {
    change_options([](ServerOptions& options) { options.max_switchboards = 1; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient busy = enter(bob);
    MsnClient window = call(ana, bob.handle);
    MsnClient late = answer(bob, ring_of(bob));
    EXPECT_EQ(late.take(), (Commands{"714 73"}));
    EXPECT_TRUE(late.closed());
    EXPECT_EQ(window.take(), Commands{});
}

TEST_F(MsnSwitchboardEndTest, AFailingStoreIsNoTroubleForConversations) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    store_.hold_answers();
    auto [window, other] = connect(ana, bob);
    MsnClient query = call(ana, irc_handle("zoe"));
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(say(query, "hello"), (Commands{"ACK"}));
}

TEST_F(MsnSwitchboardEndTest, NothingIsLeftBehind) {
    make_room();
    const std::size_t timers = scheduler_.pending();
    {
        MsnPerson ana = online("ana");
        MsnPerson bob = online("bob");
        IrcPerson zoe(service_, "zoe");
        auto [window, other] = connect(ana, bob);
        (void)ring_up(window, irc_handle("zoe"));
        MsnClient query = call(ana, irc_handle("zoe"));
        query.send("MSG 4 U", typing_of(ana.handle));
        MsnClient room = call(bob, "a@rooms.msn.test");
        MsnClient ringing = call(bob, "ana@example.com");
    }
    advance(0s);
    EXPECT_EQ(open_switchboards(), 0);
    EXPECT_EQ(service_.group_count(), 1U);
    EXPECT_EQ(service_.counts().online, 0U);
    EXPECT_EQ(server_.metrics().connections.value(), 0);
    EXPECT_EQ(server_.metrics().signed_in.value(), 0);
    advance(10min);
    EXPECT_LE(scheduler_.pending(), timers + 1) << "but for the watch for idle people";
    EXPECT_EQ(server_.keys().size(), 0U);
}

}  // namespace
}  // namespace patchcord::msn
