#include "irc/wire/source.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

std::string text_of(const std::string& alphabet) {
    return *rc::gen::container<std::string>(rc::gen::elementOf(alphabet));
}

TEST(SourceTest, EachPartMayBeMissing) {
    EXPECT_EQ(parse_source(""), (Source{"", "", ""}));
    EXPECT_EQ(parse_source("irc.example.com"), (Source{"irc.example.com", "", ""}));
    EXPECT_EQ(parse_source("ana!a"), (Source{"ana", "a", ""}));
    EXPECT_EQ(parse_source("ana@host"), (Source{"ana", "", "host"}));
    EXPECT_EQ(parse_source("ana!a@host"), (Source{"ana", "a", "host"}));
    EXPECT_EQ(parse_source("!@"), (Source{"", "", ""}));
    EXPECT_EQ(parse_source("!a@"), (Source{"", "a", ""}));
}

TEST(SourceTest, TheFirstSeparatorCountsAndLaterOnesBelongToThePart) {
    EXPECT_EQ(parse_source("ana!a!b@host"), (Source{"ana", "a!b", "host"}));
    EXPECT_EQ(parse_source("ana!a@host@more"), (Source{"ana", "a", "host@more"}));
    EXPECT_EQ(parse_source("ana@host!x"), (Source{"ana", "", "host!x"}));
}

TEST(SourceTest, EmptyPartsAreWrittenWithoutTheirSeparators) {
    EXPECT_EQ(format_source({"ana", "a", "host"}), "ana!a@host");
    EXPECT_EQ(format_source({"ana", "", "host"}), "ana@host");
    EXPECT_EQ(format_source({"ana", "a", ""}), "ana!a");
    EXPECT_EQ(format_source({"irc.example.com", "", ""}), "irc.example.com");
}

RC_GTEST_PROP(SourceTest, WhatIsWrittenReadsBackTheSame, ()) {
    const std::string nick = text_of("abc[]|-1");
    const std::string user = text_of("abc~!.");
    const std::string host = text_of("abc.:@!\x03/");
    const Source source{nick, user, host};
    RC_ASSERT(parse_source(format_source(source)) == source);
}

}  // namespace
}  // namespace patchcord::irc
