#include "gateway/services/offline_mail_client.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/md5.hpp"
#include "gateway/services/offline_mail_error.hpp"
#include "msn/client/client_error.hpp"
#include "msn/wire/challenge.hpp"
#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {
namespace {

using tests::ScriptedConnector;

std::string http(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string soap(const std::string& body) {
    return http("<Envelope><Body>" + body + "</Body></Envelope>");
}

std::string fault(const std::string& code, const std::string& detail = {}) {
    return http("<Envelope><Body><Fault><faultcode>q0:" + code + "</faultcode><detail>" + detail +
                    "</detail></Fault></Body></Envelope>",
                "500 Internal Server Error");
}

const std::string mail = soap("<GetMessageResponse><GetMessageResult>A: b</GetMessageResult></GetMessageResponse>");
const std::string deleted = soap("<DeleteMessagesResponse/>");
const std::string stored = soap("<StoreResponse/>");
const std::string tweener = "<TweenerChallenge>ct=1</TweenerChallenge>";

std::string lock(const std::string& challenge) {
    return "<LockKeyChallenge>" + challenge + "</LockKeyChallenge>";
}

class OfflineMailClientTest : public ::testing::Test {
  protected:
    OfflineMailClientTest() { open(); }
    ~OfflineMailClientTest() override {
        client_.reset();
        EXPECT_EQ(scheduler_.pending(), 0U);
    }

    void open(const std::string& reading = "https://rsi.example", const std::string& storing = "https://ows.example") {
        client_.reset();
        OfflineMailClient::Tickets tickets;
        tickets.get = [this](std::string_view address) {
            return ticket_.empty() ? "" : ticket_ + std::string(address);
        };
        tickets.renew = [this](std::string_view address, std::function<void(bool)> done) {
            renewed_.emplace_back(address);
            renewal_ = std::move(done);
        };
        client_.emplace(OfflineMailClient::Parts{connector_, scheduler_, log_, std::move(tickets)},
                        OfflineMailOptions{"far", reading, storing, false, std::chrono::seconds(30)},
                        "ana@example.com");
    }
    void renew(bool success) { std::exchange(renewal_, {})(success); }
    auto take() {
        return [this](const chat::Result<std::string>& result) {
            outcomes_.push_back(result ? "got " + *result : result.error().message());
        };
    }
    auto note() {
        return [this](std::error_code why) { outcomes_.push_back(why ? why.message() : "done"); };
    }
    void store(const std::string& to = "bob@example.com") { client_->store(to, "Ana", "hello", note()); }
    ScriptedConnector::Line& last() { return connector_.lines.back(); }
    [[nodiscard]] std::size_t asked() const { return connector_.lines.size(); }
    [[nodiscard]] bool last_holds(const std::string& text) { return last().received().find(text) != std::string::npos; }
    std::vector<std::string> outcomes() { return std::exchange(outcomes_, {}); }
    static std::string words(OfflineMailErrc code) { return make_error_code(code).message(); }

    tests::ManualScheduler scheduler_;
    ScriptedConnector connector_;
    tests::RecordingLog log_;
    std::string ticket_ = "t=";
    std::vector<std::string> renewed_;
    std::function<void(bool)> renewal_;
    std::vector<std::string> outcomes_;
    std::optional<OfflineMailClient> client_;
};

using Outcomes = std::vector<std::string>;

TEST_F(OfflineMailClientTest, OneThingIsAskedAfterTheOther) {
    client_->read("1", take());
    client_->remove({"1", "2"}, note());
    ASSERT_EQ(asked(), 1U);
    EXPECT_EQ(last().to(), "rsi.example:443 tls");
    EXPECT_TRUE(last().received().starts_with("POST /rsi/rsi.asmx HTTP/1.1\r\n"));
    EXPECT_TRUE(last_holds("SOAPAction: \"http://www.hotmail.msn.com/ws/2004/09/oim/rsi/GetMessage\"\r\n"));
    EXPECT_TRUE(last_holds("<t>messenger.msn.com</t>"));
    last().say(mail);
    EXPECT_EQ(outcomes(), Outcomes{"got A: b"});
    ASSERT_EQ(asked(), 2U);
    EXPECT_TRUE(last_holds("<messageId>2</messageId>"));
    last().say(deleted);
    EXPECT_EQ(outcomes(), Outcomes{"done"});
}

TEST_F(OfflineMailClientTest, PathOfTheOperatorCounts) {
    open("https://rsi.example/other");
    client_->list(take());
    EXPECT_TRUE(last().received().starts_with("POST /other HTTP/1.1\r\n"));
    last().say(soap("<GetMetadataResponse>too-large</GetMetadataResponse>"));
    EXPECT_EQ(outcomes(), Outcomes{"got too-large"});
}

TEST_F(OfflineMailClientTest, TicketThatIsNotTakenIsRenewedOnce) {
    for (const std::string& refusal : {fault("AuthenticationFailed"), fault("Other", tweener), http("", "401 No")}) {
        client_->read("1", take());
        last().say(refusal);
        EXPECT_EQ(renewed_, std::vector<std::string>{"messenger.msn.com"});
        renew(true);
        last().say(mail);
        EXPECT_EQ(outcomes(), Outcomes{"got A: b"});
        renewed_.clear();
    }
    client_->read("1", take());
    last().say(fault("AuthenticationFailed"));
    renew(true);
    last().say(fault("AuthenticationFailed"));
    EXPECT_EQ(outcomes(), Outcomes{words(OfflineMailErrc::ticket_refused)});
    EXPECT_EQ(renewed_.size(), 1U);
}

TEST_F(OfflineMailClientTest, WithoutATicketOneIsFetchedFirst) {
    ticket_.clear();
    client_->read("1", take());
    EXPECT_EQ(asked(), 0U);
    renew(false);
    EXPECT_EQ(outcomes(), Outcomes{words(OfflineMailErrc::ticket_refused)});
    client_->read("1", take());
    ticket_ = "t=";
    renew(true);
    last().say(mail);
    EXPECT_EQ(outcomes(), Outcomes{"got A: b"});
}

TEST_F(OfflineMailClientTest, LockKeyIsComputedAndUsedAgain) {
    store();
    EXPECT_EQ(last().to(), "ows.example:443 tls");
    EXPECT_TRUE(last().received().starts_with("POST /OimWS/oim.asmx HTTP/1.1\r\n"));
    EXPECT_TRUE(last_holds("passport=\"t=messengersecure.live.com\""));
    EXPECT_TRUE(last_holds("lockkey=\"\""));
    last().say(fault("AuthenticationFailed", tweener + lock("1850937852")));
    const std::string key = msn::answer_challenge(15, "1850937852", msn::product_for(15), md5);
    EXPECT_TRUE(last_holds("lockkey=\"" + key + "\""));
    EXPECT_TRUE(renewed_.empty()) << "the ticket may be good";
    last().say(stored);
    store();
    EXPECT_TRUE(last_holds("lockkey=\"" + key + "\""));
    EXPECT_TRUE(last_holds("<MessageNumber>2</MessageNumber>"));
    last().say(stored);
    store("carol@example.com");
    EXPECT_TRUE(last_holds("<MessageNumber>1</MessageNumber>")) << "others are counted apart";
    last().say(stored);
    EXPECT_EQ(outcomes(), (Outcomes{"done", "done", "done"}));
}

TEST_F(OfflineMailClientTest, BothChallengesMayComeInAnyOrderButEachOnce) {
    store();
    last().say(fault("AuthenticationFailed", tweener));
    EXPECT_EQ(renewed_, std::vector<std::string>{"messengersecure.live.com"});
    renew(true);
    last().say(fault("AuthenticationFailed", lock("1")));
    last().say(stored);
    EXPECT_EQ(outcomes(), Outcomes{"done"});
    store();
    last().say(fault("AuthenticationFailed", lock("2")));
    last().say(fault("AuthenticationFailed", lock("3")));
    renew(true);
    last().say(fault("AuthenticationFailed", lock("4") + tweener));
    EXPECT_EQ(outcomes(), Outcomes{words(OfflineMailErrc::ticket_refused)});
}

TEST_F(OfflineMailClientTest, RefusalsAreToldInOurWords) {
    const std::vector<std::pair<std::string, OfflineMailErrc>> answers = {
        {fault("SenderThrottleLimitExceeded"), OfflineMailErrc::throttled},
        {fault("SystemUnavailable"), OfflineMailErrc::unavailable},
        {fault("InvalidContent"), OfflineMailErrc::refused},
        {http("<html>"), OfflineMailErrc::unexpected_answer},
        {soap("<Other/>"), OfflineMailErrc::unexpected_answer},
        {http("", "503 No"), OfflineMailErrc::failed},
        {http("", "302 Found"), OfflineMailErrc::failed}};
    for (const auto& [answer, meaning] : answers) {
        store();
        last().say(answer);
        EXPECT_EQ(outcomes(), Outcomes{words(meaning)}) << answer;
    }
}

TEST_F(OfflineMailClientTest, TicketIsNotSentInClearToOtherMachines) {
    open("http://rsi.example", "http://ows.example");
    client_->read("1", take());
    store();
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(outcomes(), (Outcomes{words(OfflineMailErrc::no_service), words(OfflineMailErrc::no_service)}));
}

TEST_F(OfflineMailClientTest, WhatWaitsIsBounded) {
    for (std::size_t i = 0; i < OfflineMailClient::max_waiting; ++i) client_->read("1", take());
    EXPECT_EQ(outcomes(), Outcomes());
    client_->read("1", take());
    EXPECT_EQ(outcomes(), Outcomes{make_error_code(msn::ClientErrc::too_many_requests).message()});
}

TEST_F(OfflineMailClientTest, AnswerWithoutEndIsGivenUp) {
    client_->read("1", take());
    last().say("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(OfflineMailClient::max_answer_bytes + 1) +
               "\r\n\r\n");
    EXPECT_EQ(outcomes().size(), 1U);
    client_->read("1", take());
    scheduler_.advance(std::chrono::seconds(31));
    EXPECT_EQ(outcomes().size(), 1U) << "nor is one waited for without end";
}

TEST_F(OfflineMailClientTest, WhatIsToBeLeftComesFirst) {
    client_->read("1", take());
    client_->read("2", take());
    store();
    store("carol@example.com");
    last().say(mail);
    EXPECT_TRUE(last_holds("bob@example.com"));
    last().say(stored);
    EXPECT_TRUE(last_holds("carol@example.com"));
    last().say(stored);
    EXPECT_TRUE(last_holds("<messageId>2</messageId>"));
    last().say(mail);
    EXPECT_EQ(outcomes(), (Outcomes{"got A: b", "done", "done", "got A: b"}));
}

TEST_F(OfflineMailClientTest, WhatIsToBeLeftIsNotWaitedForLongerThanOneQuestionMayTake) {
    const Outcomes late{make_error_code(msn::ClientErrc::timed_out).message()};
    client_->read("1", take());
    scheduler_.advance(std::chrono::seconds(20));
    store();
    last().say(fault("AuthenticationFailed"));
    EXPECT_EQ(renewed_.size(), 1U);
    scheduler_.advance(std::chrono::seconds(31));
    EXPECT_EQ(outcomes(), late) << "it has not been sent";
    renew(true);
    last().say(mail);
    EXPECT_EQ(outcomes(), Outcomes{"got A: b"});
    store();
    last().say(fault("AuthenticationFailed"));
    scheduler_.advance(std::chrono::seconds(31));
    EXPECT_EQ(outcomes(), late) << "it is under way";
    renew(true);
    last().say(stored);
    EXPECT_EQ(outcomes(), Outcomes());
    client_->read("1", take());
    last().say(mail);
    EXPECT_EQ(outcomes(), Outcomes{"got A: b"});
}

TEST_F(OfflineMailClientTest, AtTheEndWhatWasToBeLeftIsGivenBack) {
    client_->read("1", take());
    store();
    client_.reset();
    EXPECT_EQ(outcomes(), Outcomes{make_error_code(msn::ClientErrc::disconnected).message()});
}

TEST_F(OfflineMailClientTest, ServiceWithoutAPlaceForItTakesNone) {
    EXPECT_TRUE(client_->can_store());
    open("https://rsi.example", "");
    EXPECT_FALSE(client_->can_store());
}

}  // namespace
}  // namespace patchcord::gateway
