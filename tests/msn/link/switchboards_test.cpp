#include <algorithm>

#include "chat_core/receipt.hpp"
#include "msn/link/conversation.hpp"
#include "tests/msn/link/link_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

/// ana writes to bob, and their switchboards behave in ways of their own.
class SwitchboardsTest : public LinkTest {
  protected:
    SwitchboardsTest() {
        befriend("ana@example.com", "bob@example.com");
        link();
        settle();
        ana_.take();
        bob_.take();
    }
    ~SwitchboardsTest() override { far_->shut_down(); }
    /// Connections to switchboards so far.
    [[nodiscard]] std::size_t switchboards() const { return connector_.wires.size() - 1; }
    void server_says(const std::string& line) {
        connector_.wires.back()->say_to_client(line + "\r\n");
        advance(0ms);
    }

    Visitor ana_{near_, "ana", profile_of("ana")};
    MsnClient bob_ = come_online("bob@example.com", 12);
};

TEST_F(SwitchboardsTest, SomebodyElseWhoComesToACallMakesOneGroupAndTheMessageFails) {
    say(ana_, "bob", "for bob");
    EXPECT_EQ(switchboards(), 1U);
    server_says("JOI mal@example.com mal");
    settle();
    EXPECT_EQ(switchboards(), 1U) << "bob is being called still";
    EXPECT_EQ(near_.groups().size(), 1U);
    ana_.take();
    say(ana_, "bob", "also for bob");
    advance(60s);  // bob does not come
    const Log told = ana_.take();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: for bob (")) << told[0];
    EXPECT_TRUE(told[1].starts_with("undelivered bob: also for bob (")) << told[1];
    EXPECT_EQ(switchboards(), 1U);
    say(ana_, "bob", "once more");
    EXPECT_EQ(switchboards(), 2U) << "the next message calls him again";
}

TEST_F(SwitchboardsTest, WhoComesToACallBehindSomebodyElseIsNotTalkedToInPrivate) {
    say(ana_, "bob", "for bob");
    server_says("JOI mal@example.com mal\r\nJOI bob@example.com bob");
    settle();
    const Log told = ana_.take();
    EXPECT_TRUE(told.back().starts_with("undelivered bob: for bob (more than one other person")) << told.back();
    EXPECT_EQ(switchboards(), 1U);
}

TEST_F(SwitchboardsTest, ASilentOneIsLeftForAnother) {
    const MsnClient window = call(bob_, "bob@example.com");
    ana_.take();
    connector_.wires.back()->fall_silent();
    say(ana_, "bob", "one");
    advance(20s);
    say(ana_, "bob", "two");
    advance(15s);
    Log told = ana_.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: one (it may not have arrived")) << told[0];
    say(ana_, "bob", "three");
    EXPECT_EQ(switchboards(), 1U) << "what is under way comes first";
    advance(20s);
    told = ana_.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: two (it may not have arrived")) << told[0];
    MsnClient again = answer(bob_, "bob@example.com");
    const Commands got = tests::matching("MSG", again.take());
    ASSERT_EQ(got.size(), 1U);
    EXPECT_TRUE(got[0].ends_with("three"));
}

TEST_F(SwitchboardsTest, WhoeverRingsAgainAndAgainHasAFewOfThem) {
    std::vector<MsnClient> windows;
    for (int i = 0; i < 20; ++i) windows.push_back(call(bob_, "bob@example.com"));
    EXPECT_EQ(switchboards(), 20U);
    const auto open = std::count_if(connector_.wires.begin() + 1, connector_.wires.end(),
                                    [](const auto& wire) { return wire->open(); });
    EXPECT_LE(open, static_cast<std::ptrdiff_t>(Conversation::max_lines));
    say(ana_, "bob", "still here?");
    EXPECT_EQ(tests::matching("MSG", windows.back().take()).size(), 1U) << "the last is the one that is used";
}

TEST_F(SwitchboardsTest, WhoRingsWhileNothingIsAnsweredHasAFewOfThem) {
    connector_.failure = std::make_error_code(std::errc::connection_refused);
    connector_.failure_delay = 10s;
    for (int i = 0; i < 20; ++i) {
        connector_.wires.front()->say_to_client("RNG 1 192.0.2.30:1864 CKI 1 bob@example.com bob\r\n");
    }
    advance(0ms);
    EXPECT_EQ(connector_.asked.size(), 1 + Conversation::max_lines);
}

/// Bob rings, at a switchboard that cannot be reached; that is known after some time.
class UnreachableTest : public SwitchboardsTest {
  protected:
    void ring(std::chrono::milliseconds failed_after) {
        connector_.failure = std::make_error_code(std::errc::connection_refused);
        connector_.failure_delay = failed_after;
        connector_.wires.front()->say_to_client("RNG 1 192.0.2.30:1864 CKI 1 bob@example.com bob\r\n");
        advance(0ms);
    }
    void expect_bob_gets(const std::vector<std::string>& texts) {
        MsnClient window = answer(bob_, "bob@example.com");
        const Commands got = tests::matching("MSG", window.take());
        ASSERT_EQ(got.size(), texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_TRUE(got[i].ends_with(texts[i])) << got[i];
    }
};

TEST_F(UnreachableTest, WhatWaitedForTheCallIsSaidInASwitchboardOfOurOwn) {
    ring(2s);
    ring(1s);
    say(ana_, "bob", "one");
    connector_.failure = {};
    advance(1s);
    EXPECT_EQ(switchboards(), 0U) << "the other call may be answered still";
    advance(1s);
    EXPECT_EQ(switchboards(), 1U);
    expect_bob_gets({"one"});
    EXPECT_EQ(tests::matching("undelivered", ana_.take()), Log{});
}

TEST_F(UnreachableTest, WhatWaitsForACallIsNotReportedWhenOurOwnSwitchboardFails) {
    connector_.failure = std::make_error_code(std::errc::connection_refused);
    connector_.failure_delay = 1s;
    say(ana_, "bob", "one");
    ring(3s);
    advance(2s);
    EXPECT_EQ(tests::matching("undelivered", ana_.take()), Log{});
    connector_.failure = {};
    advance(1s);
    expect_bob_gets({"one"});
}

TEST_F(SwitchboardsTest, WhatIsUnderWayWhenTheServiceIsLeftIsInDoubt) {
    const MsnClient window = call(bob_, "bob@example.com");
    ana_.take();
    connector_.wires.back()->fall_silent();
    say(ana_, "bob", "one");
    far_->shut_down();
    const Log told = tests::matching("undelivered", ana_.take());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("undelivered bob: one (it may not have arrived")) << told[0];
    advance(60s);
    EXPECT_EQ(tests::matching("undelivered", ana_.take()), Log{}) << "once";
}

/// Messages to bob that somebody keeps until their fate is known.
class KeptMessageTest : public UnreachableTest {
  protected:
    static constexpr chat::WallTime long_ago{1ms};

    /// Bob is away, and comes back.
    void come_again() {
        bob_.send("CHG 31 NLN");
        settle();
    }
    void send_kept(const std::string& text, const std::string& to = "bob", chat::WallTime written = long_ago) {
        chat::Message message{{},     nullptr, {}, chat::MessageKind::text, chat::MessageText(chat::StyledText(text)),
                              written};
        message.target.user = *near_.lookup_user(to);
        message.receipt = std::make_shared<chat::Receipt>([fates = fates_, text](bool settled) {
            fates->push_back(text + (settled ? " is settled" : " is kept on"));
        });
        chat::RenderCache cache;
        EXPECT_FALSE(ana_.user().send(message, cache));
        message.receipt.reset();
        advance(0ms);
    }
    std::shared_ptr<Log> fates_ = std::make_shared<Log>();
};

TEST_F(KeptMessageTest, IsSettledWhenItWasDelivered) {
    send_kept("one");
    EXPECT_EQ(*fates_, Log{});
    const MsnClient window = answer(bob_, "bob@example.com");
    settle();
    EXPECT_EQ(*fates_, (Log{"one is settled"}));
}

TEST_F(KeptMessageTest, IsSettledWhenItsSenderIsToldThatItFailed) {
    send_kept("one");
    advance(60s);  // bob does not answer
    EXPECT_EQ(*fates_, (Log{"one is settled"}));
    EXPECT_EQ(tests::matching("undelivered bob: one", ana_.take()).size(), 1U);
}

TEST_F(KeptMessageTest, IsSaidBeforeWhatIsNewer) {
    bob_.send("CHG 30 HDN");
    settle();
    something_waits_ = true;
    bob_.send("CHG 31 NLN");
    settle();
    say(ana_, "bob", "newer");
    EXPECT_EQ(switchboards(), 0U);
    send_kept("older");
    send_kept("less old");
    EXPECT_EQ(switchboards(), 0U) << "there may be more";
    something_waits_ = false;
    older_sent_();
    settle();
    expect_bob_gets({"\nolder", "less old", "newer"});
}

TEST_F(KeptMessageTest, IsSaidAfterWhatIsOlderAndWaitsHere) {
    ring(10s);  // ana's words wait for that
    say(ana_, "bob", "first");
    bob_.send("CHG 30 HDN");
    settle();
    const chat::WallTime away = scheduler_.wall_now();
    something_waits_ = true;
    come_again();
    say(ana_, "bob", "third");
    send_kept("second", "bob", away);
    something_waits_ = false;
    older_sent_();
    connector_.failure = {};
    settle();
    advance(10s);
    expect_bob_gets({"first", "second", "third"});
}

TEST_F(KeptMessageTest, AllThatIsLookedForIsWaitedFor) {
    bob_.send("CHG 30 HDN");
    settle();
    something_waits_ = true;
    come_again();
    const auto first_sent = older_sent_;
    bob_.send("CHG 32 HDN");
    settle();
    come_again();
    say(ana_, "bob", "newer");
    first_sent();
    EXPECT_EQ(switchboards(), 0U) << "there may be more";
    send_kept("older");
    something_waits_ = false;
    older_sent_();
    settle();
    expect_bob_gets({"older", "newer"});
}

TEST_F(KeptMessageTest, IsSaidBeforeWhatIsNewerToSomebodyWhoCallsAndIsNotSeen) {
    something_waits_ = true;
    MsnClient carol = come_online("carol@example.com", 12);
    MsnClient window = call(carol, "carol@example.com");
    say(ana_, "carol", "newer");
    send_kept("older", "carol");
    EXPECT_EQ(tests::matching("MSG", window.take()), Commands{});
    older_sent_();
    settle();
    const Commands got = tests::matching("MSG", window.take());
    ASSERT_EQ(got.size(), 2U);
    EXPECT_TRUE(got[0].ends_with("older")) << got[0];
    EXPECT_TRUE(got[1].ends_with("newer")) << got[1];
}

TEST_F(KeptMessageTest, IsKeptOnWhenTheServiceIsLeft) {
    send_kept("one");
    far_->shut_down();
    advance(60s);
    EXPECT_EQ(*fates_, (Log{"one is kept on"}));
    EXPECT_EQ(tests::matching("undelivered", ana_.take()), Log{});
}

TEST_F(KeptMessageTest, IsKeptOnWhenItsSenderIsGone) {
    const MsnClient window = call(bob_, "bob@example.com");
    connector_.wires.back()->fall_silent();
    send_kept("one");
    ana_.log_out("bye");
    advance(60s);
    EXPECT_EQ(*fates_, (Log{"one is kept on"}));
}

}  // namespace
}  // namespace patchcord::msn
