#include "gateway/auth/tickets.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>

#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TicketsTest : public ::testing::Test {
  protected:
    tests::ManualScheduler scheduler_;
    Tickets tickets_{scheduler_};
};

TEST_F(TicketsTest, TicketGivesItsHandleOnceAndNeverAgain) {
    const std::string ticket = tickets_.issue("ana@example.com");
    EXPECT_EQ(tickets_.redeem(ticket), "ana@example.com");
    EXPECT_EQ(tickets_.redeem(ticket), std::nullopt);
}

TEST_F(TicketsTest, TicketHasTheFormClientsCarryOn) {
    const std::string ticket = tickets_.issue("ana@example.com");
    ASSERT_EQ(ticket.size(), 2U + 22U + 3U);
    EXPECT_TRUE(ticket.starts_with("t="));
    EXPECT_TRUE(ticket.ends_with("&p="));
    const std::string safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    EXPECT_EQ(ticket.substr(2, 22).find_first_not_of(safe), std::string::npos) << ticket;
}

TEST_F(TicketsTest, NoTwoTicketsAreTheSame) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(tickets_.issue("ana@example.com"));
    EXPECT_EQ(seen.size(), 1000U);
}

TEST_F(TicketsTest, EachTicketIsItsOwn) {
    const std::string first = tickets_.issue("ana@example.com");
    const std::string second = tickets_.issue("bob@example.com");
    const std::string third = tickets_.issue("ana@example.com");
    EXPECT_EQ(tickets_.redeem(second), "bob@example.com");
    EXPECT_EQ(tickets_.redeem(third), "ana@example.com");
    EXPECT_EQ(tickets_.redeem(first), "ana@example.com");
}

TEST_F(TicketsTest, TicketIsGoodForTwoMinutes) {
    const std::string first = tickets_.issue("ana@example.com");
    const std::string second = tickets_.issue("ana@example.com");
    scheduler_.advance(milliseconds(119'999));
    EXPECT_TRUE(tickets_.redeem(first));
    scheduler_.advance(milliseconds(1));
    EXPECT_FALSE(tickets_.redeem(second));
}

TEST_F(TicketsTest, WhatIsNoTicketGivesNothingAndCostsNobodyTheirs) {
    const std::string ticket = tickets_.issue("ana@example.com");
    std::string other = ticket;
    other[5] = other[5] == 'a' ? 'b' : 'a';
    for (const std::string& text : {std::string(), std::string("t=&p="), std::string("x"), other, ticket.substr(0, 10),
                                    std::string(5000, 't'), "t=" + ticket, std::string("t=a b&p=")}) {
        EXPECT_FALSE(tickets_.redeem(text)) << text;
    }
    EXPECT_TRUE(tickets_.redeem(ticket));
}

TEST_F(TicketsTest, TokenAloneIsTheTicketToo) {
    const std::string ticket = tickets_.issue("ana@example.com");
    EXPECT_EQ(tickets_.redeem(ticket.substr(2, 22)), "ana@example.com") << "some clients take it out";
    EXPECT_FALSE(tickets_.redeem(ticket));
}

TEST_F(TicketsTest, BeyondTheLimitTheOldestIsWorthNothing) {
    tickets_.set_options({seconds(120), 3});
    const std::string first = tickets_.issue("ana@example.com");
    const std::string second = tickets_.issue("bob@example.com");
    (void)tickets_.issue("carol@example.com");
    (void)tickets_.issue("carol@example.com");
    EXPECT_EQ(tickets_.size(), 3U);
    EXPECT_FALSE(tickets_.redeem(first));
    EXPECT_TRUE(tickets_.redeem(second));
}

TEST_F(TicketsTest, MemoryIsBoundedHoweverManyAreRedeemedOrExpire) {
    tickets_.set_options({seconds(120), 10});
    for (int i = 0; i < 1000; ++i) {
        const std::string ticket = tickets_.issue("mal@example.com");
        if (i % 2 == 0) {
            EXPECT_TRUE(tickets_.redeem(ticket));
        }
        EXPECT_LE(tickets_.size(), 10U);
    }
    scheduler_.advance(seconds(120));
    (void)tickets_.issue("ana@example.com");
    EXPECT_EQ(tickets_.size(), 1U) << "those that expired are gone";
}

}  // namespace
}  // namespace patchcord::gateway
