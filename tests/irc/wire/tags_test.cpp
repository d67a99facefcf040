#include "irc/wire/tags.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::irc {
namespace {

std::vector<std::string> walk(std::string_view tags) {
    std::vector<std::string> found;
    TagReader reader(tags);
    while (const auto tag = reader.next()) found.push_back(std::string(tag->key) + "|" + std::string(tag->value));
    return found;
}

using Tags = std::vector<std::string>;

TEST(TagReaderTest, WalksOverTagsWithAndWithoutValues) {
    EXPECT_EQ(walk("a=1;b;+c=x=y;vendor.example/d="), (Tags{"a|1", "b|", "+c|x=y", "vendor.example/d|"}));
}

TEST(TagReaderTest, EmptyTagsAndTagsWithoutAKeyAreSkipped) {
    EXPECT_EQ(walk(""), Tags{});
    EXPECT_EQ(walk(";;a;;"), (Tags{"a|"}));
    EXPECT_EQ(walk("=1;=;a=2"), (Tags{"a|2"}));
    EXPECT_EQ(walk(";;;="), Tags{});
}

TEST(TagReaderTest, AValueIsLeftEscaped) {
    EXPECT_EQ(walk("a=b\\:c"), (Tags{"a|b\\:c"}));
}

TEST(TagEscapingTest, WritesEachSpecialByteAsTheSpecificationSays) {
    EXPECT_EQ(escape_tag_value("a;b c\\d\re\nf"), "a\\:b\\sc\\\\d\\re\\nf");
}

TEST(TagEscapingTest, NulHasNoFormAndIsLeftOut) {
    EXPECT_EQ(escape_tag_value(std::string_view("a\0b", 3)), "ab");
}

TEST(TagEscapingTest, AnUnknownEscapeIsItsLetterAndALoneBackslashNothing) {
    EXPECT_EQ(unescape_tag_value("a\\bc"), "abc");
    EXPECT_EQ(unescape_tag_value("a\\"), "a");
    EXPECT_EQ(unescape_tag_value("\\"), "");
    EXPECT_EQ(unescape_tag_value("\\\\"), "\\");
    EXPECT_EQ(unescape_tag_value("\\\\\\:"), "\\;");
}

TEST(TagSearchTest, OfSeveralTagsWithAKeyTheLastCounts) {
    EXPECT_EQ(find_tag("a=1;a=2", "a"), "2");
    EXPECT_EQ(find_tag("a=1;b=3;a", "a"), "");
}

TEST(TagSearchTest, KeysAreCaseSensitiveAndComparedWhole) {
    EXPECT_EQ(find_tag("Label=1", "label"), std::nullopt);
    EXPECT_EQ(find_tag("xlabel=1;labelx=2;+label=3", "label"), std::nullopt);
    EXPECT_EQ(find_tag("label", "label"), "");
}

TEST(ClientOnlyTagsTest, OnlyTagsWithAPlusAreSentOn) {
    EXPECT_EQ(client_only_tags("label=1;+a=2;time=3;+b;account=x"), "+a=2;+b");
    EXPECT_EQ(client_only_tags("time=1;msgid=2"), "");
    EXPECT_EQ(client_only_tags("+"), "");
    EXPECT_EQ(client_only_tags("+=1"), "");
}

TEST(ClientOnlyTagsTest, ATagCanBeLeftOut) {
    EXPECT_EQ(client_only_tags("+typing=active;+a=1", "+typing"), "+a=1");
    EXPECT_EQ(client_only_tags("+typing=active", "+typing"), "");
    EXPECT_EQ(client_only_tags("+typing2=active", "+typing"), "+typing2=active");
}

TEST(ClientOnlyTagsTest, ValuesStayEscapedAsTheyCame) {
    EXPECT_EQ(client_only_tags("+a=x\\:y\\s"), "+a=x\\:y\\s");
}

RC_GTEST_PROP(TagEscapingTest, AnyValueWithoutNulComesBack, (std::string value)) {
    std::erase(value, '\0');
    RC_ASSERT(unescape_tag_value(escape_tag_value(value)) == value);
}

RC_GTEST_PROP(TagEscapingTest, AnEscapedValueHoldsNothingThatWouldEndIt, (const std::string& value)) {
    RC_ASSERT(escape_tag_value(value).find_first_of(std::string_view("; \r\n\0", 5)) == std::string::npos);
}

RC_GTEST_PROP(TagEscapingTest, UnescapingIsTotalAndNeverLonger, (const std::string& value)) {
    RC_ASSERT(unescape_tag_value(value).size() <= value.size());
}

RC_GTEST_PROP(ClientOnlyTagsTest, WhatIsKeptIsKeptAgain, (const std::string& tags)) {
    const std::string kept = client_only_tags(tags);
    RC_ASSERT(client_only_tags(kept) == kept);
    RC_ASSERT(kept.size() <= tags.size());
}

}  // namespace
}  // namespace patchcord::irc
