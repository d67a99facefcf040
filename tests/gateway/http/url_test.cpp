#include "gateway/http/url.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

using std::string_literals::operator""s;

TEST(UrlTest, PartsAreRead) {
    EXPECT_EQ(parse_url("https://login.example.org/login?a=b&c"),
              (Url{true, "login.example.org", 443, "/login?a=b&c"}));
    EXPECT_EQ(parse_url("http://localhost:8080"), (Url{false, "localhost", 8080, "/"}));
    EXPECT_EQ(parse_url("HTTPS://Login.Example.ORG:444/Path"), (Url{true, "login.example.org", 444, "/Path"}));
    EXPECT_EQ(parse_url("http://127.0.0.1?q"), (Url{false, "127.0.0.1", 80, "/?q"}));
    EXPECT_EQ(parse_url("https://[2001:DB8::1]:65535/"), (Url{true, "2001:db8::1", 65535, "/"}));
    EXPECT_EQ(parse_url("https://[::1]"), (Url{true, "::1", 443, "/"}));
    EXPECT_EQ(parse_url("https://a_b.example./x"), (Url{true, "a_b.example.", 443, "/x"}));
}

TEST(UrlTest, FragmentIsLeftOut) {
    EXPECT_EQ(parse_url("https://a.example/x#y?z"), (Url{true, "a.example", 443, "/x"}));
    EXPECT_EQ(parse_url("https://a.example#@b.example/"), (Url{true, "a.example", 443, "/"}));
}

TEST(UrlTest, WhatIsNoneOrHidesItsHostIsRefused) {
    for (const std::string& text : {""s,
                                    "https:"s,
                                    "https://"s,
                                    "https:///x"s,
                                    "//a.example/"s,
                                    "/x"s,
                                    "a.example"s,
                                    "ftp://a.example/"s,
                                    "file:///etc/passwd"s,
                                    "javascript:x"s,
                                    " https://a.example"s,
                                    "https://a.example "s,
                                    "https://ana@a.example/"s,
                                    "https://ana:secret@a.example/"s,
                                    "https://@a.example/"s,
                                    "https://good.example@a.example/"s,
                                    "https://good.example\\@a.example/"s,
                                    "https://a.example\\b/"s,
                                    "https://a.example:/"s,
                                    "https://a.example:0/"s,
                                    "https://a.example:65536/"s,
                                    "https://a.example:-1/"s,
                                    "https://a.example:+1/"s,
                                    "https://a.example:1x/"s,
                                    "https://a.example:1:2/"s,
                                    "https://a.example: 1/"s,
                                    "https://.a.example/"s,
                                    "https://a b/"s,
                                    "https://a,b/"s,
                                    "https://a%2eb/"s,
                                    "https://a!b/"s,
                                    "https://::1/"s,
                                    "https://[::1/"s,
                                    "https://::1]/"s,
                                    "https://[::1]x/"s,
                                    "https://[::1]:/"s,
                                    "https://[]/"s,
                                    "https://[127.0.0.1]/"s,
                                    "https://[fe80::1%1]/"s,
                                    "https://[a.example]/"s,
                                    "https://a.example/\r\nX: y"s,
                                    "https://a.example/\tx"s,
                                    "https://a.example/\0x"s,
                                    "https://a.example/\xC3\xA4"s,
                                    "https://\xC3\xA4.example/"s,
                                    "https://a.example/<x>"s,
                                    "https://"s + std::string(254, 'a') + "/",
                                    "https://a.example/"s + std::string(max_url_bytes, 'x')}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
}

TEST(UrlTest, LengthIsLimited) {
    const std::string base = "https://a.example/";
    EXPECT_TRUE(parse_url(base + std::string(max_url_bytes - base.size(), 'x')));
    EXPECT_FALSE(parse_url(base + std::string(max_url_bytes - base.size() + 1, 'x')));
}

TEST(UrlTest, RedirectionIsResolved) {
    const Url base{true, "a.example", 444, "/login?x"};
    EXPECT_EQ(resolve_url(base, "/other?y"), (Url{true, "a.example", 444, "/other?y"}));
    EXPECT_EQ(resolve_url(base, "http://b.example/z"), (Url{false, "b.example", 80, "/z"}));
    for (const char* location :
         {"", "other", "?y", "//b.example/", "/\\b.example/", "file:///x", "/x\ry", "ftp://a.example"}) {
        EXPECT_FALSE(resolve_url(base, location)) << location;
    }
}

TEST(UrlTest, AuthorityHasThePortWhereItIsNotTheUsualOne) {
    EXPECT_EQ(format_authority({true, "a.example", 443, "/"}), "a.example");
    EXPECT_EQ(format_authority({false, "a.example", 80, "/"}), "a.example");
    EXPECT_EQ(format_authority({true, "a.example", 80, "/"}), "a.example:80");
    EXPECT_EQ(format_authority({true, "::1", 8443, "/"}), "[::1]:8443");
}

TEST(UrlTest, LoopbackIsThisMachineAndNobodyElse) {
    for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.255.255.255", "::1"}) {
        EXPECT_TRUE(is_loopback_host(host)) << host;
    }
    for (const char* host : {"", "128.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.1.example",
                             "localhost.example", "::2", "::", "0.0.0.0", "[::1]"}) {
        EXPECT_FALSE(is_loopback_host(host)) << host;
    }
}

RC_GTEST_PROP(UrlTest, WhatIsReadIsReadAgainFromItsForm, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf("ab.:/?#@[]%1209-_\\ "s));
    const auto url = parse_url((*rc::gen::arbitrary<bool>() ? "https://" : "http://") + text);
    if (!url) return;
    RC_ASSERT(parse_url(format_url(*url)) == url);
    RC_ASSERT(url->host.find_first_of("@/?#\\ ") == std::string::npos);
    RC_ASSERT(url->target.starts_with('/'));
}

}  // namespace
}  // namespace patchcord::gateway
