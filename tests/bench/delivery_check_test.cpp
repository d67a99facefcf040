#include "tests/bench/load/delivery_check.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::bench {
namespace {

constexpr std::size_t text_size = 40;
constexpr std::size_t window = 4;
constexpr Nanoseconds sent_at{1000};
constexpr Nanoseconds read_at{3000};

/// Two groups of one sender (members 0 and 3, streams 0 and 1) and two receivers (members 1, 2 and 4, 5).
class DeliveryCheckTest : public ::testing::Test {
  protected:
    std::string send(std::size_t stream) {
        std::string text;
        check_.append_next(stream, sent_at, text);
        return text;
    }

    bool deliver(std::size_t member, const std::string& text) { return check_.received(member, text, read_at); }

    DeliveryCheck check_{Layout{2, 1, 2}, window, text_size};
};

TEST_F(DeliveryCheckTest, MessagesDeliveredInOrderToEverybodyAreNoFault) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(check_.may_send(0));
        const std::string text = send(0);
        EXPECT_TRUE(deliver(1, text));
        EXPECT_TRUE(deliver(2, text));
    }
    EXPECT_TRUE(check_.complete());
    EXPECT_TRUE(check_.faults().none());
    EXPECT_EQ(check_.accepted(), 200U);
}

TEST_F(DeliveryCheckTest, WindowOpensOnlyWhenTheLastReceiverHasTheMessage) {
    const std::string first = send(0);
    for (std::size_t i = 1; i < window; ++i) send(0);
    EXPECT_FALSE(check_.may_send(0));
    deliver(1, first);
    EXPECT_FALSE(check_.may_send(0));
    deliver(2, first);
    EXPECT_TRUE(check_.may_send(0));
    EXPECT_EQ(check_.unfinished(0), window - 1);
}

TEST_F(DeliveryCheckTest, MissingMessageIsLostAndKeepsItsPlaceInTheWindow) {
    send(0);
    const std::string second = send(0);
    EXPECT_FALSE(deliver(1, second));
    EXPECT_FALSE(deliver(2, second));
    EXPECT_FALSE(check_.complete());
    EXPECT_EQ(check_.faults().lost, 2U);
    for (std::size_t i = 2; i < window; ++i) send(0);
    EXPECT_FALSE(check_.may_send(0));
}

TEST_F(DeliveryCheckTest, SecondCopyIsDuplicated) {
    const std::string text = send(0);
    deliver(1, text);
    deliver(2, text);
    EXPECT_FALSE(deliver(1, text));
    EXPECT_EQ(check_.faults().duplicated, 1U);
    EXPECT_EQ(check_.faults().lost, 0U);
}

TEST_F(DeliveryCheckTest, LateMessageIsReorderedAndNotLost) {
    const std::string first = send(0);
    const std::string second = send(0);
    deliver(1, second);
    EXPECT_FALSE(deliver(1, first));
    deliver(2, first);
    deliver(2, second);
    const Faults faults = check_.faults();
    EXPECT_EQ(faults.reordered, 1U);
    EXPECT_EQ(faults.lost + faults.duplicated, 0U);
    EXPECT_TRUE(check_.complete());
}

TEST_F(DeliveryCheckTest, CutTextIsDamaged) {
    std::string text = send(0);
    text.pop_back();
    EXPECT_FALSE(deliver(1, text));
    EXPECT_EQ(check_.faults().damaged, 1U);
}

TEST_F(DeliveryCheckTest, TextMixedWithAnotherIsDamaged) {
    std::string text = send(0);
    const std::string other = send(0);
    text.replace(30, std::string::npos, other.substr(30));
    EXPECT_FALSE(deliver(1, text));
    EXPECT_EQ(check_.faults().damaged, 1U);
}

TEST_F(DeliveryCheckTest, TextWithoutAStampIsDamaged) {
    EXPECT_FALSE(deliver(1, "good morning"));
    EXPECT_EQ(check_.faults().damaged, 1U);
}

TEST_F(DeliveryCheckTest, MessageOfAnotherGroupIsMisdelivered) {
    EXPECT_FALSE(deliver(1, send(1)));
    EXPECT_EQ(check_.faults().misdelivered, 1U);
}

TEST_F(DeliveryCheckTest, EchoToTheSenderIsMisdelivered) {
    EXPECT_FALSE(deliver(0, send(0)));
    EXPECT_EQ(check_.faults().misdelivered, 1U);
}

TEST_F(DeliveryCheckTest, MessageThatNobodySentIsMisdelivered) {
    std::string text;
    Payload(text_size).append(text, {0, 7});
    EXPECT_FALSE(deliver(1, text));
    EXPECT_EQ(check_.faults().misdelivered, 1U);
}

TEST_F(DeliveryCheckTest, MemberOfNoGroupMayHearNothing) {
    EXPECT_FALSE(deliver(6, send(1)));
    EXPECT_EQ(check_.faults().misdelivered, 1U);
}

TEST(DeliveryCheckSendersTest, SendersHearOneAnotherAndEachIsCheckedByItself) {
    DeliveryCheck check(Layout{1, 2, 1}, window, text_size);
    std::string from_first;
    std::string from_second;
    check.append_next(0, sent_at, from_first);
    check.append_next(1, sent_at, from_second);
    EXPECT_TRUE(check.received(1, from_first, read_at));
    EXPECT_TRUE(check.received(2, from_second, read_at));
    EXPECT_TRUE(check.received(0, from_second, read_at));
    EXPECT_TRUE(check.received(2, from_first, read_at));
    EXPECT_TRUE(check.complete());
    EXPECT_TRUE(check.faults().none());
}

TEST(DeliveryCheckNamesTest, TextOfACheckWithOtherNamesIsMisdelivered) {
    DeliveryCheck first({1, 1, 1}, window, text_size);
    DeliveryCheck second({1, 1, 1}, window, text_size, 1);
    std::string from_first;
    std::string from_second;
    first.append_next(0, sent_at, from_first);
    second.append_next(0, sent_at, from_second);
    EXPECT_FALSE(first.received(1, from_second, read_at));
    EXPECT_FALSE(second.received(1, from_first, read_at));
    EXPECT_EQ((first.faults() + second.faults()).misdelivered, 2U);
    EXPECT_TRUE(first.received(1, from_first, read_at));
    EXPECT_TRUE(second.received(1, from_second, read_at));
    EXPECT_TRUE(first.complete() && second.complete());
}

TEST(HistogramTest, PercentileIsAtMostAThirtySecondTooLow) {
    Histogram histogram;
    for (int value = 1; value <= 100000; ++value) histogram.add(Nanoseconds(value * 10));
    for (const double fraction : {0.01, 0.5, 0.9, 0.99, 1.0}) {
        const double exact = fraction * 1000;  // microseconds
        EXPECT_LE(histogram.percentile(fraction), exact * 1.0001) << fraction;
        EXPECT_GE(histogram.percentile(fraction), exact * (1 - 1.0 / 32)) << fraction;
    }
}

TEST(HistogramTest, NothingCountedIsZero) {
    EXPECT_EQ(Histogram().percentile(0.5), 0);
}

}  // namespace
}  // namespace patchcord::bench
