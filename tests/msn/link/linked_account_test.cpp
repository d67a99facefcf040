#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

TEST_F(LinkTest, WhoComesIsSignedInAndSeesTheirContacts) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    EXPECT_EQ(connector_.asked.size(), 0U);
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    EXPECT_EQ(ana.take(), (Log{"told Signed in to far (ana@example.com)", "contact came bob"}));
    EXPECT_EQ(tests::matching("NLN", bob.take()).size(), 1U);
    const auto user = near_.lookup_user("bob");
    ASSERT_TRUE(user);
    EXPECT_EQ((*user)->profile().real_name, "Bob");
    EXPECT_EQ((*user)->profile().address, "bob@example.com/far");
    EXPECT_EQ((*user)->identity(), "bob!bob@example.com");
}

TEST_F(LinkTest, WhoComesBackIsToldAgainThatTheyAreSignedIn) {
    link();
    for (int visit = 0; visit < 2; ++visit) {
        Visitor ana(near_, "ana", profile_of("ana"));
        settle();
        EXPECT_EQ(ana.take(), Log{"told Signed in to far (ana@example.com)"});
    }
}

TEST_F(LinkTest, PresenceCrossesBothWays) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    bob.take();
    bob.send("CHG 7 BSY 0");
    settle();
    EXPECT_EQ(ana.take(), (Log{"presence bob [list] away: Busy"}));
    ana.user().set_presence({chat::Availability::away, "lunch"});
    settle();
    const Commands seen = bob.take();
    ASSERT_FALSE(tests::matching("NLN LUN ana@example.com", seen).empty());
    bob.send("OUT");
    bob.hang_up();
    settle();
    EXPECT_EQ(ana.take(), (Log{"contact left bob: signed out"}));
    EXPECT_FALSE(near_.lookup_user("bob"));
}

TEST_F(LinkTest, WhoSignsOutWithAnOpenWindowIsNoContactOnlineAnyMore) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient window = call(bob, "bob@example.com");
    ana.take();
    bob.send("OUT");
    bob.hang_up();
    settle();
    const Log seen = ana.take();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_TRUE(seen[0].starts_with("contact left bob")) << seen[0];
}

TEST_F(LinkTest, AQueryIsASwitchboardThatNobodyHasToKnowOf) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    bob.take();
    say(ana, "bob", "hello");
    say(ana, "bob", "are you there?");
    MsnClient window = answer(bob, "bob@example.com");
    Commands got = tests::matching("MSG", window.take());
    ASSERT_EQ(got.size(), 2U);
    EXPECT_TRUE(got[0].starts_with("MSG ana@example.com Ana "));
    EXPECT_TRUE(got[0].ends_with("\r\n\r\nhello"));
    EXPECT_TRUE(got[1].ends_with("are you there?"));
    window.send("MSG 2 A", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nyes");
    window.send("MSG 3 N", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n/me waves");
    window.send("MSG 4 U", "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n");
    settle();
    EXPECT_EQ(ana.take(), (Log{"message bob -> ana: yes", "action bob -> ana: waves", "nudge bob -> ana: "}));
    EXPECT_EQ(connector_.wires.size(), 2U);
}

TEST_F(LinkTest, WhoIsCalledAnswersAndStrangersCanBeAnswered) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient carol = come_online("carol@example.com", 8);
    ana.take();
    EXPECT_FALSE(near_.lookup_user("carol"));
    MsnClient window = call(carol, "carol@example.com");
    EXPECT_EQ(tests::matching("JOI ana@example.com", window.take()).size(), 1U);
    window.send("MSG 3 A", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nhi, I am new");
    settle();
    EXPECT_EQ(ana.take(), (Log{"message carol -> ana: hi, I am new"}));
    say(ana, "carol", "welcome");
    settle();
    EXPECT_EQ(tests::matching("MSG ana@example.com", window.take()).size(), 1U);
}

TEST_F(LinkTest, AMessageToWhoIsNotThereIsReported) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    say(ana, "bob", "nobody answers");
    EXPECT_FALSE(last_error_);
    advance(60s);  // the ringing is not answered
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: nobody answers (")) << told[0];
}

TEST_F(LinkTest, WhatCrossedTheLeavingOfTheListenerIsSaidAgain) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient window = call(bob, "bob@example.com");
    say(ana, "bob", "one");
    EXPECT_EQ(tests::matching("MSG", window.take()).size(), 1U);
    ana.take();
    bob.take();
    window.send_only("OUT\r\n");
    for (const std::string text : {"two", "three"}) (void)post(ana, "bob", chat::MessageKind::text, text);
    say(ana, "bob", "four");
    MsnClient again = answer(bob, "bob@example.com");
    const Commands got = tests::matching("MSG", again.take());
    ASSERT_EQ(got.size(), 3U);
    EXPECT_TRUE(got[0].ends_with("two"));
    EXPECT_TRUE(got[1].ends_with("three"));
    EXPECT_TRUE(got[2].ends_with("four"));
    settle();
    EXPECT_EQ(ana.take(), Log{});
}

