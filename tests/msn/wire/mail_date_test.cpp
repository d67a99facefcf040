#include "msn/wire/mail_date.hpp"

#include <gtest/gtest.h>

namespace patchcord::msn {
namespace {

constexpr long long moment = 1'767'323'045;  // 2026-01-02 03:04:05 UTC

long long seconds(std::optional<chat::WallTime> at) {
    return at ? chat::unix_seconds(*at) : -1;
}

TEST(MailDateTest, DateOfAMailIsReadInAllItsForms) {
    for (const char* text : {"02 Jan 2026 03:04:05.123 (UTC) FILETIME=[0A:1B]", "Fri, 02 Jan 2026 03:04:05 GMT",
                             "Fri, 2 Jan 2026 03:04:05 +0000", "01 Jan 2026 19:04:05 -0800",
                             "2 jan 2026 08:34:05 +0530", "  Fri,  02  Jan  2026  03:04:05  UT (comment)"}) {
        EXPECT_EQ(seconds(parse_mail_date(text)), moment) << text;
    }
    EXPECT_EQ(seconds(parse_mail_date("02 Jan 2026 03:04 GMT")), moment - 5);
}

TEST(MailDateTest, WhatIsNoDateOfAMailIsNone) {
    for (const char* text :
         {"", "soon", "30 Feb 2026 00:00:00 GMT", "00 Jan 2026 00:00:00 GMT", "02 Foo 2026 00:00:00 GMT",
          "02 Jan 1989 00:00:00 GMT", "02 Jan 3000 00:00:00 GMT", "02 Jan 26 00:00:00 GMT", "02 Jan 2026 24:00:00 GMT",
          "02 Jan 2026 00:60:00 GMT", "02 Jan 2026 -1:00:00 GMT", "02 Jan 2026 00:00:00", "02 Jan 2026 00:00:00 EST",
          "02 Jan 2026 00:00:00 +24", "02 Jan 2026 00:00:00 +2500", "02 Jan 20260 00:00:00 GMT"}) {
        EXPECT_EQ(parse_mail_date(text), std::nullopt) << text;
    }
}

TEST(MailDateTest, DateOfXmlIsRead) {
    EXPECT_EQ(seconds(parse_xml_date("2026-01-02T03:04:05.000Z")), moment);
    EXPECT_EQ(seconds(parse_xml_date(" 2026-01-02T03:04:05Z ")), moment);
    for (const char* text : {"", "T", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
                             "2026-02-29T03:04:05Z", "2026-01-02T03:04:05+01:00", "-1-1-1T1:1:1Z"}) {
        EXPECT_EQ(parse_xml_date(text), std::nullopt) << text;
    }
    EXPECT_TRUE(parse_xml_date("2028-02-29T00:00:00Z"));
}

}  // namespace
}  // namespace patchcord::msn
