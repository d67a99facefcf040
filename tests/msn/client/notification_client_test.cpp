#include <algorithm>

#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

using NotificationClientTest = NotificationFixture;

// --- presence --------------------------------------------------------------------------------------------------------

TEST_F(NotificationClientTest, TellsPresenceInTheShapesOfAllDialects) {
    log_in(8);
    say("ILN 6 NLN bob@example.com Bob 268435492\r\nNLN BSY bob@example.com Bob%20B 0\r\nFLN bob@example.com\r\n");
    EXPECT_EQ(seen.take(), (Events{"initially NLN bob@example.com Bob", "now BSY bob@example.com Bob B",
                                   "offline bob@example.com"}));
    server = {};
    NotificationClient& client = log_in(12);
    say("ADC 0 AL N=bob@example.com\r\nILN 6 IDL bob@example.com Bob 32 %3Cmsnobj%20Creator%3D%22b%22%2F%3E\r\n");
    EXPECT_EQ(client.roster().find("bob@example.com")->object, "<msnobj Creator=\"b\"/>");
    EXPECT_EQ(client.roster().find("bob@example.com")->capabilities, 32U);
    say("NLN AWY bob@example.com Bob 0 0\r\nUBX bob@example.com 38\r\n<Data><PSM>at &lt;sea&gt;</PSM></Data>");
    EXPECT_EQ(client.roster().find("bob@example.com")->object, "");
    say("UBX bob@example.com 0\r\nNLN XYZ bob@example.com Bob 0\r\n");
    EXPECT_EQ(seen.take(),
              (Events{"initially IDL bob@example.com Bob", "now AWY bob@example.com Bob",
                      "words bob@example.com 'at <sea>'", "words bob@example.com ''", "now AWY bob@example.com Bob"}));
}

TEST_F(NotificationClientTest, PresenceOfStrangersIsToldAndNotKept) {
    NotificationClient& client = log_in(8);
    say("NLN NLN mal@example.com Mal 0\r\n");
    EXPECT_EQ(seen.take(), Events{"now NLN mal@example.com Mal"});
    EXPECT_TRUE(client.roster().contacts().empty());
}

TEST_F(NotificationClientTest, ANameInPresenceIsOneLine) {
    log_in(8);
    say("NLN NLN mal@example.com Mal%0D%0A%00%1B[31m 0\r\n");
    EXPECT_EQ(seen.take(), Events{"now NLN mal@example.com Mal[31m"});
}

TEST_F(NotificationClientTest, MalformedPresenceIsTold) {
    log_in(8);
    say("NLN NLN\r\nFLN\r\nFLN nobody\r\nUBX 0\r\n");
    EXPECT_EQ(seen.take(), (Events{"bad line 'NLN NLN' malformed", "bad line 'FLN' malformed",
                                   "bad line 'FLN nobody' malformed", "bad line '' bad payload length"}));
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationClientTest, ChangesItsStatusNameAndWords) {
    NotificationClient& client = log_in(12);
    client.change_status(Status::busy, outcomes.note("status"));
    client.change_screen_name("Ana in Rome", outcomes.note("name"));
    client.change_personal_message({"a<b", ""}, outcomes.note("words"));
    client.set_privacy_mode(false, outcomes.note("privacy"));
    EXPECT_EQ(server.take(),
              "CHG 5 BSY 268435488\r\nPRP 6 MFN Ana%20in%20Rome\r\nUUX 7 59\r\n"
              "<Data><PSM>a&lt;b</PSM><CurrentMedia></CurrentMedia></Data>BLP 8 BL\r\n");
    say("CHG 5 BSY 32\r\nPRP 6 MFN Ana%20in%20Rome\r\nUUX 7 0\r\nBLP 8 BL\r\n");
    EXPECT_EQ(outcomes.take(), (Events{"status: done", "name: done", "words: done", "privacy: done"}));
    EXPECT_EQ(client.status(), Status::busy);
    EXPECT_EQ(client.screen_name(), "Ana in Rome");
    EXPECT_FALSE(client.roster().open_to_all());
    say("CHG 0 HDN 32\r\n");
    EXPECT_EQ(client.status(), Status::hidden);
    EXPECT_EQ(seen.own_changes, 3);
}

TEST_F(NotificationClientTest, OldDialectsHaveAnotherWayToRenameAndNoWords) {
    NotificationClient& client = log_in(8);
    client.change_screen_name("Ana B", outcomes.note("name"));
    client.change_personal_message({"words", ""}, outcomes.note("words"));
    EXPECT_EQ(server.take(), "REA 5 ana@example.com Ana%20B\r\n");
    say("REA 5 3 ana@example.com Ana%20B\r\n");
    EXPECT_EQ(client.screen_name(), "Ana B");
    EXPECT_EQ(outcomes.take(), (Events{"words: the command is disabled (502)", "name: done"}));
}

