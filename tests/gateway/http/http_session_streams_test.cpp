#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "gateway/http/http_session.hpp"
#include "tests/gateway/http/http_test.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::body_of;
using tests::get;
using tests::header_of;
using tests::HttpClient;
using tests::status_of;

/// What became of a body; outlives it.
struct Received {
    std::string bytes;
    bool finished = false;
    bool gone = false;
};

class Sink final : public HttpBodySink {
  public:
    Sink(Received& received, std::function<void()> at_end) : received_(received), at_end_(std::move(at_end)) {}
    ~Sink() override { received_.gone = true; }
    void take(std::string_view bytes) override { received_.bytes += bytes; }
    void finish() override {
        received_.finished = true;
        at_end_();
    }

  private:
    Received& received_;
    std::function<void()> at_end_;
};

/// A body that a test makes available.
class Source final : public HttpBodySource {
  public:
    Given give(std::string& into, std::size_t most) override {
        largest = std::max(largest, most);
        if (ready.empty()) return broken ? Given::failed : Given::later;
        into += ready.substr(0, most);
        ready.erase(0, most);
        return Given::bytes;
    }
    void when_there_is_more(std::function<void()> then) override { wake = std::move(then); }

    std::string ready;
    bool broken = false;
    std::size_t largest = 0;
    std::function<void()> wake;
};

class HttpStreamsTest : public tests::HttpTest {
  protected:
    void SetUp() override {
        HttpRoutes routes;
        routes.add_upload("POST", "/up*", [this](const HttpRequest& request, HttpIntake intake) {
            length_ = request.length;
            intake_ = std::move(intake);
            if (request.path == "/up/now") take();
        });
        routes.add("GET", "/down", [this](const HttpRequest&, const HttpRespond& respond) {
            HttpResponse response;
            response.stream = source_;
            response.length = size_;
            respond(response);
        });
        routes.add("GET", "/now",
                   [](const HttpRequest&, const HttpRespond& respond) { respond(make_plain_response(200)); });
        options_.stall_time = seconds(10);
        server_ = std::make_unique<HttpServer>(scheduler_, log_, metrics_, options_, std::move(routes));
    }

    void take() {
        intake_->take(std::make_unique<Sink>(received_, [this] { intake_->respond(make_plain_response(201)); }));
    }

    static std::string post(std::string_view path, std::size_t length, std::string_view more = {}) {
        return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) +
               "\r\n" + std::string(more) + "\r\n";
    }

    HttpOptions options_;
    std::unique_ptr<HttpServer> server_;
    std::optional<HttpIntake> intake_;
    std::optional<std::uint64_t> length_;
    Received received_;
    std::shared_ptr<Source> source_ = std::make_shared<Source>();
    std::uint64_t size_ = 5;
};

TEST_F(HttpStreamsTest, ABodyReachesItsSinkAsItComesAndTheConnectionStays) {
    HttpClient ana(*server_);
    ana.send(post("/up/now", 10) + "hel");
    EXPECT_EQ(received_.bytes, "hel");
    EXPECT_EQ(length_, 10U);
    ana.send("lo you");
    EXPECT_EQ(received_.bytes, "hello you");
    EXPECT_FALSE(received_.finished);
    const std::string answer = ana.ask("!" + get("/now"));
    EXPECT_EQ(status_of(answer), 201U);
    EXPECT_TRUE(received_.finished);
    EXPECT_TRUE(received_.gone);
    EXPECT_EQ(tests::count_of(answer, "HTTP/1.1 200 "), 1U) << "what followed at once is answered, too";
    EXPECT_FALSE(ana.transport().closed());
}

