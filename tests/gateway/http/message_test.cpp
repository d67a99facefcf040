#include "gateway/http/message.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

TEST(HttpMessageTest, HeadersAreFoundWithoutRegardToCaseAndTheFirstCounts) {
    HttpRequest request;
    request.headers = {{"authorization", "one"}, {"Authorization", "two"}};
    EXPECT_EQ(request.header("AUTHORIZATION"), "one");
    EXPECT_EQ(request.header("Author"), "");
}

TEST(HttpMessageTest, AHostIsWhatAUrlMayHoldAndNothingElse) {
    for (const char* host : {"example.com", "a", "192.0.2.1:8080", "[2001:db8::1]:443", "my_host"}) {
        EXPECT_TRUE(is_http_host(host)) << host;
    }
    for (const char* host : {"", "a b", "a/b", "a,DALogin=mal", "a\r\nX: y", "<b>", "a'b", "a\"b", "mal@example.com"}) {
        EXPECT_FALSE(is_http_host(host)) << host;
    }
    EXPECT_TRUE(is_http_host(std::string(255, 'a')));
    EXPECT_FALSE(is_http_host(std::string(256, 'a')));
}

TEST(HttpMessageTest, APlainResponseNamesItsStatus) {
    EXPECT_EQ(make_plain_response(404).body, "Not Found\n");
    EXPECT_EQ(make_plain_response(404).status, 404U);
}

}  // namespace
}  // namespace patchcord::gateway
