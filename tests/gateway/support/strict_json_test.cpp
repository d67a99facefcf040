#include "tests/gateway/support/strict_json.hpp"

#include <gtest/gtest.h>

namespace patchcord::tests {
namespace {

TEST(StrictJsonTest, ObjectsOfTextsAreRead) {
    EXPECT_EQ(StrictJson::parse(R"({"a":"b"})"), (JsonTexts{{"a", "b"}}));
    EXPECT_EQ(StrictJson::parse(R"({"a":"\u001b\"\\\n","b":""})"), (JsonTexts{{"a", "\x1B\"\\\n"}, {"b", ""}}));
    EXPECT_EQ(StrictJson::parse(R"({"a":"\u202E"})"), (JsonTexts{{"a", "\xE2\x80\xAE"}}));
}

TEST(StrictJsonTest, EverythingElseIsRefused) {
    for (const char* text :
         {"", "{}", "{\"a\":\"b\"", "{\"a\":\"b\"}\n", "{\"a\":\"b\"}}", "{\"a\":1}", "{\"a\" :\"b\"}",
          "{\"a\":\"b\",}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":\"\n\"}", "{\"a\":\"\x1B\"}", "{\"a\":\"\\x1b\"}",
          "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xFF\"}"}) {
        EXPECT_FALSE(StrictJson::parse(text)) << text;
    }
}

}  // namespace
}  // namespace patchcord::tests
