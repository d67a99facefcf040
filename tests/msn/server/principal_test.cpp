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

/// Principals as the core sees them: who they are there, their presence, and what waited for them.
class MsnPrincipalTest : public tests::MsnSwitchboardTest {
  protected:
    void keep(const std::string& from, const std::string& words, const std::string& to = "bob@example.com") {
        OfflineMessage message;
        message.to = to;
        message.from = from;
        message.from_name = "Zoe";
        message.text = words;
        message.sent_at = scheduler_.wall_now();
        store_.keep_message(message, [](std::error_code) {});
        advance(0s);
    }
};

TEST_F(MsnPrincipalTest, ItIsSomebodyInTheCoreOnceItIsVisible) {
    store_.add("bob@example.com", "Bob of There");
    MsnClient bob = sign_in("bob@example.com", 9);
    EXPECT_EQ(service_.counts().online, 0U);
    bob.send("CHG 6 HDN 0");
    EXPECT_EQ(service_.counts().online, 0U);
    bob.send("CHG 7 NLN 0");
    const chat::User& user = **service_.lookup_user("bob");
    EXPECT_EQ(user.profile().username, "bob");
    EXPECT_EQ(user.profile().host, "example.com");
    EXPECT_EQ(user.profile().real_name, "Bob of There");
    EXPECT_EQ(user.profile().account, "bob@example.com");
    EXPECT_EQ(user.profile().client, "MSN (MSNP9)");
    bob.send("CHG 8 HDN 0");
    EXPECT_EQ(service_.counts().online, 0U);
}

TEST_F(MsnPrincipalTest, WhatIsOddInAHandleIsCleanedInAUserName) {
    const std::string handle = "x!y{}`z" + std::string(30, 'w') + "@example.com";
    store_.add(handle, "Odd");
    MsnClient odd = come_online(handle, 8);
    const chat::User& user = *server_.find_principal(handle)->user();
    EXPECT_EQ(user.profile().username, "x_y___zwwwwwwwwwwwww");
}

TEST_F(MsnPrincipalTest, APictureThatIsNoTextIsRefused) {
    MsnPerson bob = online("bob", 9);
    EXPECT_EQ(bob.ns.ask("CHG 9 NLN 0 \xFE\xFF"), (Commands{"201 9"}));
    EXPECT_EQ(bob.ns.ask("CHG 9 NLN 0 %3Cmsnobj%2F%3E"), (Commands{"CHG 9 NLN 0 %3Cmsnobj%2F%3E"}));
}

TEST_F(MsnPrincipalTest, ATakenNickIsNotFoughtOver) {
    IrcPerson bob(service_, "bob");
    MsnPerson msn_bob = online("bob");
    EXPECT_EQ(user_of(msn_bob).name(), "bob_");
    EXPECT_EQ(bob->name(), "bob");
}

TEST_F(MsnPrincipalTest, EachStatusIsAnAbsenceOrNone) {
    MsnPerson bob = online("bob", 11);
    const std::vector<std::pair<std::string, std::string>> words{{"BSY", "Busy"},          {"IDL", "Idle"},
                                                                 {"BRB", "Be right back"}, {"AWY", "Away"},
                                                                 {"PHN", "On the phone"},  {"LUN", "Out to lunch"}};
    for (const auto& [status, shown] : words) {
        bob.ns.send("CHG 9 " + status + " 0");
        EXPECT_TRUE(user_of(bob).presence().away()) << status;
        EXPECT_EQ(user_of(bob).presence().message, shown);
    }
    bob.ns.send("UUX 10", "<Data><PSM>soup</PSM><CurrentMedia></CurrentMedia></Data>");
    EXPECT_EQ(user_of(bob).presence().message, "Out to lunch: soup");
    bob.ns.send("CHG 11 NLN 0");
    EXPECT_FALSE(user_of(bob).presence().away());
    EXPECT_EQ(user_of(bob).presence().message, "");
}

TEST_F(MsnPrincipalTest, ANewFriendlyNameIsANewRealName) {
    chat::Group& room = make_room();
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->join(room));
    MsnClient window = call(bob, "a@rooms.msn.test");
    zoe.take();
    bob.ns.send("REA 9 bob@example.com Robert");
    EXPECT_EQ(zoe.take(), (Log{"profile bob [group] real_name"}));
    EXPECT_EQ(user_of(bob).profile().real_name, "Robert");
}

