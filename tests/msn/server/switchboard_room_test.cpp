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

/// Rooms: each MSN client has a switchboard of its own with them.
class MsnSwitchboardRoomTest : public tests::MsnSwitchboardTest {
  protected:
    chat::Group& room_ = make_room();
    const std::string handle_ = "a@rooms.msn.test";
};

TEST_F(MsnSwitchboardRoomTest, EverybodyInTheRoomIsShownBothWays) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = enter(bob);
    EXPECT_EQ(ring_up(second, handle_),
              (Commands{"JOI a@rooms.msn.test %23a", "JOI zoe@irc.msn.test zoe", "JOI ana@example.com Ana"}));
    EXPECT_EQ(first.take(), (Commands{"JOI bob@example.com Bob"}));
    EXPECT_EQ(zoe.take(), (Log{"joined #a ana", "joined #a bob"}));
    EXPECT_EQ(open_switchboards(), 2);
}

TEST_F(MsnSwitchboardRoomTest, MessagesReachEverybodyOnce) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(bob, handle_);
    first.take();
    zoe.take();
    EXPECT_EQ(say(first, "hello"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message ana -> #a: hello"}));
    EXPECT_EQ(heard(second), (Commands{"ana@example.com: hello"}));
    EXPECT_FALSE(zoe.say(room_, "hi all"));
    EXPECT_EQ(heard(first), (Commands{"zoe@irc.msn.test: hi all"}));
    EXPECT_EQ(heard(second), (Commands{"zoe@irc.msn.test: hi all"}));
}

TEST_F(MsnSwitchboardRoomTest, AmongMsnClientsARoomsMessageKeepsItsBytes) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnClient first = call(ana, handle_);
    MsnClient second = call(bob, handle_);
    first.take();
    const std::string payload = text("hello", "X-MMS-IM-Format: FN=Wide; EF=B; CO=ff; CS=0; PF=22\r\nX-Mine: 1\r\n");
    first.send("MSG 4 N", payload);
    EXPECT_EQ(second.take(), (Commands{"MSG ana@example.com Ana " + std::to_string(payload.size()) + "\n" + payload}));
}

TEST_F(MsnSwitchboardRoomTest, EveryModeIsAnswered) {
    MsnPerson ana = online("ana");
    MsnClient window = call(ana, handle_);
    EXPECT_EQ(say(window, "alone"), (Commands{"NAK"}));
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_EQ(say(window, "a", "U"), Commands{});
    EXPECT_EQ(say(window, "b", "N"), Commands{});
    EXPECT_EQ(say(window, "c", "A"), (Commands{"ACK"}));
    EXPECT_EQ(say(window, "d", "D"), (Commands{"ACK"}));
    EXPECT_EQ(say(window, "e", "S"), (Commands{"ACK"}));
    (void)room_.change({chat::Setting::moderated, true, {}, nullptr}, "test", {});
    (void)room_.change({chat::Setting::op, false, {}, &user_of(ana)}, "test", {});
    EXPECT_EQ(say(window, "a", "U"), Commands{});
    EXPECT_EQ(say(window, "b", "N"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "c", "A"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "d", "D"), (Commands{"NAK"}));
    EXPECT_EQ(say(window, "e", "S"), Commands{});
}

TEST_F(MsnSwitchboardRoomTest, ComingAndGoingIsSeen) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    MsnClient window = call(ana, handle_);
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
    EXPECT_FALSE(zoe->leave(room_, "bye"));
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    EXPECT_FALSE(zoe->join(room_));
    zoe.log_out("gone");
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe", "BYE zoe@irc.msn.test"}));
}

TEST_F(MsnSwitchboardRoomTest, AClosedWindowIsALeave) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(bob, handle_);
    first.take();
    zoe.take();
    second.send("OUT");
    EXPECT_EQ(zoe.take(), (Log{"left #a bob: left"}));
    EXPECT_EQ(first.take(), (Commands{"BYE bob@example.com"}));
    first.hang_up();
    EXPECT_EQ(zoe.take(), (Log{"left #a ana: connection lost"}));
    EXPECT_EQ(room_.size(), 1U);
}

TEST_F(MsnSwitchboardRoomTest, WhoeverSignsOutIsSeenToLeaveByOthersOnMsn) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(bob, handle_);
    first.take();
    zoe.take();
    bob.ns.send("OUT");
    EXPECT_TRUE(second.closed());
    EXPECT_EQ(zoe.take(), (Log{"signed_off bob: Signed out"}));
    EXPECT_EQ(first.take(), (Commands{"BYE bob@example.com"}));
}

