#include "chat_core/loop_guard.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::chat {
namespace {

using namespace std::chrono_literals;
using tests::Visitor;

struct PlainDecoder final : TextDecoder {
    [[nodiscard]] StyledText decode(const NativeForm& native) const override {
        return StyledText(std::string(native.text));
    }
};
constexpr PlainDecoder decoder;

/// ana and bob are in two rooms. What they say is the guard's to allow.
class LoopGuardTest : public testing::Test {
  protected:
    /// Is it allowed? Then it is said, and crosses to another protocol.
    bool say(const Target& target, Visitor& who, const std::string& text) {
        return pass(target, who, MessageText(StyledText(text)), true);
    }
    bool say(Visitor& who, const std::string& text) { return say({&room_, nullptr, {}}, who, text); }
    bool pass(const Target& target, Visitor& who, const MessageText& text, bool crosses) {
        const Now now = scheduler_.now();
        if (!guard_.allows(target, who.user().id(), text, now)) return false;
        if (crosses) (void)text.styled();
        guard_.said(target, who.user().id(), text, now);
        return true;
    }
    /// How many words pass until one is refused; `most` if none is.
    std::size_t echo(std::size_t most) {
        std::string text = "hello";
        for (std::size_t said = 0; said < most; ++said) {
            Visitor& who = said % 2 == 0 ? ana_ : bob_;
            if (!say(who, text)) return said;
            text = "<" + who.user().name() + "> " + text;
        }
        return most;
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    Group& room_{**service_.create_group("#a")};
    Group& other_{**service_.create_group("#b")};
    Visitor ana_{service_, "ana"};
    Visitor bob_{service_, "bob"};
    Visitor carol_{service_, "carol"};
    LoopGuard guard_;
};

TEST_F(LoopGuardTest, WordsThatGoAroundAreStoppedSoon) {
    EXPECT_LE(echo(100), 2 * LoopGuard::most_repeats + 2);
    EXPECT_FALSE(say(carol_, "<x> hello")) << "whoever repeats them";
}

TEST_F(LoopGuardTest, LongWordsAreKnownByTheirEnd) {
    const std::string rest(5 * LoopGuard::most_bytes, 'x');
    std::size_t said = 0;
    while (said < 100 && say(said % 2 == 0 ? ana_ : bob_, std::to_string(said) + rest)) ++said;
    EXPECT_EQ(said, 2 * LoopGuard::most_repeats + 1);
}

TEST_F(LoopGuardTest, OwnWordsPassWhileOthersGoAround) {
    (void)echo(100);
    for (const std::string text : {"what is that?", "hello world", "say hello", "ello"}) {
        EXPECT_EQ(say(carol_, text), text != "say hello") << text;
    }
}

TEST_F(LoopGuardTest, AnswerThatIsAlwaysTheSameIsStopped) {
    std::size_t answers = 0;
    while (answers < 100 && say(ana_, "question " + std::to_string(answers)) && say(bob_, "I am away")) ++answers;
    EXPECT_EQ(answers, LoopGuard::most_repeats + 1);
}

TEST_F(LoopGuardTest, WhoSaysTheSameAgainWithoutAnAnswerIsNoLoop) {
    (void)say(bob_, "so what");
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(say(ana_, "anybody here?"));
}

TEST_F(LoopGuardTest, CrowdThatGreetsIsNoLoop) {
    for (int i = 0; i < 20; ++i) {
        Visitor guest(service_, "guest" + std::to_string(i));
        EXPECT_TRUE(say(guest, "happy birthday!"));
    }
}

TEST_F(LoopGuardTest, ShortAndSlowRepeatsAreNoLoop) {
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(say(i % 2 == 0 ? ana_ : bob_, "ok"));
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(say(i % 2 == 0 ? ana_ : bob_, "hello"));
        scheduler_.advance(3s);
    }
}

TEST_F(LoopGuardTest, SilenceEnds) {
    (void)echo(100);
    EXPECT_FALSE(say(carol_, "hello"));
    scheduler_.advance(LoopGuard::silence);
    EXPECT_TRUE(say(ana_, "hello"));
    EXPECT_TRUE(say(carol_, "hello"));
}

TEST_F(LoopGuardTest, OnlyThePlaceThatLoopsIsWatched) {
    (void)echo(100);
    EXPECT_TRUE(say({&other_, nullptr, {}}, ana_, "hello"));
    EXPECT_TRUE(say({&other_, nullptr, {}}, bob_, "hello"));
    const Target to_bob{nullptr, &bob_.user(), {}};
    const Target to_ana{nullptr, &ana_.user(), {}};
    std::size_t said = 0;
    while (said < 100 && say(to_bob, ana_, "are you there?") && say(to_ana, bob_, "are you there?")) ++said;
    EXPECT_EQ(said, LoopGuard::most_repeats) << "a conversation of two is one place";
}

TEST_F(LoopGuardTest, WithinOneProtocolNothingIsReadOrRemembered) {
    const NativeForm native{ProtocolId{1}, "PRIVMSG", "hello", {}, {}};
    for (int i = 0; i < 100; ++i) {
        const MessageText text(native, decoder);
        EXPECT_TRUE(pass({&room_, nullptr, {}}, i % 2 == 0 ? ana_ : bob_, text, false));
    }
    EXPECT_EQ(guard_.size(), 0U);
}

TEST_F(LoopGuardTest, PlacesAreForgotten) {
    for (int i = 0; i < 1000; ++i) {
        Visitor guest(service_, "guest");
        (void)say({nullptr, &guest.user(), {}}, ana_, "hello");
        scheduler_.advance(1s);
    }
    EXPECT_LT(guard_.size(), 50U);
}

}  // namespace
}  // namespace patchcord::chat
