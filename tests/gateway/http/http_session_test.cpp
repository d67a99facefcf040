#include "gateway/http/http_session.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "tests/gateway/http/http_test.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::body_of;
using tests::count_of;
using tests::get;
using tests::header_of;
using tests::HttpClient;
using tests::status_of;

class HttpSessionTest : public tests::HttpTest {
  protected:
    void SetUp() override {
        HttpRoutes routes;
        routes.add("GET", "/now", [](const HttpRequest& request, const HttpRespond& respond) {
            HttpResponse response;
            response.body = "now " + request.query + " " + request.peer.address;
            respond(response);
        });
        routes.add("POST", "/echo", [](const HttpRequest& request, const HttpRespond& respond) {
            HttpResponse response;
            response.body = request.body;
            respond(response);
        });
        routes.add("GET", "/later",
                   [this](const HttpRequest&, HttpRespond respond) { due_.push_back(std::move(respond)); });
        routes.add("GET", "/twice", [](const HttpRequest&, const HttpRespond& respond) {
            respond(make_plain_response(200));
            respond(make_plain_response(500));
        });
        server_ = std::make_unique<HttpServer>(scheduler_, log_, metrics_, options_, std::move(routes));
    }

    /// Answers the request that waits longest.
    void answer(std::string body) {
        const HttpRespond respond = std::move(due_.front());
        due_.pop_front();
        HttpResponse response;
        response.body = std::move(body);
        respond(response);
    }

    std::int64_t hits(const char* limit) {
        return registry_.value("patchcord_http_limit_hits_total", "limit=\"" + std::string(limit) + "\"");
    }

    HttpOptions options_;
    std::unique_ptr<HttpServer> server_;
    std::deque<HttpRespond> due_;
};

TEST_F(HttpSessionTest, ConnectionStaysForFurtherRequests) {
    HttpClient ana(*server_);
    EXPECT_EQ(body_of(ana.ask(get("/now?1"))), "now 1 192.0.2.1");
    EXPECT_EQ(body_of(ana.ask(get("/now?2"))), "now 2 192.0.2.1");
    EXPECT_FALSE(ana.transport().closed());
    EXPECT_EQ(status_of(ana.ask(get("/now", "Connection: close\r\n"))), 200U);
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, OlderClientsAreAnsweredAndTheConnectionEndsUnlessTheyAskOtherwise) {
    HttpClient ana(*server_);
    const std::string answer = ana.ask("GET /now HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(header_of(answer, "Connection"), "keep-alive");
    EXPECT_FALSE(ana.transport().closed());
    EXPECT_EQ(header_of(ana.ask("GET /now HTTP/1.0\r\n\r\n"), "Connection"), "close");
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, PipelinedRequestsAreAnsweredInTheirOrderInEveryCut) {
    const std::string bytes = get("/now?1") + get("/none") + get("/later") + get("/now?2");
    for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
        HttpClient ana(*server_);
        std::string answers;
        for (std::size_t at = 0; at < bytes.size(); at += chunk) {
            ana.send(std::string_view(bytes).substr(at, chunk));
            if (!due_.empty()) {
                answers += ana.take();
                EXPECT_TRUE(ana.transport().reading_paused());
                EXPECT_EQ(count_of(answers, "now 2"), 0U) << "not before the one that waits";
                answer("later");
                EXPECT_FALSE(ana.transport().reading_paused());
            }
            answers += ana.take();
        }
        const std::size_t first = answers.find("now 1");
        const std::size_t second = answers.find("Not Found\n");
        const std::size_t third = answers.find("later");
        const std::size_t fourth = answers.find("now 2");
        EXPECT_LT(first, second) << chunk;
        EXPECT_LT(second, third) << chunk;
        EXPECT_LT(third, fourth) << chunk;
        EXPECT_NE(fourth, std::string::npos) << chunk;
        EXPECT_EQ(count_of(answers, "HTTP/1.1 "), 4U) << chunk;
    }
}

TEST_F(HttpSessionTest, HeadIsAnsweredWithoutABodyAndTheNextRequestAsUsual) {
    HttpClient ana(*server_);
    const std::string answers = ana.ask("HEAD /now HTTP/1.1\r\nHost: a\r\n\r\n" + get("/now"));
    EXPECT_EQ(header_of(answers, "Content-Length"), "14");
    EXPECT_TRUE(body_of(answers).starts_with("HTTP/1.1 200 OK"));
    EXPECT_EQ(count_of(answers, "now "), 1U);
    EXPECT_EQ(body_of(ana.ask("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n")), "");
}

