#include "gateway/bridge/always_on_list.hpp"

#include <gtest/gtest.h>

namespace patchcord::gateway {
namespace {

TEST(AlwaysOnFormatTest, ComesBackAsItWas) {
    const chat::AlwaysOn who{"ana", "Ana", "~a", "host", "Real: Näme", {"#a", "#b"}};
    const auto back = parse_always_on("ana", format_always_on(who, 4096));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->name + back->username + back->host + back->real_name, "Ana~ahostReal: Näme");
    EXPECT_EQ(back->groups, who.groups);
    EXPECT_EQ(parse_always_on("ana", format_always_on({"ana", "a", "b", "c", "", {}}, 4096))->groups.size(), 0U);
}

TEST(AlwaysOnFormatTest, WhatDoesNotFitIsLeftOutWhole) {
    const chat::AlwaysOn who{"ana", "a", "b", "c", "d", {"#first", "#second"}};
    EXPECT_EQ(parse_always_on("ana", format_always_on(who, 16))->groups, (std::vector<std::string>{"#first"}));
}

TEST(AlwaysOnFormatTest, AnythingElseIsNobody) {
    EXPECT_FALSE(parse_always_on("ana", ""));
    EXPECT_FALSE(parse_always_on("ana", "a\nb\nc"));
}

}  // namespace
}  // namespace patchcord::gateway
