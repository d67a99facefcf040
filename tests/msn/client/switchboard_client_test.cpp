#include "msn/client/switchboard_client.hpp"

#include "msn/wire/text_message.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using SwitchboardClientTest = SwitchboardFixture;

// --- coming and going ------------------------------------------------------------------------------------------------

TEST_F(SwitchboardClientTest, OpensASwitchboardAndCallsSomebodyIn) {
    SwitchboardClient& client = connect({});
    EXPECT_EQ(server.take(), "USR 1 ana@example.com 17.26\r\n");
    say("USR 1 OK ana@example.com Ana\r\n");
    client.invite_user("Bob@example.com", outcomes.note("bob"));
    EXPECT_EQ(server.take(), "CAL 2 bob@example.com\r\n");
    say("CAL 2 RINGING 11752013\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("JOI bob@example.com Bob%20B 32\r\n");
    EXPECT_EQ(outcomes.take(), Events{"bob: done"});
    EXPECT_EQ(seen.take(), (Events{"logged in", "joined bob@example.com Bob B"}));
    client.invite_user("bob@example.com", outcomes.note("again"));
    EXPECT_EQ(outcomes.take(), Events{"again: done"});
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardClientTest, AnswersACall) {
    SwitchboardClient& client = connect("0f:a");
    EXPECT_EQ(server.take(), "ANS 1 ana@example.com 17.26 0f:a\r\n");
    say("JOI ana@example.com Ana\r\nIRO 1 1 3 bob@example.com Bob\r\nIRO 1 2 3 bob@example.com;{11} Bob 1:2\r\n"
        "IRO 1 3 3 carol@example.com Carol 0\r\nANS 1 OK\r\n");
    EXPECT_EQ(seen.take(), (Events{"there: bob@example.com carol@example.com", "logged in"}));
    EXPECT_EQ(client.users().size(), 2U);
    EXPECT_EQ(client.users().at("carol@example.com").name, "Carol");
}

TEST_F(SwitchboardClientTest, AKeyThatIsNotTakenEndsIt) {
    for (const std::string_view answer : {"911 1\r\n", "USR 1 NO\r\n"}) {
        server = {};
        connect({});
        say(answer);
        EXPECT_TRUE(server.closed());
        EXPECT_TRUE(seen.take().front().starts_with("login failure: ")) << answer;
    }
    server = {};
    connect({});
    scheduler.advance(std::chrono::seconds(31));
    EXPECT_EQ(seen.take(), Events{"login failure: no answer from the server"});
    EXPECT_TRUE(server.closed());
}

TEST_F(SwitchboardClientTest, ACallIsRefusedOrNotAnswered) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\n");
    client.invite_user("bob@example.com", outcomes.note("bob"));
    client.invite_user("carol@example.com", outcomes.note("carol"));
    client.invite_user("mal@example.com", outcomes.note("mal"));
    client.invite_user("mal@example.com", outcomes.note("mal again"));
    say("217 2\r\nCAL 3 RINGING 1\r\n");
    EXPECT_EQ(outcomes.take(), Events{"bob: not online (217)"});
    EXPECT_EQ(server.take().find("CAL 5"), std::string::npos);
    scheduler.advance(std::chrono::seconds(46));
    EXPECT_EQ(outcomes.take(), (Events{"carol: no answer", "mal: no answer", "mal again: no answer"}));
    say("JOI carol@example.com Carol\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
}

TEST_F(SwitchboardClientTest, WhileItsInputIsHeldNothingIsLookedAtAndNothingIsLate) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\nJOI bob@example.com Bob 0\r\n");
    client.send_text(plain("before"), outcomes.note("before"));
    seen.take();
    client.hold_input(true);
    EXPECT_TRUE(server.reading_paused());
    client.send_text(plain("meanwhile"), outcomes.note("meanwhile"));
    say("ACK 2\r\nJOI carol@example.com Carol 0\r\n");
    scheduler.advance(std::chrono::minutes(10));
    EXPECT_EQ(outcomes.take(), Events{});
    EXPECT_EQ(seen.take(), Events{});
    client.hold_input(false);
    scheduler.advance(std::chrono::milliseconds(0));
    EXPECT_FALSE(server.reading_paused());
    EXPECT_EQ(outcomes.take(), Events{"before: done"});
    EXPECT_EQ(seen.take(), Events{"joined carol@example.com Carol"});
    scheduler.advance(std::chrono::seconds(29));
    EXPECT_EQ(outcomes.take(), Events{});
    scheduler.advance(std::chrono::seconds(1));
    EXPECT_EQ(outcomes.take(), Events{"meanwhile: no answer from the server"}) << "it has the time that it had";
}

