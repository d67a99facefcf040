#include "msn/wire/base64.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::msn {
namespace {

TEST(Base64Test, VectorsOfRfc4648) {
    EXPECT_EQ(decode_base64("", 100), "");
    EXPECT_EQ(decode_base64("Zg==", 100), "f");
    EXPECT_EQ(decode_base64("Zm8=", 100), "fo");
    EXPECT_EQ(decode_base64("Zm9v", 100), "foo");
    EXPECT_EQ(decode_base64("Zm9vYmFy", 100), "foobar");
    EXPECT_EQ(decode_base64("+/8=", 100), "\xFB\xFF");
}

TEST(Base64Test, PaddingMayBeMissing) {
    EXPECT_EQ(decode_base64("Zm8", 100), "fo");
    EXPECT_EQ(decode_base64("Zg", 100), "f");
}

TEST(Base64Test, OtherCharactersAreAnError) {
    for (const char* text : {"Zm 9v", "Zm9v\r\n", "Zm=9", "Z\xC3\xA9", "-_"})
        EXPECT_FALSE(decode_base64(text, 100)) << text;
}

TEST(Base64Test, NoMoreIsReadThanAskedFor) {
    EXPECT_EQ(decode_base64("Zm9vYmFy!", 3), "foo");
}

TEST(Base64Test, WhatIsWrittenIsRead) {
    EXPECT_EQ(encode_base64(""), "");
    EXPECT_EQ(encode_base64("f"), "Zg==");
    EXPECT_EQ(encode_base64("fo"), "Zm8=");
    EXPECT_EQ(encode_base64("foo"), "Zm9v");
    EXPECT_EQ(encode_base64("foob\xFF\xFE"), "Zm9vYv/+");
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string bytes(length, '\x9C');
        EXPECT_EQ(decode_base64(encode_base64(bytes), 100), bytes);
    }
}

}  // namespace
}  // namespace patchcord::msn
