#include "gateway/net/event_loop.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "chat_core/clock.hpp"
#include "tests/gateway/support/net_test.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class EventLoopTest : public ::testing::Test {
  protected:
    /// Runs the loop until nothing is left to wait for, as far as exceptions let it.
    std::size_t run() {
        std::size_t escaped = 0;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
        while (std::chrono::steady_clock::now() < deadline) {
            try {
                loop_.io().restart();
                if (loop_.io().run_one_for(milliseconds(200)) == 0) break;
            } catch (const std::exception&) {
                ++escaped;
            }
        }
        return escaped;
    }

    EventLoop loop_;
    std::vector<std::string> fired_;
};

using Names = std::vector<std::string>;

TEST_F(EventLoopTest, TheCalendarGoesOnFromWhatAnEarlierRunTold) {
    const chat::WallTime told = loop_.wall_now() + hours(1);
    loop_.not_before(told);
    EXPECT_GE(loop_.wall_now(), told);
    EXPECT_LT(loop_.wall_now(), told + hours(1));
    loop_.not_before(told - hours(2));
    EXPECT_GE(loop_.wall_now(), told);
}

TEST_F(EventLoopTest, TimerFiresWhenItsDelayIsOver) {
    const chat::Now begin = loop_.now();
    chat::Now fired{};
    loop_.after(milliseconds(120), [&] { fired = loop_.now(); });
    run();
    EXPECT_GE(fired - begin, milliseconds(120));
}

TEST_F(EventLoopTest, TimerNeverFiresFromInsideTheCall) {
    loop_.after(milliseconds(0), [this] { fired_.push_back("a"); });
    loop_.after(milliseconds(-100), [this] { fired_.push_back("b"); });
    EXPECT_TRUE(fired_.empty());
    run();
    EXPECT_EQ(fired_.size(), 2U);
}

TEST_F(EventLoopTest, EarlierTimerAddedLaterFiresFirst) {
    loop_.after(milliseconds(300), [this] { fired_.push_back("late"); });
    loop_.after(milliseconds(100), [this] { fired_.push_back("early"); });
    run();
    EXPECT_EQ(fired_, (Names{"early", "late"}));
}

TEST_F(EventLoopTest, CancelledTimerDoesNotFireAndTheOthersDo) {
    const chat::TimerId id = loop_.after(milliseconds(50), [this] { fired_.push_back("cancelled"); });
    loop_.after(milliseconds(100), [this] { fired_.push_back("kept"); });
    loop_.cancel(id);
    loop_.cancel(id);
    loop_.cancel({});
    run();
    EXPECT_EQ(fired_, Names{"kept"});
}

TEST_F(EventLoopTest, TimerMayStartAnother) {
    loop_.after(milliseconds(10), [this] {
        fired_.push_back("one");
        loop_.after(milliseconds(10), [this] {
            fired_.push_back("two");
            loop_.after(milliseconds(10), [this] { fired_.push_back("three"); });
        });
    });
    run();
    EXPECT_EQ(fired_, (Names{"one", "two", "three"}));
}

TEST_F(EventLoopTest, TimerThatThrowsDoesNotStopTheOthers) {
    loop_.after(milliseconds(50), [] { throw std::runtime_error("broken"); });
    loop_.after(milliseconds(150), [this] { fired_.push_back("old"); });
    EXPECT_EQ(run(), 1U);
    loop_.after(milliseconds(50), [this] { fired_.push_back("new"); });
    run();
    EXPECT_EQ(fired_, (Names{"old", "new"}));
}

TEST_F(EventLoopTest, WaitOfAYearDoesNotKeepAnEarlierOneWaiting) {
    const chat::TimerId year = loop_.after(hours(366 * 24), [this] { fired_.push_back("year"); });
    loop_.after(milliseconds(50), [&] {
        fired_.push_back("now");
        loop_.cancel(year);
    });
    run();
    EXPECT_EQ(fired_, Names{"now"});
}

TEST_F(EventLoopTest, ClocksAreThoseOfTheSystem) {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_LT(std::chrono::abs(loop_.wall_now().time_since_epoch() - wall), std::chrono::minutes(1));
    const chat::Now first = loop_.now();
    EXPECT_LE(first, loop_.now());
    EXPECT_NE(first, chat::Now{}) << "chat::Now{} stands for never";
}

TEST(EventLoopEndTest, StoppedLoopGivesItsConnectionsUp) {
    tests::RecordingLog log;
    ConnectionLimiter limiter{{}};
    std::vector<std::shared_ptr<tests::Session>> sessions;
    const Service service{[&] {
                              sessions.push_back(std::make_shared<tests::Session>());
                              return std::make_unique<tests::ScriptedProtocol>(sessions.back(), tests::Script{});
                          },
                          nullptr};
    EventLoop loop;
    Listener listener(loop, log, limiter, service);
    ASSERT_FALSE(listener.listen(*parse_endpoint("127.0.0.1:0")));
    const tests::Peer open(listener.endpoint());
    const tests::Peer ending(listener.endpoint());
    while (sessions.size() < 2 || sessions.back()->transport == nullptr) loop.io().run_one_for(milliseconds(100));
    (void)sessions.front()->transport->write("unsent");
    sessions.back()->transport->close_now("test");
    loop.stop();
    loop.abandon_connections();
    EXPECT_EQ(log.count("reason=shutdown rule=- words=the server stops"), 1U);
    EXPECT_EQ(log.count("reason=done rule=- words=test"), 1U);
    EXPECT_EQ(log.count("connection closed"), 2U);
    for (const auto& session : sessions) {
        EXPECT_TRUE(session->destroyed);
        EXPECT_EQ(session->lost, 1U);
    }
}

}  // namespace
}  // namespace patchcord::gateway
