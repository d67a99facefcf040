#include <gtest/gtest.h>
#include <string>

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
using tests::MsnRing;

const std::string stamp = "[2023-11-14 22:13 UTC] ";

/// Messages that waited in the store, and newer ones, in one order.
class MsnPrincipalMailTest : public tests::MsnSwitchboardTest {
  protected:
    void keep(const std::string& nick, const std::string& words) {
        OfflineMessage message;
        message.to = "bob@example.com";
        message.from = irc_handle(nick);
        message.from_name = nick;
        message.text = words;
        message.sent_at = tests::ManualScheduler::wall_start;
        store_.keep_message(message, [](std::error_code) {});
        advance(0s);
    }
    /// bob is there, and the store has not said yet what waits for him.
    MsnPerson come_slowly() {
        MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
        store_.hold_answers();
        bob.ns.send("CHG 6 NLN 0");
        return bob;
    }
    void answer_store() {
        store_.answer_again();
        advance(0s);
    }
    /// The same, signed in while nothing waited, and then rung in vain for what came meanwhile.
    MsnPerson rung_in_vain() {
        MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
        bob.ns.send("CHG 6 NLN 0");
        EXPECT_EQ(matching("RNG", bob.ns.take()).size(), 1U);
        advance(31s);
        return bob;
    }
    static Commands texts(MsnClient& window) { return matching("zoe@irc.msn.test: ", heard(window)); }
    static std::string from_zoe(const std::string& text) { return "zoe@irc.msn.test: " + text; }

    IrcPerson zoe_{service_, "zoe"};
};

TEST_F(MsnPrincipalMailTest, OldAndNewRingOnceAndComeInOrder) {
    keep("zoe", "one");
    keep("zoe", "two");
    MsnPerson bob = come_slowly();
    EXPECT_FALSE(zoe_.say(user_of(bob), "three"));
    EXPECT_FALSE(zoe_.say(user_of(bob), "four"));
    EXPECT_EQ(matching("RNG", bob.ns.take()), Commands{}) << "held";
    answer_store();
    const Commands rings = matching("RNG", bob.ns.take());
    ASSERT_EQ(rings.size(), 1U);
    const std::vector<std::string> words = words_of(rings.front());
    MsnClient window = answer(bob, {words[1], words[2], words[4], words[5], words[6]});
    EXPECT_EQ(texts(window),
              (Commands{from_zoe(stamp + "one"), from_zoe(stamp + "two"), from_zoe("three"), from_zoe("four")}));
}

TEST_F(MsnPrincipalMailTest, WhatIsHeldRingsThoughNothingWaited) {
    MsnPerson bob = come_slowly();
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    answer_store();
    const MsnRing ring = ring_of(bob);
    EXPECT_EQ(ring.caller, "zoe@irc.msn.test");
    MsnClient window = answer(bob, ring);
    EXPECT_EQ(texts(window), (Commands{from_zoe("new")}));
}

TEST_F(MsnPrincipalMailTest, WhatIsHeldRingsAlsoWhenTheStoreFails) {
    keep("zoe", "old");
    MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
    store_.fail_after(0);
    store_.hold_answers();
    bob.ns.send("CHG 6 NLN 0");
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    answer_store();
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(texts(window), (Commands{from_zoe("new"), from_zoe(stamp + "old")})) << "as soon as it can be had";
    advance(0s);
    EXPECT_EQ(store_.messages().size(), 0U);
    EXPECT_FALSE(zoe_.say(user_of(bob), "newer"));
    advance(0s);
    EXPECT_EQ(texts(window), (Commands{from_zoe("newer")}));
}

TEST_F(MsnPrincipalMailTest, OnlySoManyMessagesOfOnePersonAreHeld) {
    change_options([](ServerOptions& options) { options.max_queued_messages = 2; });
    MsnPerson bob = come_slowly();
    EXPECT_FALSE(zoe_.say(user_of(bob), "one"));
    EXPECT_FALSE(zoe_.say(user_of(bob), "two"));
    EXPECT_EQ(zoe_.say(user_of(bob), "three"), chat::Errc::queue_full);
    EXPECT_EQ(limit_hits(Limit::queued_messages), 1);
    IrcPerson yan(service_, "yan");
    EXPECT_FALSE(yan.say(user_of(bob), "mine")) << "others have room of their own";
}

TEST_F(MsnPrincipalMailTest, WhatIsHeldForSomebodyWhoHidesIsReported) {
    MsnPerson bob = come_slowly();
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    bob.ns.send("CHG 7 HDN 0");
    const Log told = zoe_.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told.front().starts_with("undelivered bob: new")) << told.front();
    answer_store();
    EXPECT_EQ(matching("RNG", bob.ns.take()), Commands{});
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnPrincipalMailTest, WhatIsHeldFromSomebodyWhoLeavesArrives) {
    MsnPerson bob = come_slowly();
    EXPECT_FALSE(zoe_.say(user_of(bob), "last words"));
    zoe_.log_out("bye");
    IrcPerson other(service_, "zoe");
    answer_store();
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(texts(window), (Commands{from_zoe("last words")}));
    EXPECT_EQ(say(window, "a secret"), (Commands{"NAK"}));
    EXPECT_EQ(other.take(), Log{});
}

