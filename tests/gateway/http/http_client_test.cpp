#include "gateway/http/http_client.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using tests::ScriptedConnector;

class HttpClientTest : public ::testing::Test {
  protected:
    void TearDown() override {
        if (client_) {
            EXPECT_EQ(client_->open(), 0U) << "every question comes to its end";
        }
        EXPECT_EQ(scheduler_.pending(), 0U) << "no timer is left behind";
    }

    void ask(HttpQuestion question) {
        client_->ask(std::move(question), [this](chat::Result<HttpAnswer> answer) {
            ++told_;
            answer_ = std::move(answer);
        });
    }
    void ask(const std::string& url = "https://a.example/x?y") {
        HttpQuestion question;
        question.url = *parse_url(url);
        ask(std::move(question));
    }
    ScriptedConnector::Line& line(std::size_t index = 0) { return connector_.lines.at(index); }
    /// The status and body of the answer, or why there is none.
    std::string outcome() const {
        if (!answer_) return "nothing yet";
        if (!*answer_) return answer_->error().message();
        return std::to_string((*answer_)->status) + " " + (*answer_)->body;
    }
    bool is_refused() const { return told_ == 1 && answer_ && !*answer_; }

    tests::ManualScheduler scheduler_;
    ScriptedConnector connector_;
    std::optional<HttpClient> client_{std::in_place, connector_, scheduler_};
    std::optional<chat::Result<HttpAnswer>> answer_;
    int told_ = 0;
};

TEST_F(HttpClientTest, GetIsAskedAndAnswered) {
    HttpQuestion question;
    question.url = *parse_url("https://a.example/x?y");
    question.headers = {{"Authorization", "secret"}, {"X", "y"}};
    ask(std::move(question));
    EXPECT_EQ(line().to(), "a.example:443 tls");
    EXPECT_EQ(line().received(),
              "GET /x?y HTTP/1.1\r\nHost: a.example\r\nUser-Agent: patchcord\r\nConnection: close\r\n"
              "Authorization: secret\r\nX: y\r\n\r\n");
    line().say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nPassportURLs: z\r\n\r\nhello");
    EXPECT_EQ(outcome(), "200 hello");
    EXPECT_EQ((*answer_)->header("passporturls"), "z");
    EXPECT_EQ((*answer_)->header("none"), "");
    EXPECT_TRUE(line().closed());
    line().end();
    EXPECT_EQ(told_, 1);
}

