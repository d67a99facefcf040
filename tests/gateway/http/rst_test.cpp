#include "gateway/http/rst.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace patchcord::gateway {
namespace {

std::string token_for(const std::string& address) {
    return "<wst:RequestSecurityToken><wsp:AppliesTo><wsa:EndpointReference><wsa:Address>" + address +
           "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo></wst:RequestSecurityToken>";
}

std::string request_with(const std::string& user, const std::string& tokens) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Envelope><Header><ps:AuthInfo/><wsse:Security>"
           "<wsse:UsernameToken Id=\"user\">" +
           user + "</wsse:UsernameToken></wsse:Security></Header><Body><ps:RequestMultipleSecurityTokens Id=\"RSTS\">" +
           tokens + "</ps:RequestMultipleSecurityTokens></Body></Envelope>";
}

std::string user(const std::string& name, const std::string& password) {
    return "<wsse:Username>" + name + "</wsse:Username><wsse:Password>" + password + "</wsse:Password>";
}

const std::string two_tokens = token_for("http://Passport.NET/tb") + token_for("messenger.msn.com");

TEST(RstRequestTest, NamePasswordAndPlacesAreRead) {
    const auto request = parse_rst_request(request_with(user("ana@example.com", "secret"), two_tokens));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->username, "ana@example.com");
    EXPECT_EQ(request->password, "secret");
    EXPECT_EQ(request->addresses, (std::vector<std::string>{"http://Passport.NET/tb", "messenger.msn.com"}));
}

TEST(RstRequestTest, PrefixesOfNamesDoNotMatter) {
    const auto request = parse_rst_request(
        "<s:Envelope><s:Header><Security><UsernameToken><Username>ana</Username><Password>x</Password></UsernameToken>"
        "</Security></s:Header><s:Body><RequestSecurityToken><a:AppliesTo><EndpointReference><Address>m</Address>"
        "</EndpointReference></a:AppliesTo></RequestSecurityToken></s:Body></s:Envelope>");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->addresses, std::vector<std::string>{"m"}) << "one token alone has no list around it";
}

TEST(RstRequestTest, PasswordIsReadAsMeantWhateverItHolds) {
    const auto password_in = [](const std::string& text) {
        const auto request = parse_rst_request(request_with(user("ana", text), two_tokens));
        return request ? request->password : "<none>";
    };
    EXPECT_EQ(password_in("&lt;&amp;&gt;&quot;&#39;&#x41;"), "<&>\"'A");
    EXPECT_EQ(password_in("<![CDATA[a<b&c]]>"), "a<b&c");
    EXPECT_EQ(password_in("p\xC3\xA4ss"), "p\xC3\xA4ss");
    EXPECT_EQ(password_in(" a b "), " a b ");
    EXPECT_EQ(password_in("&lol;"), "&lol;") << "no entity but XML's own is known";
}

TEST(RstRequestTest, DocumentTypeIsRefused) {
    const std::string good = request_with(user("ana", "x"), two_tokens);
    const std::size_t at = good.find("<Envelope");
    for (const char* type : {"<!DOCTYPE Envelope>", "<!DOCTYPE a [<!ENTITY lol \"lol\">]>",
                             "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"}) {
        EXPECT_FALSE(parse_rst_request(std::string(good).insert(at, type))) << type;
    }
}

TEST(RstRequestTest, WhatLacksSomethingIsNone) {
    for (const std::string& body :
         {std::string(), std::string("<"), std::string("hello"), std::string("<Envelope/>"),
          std::string("<Envelope><Header></Body></Envelope>"), request_with("", two_tokens),
          request_with(user("", "x"), two_tokens), request_with(user("ana", ""), two_tokens),
          request_with(user("ana", "x"), ""), request_with(user("ana", "x"), token_for("")),
          request_with(user("ana", "x"), token_for("a b")), request_with(user("ana", "x"), token_for("a\xC3\xA4")),
          request_with(user("ana", "x"), "<wst:RequestSecurityToken/>")}) {
        EXPECT_FALSE(parse_rst_request(body)) << body;
    }
}