TEST_F(MsnPrincipalTest, PeopleOnIrcAreContactsLikeOthers) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_forward | list_allow);
    MsnPerson bob = online("bob", 11);
    {
        IrcPerson zoe(service_, "zoe");
        EXPECT_EQ(matching("NLN", bob.ns.take()), (Commands{"NLN NLN zoe@irc.msn.test zoe 268435488"}));
        zoe->set_presence({chat::Availability::away, "gone fishing"});
        const Commands told = bob.ns.take();
        EXPECT_EQ(matching("NLN", told), (Commands{"NLN AWY zoe@irc.msn.test zoe 268435488"}));
        EXPECT_NE(told.back().find("<PSM>gone fishing</PSM>"), std::string::npos);
        EXPECT_FALSE(zoe->rename("zelda"));
        EXPECT_EQ(matching("NLN", bob.ns.take()), (Commands{"NLN AWY zoe@irc.msn.test zelda 268435488"}));
    }
    EXPECT_EQ(bob.ns.take(), (Commands{"FLN zoe@irc.msn.test"}));
}

TEST_F(MsnPrincipalTest, WhoeverHasANickThatSomebodyGaveUpIsShownInTheirPlace) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_forward);
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    EXPECT_FALSE(zoe->rename("zelda"));
    bob.ns.take();
    IrcPerson other(service_, "zoe");
    EXPECT_EQ(matching("NLN", bob.ns.take()), (Commands{"NLN NLN zoe@irc.msn.test zoe 268435488"}));
    zoe.log_out("bye");
    EXPECT_EQ(bob.ns.take(), Commands{}) << "the handle is another's now";
    other.log_out("bye");
    EXPECT_EQ(bob.ns.take(), (Commands{"FLN zoe@irc.msn.test"}));
}

TEST_F(MsnPrincipalTest, ItsRealNameHidesNothingAndTurnsNothingAround) {
    store_.add("bob@example.com", "b\u202Ertl\u200B");
    MsnClient bob = sign_in("bob@example.com", 8);
    bob.send("CHG 6 NLN 0");
    const chat::User& user = *server_.find_principal("bob@example.com")->user();
    EXPECT_EQ(user.profile().real_name, "brtl");
    bob.send("REA 7 bob@example.com %E2%80%8F%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7%E2%81%A6");
    EXPECT_EQ(user.profile().real_name, "\U0001F469\u200D\U0001F467") << "an emoji is not taken apart";
    advance(1s);
    bob.send("REA 8 bob@example.com %E2%80%8B%20");
    EXPECT_EQ(user.profile().real_name, "bob@example.com") << "a name that cannot be seen is none";
}

TEST_F(MsnPrincipalTest, APrincipalIsNotSeenUnderAHandleOfIrc) {
    put_on_lists("ana@example.com", irc_handle("bob"), list_forward);
    put_on_lists("bob@example.com", "ana@example.com", list_block);
    MsnPerson bob = online("bob");
    MsnClient ana = sign_in("ana@example.com", 8);
    EXPECT_EQ(matching("ILN", ana.ask("CHG 6 NLN 0")), Commands{});
    bob.ns.send("CHG 9 AWY 0");
    EXPECT_EQ(ana.take(), Commands{});
}

TEST_F(MsnPrincipalTest, SilenceOnIrcLooksIdle) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_forward);
    IrcPerson zoe(service_, "zoe");
    MsnPerson bob = online("bob");
    advance(9min);
    EXPECT_EQ(bob.ns.take(), Commands{});
    advance(2min);
    EXPECT_EQ(bob.ns.take(), (Commands{"NLN IDL zoe@irc.msn.test zoe 268435488"}));
    MsnClient window = call(bob, irc_handle("zoe"));
    EXPECT_FALSE(zoe.say(user_of(bob), "awake"));
    advance(1min);
    EXPECT_EQ(matching("NLN", bob.ns.take()), (Commands{"NLN NLN zoe@irc.msn.test zoe 268435488"}));
}