TEST_F(SwitchboardClientTest, WhatIsHeldAgainAtOnceStaysHeld) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\n");
    seen.take();
    client.hold_input(true);
    say("JOI bob@example.com Bob 0\r\n");
    client.hold_input(false);
    client.hold_input(true);
    scheduler.advance(std::chrono::seconds(1));
    EXPECT_TRUE(server.reading_paused());
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(SwitchboardClientTest, WhoIsCalledAlreadyIsWaitedFor) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\n");
    client.invite_user("bob@example.com", outcomes.note("bob"));
    say("215 2\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("JOI bob@example.com Bob\r\n");
    EXPECT_EQ(outcomes.take(), Events{"bob: done"});
}

TEST_F(SwitchboardClientTest, TellsWhoLeavesAndWhoWasSilent) {
    SwitchboardClient& client = talk_with_bob();
    say("JOI carol@example.com Carol\r\nJOI carol@example.com Carol\r\nBYE carol@example.com\r\n"
        "BYE carol@example.com\r\nBYE bob@example.com;{11}\r\nBYE bob@example.com 1\r\n");
    EXPECT_EQ(seen.take(),
              (Events{"joined carol@example.com Carol", "left carol@example.com Carol", "idle bob@example.com Bob"}));
    EXPECT_TRUE(client.users().empty());
    client.leave();
    EXPECT_EQ(server.take(), "OUT\r\n");
    EXPECT_TRUE(server.closed());
}

TEST_F(SwitchboardClientTest, AServerCannotNamePeopleWithoutEnd) {
    SwitchboardClient& client = talk_with_bob();
    std::string lines;
    for (int i = 0; i < 2000; ++i) lines += "JOI u" + std::to_string(i) + "@example.com U\r\n";
    say(lines);
    EXPECT_EQ(client.users().size(), SwitchboardClient::max_users);
}

TEST_F(SwitchboardClientTest, CallsWaitInALimitedNumber) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\n");
    for (std::size_t i = 0; i < SwitchboardClient::max_calls; ++i) {
        client.invite_user("u" + std::to_string(i) + "@example.com");
        client.invite_user("u0@example.com");
    }
    client.invite_user("bob@example.com", outcomes.note("one more"));
    client.invite_user("u0@example.com", outcomes.note("one more for one call"));
    EXPECT_EQ(outcomes.take(), (Events{"one more: too many requests wait for an answer",
                                       "one more for one call: too many requests wait for an answer"}));
}

TEST_F(SwitchboardClientTest, WhomNobodyCanCallIsNotCalled) {
    SwitchboardClient& client = connect({});
    say("USR 1 OK ana@example.com Ana\r\n");
    server.take();
    client.invite_user("ANA@example.com", outcomes.note("ourselves"));
    client.invite_user("nobody", outcomes.note("no handle"));
    client.invite_user("", outcomes.note("empty"));
    EXPECT_EQ(outcomes.take(), (Events{"ourselves: already there (215)", "no handle: invalid handle (208)",
                                       "empty: invalid handle (208)"}));
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardClientTest, WhoLeftCanBeCalledAgain) {
    SwitchboardClient& client = talk_with_bob();
    say("BYE bob@example.com 1\r\n");
    client.invite_user("bob@example.com", outcomes.note("bob"));
    EXPECT_EQ(server.take(), "CAL 3 bob@example.com\r\n");
    say("CAL 3 RINGING 1\r\nJOI bob@example.com Bob\r\n");
    EXPECT_EQ(outcomes.take(), Events{"bob: done"});
    EXPECT_EQ(client.users().size(), 1U);
}