TEST_F(HttpStreamsTest, NothingOfTheBodyIsReadBeforeItIsWanted) {
    HttpClient ana(*server_);
    ana.send(post("/up", 5, "Expect: 100-continue\r\n"));
    EXPECT_TRUE(ana.transport().reading_paused());
    EXPECT_EQ(ana.take(), "") << "not told to go on before it is taken";
    take();
    EXPECT_EQ(ana.take(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(status_of(ana.ask("hello")), 201U);
    EXPECT_EQ(received_.bytes, "hello");
}

TEST_F(HttpStreamsTest, WhoIsRefusedIsToldBeforeTheBodyAndTheConnectionEnds) {
    HttpClient ana(*server_);
    ana.send(post("/up", 1'000'000, "Expect: 100-continue\r\n"));
    intake_->respond(make_plain_response(413));
    const std::string answer = ana.take();
    EXPECT_EQ(status_of(answer), 413U);
    EXPECT_EQ(header_of(answer, "Connection"), "close") << "what follows is a body, and no request";
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpStreamsTest, AnAnswerInTheMiddleOfTheBodyEndsIt) {
    HttpClient ana(*server_);
    ana.send(post("/up/now", 10) + "hel");
    intake_->respond(make_plain_response(507));
    EXPECT_EQ(status_of(ana.take()), 507U);
    EXPECT_TRUE(received_.gone);
    EXPECT_FALSE(received_.finished);
    EXPECT_TRUE(ana.transport().closed());
}

TEST_F(HttpStreamsTest, ABodyWhoseClientGoesNeverFinishes) {
    HttpClient ana(*server_);
    ana.send(post("/up/now", 10) + "hel");
    ana.leave();
    EXPECT_TRUE(received_.gone);
    EXPECT_FALSE(received_.finished);
    intake_->respond(make_plain_response(201));  // to nobody
}

TEST_F(HttpStreamsTest, ABadChunkEndsTheBody) {
    HttpClient ana(*server_);
    ana.send("POST /up/now HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nx\r\n");
    EXPECT_EQ(status_of(ana.take()), 400U);
    EXPECT_EQ(received_.bytes, "hel");
    EXPECT_FALSE(received_.finished);
    EXPECT_TRUE(received_.gone);
}

TEST_F(HttpStreamsTest, ABodyThatDripsIsGivenUp) {
    HttpClient ana(*server_);
    ana.send(post("/up/now", 1'000'000));
    for (int second = 0; second < 10; ++second) {
        EXPECT_FALSE(ana.transport().closed());
        ana.send("x");
        scheduler_.advance(seconds(1));
    }
    EXPECT_EQ(status_of(ana.take()), 408U);
    EXPECT_TRUE(ana.transport().closed());
    EXPECT_TRUE(received_.gone);
    EXPECT_EQ(registry_.value("patchcord_http_limit_hits_total", "limit=\"transfer_rate\""), 1);
}

TEST_F(HttpStreamsTest, ABodyThatIsFastEnoughMayTakeAsLongAsItTakes) {
    HttpClient ana(*server_);
    ana.send(post("/up/now", 1'000'000));
    for (int second = 0; second < 100; ++second) {
        ana.send(std::string(1100, 'x'));
        scheduler_.advance(seconds(1));
    }
    EXPECT_FALSE(ana.transport().closed());
}

TEST_F(HttpStreamsTest, AnAnswerIsGivenWhileItComes) {
    HttpClient ana(*server_);
    source_->ready = "he";
    const std::string answer = ana.ask(get("/down"));
    EXPECT_EQ(header_of(answer, "Content-Length"), "5");
    EXPECT_EQ(body_of(answer), "he");
    source_->ready = "llo and more";
    source_->wake();
    EXPECT_EQ(ana.take(), "llo") << "never more than was said";
    EXPECT_EQ(status_of(ana.ask(get("/now"))), 200U);
}

TEST_F(HttpStreamsTest, WhatBreaksOffIsCut) {
    HttpClient ana(*server_);
    source_->ready = "he";
    ana.send(get("/down"));
    source_->broken = true;
    source_->wake();
    EXPECT_TRUE(ana.transport().closed_now());
}

TEST_F(HttpStreamsTest, HeadIsNotGivenTheBody) {
    HttpClient ana(*server_);
    source_->ready = "hello";
    const std::string answer = ana.ask("HEAD /down HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(header_of(answer, "Content-Length"), "5");
    EXPECT_EQ(body_of(answer), "");
    EXPECT_EQ(source_->ready, "hello");
}

TEST_F(HttpStreamsTest, ASlowReaderHoldsLittleAndGetsAllOfIt) {
    size_ = 1'000'000;
    source_->ready = std::string(size_, 'x');
    HttpClient ana(*server_);
    ana.transport().stall();
    ana.send(get("/down"));
    std::size_t got = body_of(ana.take()).size();
    while (ana.transport().take_drained_wanted()) {
        EXPECT_LE(ana.transport().most_queued(), 64U * 1024);
        ana.transport().drain();
        ana.transport().stall();
        ana.drained();
        got += ana.take().size();
    }
    EXPECT_EQ(got, size_);
    EXPECT_LE(source_->largest, 64U * 1024);
    EXPECT_FALSE(ana.transport().closed());
}

TEST_F(HttpStreamsTest, AReaderThatTakesNothingIsCutOff) {
    size_ = 1'000'000;
    source_->ready = std::string(size_, 'x');
    HttpClient ana(*server_);
    ana.transport().stall();
    ana.send(get("/down"));
    scheduler_.advance(seconds(9));
    EXPECT_FALSE(ana.transport().closed());
    scheduler_.advance(seconds(1));
    EXPECT_TRUE(ana.transport().closed_now());
}

TEST_F(HttpStreamsTest, NobodyIsCutOffForAGiverWhoIsSlow) {
    HttpClient ana(*server_);
    source_->ready = "he";
    ana.send(get("/down"));
    scheduler_.advance(seconds(1000));
    EXPECT_FALSE(ana.transport().closed()) << "the giver's time is its own matter";
}

TEST_F(HttpStreamsTest, ShuttingDownBreaksOffWhatIsHalfThere) {
    HttpClient ana(*server_);
    HttpClient bob(*server_);
    source_->ready = "he";
    ana.send(get("/down"));
    bob.send(post("/up/now", 10) + "hel");
    server_->shut_down();
    EXPECT_TRUE(ana.transport().closed_now());
    EXPECT_TRUE(bob.transport().closed_now());
    EXPECT_TRUE(received_.gone);
}

TEST_F(HttpStreamsTest, TheLogDoesNotTellWhatOpensAFile) {
    HttpClient ana(*server_);
    ana.send(post("/up/secret", 5));
    intake_->respond(make_plain_response(404));
    EXPECT_EQ(log_.count("secret"), 0U);
    EXPECT_GT(log_.count("path=/up"), 0U);
}

}  // namespace
}  // namespace patchcord::gateway
