#include "irc/wire/sasl.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

using State = SaslResponse::State;
using namespace std::string_literals;

const std::string full(SaslResponse::chunk_bytes, 'A');

TEST(SaslResponseTest, AShortChunkIsTheLast) {
    SaslResponse response;
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add("QUJD"), State::complete);
    EXPECT_EQ(response.text(), full + "QUJD");
}

TEST(SaslResponseTest, AfterAFullChunkAPlusIsTheEnd) {
    SaslResponse response;
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add("+"), State::complete);
    EXPECT_EQ(response.text(), full + full);
}

TEST(SaslResponseTest, APlusAloneIsAnEmptyResponse) {
    SaslResponse response;
    EXPECT_EQ(response.add("+"), State::complete);
    EXPECT_EQ(response.text(), "");
}

TEST(SaslResponseTest, NoChunkIsLongerThanTheSpecificationSays) {
    SaslResponse response;
    EXPECT_EQ(response.add(full + "A"), State::chunk_too_long);
    EXPECT_EQ(response.text(), "");
}

TEST(SaslResponseTest, AnEndlessResponseIsRefusedAndNotKept) {
    SaslResponse response;
    std::size_t taken = 0;
    while (response.add(full) == State::more) ++taken;
    EXPECT_EQ(taken, SaslResponse::most_bytes / SaslResponse::chunk_bytes);
    EXPECT_EQ(response.add(full), State::too_long);
    EXPECT_LE(response.text().size(), SaslResponse::most_bytes);
}

TEST(PlainCredentialsTest, TheIdentityToActForMayBeLeftOut) {
    const auto alone = parse_plain("\0ana\0secret"s);
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->acting_for, "");
    EXPECT_EQ(alone->name, "ana");
    EXPECT_EQ(alone->password, "secret");
    const auto twice = parse_plain("ana\0ana\0sec:ret "s);
    ASSERT_TRUE(twice);
    EXPECT_EQ(twice->acting_for, "ana");
    EXPECT_EQ(twice->password, "sec:ret ");
}

TEST(PlainCredentialsTest, WhatIsNotThreePartsWithNameAndPasswordIsNone) {
    for (const std::string& message :
         {""s, "ana"s, "ana\0secret"s, "\0\0"s, "\0ana\0"s, "\0\0secret"s, "\0ana\0sec\0ret"s, "\0ana\0secret\0"s}) {
        EXPECT_FALSE(parse_plain(message)) << message;
    }
}

}  // namespace
}  // namespace patchcord::irc
