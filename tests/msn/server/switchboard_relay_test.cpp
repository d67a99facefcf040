#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::MsnClient;
using tests::MsnPerson;

/// MSG among MSN clients alone, and what its sender is told.
class MsnSwitchboardRelayTest : public tests::MsnSwitchboardTest {};

TEST_F(MsnSwitchboardRelayTest, AMessageArrivesByteForByteAtEverybodyElse) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [first, second] = connect(ana, bob);
    (void)ring_up(second, carol.handle);
    MsnClient third = pick_up(carol);
    first.take();
    const std::string payload =
        text("h\xC3\xA9llo\r\n\r\nthere", "X-MMS-IM-Format: FN=Arial; EF=B; CO=ff; CS=0; PF=22\r\n");
    second.take();
    first.send("MSG 4 N", payload);
    const std::string expected = "MSG ana@example.com Ana " + std::to_string(payload.size()) + "\n" + payload;
    EXPECT_EQ(first.take(), Commands{});
    EXPECT_EQ(second.take(), (Commands{expected}));
    EXPECT_EQ(third.take(), (Commands{expected}));
}

TEST_F(MsnSwitchboardRelayTest, AnyBytesArrive) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    second.transport().expect_binary_payloads();
    std::string payload = payload_of("application/x-msnmsgrp2p", "");
    for (int c = 0; c < 256; ++c) payload += static_cast<char>(c);
    EXPECT_EQ(first.ask("MSG 4 D", payload), (Commands{"ACK 4"}));
    const Commands received = second.take();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_TRUE(received.front().ends_with("\n" + payload));
}

TEST_F(MsnSwitchboardRelayTest, TheModeSaysWhichAnswerADeliveredMessageGets) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    EXPECT_EQ(say(first, "a", "U"), Commands{});
    EXPECT_EQ(say(first, "b", "N"), Commands{});
    EXPECT_EQ(say(first, "c", "A"), (Commands{"ACK"}));
    EXPECT_EQ(say(first, "d", "D"), (Commands{"ACK"}));
    EXPECT_EQ(say(first, "e", "S"), (Commands{"ACK"}));
    EXPECT_EQ(heard(second), (Commands{"ana@example.com: a", "ana@example.com: b", "ana@example.com: c",
                                       "ana@example.com: d", "ana@example.com: e"}));
    EXPECT_EQ(server_.metrics().messages_relayed.value(), 5);
}

TEST_F(MsnSwitchboardRelayTest, TheModeSaysWhichAnswerAFailedMessageGets) {
    MsnPerson ana = online("ana");
    MsnClient alone = enter(ana);
    EXPECT_EQ(say(alone, "a", "U"), Commands{});
    EXPECT_EQ(say(alone, "b", "N"), (Commands{"NAK"}));
    EXPECT_EQ(say(alone, "c", "A"), (Commands{"NAK"}));
    EXPECT_EQ(say(alone, "d", "D"), (Commands{"NAK"}));
    EXPECT_EQ(say(alone, "e", "S"), Commands{});
    EXPECT_EQ(server_.metrics().messages_relayed.value(), 0);
    EXPECT_FALSE(alone.closed());
}

TEST_F(MsnSwitchboardRelayTest, AnAnswerNamesItsMessage) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    EXPECT_EQ(first.ask("MSG 4294967295 A", text("a")), (Commands{"ACK 4294967295"}));
    second.hang_up();
    first.take();
    EXPECT_EQ(first.ask("MSG 0 A", text("b")), (Commands{"NAK 0"}));
}

TEST_F(MsnSwitchboardRelayTest, AModeThatIsNoneEndsTheConnection) {
    for (const char* mode : {"X", "a", "AA", "0", "-"}) {
        MsnPerson ana = online("ana");
        MsnPerson bob = online("bob");
        auto [first, second] = connect(ana, bob);
        EXPECT_EQ(say(first, "a", mode), Commands{}) << mode;
        EXPECT_TRUE(first.closed()) << mode;
        EXPECT_EQ(second.take(), (Commands{"BYE ana@example.com"})) << mode;
    }
}