TEST_F(LinkTest, AThirdPersonMakesAChannelOfIt) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    MsnClient carol = come_online("carol@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    bob.take();
    MsnClient window = call(bob, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    MsnClient hers = answer(carol, "carol@example.com");
    settle();
    const Log seen = ana.take();
    EXPECT_EQ(seen, (Log{"brought in &bob: bob talks to several people; the conversation goes on here",
                         "settings &bob: +op ana"}));
    hers.send("MSG 3 A", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nhi both");
    settle();
    EXPECT_EQ(ana.take(), (Log{"message carol -> &bob: hi both"}));
    window.take();
    hers.take();
    say(ana, "&bob", "hello you two");
    settle();
    EXPECT_EQ(tests::matching("MSG ana@example.com", window.take()).size(), 1U);
    EXPECT_EQ(tests::matching("MSG ana@example.com", hers.take()).size(), 1U);
    hers.send("OUT");
    hers.hang_up();
    settle();
    EXPECT_EQ(ana.take(), (Log{"left &bob carol: left"}));
}

TEST_F(LinkTest, OfManyNudgesOnlySomeAreShown) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient carol = come_online("carol@example.com", 12);
    MsnClient window = call(carol, "carol@example.com");
    ana.take();
    const std::string nudge = "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n";
    for (int count = 0; count < 50; ++count) window.send("MSG 4 U", nudge);
    EXPECT_EQ(ana.take().size(), 5U);
    advance(11s);
    window.send("MSG 4 U", nudge);
    settle();
    EXPECT_EQ(ana.take().size(), 1U);
}

TEST_F(LinkTest, ANewConversationTakesThePlaceOfOneInWhichNothingHappens) {
    FarServiceOptions options;
    options.max_conversations = 1;
    make_service(options);
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    bob.take();
    MsnClient carol = come_online("carol@example.com", 12);
    MsnClient window = call(carol, "carol@example.com");
    say(ana, "bob", "too many");
    EXPECT_EQ(last_error_, chat::Errc::queue_full);
    window.send("OUT");
    settle();
    say(ana, "bob", "hello");
    EXPECT_FALSE(last_error_);
    EXPECT_EQ(tests::matching("RNG", bob.take()).size(), 1U);
}

TEST_F(LinkTest, WhoWritesToAGroupIsToldOfTheGroupWhenItFails) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    MsnClient carol = come_online("carol@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    bob.take();
    MsnClient window = call(bob, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    MsnClient hers = answer(carol, "carol@example.com");
    settle();
    ana.take();
    (void)post(ana, "&bob", chat::MessageKind::text, "hello");
    connector_.wires.back()->cut_now();
    advance(std::chrono::milliseconds(0));
    const Log told = ana.take();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told[0], "told Not everybody in &bob got your message (it may not have arrived): hello");
}

TEST_F(LinkTest, WhoWritesWhileTheServiceIsAwayIsHeardWhenItIsBack) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    connector_.failure = std::make_error_code(std::errc::connection_refused);
    connector_.wires.front()->cut();
    advance(1s);
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("told far (ana@example.com) cannot be reached")) << told[0];
    say(ana, "bob", "are you there?");
    EXPECT_FALSE(last_error_);
    connector_.failure = {};
    advance(20s);
    EXPECT_EQ(ana.take(), (Log{"told far (ana@example.com) is back"}));
    MsnClient window = answer(bob, "bob@example.com");
    EXPECT_EQ(tests::matching("MSG", window.take()).size(), 1U);
}

