#include "gateway/auth/sasl_plain.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/auth/login_fixture.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::string_literals;

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

class SaslPlainTest : public LoginTest {
  protected:
    Step log_in(const std::string& message) {
        const auto exchange = begin("PLAIN");
        return say(*exchange, message);
    }
};

TEST_F(SaslPlainTest, TheRightPasswordIsRight) {
    const Step step = log_in("\0Ana@phone\0correct horse"s);
    EXPECT_EQ(step.kind, Kind::right);
    EXPECT_EQ(step.who.account, "ana");
    EXPECT_EQ(step.who.device, "phone");
    EXPECT_EQ(log_in("\0ana\0correct horsf"s).kind, Kind::wrong);
    EXPECT_EQ(log_in("\0bob\0correct horse"s).kind, Kind::wrong);
}

TEST_F(SaslPlainTest, OneMayActForOneselfOnly) {
    EXPECT_EQ(log_in("ANA\0ana\0correct horse"s).kind, Kind::right);
    EXPECT_EQ(log_in("ana@phone\0ana\0correct horse"s).kind, Kind::right);
    EXPECT_EQ(log_in("bob\0ana\0correct horse"s).kind, Kind::wrong);
    EXPECT_EQ(log_in("\xD0\xB0na\0ana\0correct horse"s).kind, Kind::wrong) << "a letter of another script";
}

TEST_F(SaslPlainTest, NamesThatOnlyLookLikeTheAccountAreNot) {
    for (const std::string& name : {"ana "s, "\xD0\xB0na"s, " ana"s}) {
        EXPECT_EQ(log_in("\0"s + name + "\0correct horse"s).kind, Kind::wrong) << name;
    }
}

TEST_F(SaslPlainTest, WhatIsNoMessageOfPlainIsWrongAndNotLookedAt) {
    limit_failures(1);
    for (const std::string& message : {""s, "ana"s, "\0ana\0"s, "\0ana\0correct\0horse"s}) {
        EXPECT_EQ(log_in(message).kind, Kind::wrong) << message;
    }
    EXPECT_EQ(log_in("\0ana\0correct horse"s).kind, Kind::right);
}

TEST_F(SaslPlainTest, TooManyFailuresFromAnAddressAreBusy) {
    limit_failures(1);
    EXPECT_EQ(log_in("\0ana\0guess"s).kind, Kind::wrong);
    EXPECT_EQ(log_in("\0ana\0correct horse"s).kind, Kind::busy);
}

TEST_F(SaslPlainTest, WhoeverIsGoneIsNotAnswered) {
    bool answered = false;
    auto exchange = begin("PLAIN");
    exchange->respond("\0ana\0correct horse"s, [&](const Step&) { answered = true; });
    exchange.reset();
    EXPECT_EQ(log_in("\0ana\0correct horse"s).kind, Kind::right);
    EXPECT_FALSE(answered);
}

TEST_F(SaslPlainTest, AnAccountFromBeforeScramGetsWhatThatNeeds) {
    add_account("bob", "");
    EXPECT_EQ(log_in("\0bob\0guess"s).kind, Kind::wrong);
    EXPECT_EQ(find("bob")->scram, "");
    EXPECT_EQ(log_in("\0bob\0correct horse"s).kind, Kind::right);
    run_until([&] { return !find("bob")->scram.empty(); });
    EXPECT_TRUE(parse_scram_secrets(find("bob")->scram));
}

}  // namespace
}  // namespace patchcord::gateway