TEST_F(SwitchboardClientTest, TheSessionHasTheNameTheServerGaveIt) {
    SwitchboardClient& ours = talk_with_bob();
    EXPECT_EQ(ours.session_id(), "1");
    EXPECT_EQ(ours.key(), "17.26");
    EXPECT_EQ(ours.user_handle(), "ana@example.com");
    EXPECT_FALSE(ours.reply());
    SwitchboardClient& theirs = connect("0f:a");
    EXPECT_TRUE(theirs.reply());
    EXPECT_EQ(theirs.session_id(), "0f:a");
    server.take();
    say("ANS 1 OK\r\n");
    theirs.invite_user("bob@example.com");
    say("CAL 2 RINGING 99\r\n");
    EXPECT_EQ(theirs.session_id(), "0f:a");
}

TEST_F(SwitchboardClientTest, WhoIsThereIsToldOnceWhateverTheOrder) {
    connect("1");
    say("IRO 1 1 9 bob@example.com Bob\r\nBYE bob@example.com\r\nJOI carol@example.com Carol\r\nANS 1 OK\r\n");
    EXPECT_EQ(seen.take(), (Events{"there: carol@example.com", "logged in"}));
    connect("1");
    say("IRO 1 1 1 bob@example.com Bob\r\nIRO 1 1 1 bob@example.com Bob\r\nIRO 1 2 1 mal@example.com Mal\r\n"
        "ANS 1 OK\r\nIRO 1 1 1 carol@example.com Carol\r\n");
    EXPECT_EQ(seen.take(), (Events{"there: bob@example.com", "joined mal@example.com Mal", "logged in",
                                   "joined carol@example.com Carol"}));
    connect("1");
    say("ANS 1 OK\r\n");
    EXPECT_EQ(seen.take(), (Events{"there:", "logged in"}));
    connect("1");
    say("911 1\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: authentication failed (911)"});
}

TEST_F(SwitchboardClientTest, TheLongestLineIsTakenAndOneByteMoreIsNot) {
    talk_with_bob();
    const std::string start = "JOI carol@example.com ";
    const std::string name(ClientBase::max_line - start.size(), 'c');
    say(start + name + "\n");
    EXPECT_FALSE(server.closed());
    EXPECT_EQ(seen.take().size(), 1U);
    say("BYE carol@example.com\n" + start + name + "c\n");
    EXPECT_EQ(seen.take().back(), "bad line '' line too long");
    EXPECT_TRUE(server.closed());
}

TEST_F(SwitchboardClientTest, HeadersMayGoOverSeveralLines) {
    talk_with_bob();
    say(message(
        "bob@example.com Bob",
        "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=UTF-8\r\nP4-Context: Bob:\r\n\tBy\r\n\r\nhi"));
    EXPECT_EQ(seen.take(), Events{"text bob@example.com Bob: By: hi"});
}

// --- what we say -----------------------------------------------------------------------------------------------------

TEST_F(SwitchboardClientTest, ATextIsDoneWhenItIsAcknowledged) {
    SwitchboardClient& client = talk_with_bob();
    chat::StyledText text;
    text.append("hello\nworld", {.bold = true});
    client.send_text(text, outcomes.note("text"));
    const std::string payload = format_text(text).front();
    EXPECT_EQ(server.take(), "MSG 3 A " + std::to_string(payload.size()) + "\r\n" + payload);
    EXPECT_EQ(outcomes.take(), Events{});
    say("ACK 3\r\n");
    EXPECT_EQ(outcomes.take(), Events{"text: done"});
}

