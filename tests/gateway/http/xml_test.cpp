#include "gateway/http/xml.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

bool loads(const std::string& text) {
    pugi::xml_document document;
    return load_xml(text, document);
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

TEST(XmlTest, NamesAreComparedWithoutPrefixes) {
    pugi::xml_document document;
    ASSERT_TRUE(load_xml("<s:a xmlns:s='x'><b> two\n</b><t:b>three</t:b></s:a>", document));
    EXPECT_EQ(local_name(child(document, "a")), "a");
    EXPECT_EQ(text_of(descend(document, {"a", "b"})), "two");
    EXPECT_FALSE(descend(document, {"a", "c", "d"}));
    EXPECT_EQ(text_of(descend(document, {"a", "c", "d"})), "");
}

TEST(XmlTest, WhatIsNoXmlIsRefused) {
    for (const char* text : {"", "hello", "<a>", "<a></b>", "<a/><"}) EXPECT_FALSE(loads(text)) << text;
    EXPECT_TRUE(loads("\xEF\xBB\xBF<a/>"));
}

TEST(XmlTest, DocumentTypeIsRefused) {
    EXPECT_FALSE(loads("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"));
    EXPECT_FALSE(loads("<!DOCTYPE a SYSTEM \"http://thief.example/\"><a/>"));
}

TEST(XmlTest, DepthHasALimit) {
    const auto nested = [](std::size_t depth) { return repeated("<a>", depth) + repeated("</a>", depth); };
    EXPECT_TRUE(loads(nested(max_xml_depth)));
    EXPECT_FALSE(loads(nested(max_xml_depth + 1)));
    EXPECT_FALSE(loads(nested(1'000'000)));
}

TEST(XmlTest, TextIsEscapedWhenItIsWritten) {
    pugi::xml_document document;
    add(add_envelope(document, "S"), "a", "<b>&\"'");
    const std::string text = format_xml(document);
    EXPECT_NE(text.find("<a>&lt;b&gt;&amp;\"'</a>"), std::string::npos) << text;
    pugi::xml_document again;
    ASSERT_TRUE(load_xml(text, again));
    EXPECT_EQ(text_of(descend(again, {"Envelope", "a"})), "<b>&\"'");
}

}  // namespace
}  // namespace patchcord::gateway
