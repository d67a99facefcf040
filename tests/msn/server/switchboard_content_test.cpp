#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;

/// What MSN clients say, in the words of others; and the reverse.
class MsnSwitchboardContentTest : public tests::MsnSwitchboardTest {
  protected:
    MsnPerson bob_ = online("bob");
    IrcPerson zoe_{service_, "zoe"};
    MsnClient window_ = call(bob_, irc_handle("zoe"));

    /// What zoe hears of a message.
    Log seen(const std::string& payload) {
        zoe_.take();
        window_.send("MSG 4 U", payload);
        return zoe_.take();
    }
    std::error_code say_as(chat::MessageKind kind, std::string text) {
        return zoe_.say(chat::Target{nullptr, &user_of(bob_), {}}, std::move(text), kind);
    }
    static std::string datacast(const std::string& fields) { return payload_of("text/x-msnmsgr-datacast", fields); }
    static std::string chunk(int index, const std::string& body, const std::string& id = "{1}") {
        if (index == 0) return text(body, "Message-ID: " + id + "\r\nChunks: 3\r\n");
        return "Message-ID: " + id + "\r\nChunk: " + std::to_string(index) + "\r\n\r\n" + body;
    }
};

TEST_F(MsnSwitchboardContentTest, ATextKeepsItsLines) {
    EXPECT_EQ(seen(text("one\r\ntwo\nthree\rfour")), (Log{"message bob -> zoe: one\ntwo\nthree\nfour"}));
    EXPECT_EQ(seen(text(std::string("a\0b", 3))).size(), 1U);
}

TEST_F(MsnSwitchboardContentTest, ATextOfTooManyLinesIsRefused) {
    change_options([](ServerOptions& options) { options.max_message_lines = 3; });
    EXPECT_EQ(say(window_, "1\r\n2\r\n3"), (Commands{"ACK"}));
    EXPECT_EQ(zoe_.take().size(), 1U);
    EXPECT_EQ(say(window_, "1\r\n2\r\n3\r\n4"), (Commands{"NAK"}));
    EXPECT_EQ(say(window_, "1\r2\n3\r\n4"), (Commands{"NAK"}));
    EXPECT_EQ(zoe_.take(), Log{});
    EXPECT_EQ(limit_hits(Limit::message_lines), 2);
}

TEST_F(MsnSwitchboardContentTest, ATextKeepsItsStyle) {
    struct Styled final : tests::Visitor {
        using Visitor::Visitor;
        std::error_code receive(const chat::Message& message, chat::RenderCache&) override {
            style = message.text.styled().uniform_style();
            return {};
        }
        std::optional<chat::Style> style;
    };
    Styled yan(service_, "yan");
    MsnClient window = call(bob_, irc_handle("yan"));
    window.send("MSG 4 U", text("hello", "X-MMS-IM-Format: FN=Arial; EF=BU; CO=ff; CS=0; PF=22\r\n"));
    ASSERT_TRUE(yan.style);
    EXPECT_TRUE(yan.style->bold);
    EXPECT_TRUE(yan.style->underline);
    EXPECT_FALSE(yan.style->italic);
}

TEST_F(MsnSwitchboardContentTest, SlashMeIsAnAction) {
    EXPECT_EQ(seen(text("/me waves")), (Log{"action bob -> zoe: waves"}));
    EXPECT_EQ(seen(text("/me")), (Log{"message bob -> zoe: /me"}));
    EXPECT_EQ(seen(text("/message")), (Log{"message bob -> zoe: /message"}));
}

TEST_F(MsnSwitchboardContentTest, AnActionIsWrittenOut) {
    EXPECT_FALSE(say_as(chat::MessageKind::action, "waves"));
    const Commands received = window_.take();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_TRUE(received.front().ends_with("\r\n\r\n*zoe waves*"));
    EXPECT_NE(received.front().find("EF=I;"), std::string::npos) << "in italics";
}

TEST_F(MsnSwitchboardContentTest, ANoticeIsAText) {
    EXPECT_FALSE(say_as(chat::MessageKind::notice, "psst"));
    EXPECT_EQ(heard(window_), (Commands{"zoe@irc.msn.test: psst"}));
}

TEST_F(MsnSwitchboardContentTest, WhatIsNativeElsewhereIsNothingHere) {
    EXPECT_EQ(say_as(chat::MessageKind::native, "raw"), chat::Errc::not_supported);
    EXPECT_EQ(window_.take(), Commands{});
}

TEST_F(MsnSwitchboardContentTest, ANudgeIsANudgeBothWays) {
    for (const char* body : {"ID: 1\r\n\r\n", "ID: 1\r\n", "ID: 1", "id:1\r\n"}) {
        EXPECT_EQ(seen(datacast(body)), (Log{"nudge bob -> zoe: "})) << body;
        advance(10s);
    }
    EXPECT_FALSE(say_as(chat::MessageKind::nudge, ""));
    const Commands received = window_.take();
    ASSERT_EQ(received.size(), 1U);
    EXPECT_NE(received.front().find("Content-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n"), std::string::npos);
}

