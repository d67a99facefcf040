#include "msn/wire/error_code.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::msn {
namespace {

TEST(ErrorCodeTest, ThreeDigitsAreAnError) {
    EXPECT_EQ(parse_error_code("217"), ErrorCode::not_online);
    EXPECT_EQ(parse_error_code("911"), ErrorCode::authentication_failed);
    EXPECT_EQ(parse_error_code("999"), static_cast<ErrorCode>(999));
    EXPECT_EQ(parse_error_code("007"), static_cast<ErrorCode>(7));
}

TEST(ErrorCodeTest, AnythingElseIsNone) {
    for (const char* verb : {"", "21", "2170", "MSG", "21x", "-17", "+17", " 17"}) {
        EXPECT_FALSE(parse_error_code(verb)) << verb;
    }
}

TEST(ErrorCodeTest, ListedCodesAreDescribedAndOthersUnknown) {
    EXPECT_EQ(describe(ErrorCode::not_online), "not online");
    EXPECT_EQ(describe(static_cast<ErrorCode>(912)), describe(ErrorCode::login_busy));
    EXPECT_EQ(describe(static_cast<ErrorCode>(999)), "unknown error");
}

TEST(ErrorCodeTest, EveryNumberThatServersSendIsDescribed) {
    for (const int number :
         {200, 201, 205, 206, 207, 208, 209, 210, 213, 215, 216, 217, 218, 219, 220, 223, 224, 225, 227,
          228, 229, 230, 231, 240, 241, 280, 281, 282, 300, 301, 302, 402, 403, 420, 500, 501, 502, 510,
          520, 540, 600, 601, 602, 603, 604, 605, 700, 707, 710, 711, 712, 713, 714, 715, 717, 731, 800,
          910, 911, 912, 913, 914, 915, 916, 917, 918, 919, 920, 921, 922, 923, 924, 926, 927, 928, 931}) {
        EXPECT_NE(describe(static_cast<ErrorCode>(number)), "unknown error") << number;
    }
}

}  // namespace
}  // namespace patchcord::msn