TEST_F(MsnSwitchboardRoomTest, WhoeverIsSignedOutForTheirSilenceLeavesAsIdle) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(bob, handle_);
    first.take();
    zoe.take();
    bob.ns.send("PNG");
    advance(server_.options().silence_timeout);
    EXPECT_TRUE(second.closed());
    EXPECT_EQ(zoe.take(), (Log{"left #a bob: idle"}));
    EXPECT_EQ(first.take(), (Commands{"BYE bob@example.com"}));
    EXPECT_EQ(server_.find_principal(bob.handle), nullptr);
}

TEST_F(MsnSwitchboardRoomTest, SilenceDoesNotEndConversationsAmongMsnClients) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    bob.ns.send("PNG");
    advance(server_.options().silence_timeout);
    EXPECT_TRUE(bob.ns.closed());
    EXPECT_EQ(say(second, "still here"), (Commands{"ACK"}));
    EXPECT_EQ(heard(first), (Commands{"bob@example.com: still here"}));
}

TEST_F(MsnSwitchboardRoomTest, ARenamedPersonQuitsUnderTheirHandle) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient window = call(ana, handle_);
    EXPECT_FALSE(zoe->rename("zelda"));
    zoe.log_out("bye");
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
}

TEST_F(MsnSwitchboardRoomTest, ASecondWindowTakesOverAndTheRoomIsLeftWithTheLast) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = enter(ana);
    EXPECT_EQ(ring_up(second, handle_), (Commands{"JOI a@rooms.msn.test %23a", "JOI zoe@irc.msn.test zoe"}));
    EXPECT_EQ(zoe.take(), (Log{"joined #a ana"})) << "once";
    EXPECT_FALSE(zoe.say(room_, "hello"));
    EXPECT_EQ(heard(second), (Commands{"zoe@irc.msn.test: hello"}));
    EXPECT_EQ(first.take(), Commands{});
    second.send("OUT");
    EXPECT_EQ(zoe.take(), Log{});
    EXPECT_FALSE(zoe.say(room_, "still there?"));
    EXPECT_EQ(heard(first), (Commands{"zoe@irc.msn.test: still there?"}));
    first.send("OUT");
    EXPECT_EQ(zoe.take(), (Log{"left #a ana: left"}));
}

TEST_F(MsnSwitchboardRoomTest, AFailureIsToldToTheWindowThatSpoke) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(ana, handle_);
    zoe.fail(IrcPerson::Call::receive, chat::Errc::queue_full);
    EXPECT_EQ(tests::matching("NAK", first.ask("MSG 4 N", text("hello"))), (Commands{"NAK 4"}));
}

TEST_F(MsnSwitchboardRoomTest, WhoeverIsThrownOutIsSeenToGoOnce) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient window = call(ana, handle_);
    EXPECT_FALSE(yan->join(room_));
    MsnClient other = call(bob, handle_);
    zoe.take();
    yan.take();
    EXPECT_FALSE(room_.remove(user_of(ana), {chat::Departure::Kind::removed, "enough", &zoe.user()}));
    advance(0s);
    EXPECT_TRUE(window.closed());
    EXPECT_EQ(zoe.take(), (Log{"removed #a ana by zoe: enough"}));
    EXPECT_EQ(yan.take(), (Log{"removed #a ana by zoe: enough"}));
    EXPECT_EQ(other.take(), (Commands{"BYE ana@example.com"}));
    EXPECT_FALSE(room_.has(user_of(ana)));
    EXPECT_EQ(room_.size(), 3U);
}

TEST_F(MsnSwitchboardRoomTest, WhoeverIsThrownOutLosesAllWindows) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient first = call(ana, handle_);
    MsnClient second = call(ana, handle_);
    zoe.take();
    EXPECT_FALSE(room_.remove(user_of(ana), {chat::Departure::Kind::removed, "enough", &zoe.user()}));
    advance(0s);
    EXPECT_TRUE(first.closed());
    EXPECT_TRUE(second.closed());
    EXPECT_EQ(zoe.take(), (Log{"removed #a ana by zoe: enough"}));
    EXPECT_EQ(room_.size(), 1U);
}

TEST_F(MsnSwitchboardRoomTest, AnInvitationRingsInTheRoomsName) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_FALSE(room_.invite(zoe.user(), user_of(ana)));
    const MsnRing ring = ring_of(ana);
    EXPECT_EQ(ring.caller, handle_);
    EXPECT_EQ(ring.name, "%23a");
    MsnClient window = answer(ana, ring);
    EXPECT_EQ(window.take(),
              (Commands{"IRO 73 1 2 a@rooms.msn.test %23a", "IRO 73 2 2 zoe@irc.msn.test zoe", "ANS 73 OK"}));
    EXPECT_EQ(zoe.take(), (Log{"joined #a ana"}));
}