TEST_F(SwitchboardClientTest, AnAcknowledgementBelongsToItsMessage) {
    SwitchboardClient& client = talk_with_bob();
    for (const char* const name : {"one", "two", "three"}) client.send_text(plain(name), outcomes.note(name));
    say("ACK 5\r\nNAK 3\r\nACK 9\r\nACK 5\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"three: done", "one: not delivered"}));
    scheduler.advance(std::chrono::seconds(31));
    EXPECT_EQ(outcomes.take(), Events{"two: no answer from the server"});
}

TEST_F(SwitchboardClientTest, ALongTextIsDoneWithItsLastPart) {
    SwitchboardClient& client = talk_with_bob();
    client.send_text(plain(std::string(4000, 'x')), outcomes.note("text"));
    say("ACK 3\r\nNAK 4\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("ACK 5\r\n");
    EXPECT_EQ(outcomes.take(), Events{"text: only a part was delivered"});
}

TEST_F(SwitchboardClientTest, TextsThatAreEmptyOrEndlessAreRefused) {
    SwitchboardClient& client = talk_with_bob();
    client.send_text({}, outcomes.note("empty"));
    client.send_text(plain(std::string(200'000, 'x')), outcomes.note("endless"));
    EXPECT_EQ(outcomes.take(), (Events{"empty: empty or too long", "endless: empty or too long"}));
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardClientTest, NothingIsSaidToNobody) {
    SwitchboardClient& client = talk_with_bob();
    say("BYE bob@example.com\r\n");
    client.send_text(plain("hello?"), outcomes.note("text"));
    client.send_nudge(outcomes.note("nudge"));
    client.send_typing_notification();
    EXPECT_EQ(outcomes.take(), (Events{"text: nobody else is there", "nudge: nobody else is there"}));
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardClientTest, SendsNudgesAndTyping) {
    SwitchboardClient& client = talk_with_bob();
    client.send_nudge(outcomes.note("nudge"));
    client.send_typing_notification();
    const std::string nudge = format_datacast({DatacastId::nudge, {}});
    const std::string typing = format_typing("ana@example.com");
    EXPECT_EQ(server.take(), "MSG 3 A " + std::to_string(nudge.size()) + "\r\n" + nudge + "MSG 4 U " +
                                 std::to_string(typing.size()) + "\r\n" + typing);
    say("ACK 3\r\n282 4\r\n");
    EXPECT_EQ(outcomes.take(), Events{"nudge: done"});
    EXPECT_EQ(seen.take(), Events{"error malformed data message (282)"});
}

TEST_F(SwitchboardClientTest, EverythingIsAnsweredWhenTheConnectionIsLost) {
    SwitchboardClient& client = talk_with_bob();
    client.send_text(plain("hello"), outcomes.note("text"));
    client.invite_user("carol@example.com", outcomes.note("carol"));
    client.connection_lost({});
    EXPECT_EQ(outcomes.take(),
              (Events{"text: connection closed before the server confirmed it", "carol: connection closed"}));
    EXPECT_EQ(seen.take(), Events{"connection lost"});
    client.invite_user("mal@example.com", outcomes.note("mal"));
    EXPECT_EQ(outcomes.take(), Events{"mal: connection closed"});
    EXPECT_EQ(scheduler.pending(), 0U);
}

// --- what others say -------------------------------------------------------------------------------------------------

TEST_F(SwitchboardClientTest, TellsTextTypingAndNudges) {
    talk_with_bob();
    chat::StyledText text;
    text.append("hello\nworld", {.bold = true});
    say(message("bob@example.com Bob%20B", format_text(text).front()) +
        message("bob@example.com Bob", format_typing("mal@example.com")) +
        message("bob@example.com Bob", format_datacast({DatacastId::nudge, {}})) +
        message("bob@example.com Bob", format_client_caps("x", true)));
    EXPECT_EQ(seen.take(), (Events{"text bob@example.com Bob B bold: hello\nworld", "typing bob@example.com Bob",
                                   "nudge bob@example.com Bob"}));
}

TEST_F(SwitchboardClientTest, OurOwnWordsAreNotToldToUs) {
    talk_with_bob();
    say(message("ANA@example.com Ana", format_text(plain("hello")).front()));
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(SwitchboardClientTest, ANameThatGoesWithTheMessageWins) {
    talk_with_bob();
    say(message("bob@example.com Bob", format_text(plain("hello"), {"Bobby"}).front()));
    EXPECT_EQ(seen.take(), Events{"text bob@example.com Bobby: hello"});
}

TEST_F(SwitchboardClientTest, PutsChunksTogether) {
    talk_with_bob();
    const std::string first = "Content-Type: text/plain; charset=UTF-8\r\nMessage-ID: {1}\r\nChunks: 2\r\n\r\nhello ";
    const std::string second = "Message-ID: {1}\r\nChunk: 1\r\n\r\nworld";
    say(message("bob@example.com Bob", first));
    EXPECT_EQ(seen.take(), Events{});
    say(message("bob@example.com Bob", second));
    EXPECT_EQ(seen.take(), Events{"text bob@example.com Bob: hello world"});
}

TEST_F(SwitchboardClientTest, WhatCameOfAMessageInChunksIsToldInTheEnd) {
    talk_with_bob();
    say(message("bob@example.com Bob",
                "Content-Type: text/plain; charset=UTF-8\r\nMessage-ID: {1}\r\nChunks: 2\r\n\r\nhello"));
    scheduler.advance(std::chrono::seconds(40));
    EXPECT_EQ(seen.take(), Events{"text bob@example.com Bob incomplete: hello"});
    scheduler.advance(std::chrono::hours(1));
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(SwitchboardClientTest, AnOfferOfAFileIsRefusedForGood) {
    talk_with_bob();
    const std::string head = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n";
    say(message("bob@example.com Bob", head + "Invitation-Command: INVITE\r\nInvitation-Cookie: 33267\r\n\r\n"));
    const std::string body =
        "Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\nCancel-Code: REJECT_NOT_INSTALLED\r\n\r\n";
    EXPECT_EQ(server.take(), "MSG 3 U " + std::to_string((head + body).size()) + "\r\n" + head + body);
    EXPECT_EQ(seen.take(), Events{"message bob@example.com Bob text/x-msmsgsinvite"});
    say(message("bob@example.com Bob", head + "Invitation-Command: CANCEL\r\nInvitation-Cookie: 33267\r\n\r\n"));
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardClientTest, MalformedLinesAreTold) {
    talk_with_bob();
    say("JOI nobody\r\nBYE\r\nMSG x y 1\r\nzZZZ\r\nMSG bob@example.com Bob 3\r\n\r\n");
    EXPECT_EQ(seen.take(), (Events{"bad line 'JOI nobody' malformed", "bad line 'BYE' malformed",
                                   "bad line 'MSG x y 1' malformed", "unknown ZZZ"}));
    EXPECT_FALSE(server.closed());
}

TEST_F(SwitchboardClientTest, TheCutOfTheStreamMakesNoDifference) {
    const std::string stream = "USR 1 OK ana@example.com Ana\r\nJOI bob@example.com Bob\r\n" +
                               message("bob@example.com Bob", format_text(plain("one\ntwo")).front()) +
                               message("bob@example.com Bob", format_datacast({DatacastId::nudge, {}})) +
                               "BYE bob@example.com 1\r\n";
    connect({});
    say(stream);
    const Events whole = seen.take();
    EXPECT_EQ(whole.size(), 5U);
    for (std::size_t size = 1; size < stream.size(); ++size) {
        connect({});
        for (std::size_t at = 0; at < stream.size(); at += size) {
            const std::string piece = stream.substr(at, size);  // gone after the call
            say(piece);
        }
        ASSERT_EQ(seen.take(), whole) << "in pieces of " << size;
    }
}

}  // namespace
}  // namespace patchcord::msn
