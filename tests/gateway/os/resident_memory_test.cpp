#include "gateway/os/resident_memory.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace patchcord::gateway {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool own_heap = false;
#else
constexpr bool own_heap = true;
#endif
constexpr std::size_t mebibyte = 1024 * 1024;

TEST(ResidentMemoryTest, GrowsWithWhatIsUsed) {
    const std::size_t before = resident_memory();
    ASSERT_GT(before, mebibyte / 2);
    std::vector<char> used(64 * mebibyte, 'x');
    EXPECT_GE(resident_memory(), before + 60 * mebibyte);
    EXPECT_EQ(used.back(), 'x');
}

TEST(ResidentMemoryTest, WhatWasFreedCanBeGivenBack) {
    if (!own_heap) GTEST_SKIP() << "sanitizers keep what was freed, to find who uses it";
    std::vector<std::vector<char>> many;
    for (int i = 0; i < 1024; ++i) many.emplace_back(64 * 1024, 'x');  // small enough to come from the heap
    const std::size_t most = resident_memory();
    many.clear();
    many.shrink_to_fit();
    give_back_memory();
    EXPECT_LE(resident_memory(), most - 32 * mebibyte);
}

}  // namespace
}  // namespace patchcord::gateway