TEST_F(HttpSessionTest, BadRequestIsToldSoAndTheConnectionEnds) {
    HttpClient ana(*server_);
    const std::string answer = ana.ask("NICK ana\r\nUSER ana\r\n");
    EXPECT_EQ(status_of(answer), 400U);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_EQ(count_of(answer, "NICK"), 0U) << "nothing of it is repeated";
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(ana.ask(get("/now")), "") << "what comes behind it is not read";
}

TEST_F(HttpSessionTest, WrongMethodAndUnknownPathLeaveTheConnectionOpen) {
    HttpClient ana(*server_);
    const std::string answer = ana.ask("DELETE /now HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(answer), 405U);
    EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD");
    EXPECT_EQ(status_of(ana.ask(get("/<script>"))), 404U);
    EXPECT_FALSE(ana.transport().closed());
}

TEST_F(HttpSessionTest, UnknownPathIsNotRepeatedInTheAnswer) {
    HttpClient ana(*server_);
    EXPECT_EQ(count_of(ana.ask(get("/<script>alert(1)</script>?<b>")), "<"), 0U);
}

TEST_F(HttpSessionTest, HeaderOverTheLimitIsRefusedAndLogged) {
    HttpClient ana(*server_);
    EXPECT_EQ(status_of(ana.ask(get("/now", "X: " + std::string(9000, 'x') + "\r\n"))), 431U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(hits("header"), 1);
    EXPECT_EQ(log_.count("http#1 limit hit limit=header address=192.0.2.1"), 1U);
}

TEST_F(HttpSessionTest, BodyOverTheLimitIsRefusedBeforeItComes) {
    HttpClient ana(*server_);
    EXPECT_EQ(status_of(ana.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 16385\r\n\r\n")), 413U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(hits("body"), 1);
    HttpClient bob(*server_);
    EXPECT_EQ(
        body_of(bob.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 16384\r\n\r\n" + std::string(16'384, 'x'))),
        std::string(16'384, 'x'));
}

TEST_F(HttpSessionTest, SlowRequestIsGivenUpHoweverItDrips) {
    HttpClient ana(*server_);
    ana.send("GET /now HTTP/1.1\r\n");
    for (int i = 0; i < 29; ++i) {
        scheduler_.advance(seconds(1));
        ana.send("X: y\r\n");
    }
    EXPECT_FALSE(ana.transport().closed());
    scheduler_.advance(seconds(1));
    EXPECT_EQ(status_of(ana.take()), 408U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(hits("request_time"), 1);
    EXPECT_EQ(ana.transport().close_kind(), chat::CloseKind::timeout);
    EXPECT_EQ(ana.transport().close_rule(), "request_time");
}

TEST_F(HttpSessionTest, SilentConnectionIsClosedWithoutAWord) {
    HttpClient ana(*server_);
    scheduler_.advance(milliseconds(29'999));
    EXPECT_FALSE(ana.transport().closed());
    scheduler_.advance(milliseconds(1));
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(ana.take(), "");
}

TEST_F(HttpSessionTest, TheTimeForTheNextRequestBeginsWithTheAnswer) {
    HttpClient ana(*server_);
    for (int i = 0; i < 3; ++i) {
        scheduler_.advance(seconds(29));
        EXPECT_EQ(status_of(ana.ask(get("/now"))), 200U);
    }
    ana.send(get("/later"));
    scheduler_.advance(seconds(29));
    answer("late");
    scheduler_.advance(seconds(29));
    EXPECT_FALSE(ana.transport().closed());
    scheduler_.advance(seconds(1));
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, EmptyLinesDoNotKeepAConnection) {
    HttpClient ana(*server_);
    scheduler_.advance(seconds(29));
    ana.send("\r\n\r\n");
    scheduler_.advance(seconds(1));
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, HandlerThatDoesNotAnswerIsNotWaitedForWithoutEnd) {
    HttpClient ana(*server_);
    ana.send(get("/later"));
    scheduler_.advance(seconds(30));
    EXPECT_EQ(status_of(ana.take()), 503U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_EQ(hits("answer_time"), 1);
    answer("too late");
    EXPECT_EQ(ana.take(), "");
}

TEST_F(HttpSessionTest, AnswerForSomebodyWhoLeftDoesNothing) {
    {
        HttpClient ana(*server_);
        ana.send(get("/later"));
        ana.leave();
        EXPECT_EQ(ana.take(), "");
    }
    answer("nobody hears");
    EXPECT_EQ(registry_.value("patchcord_http_responses_total", "class=\"2xx\""), 0);
}

TEST_F(HttpSessionTest, OnlyTheFirstAnswerCounts) {
    HttpClient ana(*server_);
    EXPECT_EQ(count_of(ana.ask(get("/twice")), "HTTP/1.1 "), 1U);
    ana.send(get("/later"));
    const HttpRespond respond = due_.front();
    answer("one");
    EXPECT_EQ(body_of(ana.take()), "one");
    ana.send(get("/later"));
    respond(make_plain_response(500));
    EXPECT_EQ(ana.take(), "") << "an old answer is not one to the next request";
    answer("two");
    EXPECT_EQ(body_of(ana.take()), "two");
}

TEST_F(HttpSessionTest, TheHundredthRequestIsTheLast) {
    HttpClient ana(*server_);
    for (int i = 1; i < 100; ++i) EXPECT_EQ(header_of(ana.ask(get("/now")), "Connection"), "keep-alive") << i;
    EXPECT_FALSE(ana.transport().closed());
    EXPECT_EQ(header_of(ana.ask(get("/now") + get("/now")), "Connection"), "close");
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, RequestsBehindTheLastAreNotAnswered) {
    HttpClient ana(*server_);
    EXPECT_EQ(count_of(ana.ask(get("/now", "Connection: close\r\n") + get("/now")), "HTTP/1.1 "), 1U);
}

TEST_F(HttpSessionTest, ClientThatWaitsForLeaveGetsIt) {
    HttpClient ana(*server_);
    EXPECT_EQ(ana.ask("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
              "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(body_of(ana.ask("hi")), "hi");
}

TEST_F(HttpSessionTest, ReaderThatTakesNothingIsClosed) {
    HttpClient ana(*server_);
    EXPECT_EQ(ana.transport().limit(), options_.send_queue);
    ana.transport().stall(0);
    ana.send(get("/now"));
    EXPECT_TRUE(ana.transport().closed_now());
    EXPECT_EQ(hits("send_queue"), 1);
}

TEST_F(HttpSessionTest, ShuttingDownGivesTheAnswersThatAreDueAndClosesTheRest) {
    HttpClient ana(*server_);
    HttpClient bob(*server_);
    HttpClient carol(*server_);
    ana.send(get("/later"));
    bob.send("GET /now HT");
    server_->shut_down();
    EXPECT_FALSE(ana.transport().closed());
    EXPECT_TRUE(bob.transport().closed());
    EXPECT_TRUE(carol.transport().closed());
    answer("done");
    EXPECT_EQ(header_of(ana.take(), "Connection"), "close");
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpSessionTest, ConnectionsAreCounted) {
    {
        HttpClient ana(*server_);
        HttpClient bob(*server_);
        EXPECT_EQ(registry_.value("patchcord_http_connections"), 2);
    }
    EXPECT_EQ(registry_.value("patchcord_http_connections"), 0);
    EXPECT_EQ(registry_.value("patchcord_http_connections_total"), 2);
}

TEST_F(HttpSessionTest, RefusalIsAWholeAnswer) {
    const std::string bytes = server_->refusal("The server is full");
    EXPECT_EQ(status_of(bytes), 503U);
    EXPECT_EQ(header_of(bytes, "Content-Length"), "19");
    EXPECT_EQ(body_of(bytes), "The server is full\n");
}

TEST_F(HttpSessionTest, RequestsAreLoggedWithoutTheirQueryAndHeaders) {
    HttpClient ana(*server_);
    ana.send(get("/now?secret", "Authorization: secret\r\n"));
    EXPECT_EQ(log_.count("http#1 request method=GET path=/now"), 1U);
    EXPECT_EQ(log_.count("secret"), 0U);
}

}  // namespace
}  // namespace patchcord::gateway
