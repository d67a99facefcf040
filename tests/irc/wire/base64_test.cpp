#include "irc/wire/base64.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

TEST(Base64Test, TheVectorsOfTheRfcAreDecoded) {
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("Zg=="), "f");
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm9v"), "foo");
    EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
    EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
    EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64Test, EveryByteCanBeWritten) {
    EXPECT_EQ(decode_base64("AP/+"), std::string("\0\xff\xfe", 3));
    EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
    EXPECT_EQ(decode_base64("AGFuYQBzZWNyZXQ="), std::string("\0ana\0secret", 11));
}

TEST(Base64Test, WhatIsEncodedIsDecodedToTheSame) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes) << i;
        bytes += static_cast<char>(i * 7);
    }
    EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(encode_base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
    EXPECT_EQ(encode_base64(""), "");
}

TEST(Base64Test, WhatNoEncoderWritesIsRefused) {
    for (const char* text :
         {"Zg",   "Zg=",    "Zm8",   "Z",    "=",    "==",   "====", "Z===",    "Zm9v=", "Zg==Zg==", "Zm=v",
          "=Zm9", "Zm9v\n", " Zm9v", "Zm 9", "Zm9-", "Zm9_", "!!!!", "Zm9\x80", "*",     "+"}) {
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
    }
    EXPECT_EQ(decode_base64(std::string_view("Zm9\0", 4)), std::nullopt);
}

TEST(Base64Test, BitsLeftOverMustBeZero) {
    EXPECT_EQ(decode_base64("Zh=="), std::nullopt) << "else Zg== and Zh== were the same";
    EXPECT_EQ(decode_base64("Zm9="), std::nullopt);
}

}  // namespace
}  // namespace patchcord::irc
