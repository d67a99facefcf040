#include "gateway/http/status_routes.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/http/http_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::body_of;
using tests::count_of;
using tests::get;
using tests::header_of;
using tests::HttpClient;
using tests::status_of;

StatusInfo example() {
    return {"chat.example.com",        "0.1.0",
            {"chat.example.com:6667"}, {},
            {"chat.example.com:1863"}, {"https://chat.example.com/rdr/pprdr.asp"}};
}

class StatusRoutesTest : public tests::HttpTest {
  protected:
    std::string ask(const std::string& path, const std::string& from = "192.0.2.1", StatusInfo info = example()) {
        HttpRoutes routes;
        add_status_routes(routes, std::move(info), registry_);
        HttpServer server(scheduler_, log_, metrics_, HttpOptions{}, std::move(routes));
        HttpClient client(server, from);
        return client.ask(get(path));
    }
};

TEST_F(StatusRoutesTest, FrontPageSaysHowToConnect) {
    const std::string answer = ask("/");
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(header_of(answer, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_TRUE(header_of(answer, "Content-Security-Policy"));
    const std::string page = body_of(answer);
    for (const char* text :
         {"<h1>chat.example.com</h1>", "Patchcord 0.1.0", "<code>chat.example.com:6667</code>",
          "<code>chat.example.com:1863</code>", "<code>https://chat.example.com/rdr/pprdr.asp</code>"}) {
        EXPECT_EQ(count_of(page, text), 1U) << text;
    }
    EXPECT_EQ(count_of(page, "over TLS"), 0U) << "nothing listens there";
}

TEST_F(StatusRoutesTest, NothingOnTheFrontPageCanBecomeMarkup) {
    StatusInfo info = example();
    info.name = "<script>\"'&";
    info.irc = {"<img>"};
    const std::string page = format_status_page(info);
    EXPECT_EQ(count_of(page, "<script") + count_of(page, "<img"), 0U);
    EXPECT_EQ(count_of(page, "&lt;script&gt;&quot;&#39;&amp;"), 2U);
}

TEST_F(StatusRoutesTest, HealthIsOneWord) {
    const std::string answer = ask("/healthz");
    EXPECT_EQ(status_of(answer), 200U);
    EXPECT_EQ(body_of(answer), "ok\n");
}

TEST_F(StatusRoutesTest, MetricsAreForTheLoopbackUnlessMadePublic) {
    EXPECT_EQ(status_of(ask("/metrics")), 403U);
    EXPECT_EQ(status_of(ask("/metrics", "127.0.0.1")), 200U);
    EXPECT_EQ(status_of(ask("/metrics", "::1")), 200U);
    StatusInfo info = example();
    info.public_metrics = true;
    EXPECT_EQ(status_of(ask("/metrics", "192.0.2.1", info)), 200U);
}

TEST_F(StatusRoutesTest, MetricsOfANameStandTogetherUnderOneHead) {
    chat::MetricRegistry registry;
    registry.counter("a_total", "all a", "kind=\"x\"").add(3);
    registry.gauge("b", "b \\ and\nmore").set(-2);
    registry.counter("a_total", "all a", "kind=\"y\"");
    EXPECT_EQ(format_metrics(registry),
              "# HELP a_total all a\n# TYPE a_total counter\na_total{kind=\"x\"} 3\na_total{kind=\"y\"} 0\n"
              "# HELP b b \\\\ and\\nmore\n# TYPE b gauge\nb -2\n");
}

}  // namespace
}  // namespace patchcord::gateway
