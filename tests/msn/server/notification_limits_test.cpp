#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::matching;
using tests::MsnClient;
using tests::MsnTest;
using tests::verbs_of;

class MsnNotificationLimitsTest : public MsnTest {};

TEST_F(MsnNotificationLimitsTest, ALoginMustBeDoneInTime) {
    MsnClient silent = open();
    MsnClient slow = greet(8);
    MsnClient ana = come_online("ana@example.com", 8);
    advance(59s);
    EXPECT_FALSE(silent.closed() || slow.closed());
    advance(1s);
    EXPECT_TRUE(silent.closed() && slow.closed());
    EXPECT_FALSE(ana.closed());
    EXPECT_EQ(limit_hits(Limit::login_timeout), 2);
}

TEST_F(MsnNotificationLimitsTest, StrangersMaySayLittle) {
    change_options([](ServerOptions& options) { options.unauthenticated_bytes = 200; });
    MsnClient mal = greet(8);
    for (int i = 0; i < 20 && !mal.closed(); ++i) mal.send("USR 3 TWN I ana@example.com");
    EXPECT_TRUE(mal.closed());
    EXPECT_EQ(limit_hits(Limit::unauthenticated_bytes), 1);
    EXPECT_EQ(log_.count("limit hit limit=unauthenticated_bytes address=192.0.2.1"), 1U);
}

TEST_F(MsnNotificationLimitsTest, ALineAndAPayloadHaveALongest) {
    MsnClient ana = come_online("ana@example.com", 11);
    ana.send("FND 1 " + std::string(9000, 'x'));
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(limit_hits(Limit::line_length), 1);
    MsnClient bob = come_online("bob@example.com", 11);
    bob.send("UUX 1 9999");
    EXPECT_TRUE(bob.closed());
    EXPECT_EQ(limit_hits(Limit::payload_size), 1);
    for (const char* line : {"UUX 1 99999999999", "UUX 1 -1", "UUX 1", "UUX 1 x"}) {
        MsnClient carol = come_online("carol@example.com", 11);
        carol.send(line);
        EXPECT_TRUE(carol.closed()) << line;
    }
}

TEST_F(MsnNotificationLimitsTest, WhoeverPingedOnceIsMissedWhenSilent) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    ana.send("PNG");
    advance(299s);
    ana.send("PNG");
    advance(299s);
    EXPECT_FALSE(ana.closed());
    advance(1s);
    EXPECT_TRUE(ana.closed());
    EXPECT_FALSE(bob.closed()) << "never sent one";
    EXPECT_EQ(limit_hits(Limit::silence_timeout), 1);
    EXPECT_EQ(server_.find_principal("ana@example.com"), nullptr);
}

TEST_F(MsnNotificationLimitsTest, CommandsBeyondTheRateWait) {
    change_options([](ServerOptions& options) { options.flood = {10, 1}; });
    MsnClient ana = sign_in("ana@example.com", 8);
    ana.take();
    std::string burst;
    for (int i = 0; i < 12; ++i) burst += "URL " + std::to_string(i + 1) + " INBOX\r\n";
    ana.send_raw(burst);
    const std::size_t at_once = ana.take().size();
    EXPECT_LT(at_once, 12U);
    EXPECT_GT(at_once, 3U);
    advance(20s);
    EXPECT_EQ(at_once + ana.take().size(), 12U);
    EXPECT_GE(limit_hits(Limit::flood), 1);
    EXPECT_FALSE(ana.closed());
}

TEST_F(MsnNotificationLimitsTest, TheLastTokenHoldsNothingBackUntilMoreIsSaid) {
    MsnClient ana = sign_in("ana@example.com", 8);
    change_options([](ServerOptions& options) { options.flood = {3, 1}; });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ana.ask("PNG").size(), 1U);
    EXPECT_EQ(limit_hits(Limit::flood), 0);
    EXPECT_EQ(ana.ask("PNG"), Commands{});
    EXPECT_EQ(limit_hits(Limit::flood), 1);
    advance(2s);
    EXPECT_EQ(ana.take().size(), 1U);
}

TEST_F(MsnNotificationLimitsTest, WhatIsStoredCostsMore) {
    change_options([](ServerOptions& options) { options.flood = {20, 0.001}; });
    MsnClient ana = sign_in("ana@example.com", 8);
    for (int i = 0; i < 20; ++i) ana.send("GTC 9 N");
    EXPECT_LT(ana.take().size(), 14U);
}

TEST_F(MsnNotificationLimitsTest, WhoeverDoesNotReadIsCutOff) {
    change_options([](ServerOptions& options) { options.sendq = 2000; });
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    ana.transport().stall();
    for (int i = 0; i < 200 && !ana.closed(); ++i) bob.send(i % 2 == 0 ? "CHG 7 AWY 0" : "CHG 7 NLN 0");
    EXPECT_TRUE(ana.transport().closed_now());
    EXPECT_EQ(limit_hits(Limit::sendq), 1);
    EXPECT_EQ(server_.find_principal("ana@example.com"), nullptr);
    EXPECT_FALSE(bob.closed());
}

TEST_F(MsnNotificationLimitsTest, AWaitingClientIsReadNoFurtherThanTheLimit) {
    change_options([](ServerOptions& options) { options.readq = 4096; });
    MsnClient ana = come_online("ana@example.com", 8);
    store_.hold_answers();
    ana.send("GTC 9 N");
    ana.send_raw(std::string(2000, '\n') + "URL 1 " + std::string(5000, 'x') + "\r\n");
    EXPECT_TRUE(ana.transport().reading_paused());
    EXPECT_EQ(ana.take(), Commands{});
    store_.answer_again();
    EXPECT_EQ(verbs_of(ana.take()), (Commands{"GTC", "URL"}));
    EXPECT_FALSE(ana.transport().reading_paused());
}

TEST_F(MsnNotificationLimitsTest, InputIsUnderstoodInAllCuts) {
    const std::string input =
        "GTC 9 N\r\nUUX 10 13\r\n<Data></Data>ADC 11 FL N=bob@example.com F=Bob\r\nPNG\r\nOUT\r\n";
    for (std::size_t size = 1; size <= input.size(); ++size) {
        store_.account("ana@example.com") = {};
        store_.add("ana@example.com", "Ana");
        MsnClient ana = come_online("ana@example.com", 11);
        for (std::size_t at = 0; at < input.size(); at += size) ana.send_only(input.substr(at, size));
        advance(0ms);
        EXPECT_EQ(verbs_of(ana.take()), (Commands{"GTC", "UUX", "ADC", "QNG"})) << size;
        EXPECT_TRUE(ana.closed());
    }
}

TEST_F(MsnNotificationLimitsTest, AnOperatorEndsASessionOfMsnToo) {
    MsnClient ana = come_online("ana@example.com", 8);
    chat::User* user = server_.find_principal("ana@example.com")->user();
    ASSERT_NE(user, nullptr);
    user->client()->disconnected_by(*user, "enough");
    EXPECT_EQ(ana.take(), (Commands{"OUT"}));
    EXPECT_TRUE(ana.closed());
    advance(0ms);
    EXPECT_EQ(server_.find_principal("ana@example.com"), nullptr);
}

}  // namespace
}  // namespace patchcord::msn
