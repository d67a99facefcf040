#include "gateway/http/response_format.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/http/http_test.hpp"

namespace patchcord::gateway {
namespace {

using tests::body_of;
using tests::count_of;
using tests::header_of;

HttpResponse response_with(std::string name, std::string value) {
    HttpResponse response;
    response.headers.emplace_back(std::move(name), std::move(value));
    response.body = "hello";
    return response;
}

TEST(HttpResponseFormatTest, StatusLineIsSpelledAsClientsCompareIt) {
    EXPECT_TRUE(format_http_response({}, {}).starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(format_http_response(make_plain_response(401), {}).starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    EXPECT_TRUE(format_http_response(make_plain_response(503), {}).starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
}

TEST(HttpResponseFormatTest, HeaderKeepsItsSpelling) {
    EXPECT_EQ(header_of(format_http_response(response_with("PassportURLs", "x"), {}), "PassportURLs"), "x");
}

TEST(HttpResponseFormatTest, LengthIsThatOfTheBodyAlsoWhenOnlyTheHeaderIsSent) {
    const HttpResponse response = response_with("A", "b");
    const std::string whole = format_http_response(response, {});
    EXPECT_EQ(header_of(whole, "Content-Length"), "5");
    EXPECT_EQ(body_of(whole), "hello");
    HttpResponseFrame head;
    head.only_header = true;
    EXPECT_EQ(format_http_response(response, head), whole.substr(0, whole.size() - 5));
    EXPECT_EQ(header_of(format_http_response({}, {}), "Content-Length"), "0");
}

TEST(HttpResponseFormatTest, SaysWhetherTheConnectionStays) {
    HttpResponseFrame frame;
    EXPECT_EQ(header_of(format_http_response({}, frame), "Connection"), "close");
    frame.keep_alive = true;
    EXPECT_EQ(header_of(format_http_response({}, frame), "Connection"), "keep-alive");
}

TEST(HttpResponseFormatTest, LineEndsAreLeftOutOfHeaders) {
    const std::string bytes = format_http_response(
        response_with("X-Name\r\nX-Evil: 1", "a\r\nSet-Cookie: mal\r\n\r\n<b>" + std::string(1, '\0')), {});
    EXPECT_EQ(header_of(bytes, "Set-Cookie"), std::nullopt);
    EXPECT_EQ(header_of(bytes, "X-Evil"), std::nullopt);
    EXPECT_EQ(body_of(bytes), "hello");
    EXPECT_EQ(count_of(bytes, std::string(1, '\0')), 0U);
    HttpResponse typed;
    typed.content_type = "text/plain\r\nX-Evil: 1";
    EXPECT_EQ(header_of(format_http_response(typed, {}), "X-Evil"), std::nullopt);
}

TEST(HttpResponseFormatTest, PagesCarryTheRulesThatMakeThemSafe) {
    HttpResponse page;
    page.content_type = "text/html; charset=utf-8";
    const std::string bytes = format_http_response(page, {});
    EXPECT_TRUE(header_of(bytes, "Content-Security-Policy").value_or("").starts_with("default-src 'none'"));
    EXPECT_EQ(header_of(bytes, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header_of(bytes, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header_of(format_http_response({}, {}), "X-Content-Type-Options"), "nosniff");
}

TEST(HttpResponseFormatTest, ALongBodyComesWhole) {
    HttpResponse response;
    response.body = std::string(300'000, 'x');
    EXPECT_EQ(body_of(format_http_response(response, {})), response.body);
}

TEST(HttpResponseFormatTest, APolicyOfItsOwnTakesThePlaceOfOurs) {
    HttpResponse response = response_with("Content-Security-Policy", "form-action 'self'");
    response.content_type = "text/html";
    const std::string bytes = format_http_response(response, {});
    EXPECT_EQ(count_of(bytes, "Content-Security-Policy"), 1U);
    EXPECT_EQ(header_of(bytes, "Content-Security-Policy"), "form-action 'self'");
}

TEST(HttpResponseFormatTest, TheLengthOfAStreamIsSaidAndThatOfNothingIsNot) {
    HttpResponse response;
    response.length = 12345;
    EXPECT_EQ(header_of(format_http_response(response, {}), "Content-Length"), "12345");
    response = make_plain_response(204);
    response.body.clear();
    EXPECT_EQ(header_of(format_http_response(response, {}), "Content-Length"), std::nullopt);
}

}  // namespace
}  // namespace patchcord::gateway
