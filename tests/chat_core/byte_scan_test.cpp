#include "chat_core/byte_scan.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::chat {
namespace {

constexpr std::size_t longest = 40;

/// Stops at a byte below 3; suspects more than that.
std::size_t scan(std::string_view text) {
    return prefix_before(
        text, [](ByteWord word) { return has_byte_below(word, 5); },
        [](char c) { return static_cast<unsigned char>(c) < 3; });
}

TEST(ByteScanTest, EachByteIsFoundAtEachPlaceInTextOfEachLength) {
    for (std::size_t length = 0; length <= longest; ++length) {
        EXPECT_EQ(scan(std::string(length, 'x')), length);
        for (std::size_t at = 0; at < length; ++at) {
            std::string text(length, 'x');
            for (int byte = 0; byte < 256; ++byte) {
                text[at] = static_cast<char>(byte);
                ASSERT_EQ(scan(text), byte < 3 ? at : length) << byte << " at " << at << " of " << length;
            }
        }
    }
}

TEST(ByteScanTest, TextMayBeginAtAnyAddress) {
    std::string text(longest, 'x');
    text.back() = '\0';
    for (std::size_t offset = 0; offset < longest; ++offset) {
        EXPECT_EQ(scan(std::string_view(text).substr(offset)), longest - 1 - offset) << offset;
        EXPECT_EQ(scan(std::string_view(text).substr(offset, 0)), 0U);
    }
}

TEST(ByteScanTest, BytesOutsideAreNotLookedAt) {
    const std::string text = std::string(longest, '\0') + std::string(longest, 'x') + std::string(longest, '\0');
    for (std::size_t length = 0; length <= longest; ++length) {
        EXPECT_EQ(scan(std::string_view(text).substr(longest, length)), length);
    }
}

TEST(ByteScanTest, WhatIsOnlySuspiciousDoesNotStop) {
    for (std::size_t length = 0; length <= longest; ++length) {
        EXPECT_EQ(scan(std::string(length, '\4')), length);
        EXPECT_EQ(scan(std::string(length, '\4') + '\2' + std::string(length, '\1')), length);
    }
}

TEST(ByteScanTest, BytesBelowALimitAreTold) {
    for (unsigned limit = 0; limit <= 0x80; ++limit) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            for (unsigned at = 0; at < 64; at += 8) {
                const ByteWord word = (~ByteWord{0} & ~(ByteWord{0xFF} << at)) | (ByteWord{byte} << at);
                ASSERT_EQ(has_byte_below(word, static_cast<std::uint8_t>(limit)), byte < limit) << byte << ' ' << limit;
            }
        }
    }
}

RC_GTEST_PROP(ByteScanTest, ItIsTheSameByteByByte, ()) {
    const auto byte = rc::gen::oneOf(rc::gen::inRange<char>(0, 8), rc::gen::just('x'), rc::gen::just('\xFF'));
    const std::string text = *rc::gen::container<std::string>(byte);
    const auto first = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 3; });
    RC_ASSERT(scan(text) == static_cast<std::size_t>(first - text.begin()));
}

}  // namespace
}  // namespace patchcord::chat
