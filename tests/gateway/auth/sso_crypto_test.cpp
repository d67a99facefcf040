#include "gateway/auth/sso_crypto.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace patchcord::gateway {
namespace {

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

// RFC 2202 section 3, case 2
TEST(SsoCryptoTest, HmacIsThatOfTheStandard) {
    const auto hash = hmac_sha1("Jefe", "what do ya want for nothing?");
    EXPECT_EQ(hex(std::string(hash.begin(), hash.end())), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

// With three equal keys it is single DES, whose example is in every book: 85E813540F0AB405.
TEST(SsoCryptoTest, TripleDesWithOneKeyIsDes) {
    const std::string key("\x13\x34\x57\x79\x9B\xBC\xDF\xF1", 8);
    const std::string block("\x01\x23\x45\x67\x89\xAB\xCD\xEF", 8);
    EXPECT_EQ(hex(triple_des_cbc(key + key + key, std::string(8, '\0'), block)), "85e813540f0ab405");
}

TEST(SsoCryptoTest, OnlyWholeKeysAndBlocksAreTaken) {
    EXPECT_THROW(triple_des_cbc("short", std::string(8, '\0'), std::string(8, 'x')), std::invalid_argument);
    EXPECT_THROW(triple_des_cbc(std::string(24, 'k'), "short", std::string(8, 'x')), std::invalid_argument);
    EXPECT_THROW(triple_des_cbc(std::string(24, 'k'), std::string(8, '\0'), "x"), std::invalid_argument);
    EXPECT_EQ(triple_des_cbc(std::string(24, 'k'), std::string(8, '\0'), ""), "");
}

TEST(SsoCryptoTest, NoTwoRandomNumbersAreTheSame) {
    EXPECT_EQ(random_bytes(8).size(), 8U);
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

}  // namespace
}  // namespace patchcord::gateway
