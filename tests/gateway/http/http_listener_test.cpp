#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "chat_core/metrics.hpp"
#include "gateway/http/http_server.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/listener.hpp"
#include "tests/gateway/http/http_test.hpp"
#include "tests/gateway/support/peer.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::uint64_t stream_bytes = 8 * 1024 * 1024;

/// A body that says at each place where that is.
class Counting final : public HttpBodySource {
  public:
    Given give(std::string& into, std::size_t most) override {
        for (std::size_t i = 0; i < most; ++i, ++at_) into += static_cast<char>('a' + at_ / 1000 % 26);
        return Given::bytes;
    }
    void when_there_is_more(std::function<void()>) override { FAIL() << "there always is"; }

  private:
    std::uint64_t at_ = 0;
};

/// The HTTP server on a real port of the loopback.
class HttpListenerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        HttpRoutes routes;
        routes.add("GET", "/long", [](const HttpRequest&, const HttpRespond& respond) {
            HttpResponse response;
            response.body = std::string(100'000, 'x');
            respond(response);
        });
        routes.add("GET", "/later", [this](const HttpRequest&, HttpRespond respond) {
            loop_.after(std::chrono::milliseconds(1),
                        [respond = std::move(respond)] { respond(make_plain_response(200)); });
        });
        routes.add("GET", "/stream", [](const HttpRequest&, const HttpRespond& respond) {
            HttpResponse response;
            response.stream = std::make_shared<Counting>();
            response.length = stream_bytes;
            respond(response);
        });
        server_ = std::make_unique<HttpServer>(loop_, log_, metrics_, HttpOptions{}, std::move(routes));
        listener_ = std::make_unique<Listener>(
            loop_, log_, limiter_,
            Service{[this] { return server_->make_session(); }, [this](Refusal) { return server_->refusal("full"); }});
        ASSERT_FALSE(listener_->listen(*parse_endpoint("127.0.0.1:0")));
    }
    void TearDown() override {
        listener_->stop();
        server_->shut_down();
        loop_.set_draining();
        peers_.clear();
        EXPECT_TRUE(until([this] { return loop_.connections() == 0; }));
    }

    tests::Peer& connect() { return *peers_.emplace_back(std::make_unique<tests::Peer>(listener_->endpoint())); }

    bool until(const std::function<bool()>& true_now) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!true_now()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            if (loop_.io().stopped()) loop_.io().restart();
            loop_.io().run_one_for(std::chrono::milliseconds(5));
            for (const auto& peer : peers_) peer->pump();
        }
        return true;
    }

    EventLoop loop_;
    tests::RecordingLog log_;
    chat::MetricRegistry registry_;
    HttpMetrics metrics_{registry_};
    ConnectionLimiter limiter_{{1, 0, 0, {}, {}}};
    std::unique_ptr<HttpServer> server_;
    std::unique_ptr<Listener> listener_;
    std::vector<std::unique_ptr<tests::Peer>> peers_;
};

TEST_F(HttpListenerTest, RequestsOverARealConnectionAreAnsweredInTheirOrder) {
    tests::Peer& ana = connect();
    ana.send(tests::get("/later") + tests::get("/long") + tests::get("/later", "Connection: close\r\n"));
    ASSERT_TRUE(until([&] { return ana.ended(); }));
    EXPECT_FALSE(ana.was_reset());
    EXPECT_EQ(tests::count_of(ana.received(), "HTTP/1.1 200 OK"), 3U);
    EXPECT_TRUE(ana.received().ends_with("\r\n\r\nOK\n"));
    EXPECT_EQ(tests::count_of(ana.received(), std::string(100'000, 'x')), 1U);
}

TEST_F(HttpListenerTest, WhoIsRefusedIsToldInHttp) {
    tests::Peer& ana = connect();
    ana.send(tests::get("/later"));
    ASSERT_TRUE(until([&] { return !ana.received().empty(); }));
    tests::Peer& bob = connect();
    ASSERT_TRUE(until([&] { return bob.ended(); }));
    EXPECT_EQ(tests::status_of(bob.received()), 503U);
    EXPECT_EQ(tests::body_of(bob.received()), "full\n");
}

TEST_F(HttpListenerTest, AStreamComesWholeToAReaderWhoIsSlowAndTheConnectionEndsBehindIt) {
    tests::Peer& ana = *peers_.emplace_back(std::make_unique<tests::Peer>(listener_->endpoint(), 4096));
    ana.send(tests::get("/stream", "Connection: close\r\n"));
    ASSERT_TRUE(until([&] { return ana.ended(); }));
    EXPECT_FALSE(ana.was_reset());
    std::string expected;
    (void)Counting().give(expected, stream_bytes);
    EXPECT_TRUE(tests::body_of(ana.received()) == expected);
}

}  // namespace
}  // namespace patchcord::gateway