// --- calls and messages ----------------------------------------------------------------------------------------------

TEST_F(NotificationClientTest, AsksForASwitchboard) {
    NotificationClient& client = log_in(8);
    Events got;
    const auto note = [&](const chat::Result<SwitchboardAddress>& address) {
        got.push_back(address
                          ? address->endpoint.host + " " + std::to_string(address->endpoint.port) + " " + address->key
                          : address.error().message());
    };
    for (int i = 0; i < 5; ++i) client.request_switchboard_server(note);
    EXPECT_EQ(server.take(), "XFR 5 SB\r\n");
    say("XFR 5 SB 192.0.2.30:1864 CKI 17.26\r\n");
    EXPECT_EQ(server.take(), "XFR 6 SB\r\n");
    say("913 6\r\n800 7\r\nXFR 8 SB 192.0.2.30:1864\r\n");
    EXPECT_EQ(server.take(), "XFR 7 SB\r\nXFR 8 SB\r\nXFR 9 SB\r\n");
    scheduler.advance(std::chrono::seconds(31));
    EXPECT_EQ(got, (Events{"192.0.2.30 1864 17.26", "not allowed when offline (913)", "changing too rapidly (800)",
                           "the server's answer makes no sense", "no answer from the server"}));
    say("XFR 9 SB 192.0.2.30:1864 CKI 17.27\r\n");
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(NotificationClientTest, WhoWaitsForASwitchboardWaitsForALimitedTimeAndInALimitedNumber) {
    NotificationClient& client = log_in(8);
    std::vector<std::error_code> got;
    for (std::size_t i = 0; i <= NotificationClient::max_switchboard_requests; ++i) {
        client.request_switchboard_server([&](const auto& address) { got.push_back(address.error()); });
    }
    EXPECT_EQ(got, std::vector<std::error_code>{ClientErrc::too_many_requests});
    for (int i = 0; i < 6; ++i) {
        scheduler.advance(std::chrono::seconds(10));
        say("NLN NLN bob@example.com Bob 0\r\n");  // it lives, but hands out nothing
    }
    EXPECT_EQ(got.size(), NotificationClient::max_switchboard_requests + 1);
    EXPECT_EQ(std::count(got.begin(), got.end(), make_error_code(ClientErrc::timed_out)),
              static_cast<long>(NotificationClient::max_switchboard_requests));
}

TEST_F(NotificationClientTest, WhoWaitsForASwitchboardHearsOfTheEnd) {
    NotificationClient& client = log_in(8);
    std::vector<std::error_code> got;
    for (int i = 0; i < 3; ++i) {
        client.request_switchboard_server([&](const auto& address) { got.push_back(address.error()); });
    }
    client.connection_lost({});
    EXPECT_EQ(got, std::vector<std::error_code>(3, ClientErrc::disconnected));
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(NotificationClientTest, IsSentOnToAnotherServerAtAnyTime) {
    log_in(8);
    say("XFR 0 NS\r\n");
    EXPECT_EQ(seen.take(), Events{"bad line 'XFR 0 NS' malformed"});
    say("XFR 0 NS 0\r\n");
    EXPECT_EQ(seen.take(), Events{"bad line 'XFR 0 NS 0' malformed"});
    for (const char* const line :
         {"XFR 0 NS 192.0.2.20:1863 0 192.0.2.10:1863\r\n", "XFR NS 192.0.2.20:1863\r\n", "XFR 99 NS 192.0.2.20\r\n"}) {
        server = {};
        log_in(8);
        say(line);
        EXPECT_EQ(seen.take(), Events{"referral 192.0.2.20 1863"}) << line;
        EXPECT_TRUE(server.closed());
    }
}

TEST_F(NotificationClientTest, TellsWhoCalls) {
    log_in(12);
    say("RNG 11752013 192.0.2.30:1864 CKI 849.52 Bob@example.com Bob%20B\r\n"
        "RNG 0f:a 192.0.2.30 CKI 1 bob@example.com;{11-22} Bob U messenger.hotmail.com\r\n"
        "RNG 1 192.0.2.30:1864 CKI 849.52\r\nRNG 1 :0 CKI 1 bob@example.com Bob\r\n"
        "RNG 1 192.0.2.30:1864 CKI 1 ANA@example.com Ana\r\n");
    EXPECT_EQ(seen.take(), (Events{"call 11752013 192.0.2.30 1864 849.52 bob@example.com Bob B",
                                   "call 0f:a 192.0.2.30 1863 1 bob@example.com Bob",
                                   "bad line 'RNG 1 192.0.2.30:1864 CKI 849.52' malformed",
                                   "bad line 'RNG 1 :0 CKI 1 bob@example.com Bob' malformed"}))
        << "nobody calls themselves";
}

TEST_F(NotificationClientTest, BelievesMessagesOfTheServerOnly) {
    log_in(8);
    const std::string profile = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile\r\nsid: 507\r\n\r\n";
    const std::string mail = "Content-Type: text/x-msmsgsemailnotification\r\n\r\nFrom: x\r\n";
    const auto with_size = [](const std::string& head, const std::string& body) {
        return head + " " + std::to_string(body.size()) + "\r\n" + body;
    };
    say(with_size("MSG Hotmail Hotmail", profile) + with_size("MSG Hotmail Hotmail", mail));
    say(with_size("MSG mal@example.com Hotmail", mail));
    EXPECT_EQ(seen.take(),
              (Events{"profile 507", "message text/x-msmsgsemailnotification",
                      "bad line 'MSG mal@example.com Hotmail " + std::to_string(mail.size()) + "' malformed"}));
}

TEST_F(NotificationClientTest, AnswersAChallenge) {
    for (const unsigned dialect : {8U, 12U}) {
        server = {};
        log_in(dialect);
        say("CHL 0 15570131571988941333\r\n");
        const int number = static_cast<int>(dialect);
        const Product& product = product_for(number);
        EXPECT_EQ(server.take(), "QRY 5 " + std::string(product.id) + " 32\r\n" +
                                     answer_challenge(number, "15570131571988941333", product, fake_md5));
        say("QRY 5\r\n");
        EXPECT_EQ(seen.take(), Events{});
    }
}

// --- the connection --------------------------------------------------------------------------------------------------

TEST_F(NotificationClientTest, KeepsTheConnectionAliveAndNoticesItsEnd) {
    NotificationClient& client = log_in(8);
    scheduler.advance(std::chrono::seconds(45));
    EXPECT_EQ(server.take(), "PNG\r\n");
    say("QNG 60\r\n");
    scheduler.advance(std::chrono::seconds(45));
    EXPECT_EQ(server.take(), "PNG\r\n");
    EXPECT_FALSE(server.closed());
    scheduler.advance(std::chrono::milliseconds(29'999));
    EXPECT_FALSE(server.closed());
    scheduler.advance(std::chrono::milliseconds(1));
    EXPECT_TRUE(server.closed());
    client.connection_lost({});
    EXPECT_EQ(seen.take(), Events{"connection lost: no answer from the server"});
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(NotificationClientTest, CanBeMadeToShowNowThatTheServerIsThere) {
    NotificationClient& client = log_in(8);
    scheduler.advance(std::chrono::seconds(44));
    client.ping();
    EXPECT_EQ(server.take(), "PNG\r\n");
    say("QNG\r\n");
    scheduler.advance(std::chrono::seconds(44));
    EXPECT_EQ(server.take(), "") << "the pause begins anew";
    scheduler.advance(std::chrono::seconds(1));
    EXPECT_EQ(server.take(), "PNG\r\n");
    say("QNG\r\n");
    client.ping();
    scheduler.advance(std::chrono::seconds(30));
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationClientTest, WhateverComesShowsThatTheServerIsThere) {
    log_in(8);
    for (int i = 0; i < 100; ++i) {
        scheduler.advance(std::chrono::seconds(20));
        say("NLN NLN bob@example.com Bob 0\r\n");
    }
    EXPECT_FALSE(server.closed());
}

TEST_F(NotificationClientTest, AServerMayWantToHearFromUsMoreOften) {
    log_in(9);
    scheduler.advance(std::chrono::seconds(45));
    say("QNG 10\r\n");
    EXPECT_EQ(server.take(), "PNG\r\n");
    scheduler.advance(std::chrono::seconds(20));
    EXPECT_EQ(server.take(), "PNG\r\nPNG\r\n");
    say("QNG 0\r\n");
    scheduler.advance(std::chrono::milliseconds(4999));
    EXPECT_EQ(server.take(), "");
    scheduler.advance(std::chrono::milliseconds(1));
    EXPECT_EQ(server.take(), "PNG\r\n");
    say("QNG 9999\r\n");
    scheduler.advance(std::chrono::seconds(44));
    EXPECT_EQ(server.take(), "");
    scheduler.advance(std::chrono::seconds(1));
    EXPECT_EQ(server.take(), "PNG\r\n");
}

TEST_F(NotificationClientTest, ASecondLoginAndAShutdownAreToldApart) {
    log_in(8);
    say("OUT OTH\r\nNLN NLN bob@example.com Bob 0\r\n");
    EXPECT_EQ(seen.take(), Events{"multiple login"});
    EXPECT_TRUE(server.closed());
    server = {};
    log_in(8);
    say("OUT SSD\r\n");
    EXPECT_EQ(seen.take(), Events{"server going down"});
    server = {};
    log_in(8).log_out();
    EXPECT_EQ(server.take(), "OUT\r\n");
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationClientTest, EveryRequestIsAnsweredWhenTheConnectionIsLost) {
    NotificationClient& client = log_in(12);
    client.sync_list(outcomes.note("list"));
    client.change_status(Status::online, outcomes.note("status"));
    client.connection_lost({});
    EXPECT_EQ(outcomes.take(), (Events{"list: connection closed", "status: connection closed"}));
    EXPECT_EQ(seen.take(), Events{"connection lost"});
    client.change_status(Status::online, outcomes.note("late"));
    EXPECT_EQ(outcomes.take(), Events{"late: connection closed"});
    scheduler.advance(std::chrono::hours(1));
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(NotificationClientTest, RequestsWaitInALimitedNumber) {
    NotificationClient& client = log_in(8);
    for (std::size_t i = 0; i <= ClientBase::max_pending_requests; ++i) {
        client.change_status(Status::online,
                             i == ClientBase::max_pending_requests ? outcomes.note("last") : ClientBase::Done());
    }
    EXPECT_EQ(outcomes.take(), Events{"last: too many requests wait for an answer"});
    scheduler.advance(std::chrono::seconds(30));
    client.change_status(Status::online, outcomes.note("next"));
    EXPECT_EQ(outcomes.take(), Events{});
}

TEST_F(NotificationClientTest, AnAnswerOfAnotherKindIsNone) {
    NotificationClient& client = log_in(8);
    client.change_status(Status::online, outcomes.note("status"));
    say("XFR 5 SB 192.0.2.30:1864 CKI 1\r\nREA 5 1 bob@example.com Bob\r\nCHG 6 NLN\r\nCHG 4294967297 NLN\r\n");
    EXPECT_EQ(outcomes.take(), Events{});
    say("CHG 5 NLN 0\r\nCHG 5 NLN 0\r\n");
    EXPECT_EQ(outcomes.take(), Events{"status: done"});
}

TEST_F(NotificationClientTest, UnknownVerbsAndErrorsOfNobodyDoNoHarm) {
    log_in(8);
    say("ZZZ 1 2 3\r\nSBS 0 null\r\nNOT 4\r\nabcdGCF 0 2\r\nxyIPG 1\r\nz200 99\r\n540 7\r\n");
    EXPECT_EQ(seen.take(),
              (Events{"unknown ZZZ 1 2 3", "error syntax error (200)", "error wrong answer to a challenge (540)"}));
    EXPECT_FALSE(server.closed());
}

TEST_F(NotificationClientTest, AStreamThatIsNoneEndsTheConnection) {
    log_in(8);
    say("hello?\r\nNLN NLN bob@example.com Bob 0\r\n");
    EXPECT_EQ(seen.take(), Events{"bad line '' malformed line"});
    EXPECT_TRUE(server.closed());
    server = {};
    log_in(8);
    say(std::string(max_line_from_server + 2, 'A'));
    EXPECT_EQ(seen.take(), Events{"bad line '' line too long"});
    server = {};
    log_in(8);
    say("NOT 999999999\r\n");
    EXPECT_EQ(seen.take(), Events{"bad line '' payload too long"});
}

TEST_F(NotificationClientTest, NothingWeSayBreaksALine) {
    NotificationClient& client = log_in(8);
    client.change_screen_name("Ana\r\nOUT\r\n");
    client.add_contact(ListBit::forward, "x y\r\nOUT@example.com");
    const std::string sent = server.take();
    EXPECT_EQ(std::count(sent.begin(), sent.end(), '\n'), 2);
    EXPECT_EQ(sent.find("\nOUT"), std::string::npos);
}

TEST_F(NotificationClientTest, OutputThatCannotBeSentEndsTheConnection) {
    NotificationClient& client = log_in(8);
    server.stall(0);
    client.change_status(Status::online, outcomes.note("status"));
    EXPECT_TRUE(server.closed());
    EXPECT_FALSE(client.open());
    EXPECT_EQ(outcomes.take(), Events{"status: the server takes no more"});
    client.connection_lost({});
    EXPECT_EQ(outcomes.take(), Events{});
    EXPECT_EQ(seen.take(), Events{"connection lost: the server takes no more"});
}

}  // namespace
}  // namespace patchcord::msn
