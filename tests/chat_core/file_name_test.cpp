#include "chat_core/file_name.hpp"

#include <gtest/gtest.h>

#include "chat_core/utf8.hpp"

namespace patchcord::chat {
namespace {

TEST(FileNameTest, AnOrdinaryNameStaysAsItIs) {
    for (const char* name : {"cat.jpg", "my holiday (1).tar.gz", "Übung.txt", "你好.png", "a_b-c.d"}) {
        EXPECT_EQ(clean_file_name(name), name);
    }
}

TEST(FileNameTest, OnlyTheLastPartOfAPathCounts) {
    EXPECT_EQ(clean_file_name("../../../tmp/x"), "x");
    EXPECT_EQ(clean_file_name("C:\\a\\b.txt"), "b.txt");
    EXPECT_EQ(clean_file_name("a/b\\c"), "c");
}

TEST(FileNameTest, NothingHiddenAndNoOptionIsLeftInFront) {
    EXPECT_EQ(clean_file_name(".bashrc"), "bashrc");
    EXPECT_EQ(clean_file_name("-o"), "o");
    EXPECT_EQ(clean_file_name("  - .a. "), "a");
}

TEST(FileNameTest, ControlsAndWhatNobodySeesAreLeftOut) {
    EXPECT_EQ(clean_file_name(std::string_view("a\0.txt", 6)), "a.txt");
    EXPECT_EQ(clean_file_name("a\r\nb"), "ab");
    EXPECT_EQ(clean_file_name("\xE2\x80\xAEgpj.exe"), "gpj.exe");
    EXPECT_EQ(clean_file_name("a\xC2\x85"
                              "b"),
              "ab");
    EXPECT_TRUE(is_valid_utf8(clean_file_name("\xFF\xFE.txt")));
}

TEST(FileNameTest, DevicesAndCharactersOfWindowsBecomeOrdinary) {
    EXPECT_EQ(clean_file_name("CON.txt"), "_CON.txt");
    EXPECT_EQ(clean_file_name("nul"), "_nul");
    EXPECT_EQ(clean_file_name("com1.tar.gz"), "_com1.tar.gz");
    EXPECT_EQ(clean_file_name("com10"), "com10");
    EXPECT_EQ(clean_file_name("a<b>:c|d?e*f\"g"), "a_b__c_d_e_f_g");
}

TEST(FileNameTest, ANameIsNeverEmpty) {
    for (const char* name : {"", "/", "..", "...", "a/", " ", "\x01", "\xE2\x80\x8B"}) {
        EXPECT_EQ(clean_file_name(name), "unnamed") << name;
    }
}

TEST(FileNameTest, ALongNameKeepsItsEndingAndWholeCharacters) {
    const std::string name = clean_file_name(std::string(4096, 'a') + ".jpeg");
    EXPECT_EQ(name.size(), max_file_name_bytes);
    EXPECT_TRUE(name.ends_with("a.jpeg"));
    std::string wide;
    for (int i = 0; i < 200; ++i) wide += "ü";
    EXPECT_TRUE(is_valid_utf8(clean_file_name(wide)));
    EXPECT_EQ(clean_file_name(wide).size(), 254U);
}

TEST(FileNameTest, PercentSignsMeanNothing) {
    EXPECT_EQ(clean_file_name("%2e%2e%2fx"), "%2e%2e%2fx");
}

TEST(FileNameTest, SizesAreForPeople) {
    EXPECT_EQ(format_file_size(0), "0 B");
    EXPECT_EQ(format_file_size(1023), "1023 B");
    EXPECT_EQ(format_file_size(12 * 1024), "12 KiB");
    EXPECT_EQ(format_file_size(300ULL * 1024 * 1024), "300 MiB");
    EXPECT_EQ(format_file_size(5ULL * 1024 * 1024 * 1024 * 1024), "5120 GiB");
}

TEST(FileNameTest, AShorterNameKeepsAUsualEndingAndWholeCodePoints) {
    EXPECT_EQ(shorten_file_name("cat.jpg", 7), "cat.jpg");
    EXPECT_EQ(shorten_file_name("cat.jpg", 6), "ca.jpg");
    EXPECT_EQ(shorten_file_name("grüß.jpg", 8), "gr\u00FC.jpg");
    EXPECT_EQ(shorten_file_name("grüß.jpg", 7), "gr.jpg");
    EXPECT_EQ(shorten_file_name("cat.jpg", 4), "cat.");
    EXPECT_EQ(shorten_file_name("v1.no ending at all", 10), "v1.no endi");
}

}  // namespace
}  // namespace patchcord::chat