TEST_F(MsnSwitchboardRelayTest, AMessageWithoutItsParametersEndsTheConnection) {
    for (const char* line : {"MSG", "MSG 4", "MSG 4 A", "MSG 4 A x", "MSG 4 A -1", "MSG A 2"}) {
        MsnPerson ana = online("ana");
        MsnClient window = enter(ana);
        window.send_raw(std::string(line) + "\r\n\r\n");
        EXPECT_EQ(window.take(), Commands{}) << line;
        EXPECT_TRUE(window.closed()) << line;
    }
}

TEST_F(MsnSwitchboardRelayTest, TheLongestMessageIsRelayedAndALongerOneEndsTheConnection) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    const std::string head = text("");
    EXPECT_EQ(first.ask("MSG 4 A", head + std::string(1664 - head.size(), 'x')), (Commands{"ACK 4"}));
    EXPECT_EQ(second.take().size(), 1U);
    first.send("MSG 5 A 1665");
    EXPECT_TRUE(first.closed());
    EXPECT_EQ(limit_hits(Limit::payload_size), 1);
    EXPECT_EQ(second.take(), (Commands{"BYE ana@example.com"}));
}

TEST_F(MsnSwitchboardRelayTest, ALongLineEndsTheConnection) {
    MsnPerson ana = online("ana");
    MsnClient window = enter(ana);
    window.send("CAL 4 " + std::string(8200, 'x'));
    EXPECT_TRUE(window.closed());
    EXPECT_EQ(limit_hits(Limit::line_length), 1);
}

TEST_F(MsnSwitchboardRelayTest, APayloadIsNeverACommand) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    EXPECT_EQ(say(first, "x\r\nCAL 2 carol@example.com\r\nOUT\r\n"), (Commands{"ACK"}));
    EXPECT_EQ(heard(second), (Commands{"ana@example.com: x\r\nCAL 2 carol@example.com\r\nOUT\r\n"}));
    EXPECT_FALSE(first.closed());
}

TEST_F(MsnSwitchboardRelayTest, WhatOnlyAServerMaySayIsNotRelayed) {
    MsnPerson ana = online("ana");
    MsnPerson mal = online("mal");
    auto [first, second] = connect(mal, ana);
    for (const char* type :
         {"text/x-msmsgsprofile; charset=UTF-8", "text/x-msmsgsinitialemailnotification; charset=UTF-8",
          "text/x-msmsgsemailnotification", "application/x-msmsgssystemmessage"}) {
        first.send("MSG 4 U", payload_of(type, "EmailEnabled: 1\r\n"));
        EXPECT_EQ(heard(second), Commands{}) << type;
    }
    EXPECT_FALSE(first.closed());
}

TEST_F(MsnSwitchboardRelayTest, EverythingElseIsRelayedAsItIs) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    const Commands types{
        "text/x-msmsgscontrol",     "text/x-msnmsgr-datacast", "text/x-msmsgsinvite",  "text/x-clientcaps",
        "application/x-msnmsgrp2p", "text/x-mms-emoticon",     "application/x-ms-ink", "image/gif",
        "text/x-keepalive",         "text/x-something-new"};
    for (const std::string& type : types) {
        first.send("MSG 4 N", payload_of(type, "x\r\n"));
        EXPECT_EQ(heard(second), (Commands{"ana@example.com [" + type + "]"}));
    }
    EXPECT_EQ(first.take(), Commands{});
}

TEST_F(MsnSwitchboardRelayTest, ChunksAreRelayedAsTheyAre) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    first.send("MSG 4 N", text("one", "Message-ID: {1}\r\nChunks: 2\r\n"));
    first.send("MSG 5 N", "Message-ID: {1}\r\nChunk: 1\r\n\r\ntwo");
    EXPECT_EQ(second.take().size(), 2U);
}

