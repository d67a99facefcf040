#include "gateway/auth/login_guard.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

constexpr chat::Now start{std::chrono::hours(1)};

class LoginGuardTest : public ::testing::Test {
  protected:
    LoginGuardTest() { set_rate({2, 0.001}); }
    void set_rate(chat::TokenRate rate) {
        by_address_.set_rate(rate);
        guard_.set_rate(rate);
    }
    /// How many of 20 tries are let through, each from an address of its own.
    int tries_from_everywhere(const std::string& account) {
        int passed = 0;
        for (int i = 0; i < 30; ++i) {
            passed += guard_.begin(account, "198.51.100." + std::to_string(++stranger_), start) ? 1 : 0;
        }
        return passed;
    }

    void log_in() {
        guard_.forgive("ana", "192.0.2.1", start);
        guard_.remember("ana", "192.0.2.1", start);
    }

    LoginThrottle by_address_{{}, 1000};
    LoginGuard guard_{by_address_, 3};
    int stranger_ = 0;
};

TEST_F(LoginGuardTest, AnAddressHasItsFailuresWhateverTheAccount) {
    EXPECT_TRUE(guard_.begin("ana", "192.0.2.1", start));
    EXPECT_TRUE(guard_.begin("bob", "192.0.2.1", start));
    EXPECT_FALSE(guard_.begin("carol", "192.0.2.1", start));
    EXPECT_FALSE(by_address_.begin("192.0.2.1", start)) << "the same as elsewhere";
}

TEST_F(LoginGuardTest, AnAccountHasTenTimesAsManyWhateverTheAddress) {
    EXPECT_EQ(tries_from_everywhere("ana"), 20);
    EXPECT_TRUE(guard_.begin("bob", "192.0.2.1", start)) << "another account has its own";
}

TEST_F(LoginGuardTest, WhoIsRefusedForTheAccountHasTheOwnTriesStill) {
    EXPECT_EQ(tries_from_everywhere("ana"), 20);
    EXPECT_FALSE(guard_.begin("ana", "192.0.2.1", start));
    EXPECT_TRUE(guard_.begin("bob", "192.0.2.1", start));
    EXPECT_TRUE(guard_.begin("bob", "192.0.2.1", start));
}

TEST_F(LoginGuardTest, WhereTheOwnerHasLoggedInStrangersLockNobodyOut) {
    ASSERT_TRUE(guard_.begin("ana", "192.0.2.1", start));
    log_in();
    EXPECT_EQ(tries_from_everywhere("ana"), 20);
    EXPECT_TRUE(guard_.begin("ana", "192.0.2.1", start));
    log_in();
    EXPECT_FALSE(guard_.begin("ana", "192.0.2.2", start)) << "not known";
}

TEST_F(LoginGuardTest, AfterAMonthAnAddressIsOneLikeOthers) {
    set_rate({2, 0});
    ASSERT_TRUE(guard_.begin("ana", "192.0.2.1", start));
    log_in();
    set_rate({2, 1e-9});
    EXPECT_EQ(tries_from_everywhere("ana"), 20);
    EXPECT_TRUE(guard_.begin("ana", "192.0.2.1", start + LoginGuard::memory));
    EXPECT_FALSE(guard_.begin("ana", "192.0.2.1", start + LoginGuard::memory + std::chrono::seconds(1)));
}

TEST_F(LoginGuardTest, WhatWasNoFailureIsGivenBackInBothCounts) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(guard_.begin("ana", "192.0.2.1", start)) << i;
        guard_.forgive("ana", "192.0.2.1", start);
    }
    EXPECT_EQ(tries_from_everywhere("ana"), 20);
}

TEST_F(LoginGuardTest, RemembersSoManyAndForgetsTheOneThatCameFirst) {
    for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1", "192.0.2.4"}) {
        guard_.remember("ana", address, start);
    }
    EXPECT_EQ(guard_.remembered(), 3U);
    tries_from_everywhere("ana");
    EXPECT_TRUE(guard_.begin("ana", "192.0.2.1", start)) << "it came again";
    EXPECT_FALSE(guard_.begin("ana", "192.0.2.2", start));
}

TEST_F(LoginGuardTest, ANameThatNobodyCanHaveIsNotRemembered) {
    EXPECT_EQ(tries_from_everywhere(std::string(1000, 'x')), 30);
    EXPECT_EQ(tries_from_everywhere(""), 30);
}

}  // namespace
}  // namespace patchcord::gateway
