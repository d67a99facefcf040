#include "gateway/auth/login_name.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::gateway {
namespace {

std::string read(std::string_view name) {
    const LoginName parsed = parse_login_name(name);
    return parsed.account + "|" + parsed.device;
}

TEST(LoginNameTest, ANameAloneIsAnAccount) {
    EXPECT_EQ(read("ana"), "ana|");
    EXPECT_EQ(read("[ana]"), "[ana]|");
    EXPECT_EQ(read(""), "|");
}

TEST(LoginNameTest, WhatFollowsAnAtSignOrASlashIsADevice) {
    EXPECT_EQ(read("ana@phone"), "ana|phone");
    EXPECT_EQ(read("ana/phone"), "ana|phone");
    EXPECT_EQ(read("ana/network@phone"), "ana|phone");
    EXPECT_EQ(read("ana@"), "ana|");
    EXPECT_EQ(read("@phone"), "|phone");
}

TEST(LoginNameTest, ADeviceIsShortAndPlain) {
    EXPECT_EQ(read("ana@My phone!\r\n\x01"), "ana|Myphone");
    EXPECT_EQ(read("ana@a@b/c"), "ana|abc");
    EXPECT_EQ(read("ana@\xC3\xA9"), "ana|");
    EXPECT_EQ(read("ana@" + std::string(5000, 'x')), "ana|" + std::string(32, 'x'));
}

}  // namespace
}  // namespace patchcord::gateway
