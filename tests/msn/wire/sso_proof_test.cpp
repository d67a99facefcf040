#include "msn/wire/sso_proof.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/sso_crypto.hpp"
#include "msn/wire/base64.hpp"

namespace patchcord::msn {
namespace {

const SsoCrypto crypto{gateway::hmac_sha1, gateway::triple_des_cbc, gateway::random_bytes};

std::string proof(const std::string& secret, const std::string& nonce, const std::string& iv) {
    return format_sso_proof(secret, nonce, iv, crypto).value_or("none");
}

TEST(SsoProofTest, MakesWhatServersExpect) {
    EXPECT_EQ(
        proof("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v",
              std::string("\x00\x01\x02\x03\x04\x05\x06\x07", 8)),
        "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAABAgMEBQYH5/b6UPUTyMkbVgyWJivzLXG/cLnbi6heZDPcDaN19raFPD126EaQ"
        "QUkKltX7vdAMfHnoLDqagK3kpZIzyCXvzkmmW6IvHKU2tUFdVEJ4iq50Aoiu+mkP7WkXXvQ=");
}

// Published with another implementation; their secrets have one byte less than usual.
TEST(SsoProofTest, AgreesWithOthers) {
    const std::string no_iv(8, '\0');
    EXPECT_EQ(proof(std::string(31, 'A') + "=", std::string(63, 'A') + "=", no_iv),
              "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAAAAAAAAAAA7XgT5ohvaZdoXdrWUUcMF2G8OK2JohyYcK5l5MJSitab33scxJeK/"
              "RQXcUr0L+R2ZA9CEAzn0izmUzSMp2LZdxSbHtnuxCmptgtoScHp9E26HjQVkA9YJxgK/HM=");
    EXPECT_EQ(proof(std::string(31, 'B') + "=", std::string(63, 'B') + "=", no_iv),
              "HAAAAAEAAAADZgAABIAAAAgAAAAUAAAASAAAAAAAAAAAAAAAywfWRZVnRRZTqPkW6HBIrOmPuYiFbzcpvYmP2QzhpH+VdKwtqUTt/"
              "gdbDqlMZvR1o7ve9ex44otMOxYtnNYIQ+lfoj+PKcsHT+T7GA1hfMsTVbGqoYYe3B5/WW0=");
}

TEST(SsoProofTest, ANonceOfAnotherLengthIsPadded) {
    for (const std::size_t length : {1U, 7U, 8U, 9U, 1024U}) {
        const std::string made = proof("QUJD", std::string(length, 'x'), std::string(8, 'i'));
        const auto bytes = decode_base64(made, 10'000);
        ASSERT_TRUE(bytes);
        EXPECT_EQ(bytes->size(), 56 + (length / 8 + 1) * 8);
    }
}

TEST(SsoProofTest, WhatCannotBeUsedMakesNone) {
    const std::string iv(8, '\0');
    EXPECT_EQ(proof("", "x", iv), "none");
    EXPECT_EQ(proof("no base64!", "x", iv), "none");
    EXPECT_EQ(proof("QUJD", "", iv), "none");
    EXPECT_EQ(proof("QUJD", std::string(1025, 'x'), iv), "none");
    EXPECT_EQ(proof("QUJD", "x", "short"), "none");
}

}  // namespace
}  // namespace patchcord::msn