TEST_F(LinkTest, AServiceThatFlapsIsTalkedOfTwice) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    for (int second = 0; second < 300; ++second) {
        if (second % 2 == 0) {
            for (const auto& wire : std::vector(connector_.wires)) wire->cut();
        }
        advance(1s);
    }
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told[0].starts_with("told far (ana@example.com) cannot be reached")) << told[0];
    EXPECT_EQ(told[1], "told far (ana@example.com) is back");
    EXPECT_LE(connector_.asked.size(), 30U);
}

TEST_F(LinkTest, ALossAfterAWhileIsToldAgain) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    for (int loss = 0; loss < 2; ++loss) {
        ana.take();
        connector_.wires.back()->cut();
        advance(90s);
        EXPECT_EQ(ana.take().size(), 2U);
    }
}

TEST_F(LinkTest, WhatTheServerConfirmedIsNotMixedUpWithWhatWasNotSent) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient window = call(bob, "bob@example.com");
    ana.take();
    (void)post(ana, "bob", chat::MessageKind::text, "one");
    connector_.wires.back()->cut_now();
    say(ana, "bob", "two");
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: one")) << told[0];
    MsnClient again = answer(bob, "bob@example.com");
    EXPECT_EQ(tests::matching("MSG", again.take()).size(), 1U);
}

TEST_F(LinkTest, AWrongPasswordIsNotTriedAgain) {
    password_ = "wrong";
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    advance(3600s);
    EXPECT_EQ(connector_.asked.size(), 1U);
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("Bad password"), std::string::npos) << told[0];
    password_ = "secret";
    far_->accounts().front()->connect();
    settle();
    EXPECT_EQ(ana.take(), (Log{"told Signed in to far (ana@example.com)"}));
}

TEST_F(LinkTest, ASecondSignInElsewhereIsNotFoughtAgainst) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    MsnClient elsewhere = come_online("ana@example.com", 12);
    advance(3600s);
    EXPECT_EQ(connector_.asked.size(), 1U);
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("somebody signed in there"), std::string::npos) << told[0];
    EXPECT_FALSE(elsewhere.closed());
}

TEST_F(LinkTest, BlockingAndUnblockingAtOnceEndsUnblocked) {
    befriend("ana@example.com", "bob@example.com");
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    const std::string bob = "bob@example.com/far";
    ASSERT_FALSE(ana.user().set_contact({bob, {}, true, true, false}));
    ASSERT_FALSE(ana.user().set_contact({bob, {}, true, false, false}));
    settle();
    const Contact* stored = store_.contact("ana@example.com", "bob@example.com");
    ASSERT_NE(stored, nullptr);
    EXPECT_EQ(stored->lists, list_forward | list_allow);
}

TEST_F(LinkTest, WhomTheServiceDoesNotKnowIsTakenOffTheListAgain) {
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    ana.take();
    ASSERT_FALSE(ana.user().set_contact({"nobody@example.com/far", {}, true, false, false}));
    settle();
    const Log told = ana.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("did not take the change of your contact list about nobody@example.com"), std::string::npos);
    EXPECT_EQ(ana.user().roster().find("nobody@example.com/far"), nullptr);
}

TEST_F(LinkTest, WhatMsnCannotShowIsRefusedToWhoSendsIt) {
    befriend("ana@example.com", "bob@example.com");
    MsnClient bob = come_online("bob@example.com", 12);
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    EXPECT_EQ(send(ana, "bob", chat::MessageKind::native, "DCC SEND"), make_error_code(chat::Errc::not_supported));
}

TEST_F(LinkTest, ACrowdInASwitchboardIsTakenInUpToALimit) {
    FarServiceOptions options;
    options.max_participants = 5;
    make_service(std::move(options));
    link();
    Visitor ana(near_, "ana", profile_of("ana"));
    settle();
    MsnClient carol = come_online("carol@example.com", 8);
    MsnClient window = call(carol, "carol@example.com");
    std::string crowd;
    for (int number = 0; number < 100; ++number) crowd += "JOI s" + std::to_string(number) + "@example.com S\r\n";
    connector_.wires.back()->say_to_client(crowd);
    settle();
    EXPECT_EQ(near_.online_users().size(), 1U + 5U);
    EXPECT_GT(link_metrics_.limit_hits(LinkLimit::max_participants).value(), 0);
}

}  // namespace
}  // namespace patchcord::msn