TEST(RstRequestTest, PlacesAreLimitedInNumberAndLength) {
    const auto many = [](std::size_t count) {
        std::string tokens;
        for (std::size_t i = 0; i < count; ++i) tokens += token_for("a");
        return request_with(user("ana", "x"), tokens);
    };
    EXPECT_TRUE(parse_rst_request(many(max_rst_tokens)));
    EXPECT_FALSE(parse_rst_request(many(max_rst_tokens + 1)));
    EXPECT_TRUE(parse_rst_request(request_with(user("ana", "x"), token_for(std::string(max_rst_address_bytes, 'a')))));
    EXPECT_FALSE(
        parse_rst_request(request_with(user("ana", "x"), token_for(std::string(max_rst_address_bytes + 1, 'a')))));
}

TEST(RstRequestTest, DeepNestingIsNoTrouble) {
    std::string body;
    for (int i = 0; i < 5000; ++i) body += "<a>";
    EXPECT_FALSE(parse_rst_request(body));
    for (int i = 0; i < 5000; ++i) body += "</a>";
    EXPECT_FALSE(parse_rst_request(body));
}

RC_GTEST_PROP(RstRequestTest, WhateverTheNameItIsReadBackOrRefused, (const std::string& name)) {
    std::string escaped;
    for (const char c : name) escaped += "&#" + std::to_string(static_cast<unsigned char>(c) % 95 + 32) + ";";
    const auto request = parse_rst_request(request_with(user("a" + escaped, "x"), two_tokens));
    RC_ASSERT(request.has_value());
    RC_ASSERT(request->username.size() == name.size() + 1);
}

pugi::xml_document parsed(const std::string& text) {
    pugi::xml_document document;
    EXPECT_TRUE(document.load_string(text.c_str())) << text;
    return document;
}

std::string text_at(const pugi::xml_document& document, const char* path) {
    return document.select_node(path).node().text().get();
}

TEST(RstAnswerTest, EachPlaceHasItsTokenNamedByItsNumber) {
    const chat::WallTime now{std::chrono::seconds(784111777)};
    const auto document = parsed(format_rst_answer({{"http://Passport.NET/tb", "messenger.msn.com", "contacts.msn.com"},
                                                    "t=abc&p=",
                                                    now,
                                                    now + std::chrono::seconds(120)}));
    EXPECT_EQ(document
                  .select_nodes("/S:Envelope/S:Body/wst:RequestSecurityTokenResponseCollection"
                                "/wst:RequestSecurityTokenResponse")
                  .size(),
              3U);
    EXPECT_EQ(text_at(document, "//wsse:BinarySecurityToken[@Id='Compact1']"), "t=abc&p=");
    EXPECT_EQ(text_at(document, "//wsse:BinarySecurityToken[@Id='Compact2']"), "t=abc&p=");
    EXPECT_EQ(text_at(document, "(//wsa:Address)[2]"), "messenger.msn.com");
    EXPECT_EQ(text_at(document, "(//wsu:Expires)[1]"), "1994-11-06T08:51:37Z");
    EXPECT_FALSE(document.select_node("//wsse:BinarySecurityToken[@Id='Compact0']"))
        << "Passport's own is of another kind";
    EXPECT_EQ(document.select_nodes("//*[local-name()='CipherValue']").size(), 1U);
}

TEST(RstAnswerTest, NothingInItCanBecomeMarkup) {
    const std::string text = format_rst_answer({{"<b>&\"'"}, "<t>&", {}, {}});
    EXPECT_EQ(text.find("<b>"), std::string::npos);
    const auto document = parsed(text);
    EXPECT_EQ(text_at(document, "//wsa:Address"), "<b>&\"'");
    EXPECT_EQ(text_at(document, "//wsse:BinarySecurityToken"), "<t>&");
}

TEST(RstAnswerTest, FailureIsAFaultBesideTheBody) {
    const auto document = parsed(format_rst_failure("wrong & <over>"));
    EXPECT_EQ(text_at(document, "/S:Envelope/S:Fault/faultcode"), "wsse:FailedAuthentication");
    EXPECT_EQ(text_at(document, "/S:Envelope/S:Fault/faultstring"), "wrong & <over>");
    EXPECT_EQ(text_at(document, "/S:Envelope/S:Header/psf:pp/psf:reqstatus"), "0x80048823");
}

}  // namespace
}  // namespace patchcord::gateway