TEST_F(MsnSwitchboardRelayTest, WhoeverDoesNotReadLosesTheSwitchboardOnly) {
    change_options([](ServerOptions& options) { options.sendq = 2000; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [first, second] = connect(ana, bob);
    (void)ring_up(first, carol.handle);
    MsnClient third = pick_up(carol);
    second.transport().stall();
    std::size_t acks = 0;
    while (!second.closed() && acks < 100) acks += tests::matching("ACK", first.ask("MSG 9 A", text("x"))).size();
    EXPECT_GT(acks, 5U);
    EXPECT_LT(acks, 40U);
    EXPECT_TRUE(second.transport().closed_now());
    EXPECT_EQ(limit_hits(Limit::sendq), 1);
    EXPECT_NE(server_.find_principal("bob@example.com"), nullptr);
    EXPECT_EQ(heard(third).size(), acks + 2) << "the last message, which bob did not get, and his BYE";
    EXPECT_EQ(say(first, "and on"), (Commands{"ACK"}));
}

TEST_F(MsnSwitchboardRelayTest, WhoeverMissedAMessageMakesItsSenderHearOfIt) {
    change_options([](ServerOptions& options) { options.sendq = 300; });
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    auto [first, second] = connect(ana, bob);
    (void)ring_up(first, carol.handle);
    MsnClient third = pick_up(carol);
    first.take();
    second.transport().stall();
    first.send("MSG 9 A", text(std::string(400, 'x')));
    EXPECT_EQ(first.take(), (Commands{"NAK 9", "BYE bob@example.com"}));
    EXPECT_EQ(tests::verbs_of(third.take()), (Commands{"MSG", "BYE"}));
}

TEST_F(MsnSwitchboardRelayTest, MessagesBeyondTheRateWait) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    change_options([](ServerOptions& options) { options.flood = {5, 1}; });
    auto [first, second] = connect(ana, bob);
    for (int i = 0; i < 20; ++i) first.send("MSG 4 N", text(std::to_string(i)));
    const std::size_t at_once = second.take().size();
    EXPECT_LT(at_once, 6U);
    advance(20s);
    EXPECT_EQ(at_once + second.take().size(), 20U);
    EXPECT_FALSE(first.closed());
    EXPECT_GE(limit_hits(Limit::flood), 1);
}

TEST_F(MsnSwitchboardRelayTest, AFloodIsReadNoFurtherThanTheLimit) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    change_options([](ServerOptions& options) {
        options.flood = {5, 1};
        options.readq = 1000;
    });
    auto [first, second] = connect(ana, bob);
    std::string burst;
    const std::string payload = text("x");
    for (int i = 0; i < 30; ++i) burst += "MSG 4 N " + std::to_string(payload.size()) + "\r\n" + payload;
    first.send_raw(burst);
    EXPECT_TRUE(first.transport().reading_paused());
    advance(60s);
    EXPECT_FALSE(first.transport().reading_paused());
    EXPECT_EQ(second.take().size(), 30U);
}

TEST_F(MsnSwitchboardRelayTest, AConversationIsUnderstoodInAllCuts) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    auto [first, second] = connect(ana, bob);
    const std::string hello = text("hello\r\nthere");
    const std::string input = "MSG 4 A " + std::to_string(hello.size()) + "\r\n" + hello + "MSG 5 N " +
                              std::to_string(hello.size()) + "\r\n" + hello + "XYZ 6\r\n";
    for (std::size_t size = 1; size <= input.size(); ++size) {
        for (std::size_t at = 0; at < input.size(); at += size) first.send_only(input.substr(at, size));
        EXPECT_EQ(first.take(), (Commands{"ACK 4", "200 6"})) << size;
        EXPECT_EQ(heard(second), (Commands{"ana@example.com: hello\r\nthere", "ana@example.com: hello\r\nthere"}));
    }
}

TEST_F(MsnSwitchboardRelayTest, NobodyElseHearsIt) {
    MsnPerson ana = online("ana");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    IrcPerson zoe(service_, "zoe");
    auto [first, second] = connect(ana, bob);
    auto [other, third] = connect(ana, carol);
    MsnClient query = call(ana, irc_handle("zoe"));
    EXPECT_EQ(say(first, "for bob"), (Commands{"ACK"}));
    EXPECT_EQ(third.take(), Commands{});
    EXPECT_EQ(zoe.take(), tests::Log{});
    EXPECT_EQ(heard(second), (Commands{"ana@example.com: for bob"}));
}

}  // namespace
}  // namespace patchcord::msn