TEST_F(HttpClientTest, PostHasABody) {
    HttpQuestion question;
    question.url = *parse_url("http://a.example:8080/RST.srf");
    question.method = "POST";
    question.content_type = "text/xml";
    question.body = std::string(100'000, 'x');
    ask(std::move(question));
    EXPECT_EQ(line().to(), "a.example:8080 plain");
    EXPECT_EQ(line().received(),
              "POST /RST.srf HTTP/1.1\r\nHost: a.example:8080\r\nUser-Agent: patchcord\r\nConnection: close\r\n"
              "Content-Type: text/xml\r\nContent-Length: 100000\r\n\r\n" +
                  std::string(100'000, 'x'));
    EXPECT_GE(line().limit(), line().received().size()) << "a real connection would have taken it, too";
    line().say("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(outcome(), "500 ");
}

TEST_F(HttpClientTest, AnswerComesInAnyCut) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
    for (std::size_t cut = 1; cut < answer.size(); ++cut) {
        answer_.reset();
        ask();
        line(cut - 1).say(answer.substr(0, cut));
        EXPECT_EQ(outcome(), "nothing yet") << cut;
        line(cut - 1).say(answer.substr(cut));
        EXPECT_EQ(outcome(), "200 hello") << cut;
    }
    answer_.reset();
    ask();
    for (const char c : answer) connector_.lines.back().say({&c, 1});
    EXPECT_EQ(outcome(), "200 hello");
}

TEST_F(HttpClientTest, EmptyBodyInChunksComesInAnyCut) {
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    ask();
    for (const char c : answer) line().say({&c, 1});
    EXPECT_EQ(outcome(), "200 ");
}

TEST_F(HttpClientTest, AnswerWithoutALengthEndsWithItsConnection) {
    ask();
    line().say("HTTP/1.1 200 OK\r\n\r\nhel");
    line().say("lo");
    EXPECT_EQ(told_, 0);
    line().end();
    EXPECT_EQ(outcome(), "200 hello");
}

TEST_F(HttpClientTest, AnswerThatIsCutOffIsNone) {
    for (const char* part : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
        told_ = 0;
        ask();
        if (*part != '\0') connector_.lines.back().say(part);
        connector_.lines.back().end();
        EXPECT_TRUE(is_refused()) << part;
    }
    told_ = 0;
    ask();
    connector_.lines.back().say("HTTP/1.1 200 OK\r\n\r\nhel");
    connector_.lines.back().end(std::make_error_code(std::errc::protocol_error));
    EXPECT_TRUE(is_refused()) << "over TLS, whoever is on the way can cut it off, but not unseen";
}

TEST_F(HttpClientTest, InterimAnswersArePassedOver) {
    ask();
    line().say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n");
    line().say("Content-Length: 2\r\n\r\nok");
    EXPECT_EQ(outcome(), "200 ok");
}

TEST_F(HttpClientTest, InterimAnswersWithoutEndAreNone) {
    ask();
    for (int i = 0; i < 5 && told_ == 0; ++i) line().say("HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(is_refused());
}

TEST_F(HttpClientTest, WhatIsNoHttpIsRefused) {
    for (const char* bytes : {"rubbish\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 xx OK\r\n\r\n", "SSH-2.0-x\r\n",
                              "HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        told_ = 0;
        ask();
        connector_.lines.back().say(bytes);
        EXPECT_TRUE(is_refused()) << bytes;
        EXPECT_TRUE(connector_.lines.back().closed());
    }
}

TEST_F(HttpClientTest, HeadersAreLimited) {
    const std::string start = "HTTP/1.1 200 OK\r\nX: ";
    for (const bool fits : {true, false}) {
        told_ = 0;
        ask();
        const std::size_t length = fits ? HttpClient::max_header_bytes - 100 : HttpClient::max_header_bytes + 100;
        connector_.lines.back().say(start + std::string(length, 'x') + "\r\nContent-Length: 0\r\n\r\n");
        EXPECT_EQ(is_refused(), !fits);
        EXPECT_EQ(told_, 1);
    }
    told_ = 0;
    ask();
    for (int i = 0; i < 100 && told_ == 0; ++i) connector_.lines.back().say(std::string(1024, 'x'));
    EXPECT_TRUE(is_refused()) << "a line without end";
}

TEST_F(HttpClientTest, BodyIsLimited) {
    const auto ask_with_limit = [this] {
        told_ = 0;
        HttpQuestion question;
        question.url = *parse_url("https://a.example/");
        question.most_bytes = 100;
        ask(std::move(question));
    };
    ask_with_limit();
    line(0).say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x'));
    EXPECT_EQ(outcome(), "200 " + std::string(100, 'x'));
    ask_with_limit();
    line(1).say("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n");
    EXPECT_TRUE(is_refused()) << "before any of it has come";
    ask_with_limit();
    line(2).say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') + "\r\n");
    EXPECT_TRUE(is_refused());
    ask_with_limit();
    line(3).say("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'));
    EXPECT_TRUE(is_refused());
}

TEST_F(HttpClientTest, TimeIsLimitedForTheWhole) {
    ask();
    scheduler_.advance(milliseconds(29'999));
    line().say("HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(told_, 0);
    scheduler_.advance(milliseconds(1));
    EXPECT_EQ(outcome(), std::make_error_code(std::errc::timed_out).message());
    EXPECT_TRUE(line().closed());
    line().say("Content-Length: 0\r\n\r\n");
    line().end();
    EXPECT_EQ(told_, 1);
}

TEST_F(HttpClientTest, ConnectionThatStandsTooLateIsNotUsed) {
    connector_.hesitating = true;
    ask();
    scheduler_.advance(milliseconds(30'000));
    EXPECT_EQ(told_, 1);
    line().stand();
    EXPECT_TRUE(line().closed_now());
    EXPECT_EQ(line().received(), "");
    line().end();
    ask();
    scheduler_.advance(milliseconds(30'000));
    line(1).fail(std::make_error_code(std::errc::connection_refused));
    EXPECT_EQ(told_, 2);
}

TEST_F(HttpClientTest, ConnectionThatDoesNotComeAboutIsTold) {
    connector_.hesitating = true;
    ask();
    line().fail(std::make_error_code(std::errc::connection_refused));
    EXPECT_EQ(outcome(), std::make_error_code(std::errc::connection_refused).message());
    EXPECT_EQ(told_, 1);
}

TEST_F(HttpClientTest, LineEndsInAQuestionAreNotSent) {
    for (const char* bad : {"x\r\nY: z", "x\ny", "x\ry"}) {
        HttpQuestion question;
        question.url = *parse_url("https://a.example/");
        question.headers = {{"X", bad}};
        ask(std::move(question));
        HttpQuestion other;
        other.url = *parse_url("https://a.example/");
        other.headers = {{bad, "x"}};
        ask(std::move(other));
    }
    EXPECT_EQ(told_, 6);
    EXPECT_TRUE(connector_.lines.empty());
}

TEST_F(HttpClientTest, AnswerMayLeadToTheNextQuestion) {
    client_->ask({*parse_url("https://a.example/"), {}, "GET", "", ""}, [this](const auto&) { ask(); });
    line().say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    line(1).say("HTTP/1.1 204 No\r\n\r\n");
    EXPECT_EQ(outcome(), "204 ");
}

TEST_F(HttpClientTest, EndOfTheClientForgetsItsQuestions) {
    ask();
    connector_.hesitating = true;
    ask();
    client_.reset();
    EXPECT_TRUE(line(0).closed());
    line(0).say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    line(0).end();
    line(1).fail(std::make_error_code(std::errc::connection_refused));
    EXPECT_EQ(told_, 0);
}

TEST_F(HttpClientTest, AnswerMayEndTheClient) {
    client_->ask({*parse_url("https://a.example/"), {}, "GET", "", ""}, [this](const auto&) { client_.reset(); });
    line().say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore");
    EXPECT_FALSE(client_);
}

}  // namespace
}  // namespace patchcord::gateway
