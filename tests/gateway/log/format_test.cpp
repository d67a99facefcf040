#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/log/log.hpp"
#include "tests/gateway/support/strict_json.hpp"

namespace patchcord::gateway {
namespace {

const std::string forger =
    "a\x0B\x85\xE2\x80\xA8 2026-01-01 INFO admin login ok\r\n2026-01-01T00:00:00.000Z info forged";

std::string text_of(std::string_view value) {
    return format_log_line(LogFormat::text, "irc#17", "limit hit", {{"realname", value}, {"count", 3}});
}

std::string json_of(std::string_view value) {
    return "{" + format_log_line(LogFormat::json, "irc#17", "limit hit", {{"realname", value}, {"count", 3}}) + "}";
}

/// Nothing in it steers a terminal, breaks the line or is malformed.
bool printable(const std::string& line) {
    for (std::size_t at = 0; at < line.size();) {
        const char32_t c = chat::next_code_point(line, at);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || chat::is_deceptive(c)) return false;
    }
    return chat::is_valid_utf8(line);
}

TEST(LogFormatTest, TextHasConnectionSentenceAndFields) {
    EXPECT_EQ(text_of("Ana"), "irc#17 limit hit realname=Ana count=3");
    EXPECT_EQ(format_log_line(LogFormat::text, "", "stopped", {}), "stopped");
}

TEST(LogFormatTest, ValueWithSpacesOrWithoutAnythingIsQuoted) {
    EXPECT_EQ(text_of("Ana B"), "irc#17 limit hit realname=\"Ana B\" count=3");
    EXPECT_EQ(text_of(""), "irc#17 limit hit realname=\"\" count=3");
}

TEST(LogFormatTest, ValueCannotEndItsQuotes) {
    EXPECT_EQ(text_of("x\" count=9 y=\"z"), "irc#17 limit hit realname=\"x\\\" count=9 y=\\\"z\" count=3");
    EXPECT_EQ(text_of("x y\\"), "irc#17 limit hit realname=\"x y\\\\\" count=3");
}

TEST(LogFormatTest, SpaceOfAnotherKindIsQuotedToo) {
    for (const std::string space : {"\xC2\xA0", "\xE2\x80\x83", "\xE3\x80\x80", "\xE2\x80\xAF"}) {
        const std::string line = text_of("x" + space + "count=9");
        EXPECT_NE(line.find('"'), std::string::npos) << line << " reads like one more field";
    }
}

TEST(LogFormatTest, ForgedLineStaysOneFieldOfOneLine) {
    const std::string line = text_of(forger);
    EXPECT_EQ(line.find_first_of("\r\n\x0B\x85"), std::string::npos);
    EXPECT_EQ(line,
              "irc#17 limit hit realname=\"a\\x0b\\x85\\u2028 2026-01-01 INFO admin login ok\\x0d\\x0a"
              "2026-01-01T00:00:00.000Z info forged\" count=3");
}

TEST(LogFormatTest, JsonHasTheSameMembers) {
    const auto read = tests::StrictJson::parse(json_of("Ana \"B\""));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read,
              (tests::JsonTexts{
                  {"message", "limit hit"}, {"connection", "irc#17"}, {"realname", "Ana \"B\""}, {"count", "3"}}));
    EXPECT_EQ("{" + format_log_line(LogFormat::json, "", "stopped", {}) + "}", "{\"message\":\"stopped\"}");
}

RC_GTEST_PROP(LogFormatTest, AnyValueStaysWithinItsField, ()) {
    const auto value = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string("\"\\ =\n,}"))));
    const auto read = tests::StrictJson::parse(json_of(value));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->size() == 4U);
    RC_ASSERT(read->at("count") == "3");
    const std::string line = text_of(value);
    RC_ASSERT(line.starts_with("irc#17 limit hit realname="));
    RC_ASSERT(line.ends_with(" count=3"));
    RC_ASSERT(std::none_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

RC_GTEST_PROP(LogFormatTest, WhateverStandsWhereTheLineIsPrintable, ()) {
    const auto any = [] {
        return *rc::gen::container<std::string>(rc::gen::oneOf(
            rc::gen::arbitrary<char>(), rc::gen::elementOf(std::string("\x1B\x85\xE2\x80\xA8\xAE\n\"=", 10))));
    };
    const std::string connection = any();
    const std::string what = any();
    const std::string key = any();
    const std::string value = any();
    const std::string text = format_log_line(LogFormat::text, connection, what, {{key, value}});
    const std::string json = "{" + format_log_line(LogFormat::json, "#" + connection, what, {{"k" + key, value}}) + "}";
    RC_ASSERT(printable(text));
    RC_ASSERT(printable(json));
    RC_ASSERT(tests::StrictJson::parse(json).has_value());
}

class LogTest : public ::testing::Test {
  protected:
    /// What one line on standard error becomes.
    static std::string written(LogFormat format, std::string_view value, chat::LogLevel level = chat::LogLevel::warn) {
        ::testing::internal::CaptureStderr();
        Log log(chat::LogLevel::info, format);
        log.log(level, "irc#1", "said", {{"text", value}});
        return ::testing::internal::GetCapturedStderr();
    }
};

TEST_F(LogTest, TextLineBeginsWithTimeAndLevel) {
    const std::string line = written(LogFormat::text, "hi");
    EXPECT_EQ(line.substr(24), " warning irc#1 said text=hi\n") << line;
    EXPECT_EQ(line[10], 'T');
    EXPECT_EQ(line[23], 'Z');
}

TEST_F(LogTest, JsonLineIsOneObject) {
    const std::string line = written(LogFormat::json, forger);
    ASSERT_TRUE(line.ends_with("}\n"));
    const auto read = tests::StrictJson::parse(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(read->at("level"), "warning");
    EXPECT_EQ(read->at("message"), "said");
    EXPECT_EQ(read->size(), 5U);
}

TEST_F(LogTest, PercentSignsAndBracesOfAPeerMeanNothing) {
    EXPECT_TRUE(written(LogFormat::text, "%n%s{}{0}%v").ends_with("text=%n%s{}{0}%v\n"));
}

TEST_F(LogTest, LinesBelowTheLevelAreNotWritten) {
    EXPECT_EQ(written(LogFormat::text, "hi", chat::LogLevel::debug), "");
    Log log(chat::LogLevel::warn, LogFormat::text);
    EXPECT_FALSE(log.enabled(chat::LogLevel::info));
    EXPECT_TRUE(log.enabled(chat::LogLevel::warn));
    log.set(chat::LogLevel::trace, LogFormat::json);
    EXPECT_TRUE(log.enabled(chat::LogLevel::trace));
}

TEST_F(LogTest, LongLineIsStillOneLine) {
    const std::string line = written(LogFormat::text, std::string(100'000, 'a'));
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    EXPECT_TRUE(line.ends_with("\n"));
}

TEST_F(LogTest, LongJsonLineStillParses) {
    const std::string line = written(LogFormat::json, std::string(100'000, 'a'));
    EXPECT_TRUE(tests::StrictJson::parse(std::string_view(line).substr(0, line.size() - 1))) << "cut in the middle";
}

}  // namespace
}  // namespace patchcord::gateway
