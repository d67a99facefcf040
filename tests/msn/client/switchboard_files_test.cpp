#include "msn/wire/invitation.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

class SwitchboardFilesTest : public SwitchboardFixture {
  protected:
    InvitationAnswered note(const std::string& what) {
        return [this, what](const chat::Result<Invitation>& answer) {
            if (!answer) return got.push_back(what + ": " + answer.error().message());
            const bool accepted = answer->command == Invitation::Command::accept;
            got.push_back(what + (accepted ? " accepted " : " cancelled ") + answer->cookie +
                          (accepted ? "" : " " + answer->cancel_code) +
                          (answer->address ? " " + answer->address->host + " " + std::to_string(answer->address->port) +
                                                 " " + answer->address->auth_cookie
                                           : ""));
        };
    }
    void bob_says(std::string_view payload) { say(message("bob@example.com Bob", payload)); }
    static std::string sent(std::string_view number, std::string_view letter, const std::string& payload) {
        return "MSG " + std::string(number) + " " + std::string(letter) + " " + std::to_string(payload.size()) +
               "\r\n" + payload;
    }

    Events got;
};

// --- our offers ------------------------------------------------------------------------------------------------------

TEST_F(SwitchboardFilesTest, AnOfferIsAcceptedAndTheAddressTold) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("holiday photo.jpg", 12345, note("offer"));
    EXPECT_EQ(server.take(), sent("3", "N", format_file_offer("holiday photo.jpg", 12345, cookie)));
    bob_says(format_accept(cookie));
    EXPECT_EQ(got, Events{"offer accepted " + cookie});
    const TransferAddress where{"192.0.2.10", 6891, "458752"};
    client.send_transfer_info(cookie, where);
    EXPECT_EQ(server.take(), sent("4", "U", format_accept(cookie, where)));
    scheduler.advance(std::chrono::hours(1));
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(server.take(), "");
}

TEST_F(SwitchboardFilesTest, AnOfferIsDeclinedWithACode) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("a", 1, note("offer"));
    bob_says(format_cancel(cookie, "REJECT"));
    EXPECT_EQ(got, Events{"offer cancelled " + cookie + " REJECT"});
    bob_says(format_cancel(cookie, "FTTIMEOUT"));
    EXPECT_EQ(seen.take(), Events{"cancelled bob@example.com " + cookie + " FTTIMEOUT"});
}

TEST_F(SwitchboardFilesTest, AnOfferThatNobodyAnswersIsTakenBack) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("a", 1, note("offer"));
    server.take();
    scheduler.advance(std::chrono::seconds(299));
    EXPECT_EQ(got, Events{});
    scheduler.advance(std::chrono::seconds(1));
    EXPECT_EQ(got, Events{"offer: no answer"});
    EXPECT_EQ(server.take(), sent("4", "U", format_cancel(cookie, "TIMEOUT")));
    bob_says(format_accept(cookie));
    EXPECT_EQ(got.size(), 1U);
    EXPECT_EQ(seen.take(), Events{"message bob@example.com Bob text/x-msmsgsinvite"});
}

TEST_F(SwitchboardFilesTest, OnlyWhoWasAskedMayAnswer) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("a", 1, note("offer"));
    say("JOI mal@example.com Mal\r\n" + message("mal@example.com Mal", format_accept(cookie)));
    EXPECT_EQ(got, Events{});
    bob_says(format_accept("999"));
    EXPECT_EQ(got, Events{});
    bob_says(format_accept(cookie));
    EXPECT_EQ(got, Events{"offer accepted " + cookie});
}

TEST_F(SwitchboardFilesTest, AnOfferThatCannotReachOneIsRefused) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("a", 1, note("nak"));
    say("NAK 3\r\n");
    EXPECT_EQ(client.send_file_invitation("a", 1, note("leaves")).empty(), false);
    say("BYE bob@example.com\r\n");
    server.take();
    EXPECT_EQ(client.send_file_invitation("a", 1, note("nobody")), "");
    say("JOI bob@example.com Bob\r\nJOI carol@example.com Carol\r\n");
    EXPECT_EQ(client.send_file_invitation("a", 1, note("two")), "");
    EXPECT_EQ(server.take(), "");
    say("BYE carol@example.com\r\n");
    EXPECT_FALSE(client.send_file_invitation("a", 1, note("lost")).empty());
    client.connection_lost({});
    EXPECT_EQ(client.send_file_invitation("a", 1, note("after")), "");
    EXPECT_EQ(got, (Events{"nak: not delivered", "leaves: nobody else is there", "nobody: nobody else is there",
                           "two: more than one other person is there", "lost: connection closed",
                           "after: connection closed"}));
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(SwitchboardFilesTest, OffersWaitInALimitedNumber) {
    SwitchboardClient& client = talk_with_bob();
    for (std::size_t i = 0; i <= Invitations::max_waiting; ++i) {
        client.send_file_invitation("a", 1, i == Invitations::max_waiting ? note("last") : InvitationAnswered());
    }
    EXPECT_EQ(got, Events{"last: too many requests wait for an answer"});
}

