#include "msn/wire/msnftp.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace patchcord::msn {
namespace {

using Verb = MsnftpLine::Verb;
using Event = MsnftpBlocks::Event;

TEST(MsnftpTest, WhatIsWrittenIsWhatClientsWrite) {
    EXPECT_EQ(format_msnftp_ver(), "VER MSNFTP\r\n");
    EXPECT_EQ(format_msnftp_usr("bob@example.com", "458752"), "USR bob@example.com 458752\r\n");
    EXPECT_EQ(format_msnftp_usr("bob\r\nX", "1"), "USR bob  X 1\r\n");
    EXPECT_EQ(format_msnftp_fil(11), "FIL 11\r\n");
    EXPECT_EQ(format_msnftp_tfr(), "TFR\r\n");
    EXPECT_EQ(format_msnftp_bye(MsnftpBye::receiver_done), "BYE 16777989\r\n");
    EXPECT_EQ(format_msnftp_ccl(), "CCL\r\n");
    EXPECT_EQ(format_msnftp_block("hello world"), std::string("\0\x0B\0hello world", 14));
    EXPECT_EQ(format_msnftp_block(std::string(3000, 'x')).size(), 2048U);
    EXPECT_EQ(format_msnftp_end(), std::string("\1\0\0", 3));
}

TEST(MsnftpTest, LinesAreRead) {
    EXPECT_EQ(parse_msnftp_line("VER MSNFTP")->verb, Verb::ver);
    EXPECT_EQ(parse_msnftp_line("ver 4 OTHER msnftp")->verb, Verb::ver) << "some name more";
    const auto usr = parse_msnftp_line("USR bob@example.com 458752");
    ASSERT_TRUE(usr);
    EXPECT_EQ(usr->handle, "bob@example.com");
    EXPECT_EQ(usr->number, 458752U);
    EXPECT_EQ(parse_msnftp_line("FIL 18446744073709551615")->size, 18446744073709551615ULL);
    EXPECT_EQ(parse_msnftp_line("TFR")->verb, Verb::tfr);
    EXPECT_EQ(parse_msnftp_line("BYE 2164261683")->number, 2164261683U);
    EXPECT_EQ(parse_msnftp_line("BYE")->number, 0U);
    EXPECT_EQ(parse_msnftp_line("CCL")->verb, Verb::ccl);
}

TEST(MsnftpTest, NonsenseIsNoLine) {
    for (const std::string line : {"", " ", "VER", "VER FTP", "USR", "USR bob@example.com", "USR bob@example.com -1",
                                   "USR  7", "USR bob@example.com 4294967296", "USR bob@example.com 1 2", "FIL",
                                   "FIL -1", "FIL 0x10", "FIL 18446744073709551616", "FIL 1 2", "GET / HTTP/1.1"}) {
        EXPECT_FALSE(parse_msnftp_line(line)) << line;
    }
}

TEST(MsnftpTest, LinesAreCutHoweverTheyCome) {
    const std::string stream = "VER MSNFTP\r\nUSR bob@example.com 1\nTFR\r\n";
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        MsnftpLines lines;
        std::vector<std::string> found;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            const std::string piece = stream.substr(at, size);
            std::string_view rest = piece;
            while (const auto line = lines.next(rest)) found.emplace_back(*line);
            EXPECT_TRUE(rest.empty());
        }
        EXPECT_EQ(found, (std::vector<std::string>{"VER MSNFTP", "USR bob@example.com 1", "TFR"})) << size;
    }
}

TEST(MsnftpTest, WhatFollowsALineIsLeft) {
    MsnftpLines lines;
    std::string_view rest = "TFR\r\n\0\1\0x";
    EXPECT_EQ(lines.next(rest), "TFR");
    EXPECT_EQ(rest, std::string_view("\0\1\0x", rest.size()));
}

TEST(MsnftpTest, ALineWithoutEndIsNotKept) {
    MsnftpLines lines;
    const std::string piece(100, 'x');
    std::size_t fed = 0;
    while (!lines.too_long()) {
        std::string_view rest = piece;
        EXPECT_FALSE(lines.next(rest));
        fed += piece.size();
        ASSERT_LT(fed, 1000U);
    }
    std::string_view rest = "TFR\r\n";
    EXPECT_FALSE(lines.next(rest)) << "there are no more";
}

TEST(MsnftpTest, BlocksAreTakenApartHoweverTheyCome) {
    const std::string file = std::string(5000, 'a') + std::string(300, 'b');
    const std::string stream = format_msnftp_block(file.substr(0, 2045)) + format_msnftp_block({}) +
                               format_msnftp_block(file.substr(2045, 2045)) + format_msnftp_block(file.substr(4090)) +
                               format_msnftp_end();
    for (const std::size_t size : {1U, 2U, 3U, 4U, 2047U, 2048U, 2049U, 10'000U}) {
        MsnftpBlocks blocks;
        std::string got;
        int ends = 0;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            const std::string piece = stream.substr(at, size);
            std::string_view rest = piece;
            std::string_view data;
            for (Event event = blocks.next(rest, data); event != Event::more; event = blocks.next(rest, data)) {
                ASSERT_NE(event, Event::bad);
                if (event == Event::data) got += data;
                if (event == Event::end) ++ends;
            }
        }
        EXPECT_EQ(got, file) << size;
        EXPECT_EQ(ends, 1) << size;
    }
}

TEST(MsnftpTest, OtherBlocksAreBad) {
    for (const std::string& head : {std::string("\2\0\0", 3), std::string("\1\1\0", 3), std::string("BYE 1\r\n")}) {
        MsnftpBlocks blocks;
        std::string_view rest = head;
        std::string_view data;
        EXPECT_EQ(blocks.next(rest, data), Event::bad);
        for (int i = 0; i < 10; ++i) {
            std::string_view more("\0\1\0x", 4);
            EXPECT_EQ(blocks.next(more, data), Event::bad) << "nothing behind it is good";
        }
    }
}

}  // namespace
}  // namespace patchcord::msn