TEST_F(MsnPrincipalTest, WhatWaitedRingsOnceForEachSender) {
    keep(irc_handle("zoe"), "one");
    keep(irc_handle("yan"), "two");
    keep(irc_handle("zoe"), "three");
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    EXPECT_EQ(matching("RNG", bob.ns.take()), Commands{}) << "nobody is rung who is not there yet";
    const Commands rings = matching("RNG", bob.ns.ask("CHG 6 NLN 0"));
    ASSERT_EQ(rings.size(), 2U);
    for (const std::string& line : rings) {
        const std::vector<std::string> words = words_of(line);
        MsnClient window = answer(bob, {words[1], words[2], words[4], words[5], words[6]});
        const Commands told = heard(window);
        const std::string stamp = ": [2023-11-14 22:13 UTC] ";
        if (words[5] == irc_handle("zoe")) {
            EXPECT_EQ(told, (Commands{"IRO 73 1 1 zoe@irc.msn.test Zoe", "ANS 73 OK",
                                      "zoe@irc.msn.test" + stamp + "one", "zoe@irc.msn.test" + stamp + "three"}));
        } else {
            EXPECT_EQ(told.back(), "yan@irc.msn.test" + stamp + "two");
        }
        EXPECT_EQ(say(window, "hello?"), (Commands{"NAK"})) << "they are not here";
        advance(0s);
    }
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(MsnPrincipalTest, WhatIsNotAnsweredWaitsForTheNextSignIn) {
    keep(irc_handle("zoe"), "one");
    for (int i = 0; i < 2; ++i) {
        MsnPerson bob = online("bob");
        MsnClient again = sign_in("carol@example.com", 8);
        advance(30s);
        EXPECT_EQ(store_.messages().size(), 1U);
        EXPECT_EQ(open_switchboards(), 0);
        bob.ns.send("OUT");
    }
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    bob.ns.send("CHG 6 NLN 0");
    MsnClient window = pick_up(bob);
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(MsnPrincipalTest, WhatABlockedPersonLeftIsThrownAway) {
    put_on_lists("bob@example.com", irc_handle("mal"), list_block);
    keep(irc_handle("mal"), "listen to me");
    keep("stranger@example.com", "me too");
    store_.account("bob@example.com").settings.only_allowed = true;
    MsnClient bob = sign_in("bob@example.com", 8);
    EXPECT_EQ(matching("RNG", bob.ask("CHG 6 NLN 0")), Commands{});
    advance(0s);
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(MsnPrincipalTest, AStoreThatFailsKeepsWhatItHas) {
    keep(irc_handle("zoe"), "one");
    {
        MsnClient bob = sign_in("bob@example.com", 8);
        store_.fail_after(0);
        EXPECT_EQ(matching("RNG", bob.ask("CHG 6 NLN 0")), Commands{});
        EXPECT_FALSE(bob.closed());
    }
    EXPECT_EQ(store_.messages().size(), 1U);
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    bob.ns.send("CHG 6 NLN 0");
    const MsnRing ring = ring_of(bob);
    store_.fail_after(0);
    MsnClient window = answer(bob, ring);
    EXPECT_EQ(heard(window).size(), 3U);
    EXPECT_EQ(store_.messages().size(), 1U) << "better twice than never";
}

TEST_F(MsnPrincipalTest, AnAnswerOfTheStoreThatComesTooLateIsForNobody) {
    keep(irc_handle("zoe"), "one");
    {
        MsnClient bob = sign_in("bob@example.com", 8);
        store_.hold_answers();
        bob.send("CHG 6 NLN 0");
    }
    store_.answer_again();
    EXPECT_EQ(open_switchboards(), 0);
    EXPECT_EQ(store_.messages().size(), 1U);
}

TEST_F(MsnPrincipalTest, HidingAndComingBackDeliversNothingTwice) {
    keep(irc_handle("zoe"), "one");
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    store_.hold_answers();
    for (const char* status : {"CHG 6 NLN 0", "CHG 7 HDN 0", "CHG 8 NLN 0"}) bob.ns.send(status);
    store_.answer_again();
    advance(0s);
    EXPECT_EQ(matching("RNG", bob.ns.take()).size(), 1U);
    EXPECT_EQ(open_switchboards(), 1);
}

TEST_F(MsnPrincipalTest, AnAuthorWhoIsStillThereIsAnswered) {
    IrcPerson zoe(service_, "zoe");
    keep(irc_handle("zoe"), "one");
    server_.note_author(zoe.user());
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    bob.ns.send("CHG 6 NLN 0");
    MsnClient window = pick_up(bob);
    EXPECT_EQ(say(window, "got it"), (Commands{"ACK"}));
    EXPECT_EQ(zoe.take(), (Log{"message bob -> zoe: got it"}));
}

TEST_F(MsnPrincipalTest, AnotherOfTheAuthorsNameIsNotAnswered) {
    {
        IrcPerson zoe(service_, "zoe");
        keep(irc_handle("zoe"), "one");
        server_.note_author(zoe.user());
    }
    IrcPerson other(service_, "zoe");
    MsnClient client = sign_in("bob@example.com", 8);
    MsnPerson bob{"bob@example.com", std::move(client)};
    bob.ns.send("CHG 6 NLN 0");
    MsnClient window = pick_up(bob);
    EXPECT_EQ(say(window, "a secret"), (Commands{"NAK"}));
    EXPECT_EQ(other.take(), Log{});
}

}  // namespace
}  // namespace patchcord::msn