TEST_F(SwitchboardFilesTest, WeMayTakeAnOfferBack) {
    SwitchboardClient& client = talk_with_bob();
    const std::string cookie = client.send_file_invitation("a", 1, note("offer"));
    server.take();
    client.cancel_invitation(cookie, "OUTBANDCANCEL");
    EXPECT_EQ(server.take(), sent("4", "U", format_cancel(cookie, "OUTBANDCANCEL")));
    EXPECT_EQ(got, Events{"offer cancelled " + cookie + " OUTBANDCANCEL"});
}

// --- offers of others ------------------------------------------------------------------------------------------------

TEST_F(SwitchboardFilesTest, AnOfferIsTakenAndTheAddressComes) {
    SwitchboardClient& client = talk_with_bob();
    seen.takes_files = true;
    bob_says(format_file_offer("../x/photo.jpg", 12345, "33267"));
    EXPECT_EQ(seen.take(), Events{"offer bob@example.com 33267 photo.jpg 12345"});
    EXPECT_EQ(server.take(), "");
    client.file_invitation_reply(seen.offer, true, note("taken"));
    EXPECT_EQ(server.take(), sent("3", "U", format_accept("33267")));
    bob_says(format_accept("33267", {"192.0.2.10", 6891, "458752"}));
    EXPECT_EQ(got, Events{"taken accepted 33267 192.0.2.10 6891 458752"});
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(SwitchboardFilesTest, AnOfferIsDeclinedByUs) {
    SwitchboardClient& client = talk_with_bob();
    seen.takes_files = true;
    bob_says(format_file_offer("a", 1, "7"));
    client.file_invitation_reply(seen.offer, false, note("declined"));
    EXPECT_EQ(server.take(), sent("3", "U", format_cancel("7", "REJECT")));
    EXPECT_EQ(got, Events{"declined cancelled 7 "});
}

TEST_F(SwitchboardFilesTest, WhoOfferedMayGoSilentTakeItBackOrLeave) {
    SwitchboardClient& client = talk_with_bob();
    seen.takes_files = true;
    const auto take = [&](const std::string& cookie) {
        bob_says(format_file_offer("a", 1, cookie));
        client.file_invitation_reply(seen.offer, true, note(cookie));
    };
    take("1");
    server.take();
    scheduler.advance(std::chrono::seconds(30));
    EXPECT_EQ(server.take(), sent("4", "U", format_cancel("1", "TIMEOUT")));
    take("2");
    bob_says(format_cancel("2", "OUTBANDCANCEL"));
    take("3");
    say("BYE bob@example.com\r\n");
    client.file_invitation_reply(seen.offer, true, note("gone"));
    EXPECT_EQ(got, (Events{"1: no answer", "2 cancelled 2 OUTBANDCANCEL", "3: nobody else is there",
                           "gone: nobody else is there"}));
    seen.take();
    say("JOI bob@example.com Bob\r\n");
    bob_says(format_file_offer("a", 1, "8"));
    bob_says(format_cancel("8", "TIMEOUT"));
    EXPECT_EQ(seen.take(), (Events{"joined bob@example.com Bob", "offer bob@example.com 8 a 1",
                                   "cancelled bob@example.com 8 TIMEOUT"}));
}

TEST_F(SwitchboardFilesTest, WhatNobodyTakesIsDeclinedOnlyByTheOneItIsFor) {
    talk_with_bob();
    bob_says(format_file_offer("a", 1, "7"));
    EXPECT_EQ(server.take(), sent("3", "U", format_cancel("7", "REJECT_NOT_INSTALLED")));
    EXPECT_EQ(seen.take(), (Events{"offer bob@example.com 7 a 1", "message bob@example.com Bob text/x-msmsgsinvite"}));
    say("JOI carol@example.com Carol\r\n");
    seen.take();
    bob_says(format_file_offer("a", 1, "8"));
    EXPECT_EQ(server.take(), "");
    EXPECT_EQ(seen.take(), Events{"message bob@example.com Bob text/x-msmsgsinvite"});
}

// A cookie that went back as it is could make a message so long that the server hangs up.
TEST_F(SwitchboardFilesTest, ACookieIsANumberOrNone) {
    talk_with_bob();
    for (const std::string& cookie :
         {std::string(1500, '1'), std::string("1\r\nX: y"), std::string("x"), std::string()}) {
        std::string body;
        MimeBuilder(body).header("Invitation-Command", "INVITE").header("Invitation-Cookie", cookie).body({});
        std::string payload;
        MimeBuilder(payload).content_type("text/x-msmsgsinvite").body(body);
        bob_says(payload);
    }
    EXPECT_EQ(server.take(), "");
}

}  // namespace
}  // namespace patchcord::msn
