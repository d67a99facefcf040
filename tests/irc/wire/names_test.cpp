#include "irc/wire/names.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::irc {
namespace {

constexpr std::size_t nick_length = 9;

TEST(NamesTest, NicksOfTheAllowedCharactersAreValid) {
    for (const char* nick : {"a", "Zoe", "[x]", "\\", "`_^{|}", "a-1", "_9", "ninechars"}) {
        EXPECT_TRUE(is_valid_nick(nick, nick_length)) << nick;
    }
}

TEST(NamesTest, NicksThatWouldBreakTheProtocolAreInvalid) {
    for (const char* nick : {"",
                             "*",
                             "#x",
                             ":x",
                             "a b",
                             "a,b",
                             "a!b",
                             "a@b",
                             "a.b",
                             "a?b",
                             "a*b",
                             "0day",
                             "-x",
                             "$x",
                             "+x",
                             "~x",
                             "&x",
                             "a\x02"
                             "b",
                             "a\x7F",
                             "a\xE2\x80\xAE"
                             "b",
                             "\xF0\x9F\x98\x80",
                             "tencharss!",
                             "tencharsss",
                             "a/b"}) {
        EXPECT_FALSE(is_valid_nick(nick, nick_length)) << nick;
    }
    EXPECT_FALSE(is_valid_nick(std::string_view("a\0b", 3), nick_length));
}

TEST(NamesTest, ServiceNamesAreReservedInAnyCase) {
    for (const char* nick : {"NickServ", "nickserv", "CHANSERV", "OperServ", "Global", "Patchcord", "*patchcord",
                             "*status", "root", "Server"}) {
        EXPECT_TRUE(is_reserved_nick(nick)) << nick;
    }
    for (const char* nick : {"", "ana", "NickServ2", "Nick", "globally", "patchcord_"}) {
        EXPECT_FALSE(is_reserved_nick(nick)) << nick;
    }
}

TEST(NamesTest, AChannelNameIsToldByItsFirstCharacter) {
    EXPECT_TRUE(is_channel_name("#a"));
    EXPECT_TRUE(is_channel_name("&a"));
    EXPECT_TRUE(is_channel_name("#"));
    EXPECT_FALSE(is_channel_name("+a"));
    EXPECT_FALSE(is_channel_name("a#"));
    EXPECT_FALSE(is_channel_name(""));
}

TEST(NamesTest, AChannelNameMayHoldAnyUtf8ButSpaceCommaAndControls) {
    for (const char* name : {"#a", "&a", "##", "#a:b", "#caf\xC3\xA9", "#\xF0\x9F\x98\x80"}) {
        EXPECT_TRUE(is_valid_channel(name, 10)) << name;
    }
    for (const char* name : {"", "#", "a", "#a b", "#a,b", "#a\x07", "#a\r", "#a\n",
                             "#\x02"
                             "a",
                             "#a\t", "#a\x7F", "#\xC3", "#\xED\xA0\x80", "#elevenchar"}) {
        EXPECT_FALSE(is_valid_channel(name, 10)) << name;
    }
    EXPECT_FALSE(is_valid_channel(std::string_view("#a\0", 3), 10));
}

TEST(NamesTest, AUsernameKeepsItsLegalCharactersOnly) {
    EXPECT_EQ(clean_username("ana", 10), "ana");
    EXPECT_EQ(clean_username("a n@a!\x01\x7F", 10), "ana");
    EXPECT_EQ(clean_username("jos\xC3\xA9", 10), "jos");
    EXPECT_EQ(clean_username("::a:b", 10), "a:b");
    EXPECT_EQ(clean_username("abcdefghijk", 5), "abcde");
}

TEST(NamesTest, AUsernameWithNothingLegalBecomesUser) {
    EXPECT_EQ(clean_username("", 10), "user");
    EXPECT_EQ(clean_username("@!: \n", 10), "user");
    EXPECT_EQ(clean_username("\xE6\x97\xA5", 10), "user");
}

TEST(NamesTest, AHostNameHasADotAndLabelsOfLettersDigitsAndInnerHyphens) {
    for (const char* host : {"a.b", "irc-srv.net.uk", "127.0.0.1", "services.", "a.b."}) {
        EXPECT_TRUE(is_valid_hostname(host)) << host;
    }
    for (const char* host : {"", ".", "..", "a..b", ".a", "localhost", "-a.b", "a-.b", "a.b-", "a_b.c", "a.b..",
                             "a b.c", "a.\xC3\xBC", "a.b\r"}) {
        EXPECT_FALSE(is_valid_hostname(host)) << host;
    }
}

TEST(NamesTest, AHostNameKeepsTheLengthLimitsOfTheDomainNameSystem) {
    const std::string label(63, 'a');
    EXPECT_TRUE(is_valid_hostname(label + ".b"));
    EXPECT_FALSE(is_valid_hostname(label + "a.b"));
    EXPECT_TRUE(is_valid_hostname(label + '.' + label + '.' + label + '.' + std::string(61, 'b')));
    EXPECT_FALSE(is_valid_hostname(label + '.' + label + '.' + label + '.' + std::string(62, 'b')));
}

RC_GTEST_PROP(NamesTest, ACleanedUsernameIsLegalAndStaysAsItIs, (const std::string& given)) {
    const std::string user = clean_username(given, 10);
    RC_ASSERT(!user.empty());
    RC_ASSERT(user.size() <= 10U);
    RC_ASSERT(user.front() != ':');
    for (const char c : user) RC_ASSERT(c > ' ' && c < 0x7F && c != '@' && c != '!');
    RC_ASSERT(clean_username(user, 10) == user);
}

}  // namespace
}  // namespace patchcord::irc
