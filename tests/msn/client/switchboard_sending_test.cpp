#include <algorithm>

#include "msn/wire/chunks.hpp"
#include "msn/wire/text_message.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

const std::string payload = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nhello";

class SwitchboardSendingTest : public SwitchboardFixture {
  protected:
    /// Notes the error and what it means.
    ClientBase::Done judge(const std::string& what) {
        return [this, what](std::error_code result) {
            static constexpr std::array<std::string_view, 3> words = {"delivered", "refused", "in doubt"};
            results.push_back(what + " " + std::string(words[static_cast<std::size_t>(delivery_of(result))]) +
                              (result ? ": " + result.message() : ""));
        };
    }
    Events results;
};

// --- one message -----------------------------------------------------------------------------------------------------

TEST_F(SwitchboardSendingTest, EachLetterHasItsOwnEnd) {
    SwitchboardClient& client = talk_with_bob();
    const std::string rest = " " + std::to_string(payload.size()) + "\r\n" + payload;
    client.send_message(payload, Acknowledge::never, judge("U"));
    EXPECT_EQ(results, Events{"U delivered"});
    client.send_message(payload, Acknowledge::failure, judge("N"));
    client.send_message(payload, Acknowledge::always, judge("A"));
    client.send_message(payload, Acknowledge::data, judge("D"));
    EXPECT_EQ(server.take(), "MSG 3 U" + rest + "MSG 4 N" + rest + "MSG 5 A" + rest + "MSG 6 D" + rest);
    say("282 6\r\nNAK 5\r\n");
    EXPECT_EQ(results, (Events{"U delivered", "D refused: malformed data message (282)", "A refused: not delivered"}));
    scheduler.advance(std::chrono::milliseconds(29'999));
    EXPECT_EQ(results.size(), 3U);
    scheduler.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(results.back(), "N delivered");
    client.send_message(payload, Acknowledge::failure, judge("N"));
    say("NAK 7\r\n");
    EXPECT_EQ(results.back(), "N refused: not delivered");
}

TEST_F(SwitchboardSendingTest, WithoutAnAnswerItIsInDoubt) {
    SwitchboardClient& client = talk_with_bob();
    client.send_message(payload, Acknowledge::always, judge("late"));
    scheduler.advance(std::chrono::seconds(30));
    client.send_message(payload, Acknowledge::always, judge("A"));
    client.send_message(payload, Acknowledge::failure, judge("N"));
    client.connection_lost({});
    client.send_message(payload, Acknowledge::always, judge("after"));
    EXPECT_EQ(results, (Events{"late in doubt: no answer from the server",
                               "A in doubt: connection closed before the server confirmed it",
                               "N in doubt: connection closed before the server confirmed it",
                               "after refused: connection closed"}));
}

TEST_F(SwitchboardSendingTest, AnAcknowledgementWithNobodyThereIsNone) {
    SwitchboardClient& client = talk_with_bob();
    client.send_message(payload, Acknowledge::always, judge("A"));
    say("BYE bob@example.com 1\r\nACK 3\r\n");
    EXPECT_EQ(results, Events{"A refused: nobody else is there"});
}

TEST_F(SwitchboardSendingTest, WhatTheServerWouldDropIsNotSent) {
    SwitchboardClient& client = talk_with_bob();
    client.send_message("", Acknowledge::always, judge("empty"));
    client.send_message(payload + std::string(1664 - payload.size(), 'x'), Acknowledge::never, judge("longest"));
    EXPECT_EQ(server.take().substr(0, 15), "MSG 3 U 1664\r\nM");
    client.send_message(payload + std::string(1665 - payload.size(), 'x'), Acknowledge::never, judge("longer"));
    client.send_message("no head", Acknowledge::always, judge("no head"));
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(results, (Events{"empty refused: empty or too long", "longest delivered",
                               "longer refused: empty or too long", "no head refused: not a message"}));
}

TEST_F(SwitchboardSendingTest, NothingIsSaidBeforeWeAreIn) {
    SwitchboardClient& client = connect({});
    server.take();
    client.send_message(payload, Acknowledge::always, judge("early"));
    client.invite_user("bob@example.com", outcomes.note("bob"));
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(results, Events{"early refused: nobody else is there"});
    EXPECT_EQ(outcomes.take(), Events{"bob: not logged in (302)"});
}

TEST_F(SwitchboardSendingTest, AMessageIsSentAsItWasRead) {
    SwitchboardClient& client = talk_with_bob();
    client.send_message(*parse_mime(payload), Acknowledge::never, judge("U"));
    EXPECT_EQ(server.take(), "MSG 3 U " + std::to_string(payload.size()) + "\r\n" + payload);
}

TEST_F(SwitchboardSendingTest, WhatDoesNotFitTheOutputHasNotArrived) {
    SwitchboardClient& client = talk_with_bob();
    client.send_message(payload, Acknowledge::always, judge("first"));
    server.stall(0);
    client.send_message(payload, Acknowledge::always, judge("second"));
    client.connection_lost({});
    EXPECT_EQ(results, (Events{"second refused: the server takes no more",
                               "first in doubt: connection closed before the server confirmed it"}));
}

TEST_F(SwitchboardSendingTest, AnswersAreWaitedForInALimitedNumber) {
    SwitchboardClient& client = talk_with_bob();
    for (std::size_t i = 0; i < ClientBase::max_pending_requests; ++i) {
        client.send_message(payload, Acknowledge::always);
    }
    server.take();
    client.send_message(payload, Acknowledge::always, judge("one more"));
    client.send_text(plain("text"), judge("text"));
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(results, (Events{"one more refused: too many requests wait for an answer",
                               "text refused: too many requests wait for an answer"}));
}

// --- texts -----------------------------------------------------------------------------------------------------------

TEST_F(SwitchboardSendingTest, ATextEndsAsItsPartsTogether) {
    const auto result = [&](const std::string& answers) {
        server = {};
        results.clear();
        SwitchboardClient& client = talk_with_bob();
        client.send_text(plain(std::string(4000, 'x')), judge("text"));
        const std::string sent = server.take();
        EXPECT_EQ(sent.find("MSG 6"), std::string::npos);
        say(answers);
        client.connection_lost({});
        EXPECT_EQ(results.size(), 1U);
        return results.front();
    };
    EXPECT_EQ(result("ACK 3\r\nACK 4\r\nACK 5\r\n"), "text delivered");
    EXPECT_EQ(result("NAK 3\r\nNAK 4\r\nNAK 5\r\n"), "text refused: not delivered");
    EXPECT_EQ(result("ACK 3\r\nNAK 4\r\nACK 5\r\n"), "text in doubt: only a part was delivered");
    EXPECT_EQ(result("ACK 3\r\n"), "text in doubt: connection closed before the server confirmed it");
    EXPECT_EQ(result("NAK 3\r\n"), "text in doubt: only a part was delivered");
    EXPECT_EQ(result(""), "text in doubt: connection closed before the server confirmed it");
    EXPECT_EQ(result("BYE bob@example.com\r\nACK 3\r\nACK 4\r\nACK 5\r\n"), "text refused: nobody else is there");
}

TEST_F(SwitchboardSendingTest, ALongTextGoesInChunksToThoseWhoTakeThem) {
    SwitchboardClient& client = talk_with_bob();
    say("BYE bob@example.com\r\nJOI bob@example.com Bob 1073741856\r\n");
    const std::string text(4000, 'x');
    client.send_text(plain(text), judge("text"));
    CommandFramer framer(Direction::to_server);
    const std::string sent = server.take();
    framer.feed(sent);
    ChunkAssembler chunks;
    Command command;
    ChunkAssembler::Result whole;
    while (framer.next(command) == CommandFramer::Outcome::command) {
        EXPECT_EQ(whole.outcome == ChunkAssembler::Outcome::complete, false);
        EXPECT_LE(command.payload.size(), max_message_payload);
        const auto part = parse_mime(command.payload);
        ASSERT_TRUE(is_chunk(*part));
        whole = chunks.add("ana", *part, scheduler.now());
    }
    ASSERT_EQ(whole.outcome, ChunkAssembler::Outcome::complete);
    EXPECT_EQ(parse_text(*parse_mime(whole.payload)).text(), text);
    say("ACK 3\r\nACK 4\r\nACK 5\r\n");
    EXPECT_EQ(results, Events{"text delivered"});
}

TEST_F(SwitchboardSendingTest, OnePersonWithoutChunksIsEnoughToSendNone) {
    SwitchboardClient& client = talk_with_bob();  // whose capabilities are not known
    say("JOI carol@example.com Carol 32\r\n");
    client.send_text(plain(std::string(4000, 'x')));
    EXPECT_EQ(server.take().find("Chunk"), std::string::npos);
}

TEST_F(SwitchboardSendingTest, NoTwoTextsHaveTheSameMessageId) {
    SwitchboardClient& client = talk_with_bob();
    say("BYE bob@example.com\r\nJOI bob@example.com Bob 32:0\r\n");
    const auto id = [&] {
        client.send_text(plain(std::string(2000, 'x')));
        const std::string sent = server.take();
        return sent.substr(sent.find("Message-ID: {"), 51);
    };
    const std::string first = id();
    EXPECT_EQ(first.back(), '\r');
    EXPECT_NE(first, id());
}

}  // namespace
}  // namespace patchcord::msn
