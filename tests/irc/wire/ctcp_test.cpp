#include "irc/wire/ctcp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

TEST(CtcpTest, ACommandEndsAtTheFirstSpace) {
    EXPECT_EQ(parse_ctcp("\x01"
                         "ACTION waves  at you\x01"),
              (Ctcp{"ACTION", "waves  at you"}));
    EXPECT_EQ(parse_ctcp("\x01VERSION\x01"), (Ctcp{"VERSION", ""}));
    EXPECT_EQ(parse_ctcp("\x01"
                         "ACTION \x01"),
              (Ctcp{"ACTION", ""}));
}

TEST(CtcpTest, TheFinalDelimiterMayBeMissing) {
    EXPECT_EQ(parse_ctcp("\x01"
                         "ACTION waves"),
              (Ctcp{"ACTION", "waves"}));
}

TEST(CtcpTest, TextThatIsNotOneCommandIsNotCtcp) {
    for (const char* text : {"", "hello", "\x01", "\x01\x01", "\x01 waves\x01",
                             "x\x01"
                             "ACTION waves\x01",
                             "\x01"
                             "ACTION waves\x01 more",
                             "\x01"
                             "A\x01\x01"
                             "B\x01",
                             "\x01\x01\x01"}) {
        EXPECT_FALSE(parse_ctcp(text)) << text;
    }
}

TEST(CtcpTest, ACommandWithoutParametersIsWrittenWithoutASpace) {
    EXPECT_EQ(format_ctcp("VERSION", ""), "\x01VERSION\x01");
    EXPECT_EQ(format_ctcp("ACTION", "waves"),
              "\x01"
              "ACTION waves\x01");
}

TEST(CtcpTest, BytesThatWouldEndTheMessageEarlyAreLeftOut) {
    EXPECT_EQ(format_ctcp("AC\x01TION\r\n", std::string_view("a\0b\r\nQUIT\x01", 10)),
              "\x01"
              "ACTION abQUIT\x01");
}

RC_GTEST_PROP(CtcpTest, WhateverIsWrittenReadsBackAsOneMessage, (const std::string& parameters)) {
    const std::string text = format_ctcp("ACTION", parameters);
    const auto ctcp = parse_ctcp(text);
    RC_ASSERT(ctcp.has_value());
    RC_ASSERT(ctcp->command == "ACTION");
    RC_ASSERT(text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    if (parameters.find_first_of(std::string_view("\x01\r\n\0", 4)) == std::string::npos) {
        RC_ASSERT(ctcp->parameters == parameters);
    }
}

}  // namespace
}  // namespace patchcord::irc
