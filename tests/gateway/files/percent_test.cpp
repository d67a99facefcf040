#include "gateway/files/percent.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

TEST(PercentTest, AllButHarmlessBytesAreEncoded) {
    EXPECT_EQ(percent_encode("aZ9-._~"), "aZ9-._~");
    EXPECT_EQ(percent_encode(" /\r\n%'\xC3\xA4"), "%20%2F%0D%0A%25%27%C3%A4");
}

RC_GTEST_PROP(PercentTest, WhatIsEncodedIsDecoded, (const std::string& text)) {
    RC_ASSERT(percent_decode(percent_encode(text)) == text);
}

TEST(PercentTest, AHalfCodeIsNoText) {
    for (const char* text : {"%", "a%4", "%zz", "%4z", "%%41"}) EXPECT_FALSE(percent_decode(text)) << text;
    EXPECT_EQ(percent_decode("%2e%2E"), "..");
}

TEST(PercentTest, AQueryHasValues) {
    EXPECT_EQ(query_value("to=bob", "to"), "bob");
    EXPECT_EQ(query_value("x=1&to=%23room&to=y", "to"), "#room");
    EXPECT_EQ(query_value("tot=1&to", "to"), "");
    EXPECT_EQ(query_value("&&=&to=", "to"), "");
    EXPECT_EQ(query_value("to=%z", "to"), "");
}

}  // namespace
}  // namespace patchcord::gateway
