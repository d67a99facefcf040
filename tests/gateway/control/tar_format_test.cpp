#include "gateway/control/tar_format.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

TEST(TarFormatTest, HeaderIsOneBlockWithTheFieldsOfUstar) {
    const std::string block = tar_header({"patchcord.db", 4097, 1'700'000'000, 10, 20});
    ASSERT_EQ(block.size(), tar_block);
    EXPECT_STREQ(block.c_str(), "patchcord.db");
    EXPECT_EQ(block.substr(100, 8), std::string("0000600\0", 8));
    EXPECT_EQ(block.substr(108, 8), std::string("0000012\0", 8));
    EXPECT_EQ(block.substr(116, 8), std::string("0000024\0", 8));
    EXPECT_EQ(block.substr(124, 12), std::string("00000010001\0", 12));
    EXPECT_EQ(block[156], '0');
    EXPECT_EQ(block.substr(257, 8), std::string("ustar\00000", 8));
}

TEST(TarFormatTest, SumCountsItsOwnFieldAsSpaces) {
    const std::string block = tar_header({"a", 1, 2, 3, 4});
    std::string blank = block;
    blank.replace(148, 8, "        ");
    unsigned sum = 0;
    for (const char byte : blank) sum += static_cast<unsigned char>(byte);
    EXPECT_EQ(std::stoul(block.substr(148, 6), nullptr, 8), sum);
}

TEST(TarFormatTest, SizeBeyondElevenOctalDigitsIsBinary) {
    const std::string block = tar_header({"big", std::uint64_t{1} << 33U, 0, 0, 0});
    EXPECT_EQ(block.substr(124, 12), std::string("\x80\0\0\0\0\0\0\2\0\0\0\0", 12));
}

TEST(TarFormatTest, PaddingFillsTheLastBlock) {
    EXPECT_EQ(tar_padding(0), 0U);
    EXPECT_EQ(tar_padding(1), 511U);
    EXPECT_EQ(tar_padding(512), 0U);
    EXPECT_EQ(tar_padding(513), 511U);
}

TEST(TarFormatTest, TheSystemsTarReadsIt) {
    const tests::TemporaryDirectory directory;
    const std::string archive = directory.write(
        "a.tar", tar_header({"note", 5, 0, 0, 0}) + "hello" + std::string(tar_padding(5), '\0') + tar_end());
    const std::string command = "tar -xf " + archive + " -C " + directory.path().string() + " --no-same-owner";
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(tests::read_all(directory.file("note")), "hello");
}

}  // namespace
}  // namespace patchcord::gateway