TEST_F(MsnSwitchboardContentTest, OtherDatacastsAreNamed) {
    EXPECT_EQ(seen(datacast("ID: 4\r\nData: dances\r\n\r\n")), (Log{"action bob -> zoe: dances"}));
    EXPECT_EQ(seen(datacast("ID: 2\r\nData: <msnobj/>;stamp=\r\n\r\n")), (Log{"action bob -> zoe: sends a wink"}));
    EXPECT_EQ(seen(datacast("ID: 3\r\nData: <msnobj/>\r\n\r\n")), (Log{"action bob -> zoe: sends a voice clip"}));
    for (const char* body : {"ID: 5\r\n", "ID: 99999\r\n", "ID: x\r\n", "Data: x\r\n", ""}) {
        EXPECT_EQ(seen(datacast(body)), Log{}) << body;
    }
}

TEST_F(MsnSwitchboardContentTest, HandwritingIsNamed) {
    EXPECT_EQ(seen(payload_of("application/x-ms-ink", "base64:AAAA")),
              (Log{"action bob -> zoe: sends something drawn by hand"}));
    EXPECT_EQ(seen(payload_of("image/gif", "base64:AAAA")), (Log{"action bob -> zoe: sends something drawn by hand"}));
}

TEST_F(MsnSwitchboardContentTest, WhatHasNoMeaningElsewherePassesInSilence) {
    for (const char* type : {"text/x-clientcaps", "text/x-keepalive", "text/x-mms-emoticon", "application/x-msnmsgrp2p",
                             "text/x-msmsgscontrol", "text/x-something-new"}) {
        EXPECT_EQ(seen(payload_of(type, "x\r\n")), Log{}) << type;
        EXPECT_EQ(window_.ask("MSG 5 A", payload_of(type, "x\r\n")), (Commands{"ACK 5"})) << type;
    }
    EXPECT_EQ(seen("no headers at all"), Log{});
    EXPECT_EQ(seen(""), Log{});
}

