#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::matching;
using tests::MsnClient;
using tests::MsnPerson;

/// How many may ring one person at the same time.
class MsnSwitchboardRingsTest : public tests::MsnSwitchboardTest {
  protected:
    MsnSwitchboardRingsTest() {
        change_options([](ServerOptions& options) { options.max_rings = 2; });
    }

    void keep(const std::string& from, const std::string& text) {
        OfflineMessage message;
        message.to = "bob@example.com";
        message.from = irc_handle(from);
        message.from_name = from;
        message.text = text;
        store_.keep_message(message, [](std::error_code) {});
        advance(0s);
    }
};

TEST_F(MsnSwitchboardRingsTest, OnlySoManyPeopleRingOneAtATime) {
    MsnPerson bob = online("bob");
    IrcPerson ana(service_, "ana");
    IrcPerson mal(service_, "mal");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(ana.say(user_of(bob), "one"));
    EXPECT_FALSE(mal.say(user_of(bob), "two"));
    EXPECT_EQ(zoe.say(user_of(bob), "three"), chat::Errc::queue_full);
    EXPECT_FALSE(ana.say(user_of(bob), "in the ring there is"));
    EXPECT_EQ(limit_hits(Limit::rings), 1);
    EXPECT_EQ(matching("RNG", bob.ns.take()).size(), 2U);
    EXPECT_EQ(open_switchboards(), 2);
}

TEST_F(MsnSwitchboardRingsTest, AnAnsweredRingMakesRoomForAnother) {
    MsnPerson bob = online("bob");
    IrcPerson ana(service_, "ana");
    IrcPerson mal(service_, "mal");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(ana.say(user_of(bob), "one"));
    EXPECT_FALSE(mal.say(user_of(bob), "two"));
    MsnClient window = pick_up(bob);
    EXPECT_FALSE(zoe.say(user_of(bob), "three"));
    EXPECT_EQ(limit_hits(Limit::rings), 0);
}

TEST_F(MsnSwitchboardRingsTest, ARingInVainMakesRoomForAnother) {
    MsnPerson bob = online("bob");
    IrcPerson ana(service_, "ana");
    IrcPerson mal(service_, "mal");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(ana.say(user_of(bob), "one"));
    EXPECT_FALSE(mal.say(user_of(bob), "two"));
    advance(30s);
    EXPECT_FALSE(zoe.say(user_of(bob), "three"));
    EXPECT_EQ(limit_hits(Limit::rings), 0);
}

TEST_F(MsnSwitchboardRingsTest, WhoeverInvitesOneTooOftenIsTold) {
    MsnPerson bob = online("bob");
    IrcPerson mal(service_, "mal");
    for (const char* name : {"#a", "#b", "#c"}) {
        chat::Group& room = make_room(name);
        EXPECT_FALSE(mal->join(room));
        EXPECT_FALSE(room.invite(mal.user(), user_of(bob)));
    }
    EXPECT_EQ(matching("RNG", bob.ns.take()).size(), 2U);
    EXPECT_EQ(mal.take_fates(), (Log{"no bob in #c: " + make_error_code(chat::Errc::queue_full).message()}));
    EXPECT_EQ(limit_hits(Limit::rings), 1);
    EXPECT_EQ(open_switchboards(), 2) << "none is made for an invitation that nobody hears of";
}

TEST_F(MsnSwitchboardRingsTest, ACallOnMsnIsRefused) {
    MsnPerson bob = online("bob");
    MsnPerson ana = online("ana");
    MsnClient first = call(ana, bob.handle);
    MsnClient second = call(ana, bob.handle);
    MsnClient third = enter(ana);
    EXPECT_EQ(third.ask("CAL 2 bob@example.com"), (Commands{"713 2"}));
    EXPECT_EQ(limit_hits(Limit::rings), 1);
}

TEST_F(MsnSwitchboardRingsTest, MessagesThatWaitedStayInTheStoreUntilThereIsRoom) {
    keep("ana", "one");
    keep("mal", "two");
    keep("zoe", "three");
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    const Commands rings = matching("RNG", bob.ns.ask("CHG 6 NLN 0"));
    ASSERT_EQ(rings.size(), 2U);
    EXPECT_EQ(store_.messages().size(), 3U);
    const std::vector<std::string> words = words_of(rings.front());
    MsnClient window = answer(bob, {words[1], words[2], words[4], words[5], words[6]});
    const tests::MsnRing third = ring_of(bob);
    EXPECT_EQ(third.caller, irc_handle("zoe"));
    MsnClient last = answer(bob, third);
    EXPECT_EQ(matching(irc_handle("zoe"), heard(last)).size(), 1U);
    EXPECT_EQ(store_.messages().size(), 1U) << "one of the first two is not answered yet";
}

TEST_F(MsnSwitchboardRingsTest, WhileTheStoreIsAskedOnlySoManyPeopleWait) {
    store_.add("bob@example.com", "Bob");
    store_.set_legacy_password("bob@example.com", "secret");
    MsnClient client = sign_in("bob@example.com", 8);
    IrcPerson ana(service_, "ana");
    IrcPerson mal(service_, "mal");
    IrcPerson zoe(service_, "zoe");
    store_.hold_answers();
    client.send("CHG 9 NLN 0");
    chat::User& bob = *server_.find_principal("bob@example.com")->user();
    EXPECT_FALSE(ana.say(bob, "one"));
    EXPECT_FALSE(mal.say(bob, "two"));
    EXPECT_EQ(zoe.say(bob, "three"), chat::Errc::queue_full);
    EXPECT_EQ(limit_hits(Limit::rings), 1);
}

}  // namespace
}  // namespace patchcord::msn