TEST_F(MsnPrincipalMailTest, WhatRangInVainComesBeforeTheNextMessageInOneRing) {
    keep("zoe", "old");
    MsnPerson bob = rung_in_vain();
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    advance(0s);
    const Commands rings = matching("RNG", bob.ns.take());
    ASSERT_EQ(rings.size(), 1U);
    const std::vector<std::string> words = words_of(rings.front());
    MsnClient window = answer(bob, {words[1], words[2], words[4], words[5], words[6]});
    EXPECT_EQ(texts(window), (Commands{from_zoe(stamp + "old"), from_zoe("new")}));
    advance(0s);
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(MsnPrincipalMailTest, WhatRangInVainRingsAgainWithAnothersMessageToo) {
    keep("zoe", "old");
    MsnPerson bob = rung_in_vain();
    IrcPerson yan(service_, "yan");
    EXPECT_FALSE(yan.say(user_of(bob), "hi"));
    advance(0s);
    EXPECT_EQ(matching("RNG", bob.ns.take()).size(), 2U);
}

TEST_F(MsnPrincipalMailTest, WhatRingsAlreadyIsNotDoubledByTheNextQuestion) {
    keep("zoe", "from zoe");
    keep("yan", "from yan");
    MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
    bob.ns.send("CHG 6 NLN 0");
    const Commands rings = matching("RNG", bob.ns.take());
    ASSERT_EQ(rings.size(), 2U);
    server_.find_principal("bob@example.com")->note_messages_remain();
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    advance(0s);
    EXPECT_EQ(matching("RNG", bob.ns.take()), Commands{}) << "both ring already";
    for (const std::string& line : rings) {
        const std::vector<std::string> words = words_of(line);
        MsnClient window = answer(bob, {words[1], words[2], words[4], words[5], words[6]});
        const Commands told = heard(window);
        if (words[5] == irc_handle("zoe")) {
            EXPECT_EQ(matching("zoe@irc.msn.test: ", told), (Commands{from_zoe(stamp + "from zoe"), from_zoe("new")}));
        } else {
            EXPECT_EQ(matching("yan@irc.msn.test: ", told).size(), 1U);
        }
    }
    advance(0s);
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(MsnPrincipalMailTest, ACallToWhoRingsBringsWhatWaitsIntoTheWindow) {
    keep("zoe", "old");
    MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
    bob.ns.send("CHG 6 NLN 0");
    const MsnRing ring = ring_of(bob);
    MsnClient window = enter(bob);
    window.send("CAL 72 " + irc_handle("zoe"));
    EXPECT_EQ(texts(window), (Commands{from_zoe(stamp + "old")}));
    advance(0s);
    EXPECT_TRUE(store_.messages().empty());
    MsnClient late = answer(bob, ring);
    EXPECT_EQ(tests::verbs_of(late.take()), (Commands{"911"})) << "nobody rings any more";
    EXPECT_EQ(open_switchboards(), 1);
}

TEST_F(MsnPrincipalMailTest, WhatRangInVainComesIntoTheWindowOfTheNextCall) {
    keep("zoe", "old");
    MsnPerson bob = rung_in_vain();
    MsnClient window = call(bob, irc_handle("zoe"));
    advance(0s);
    EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
    EXPECT_TRUE(store_.messages().empty()) << "it came with the call";
    EXPECT_EQ(matching("RNG", bob.ns.take()), Commands{});
}

TEST_F(MsnPrincipalMailTest, WhoComesIntoAnOpenWindowWithWhatWasHeldCanBeAnswered) {
    keep("yan", "rings in vain");
    MsnPerson bob = rung_in_vain();
    MsnClient window = enter(bob);
    {
        IrcPerson carol(service_, "carl");
        store_.hold_answers();
        window.send("CAL 72 " + irc_handle("carl"));
        answer_store();
    }
    bob.ns.take();
    window.take();
    server_.find_principal("bob@example.com")->note_messages_remain();
    IrcPerson carol(service_, "carl");  // a guest: nobody knows that it is the same one
    EXPECT_FALSE(carol.say(user_of(bob), "back"));
    advance(0s);
    EXPECT_EQ(heard(window), (Commands{"JOI carl@irc.msn.test carl", "carl@irc.msn.test: back"}));
    EXPECT_EQ(say(window, "welcome"), (Commands{"ACK"}));
    EXPECT_EQ(carol.take(), (Log{"message bob -> carl: welcome"}));
}

TEST_F(MsnPrincipalMailTest, AWindowThatDoesNotReadLosesNothing) {
    keep("zoe", "old");
    MsnPerson bob{"bob@example.com", sign_in("bob@example.com", 8)};
    bob.ns.send("CHG 6 NLN 0");
    const MsnRing ring = ring_of(bob);
    {
        MsnClient window = open_switchboard();
        window.transport().stall(0);
        window.send("ANS 73 " + bob.handle + " " + ring.key + " " + ring.session);
        advance(0s);
    }
    EXPECT_EQ(store_.messages().size(), 1U);
    EXPECT_FALSE(zoe_.say(user_of(bob), "new"));
    advance(0s);
    MsnClient window = answer(bob, ring_of(bob));
    EXPECT_EQ(texts(window), (Commands{from_zoe(stamp + "old"), from_zoe("new")}));
}

}  // namespace
}  // namespace patchcord::msn