TEST_F(MsnSwitchboardContentTest, AnInvitationIsRefusedInTheOthersName) {
    const std::string type = "text/x-msmsgsinvite; charset=UTF-8";
    const Commands answer =
        window_.ask("MSG 4 N", payload_of(type,
                                          "Application-Name: File Transfer\r\n"
                                          "Invitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n\r\n"));
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_TRUE(answer.front().starts_with("MSG zoe@irc.msn.test zoe "));
    for (const char* field :
         {"Content-Type: text/x-msmsgsinvite; charset=UTF-8\r\n", "\r\nInvitation-Command: CANCEL\r\n",
          "\r\nInvitation-Cookie: 33267\r\n", "\r\nCancel-Code: REJECT_NOT_INSTALLED\r\n"}) {
        EXPECT_NE(answer.front().find(field), std::string::npos) << field;
    }
    for (const char* fields : {"Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\n\r\n",
                               "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n\r\n",
                               "Invitation-Command: INVITE\r\n\r\n", "Invitation-Cookie: 1\r\n\r\n", "", "\r\n\r\n"}) {
        EXPECT_EQ(window_.ask("MSG 4 N", payload_of(type, fields)), Commands{}) << fields;
    }
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardContentTest, ChunksArePutTogetherInWhateverOrderTheyCome) {
    std::vector<int> order{0, 1, 2};
    int number = 0;
    do {
        const std::string id = "{" + std::to_string(++number) + "}";
        Log told;
        for (const int index : order) {
            EXPECT_EQ(told, Log{});
            EXPECT_EQ(window_.ask("MSG 4 A", chunk(index, std::string(1, static_cast<char>('a' + index)), id)),
                      (Commands{"ACK 4"}));
            told = zoe_.take();
        }
        EXPECT_EQ(told, (Log{"message bob -> zoe: abc"})) << testing::PrintToString(order);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(MsnSwitchboardContentTest, ChunksOfSeveralMessagesDoNotMix) {
    for (const char* id : {"{1}", "{2}"}) {
        EXPECT_EQ(seen(chunk(0, "a", id)), Log{});
        EXPECT_EQ(seen(chunk(1, id, id)), Log{});
    }
    EXPECT_EQ(seen(chunk(2, "!", "{2}")), (Log{"message bob -> zoe: a{2}!"}));
    EXPECT_EQ(seen(chunk(2, "!", "{1}")), (Log{"message bob -> zoe: a{1}!"}));
}

TEST_F(MsnSwitchboardContentTest, OfAMessageThatStaysIncompleteWhatCameIsShown) {
    EXPECT_EQ(seen(chunk(0, "the beginning")), Log{});
    advance(15s);
    EXPECT_EQ(seen(chunk(1, " and the middle")), Log{});
    advance(14s);
    EXPECT_EQ(zoe_.take(), Log{});
    advance(2s);
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> zoe: the beginning and the middle [...]"}));
    EXPECT_EQ(window_.ask("MSG 4 N", chunk(2, "late")), Commands{});
    advance(60s);
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardContentTest, PartsHaveOneTimerAndEachMessageItsOwnTime) {
    const std::size_t timers = scheduler_.pending();
    EXPECT_EQ(seen(chunk(0, "first", "{1}")), Log{});
    advance(10s);
    EXPECT_EQ(seen(chunk(0, "second", "{2}")), Log{});
    EXPECT_EQ(seen(chunk(1, " and more", "{2}")), Log{});
    EXPECT_LE(scheduler_.pending(), timers + 1);
    advance(20s);
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> zoe: first [...]"}));
    advance(9s);
    EXPECT_EQ(zoe_.take(), Log{});
    advance(1s);
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> zoe: second and more [...]"}));
    EXPECT_LE(scheduler_.pending(), timers);
}

TEST_F(MsnSwitchboardContentTest, OfAMessageWhoseWindowClosesWhatCameIsShown) {
    EXPECT_EQ(seen(chunk(0, "the beginning")), Log{});
    window_.send("OUT");
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> zoe: the beginning [...]"}));
    advance(60s);
    EXPECT_EQ(zoe_.take(), Log{}) << "once";
}

TEST_F(MsnSwitchboardContentTest, OfAMessageWhoseConnectionBreaksWhatCameIsShownToTheRoomBeforeTheLeave) {
    chat::Group& room = make_room();
    EXPECT_FALSE(zoe_->join(room));
    MsnClient window = call(bob_, "a@rooms.msn.test");
    zoe_.take();
    window.send("MSG 4 U", chunk(0, "the beginning"));
    window.hang_up(std::make_error_code(std::errc::connection_reset));
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> #a: the beginning [...]", "left #a bob: connection lost"}));
}

TEST_F(MsnSwitchboardContentTest, HalfOfWhatIsNoTextIsNotShown) {
    EXPECT_EQ(seen("MIME-Version: 1.0\r\nContent-Type: image/gif\r\nMessage-ID: {1}\r\nChunks: 2\r\n\r\nGIF"), Log{});
    window_.send("OUT");
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardContentTest, OfAMessageOfSomebodyWhoSignsOutNothingIsLeftBehind) {
    EXPECT_EQ(seen(chunk(0, "the beginning")), Log{});
    bob_.ns.send("OUT");
    advance(60s);
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardContentTest, BadChunksAreRefused) {
    for (const std::string& payload :
         {text("x", "Message-ID: {9}\r\nChunks: 0\r\n"), text("x", "Message-ID: {9}\r\nChunks: 65\r\n"),
          text("x", "Message-ID: {9}\r\nChunks: -1\r\n"), std::string("Message-ID: {9}\r\nChunk: 64\r\n\r\nx"),
          std::string("Message-ID: {9}\r\nChunk: 0\r\n\r\nx"), std::string("Message-ID: {9}\r\nChunk: x\r\n\r\nx")}) {
        EXPECT_EQ(window_.ask("MSG 4 N", payload), (Commands{"NAK 4"})) << payload;
    }
    EXPECT_EQ(seen(chunk(0, "a")), Log{});
    EXPECT_EQ(window_.ask("MSG 5 N", chunk(0, "a")), (Commands{"NAK 5"})) << "twice the same";
}

TEST_F(MsnSwitchboardContentTest, OnlySoManyMessagesMayBeIncomplete) {
    int taken = 0;
    for (int i = 0; i < 20; ++i) {
        const Commands answer = window_.ask("MSG 4 A", chunk(0, "x", "{" + std::to_string(i) + "}"));
        if (answer == Commands{"ACK 4"}) ++taken;
    }
    EXPECT_EQ(taken, 8);
}

TEST_F(MsnSwitchboardContentTest, ALongMessageOfChunksReachesOthersOnMsnToo) {
    MsnPerson carol = online("carol");
    (void)ring_up(window_, carol.handle);
    MsnClient third = pick_up(carol);
    zoe_.take();
    for (int i = 0; i < 3; ++i) window_.send("MSG 4 N", chunk(i, std::string(1400, static_cast<char>('a' + i))));
    const Log told = zoe_.take();
    ASSERT_EQ(told.size(), 1U);
    std::string whole;
    const Commands received = heard(third);
    EXPECT_GE(received.size(), 3U);
    for (const std::string& part : received) whole += part.substr(part.find(": ") + 2);
    EXPECT_EQ(whole, std::string(1400, 'a') + std::string(1400, 'b') + std::string(1400, 'c'));
    EXPECT_TRUE(told.front().ends_with(whole));
}

TEST_F(MsnSwitchboardContentTest, AChunkThatComesAfterTheEndIsNoTrouble) {
    EXPECT_EQ(seen(chunk(0, "a")), Log{});
    zoe_.log_out("bye");
    window_.take();
    EXPECT_EQ(window_.ask("MSG 4 N", chunk(1, "b")), (Commands{"NAK 4"}));
    advance(60s);
    window_.send("OUT");
    advance(60s);
    EXPECT_EQ(open_switchboards(), 0);
}

}  // namespace
}  // namespace patchcord::msn