TEST_F(MsnSwitchboardRoomTest, InvitationsMadeAgainRingInTheSameSwitchboard) {
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_FALSE(room_.invite(zoe.user(), user_of(ana)));
    const MsnRing first = ring_of(ana);
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(room_.invite(zoe.user(), user_of(ana)));
    EXPECT_EQ(open_switchboards(), 1);
    EXPECT_LE(server_.keys().size(), 2U);
    const Commands rings = ana.ns.take();
    for (const std::string& ring : rings) EXPECT_EQ(words_of(ring)[1], first.session);
}

TEST_F(MsnSwitchboardRoomTest, AnInvitationThatIsNotAnsweredIsReported) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_block);
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_FALSE(room_.invite(zoe.user(), user_of(ana)));
    advance(30s);
    EXPECT_EQ(zoe.take_fates(), (Log{"no ana in #a: no answer"}));
    EXPECT_FALSE(room_.invite(zoe.user(), user_of(bob)));
    EXPECT_EQ(zoe.take_fates(), (Log{"no bob in #a: not accepted"}));
    EXPECT_EQ(bob.ns.take(), Commands{});
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardRoomTest, ARoomThatMsnCannotNameIsNoPlaceToInviteTo) {
    chat::Group& odd = make_room(
        "#gr\xC3\xBC\xC3\x9F"
        "e");
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(odd));
    EXPECT_FALSE(odd.invite(zoe.user(), user_of(ana)));
    EXPECT_EQ(ana.ns.take(), Commands{});
    EXPECT_EQ(zoe.take_fates().size(), 1U);
}

TEST_F(MsnSwitchboardRoomTest, AnInvitationIntoARoomThatHasVanishedIsRefused) {
    room_.set_permanent(false);
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    EXPECT_FALSE(room_.invite(zoe.user(), user_of(ana)));
    EXPECT_FALSE(zoe->leave(room_, "bye"));
    ASSERT_EQ(service_.group_count(), 0U);
    MsnClient window = answer(ana, ring_of(ana));
    EXPECT_EQ(window.take(), (Commands{"911 73"}));
    EXPECT_TRUE(window.closed());
    advance(30s);
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardRoomTest, ARosterHasALongest) {
    change_options([](ServerOptions& options) { options.max_participants = 5; });
    std::vector<std::unique_ptr<IrcPerson>> crowd;
    for (int i = 0; i < 9; ++i) {
        crowd.push_back(std::make_unique<IrcPerson>(service_, "zoe" + std::to_string(i)));
        EXPECT_FALSE((*crowd.back())->join(room_));
    }
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    EXPECT_EQ(ring_up(window, handle_).size(), 5U);
    EXPECT_FALSE(crowd.back()->say(room_, "nobody sees me, but all hear me"));
    EXPECT_EQ(heard(window), (Commands{"zoe8@irc.msn.test: nobody sees me, but all hear me"}));
    crowd.pop_back();
    EXPECT_EQ(window.take(), Commands{}) << "who was not shown does not leave";
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_FALSE(room_.invite(crowd.front()->user(), user_of(ana)) == std::error_code()) << "she is there already";
}

TEST_F(MsnSwitchboardRoomTest, ASwitchboardOfAnEarlierLoginLeadsNowhere) {
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnPerson old = online("ana");
    MsnClient window = enter(old);
    MsnPerson ana = online("ana");
    ASSERT_TRUE(old.ns.closed());
    for (const char* handle : {"a@rooms.msn.test", "zoe@irc.msn.test", "ana@example.com"}) {
        EXPECT_EQ(window.ask("CAL 2 " + std::string(handle)), (Commands{"713 2"})) << handle;
    }
    EXPECT_FALSE(room_.has(user_of(ana)));
}

TEST_F(MsnSwitchboardRoomTest, ABlockedPersonIsThereButPassesBy) {
    put_on_lists("ana@example.com", irc_handle("zoe"), list_block);
    MsnPerson ana = online("ana");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room_));
    MsnClient window = call(ana, handle_);
    EXPECT_FALSE(zoe.say(room_, "hello"));
    EXPECT_FALSE(zoe->typing({&room_, nullptr, {}}, chat::TypingState::active));
    EXPECT_EQ(window.take(), Commands{});
    EXPECT_TRUE(room_.has(user_of(ana)));
}

}  // namespace
}  // namespace patchcord::msn
