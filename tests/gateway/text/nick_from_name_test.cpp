#include "gateway/text/nick_from_name.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "irc/wire/names.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t nick_length = 30;

std::string nick_of(std::string_view name) {
    return nick_from_name(name, "handle@example.com", nick_length);
}

std::string repeated(std::string_view text, std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) all += text;
    return all;
}

TEST(NickFromNameTest, NamesThatAreNicksStay) {
    for (const char* name : {"ana", "Ana", "[bob]", "^carol^", "x|away", "Jean-Luc", "a_b", "mal`", "r2d2"}) {
        EXPECT_EQ(nick_of(name), name);
    }
}

TEST(NickFromNameTest, NamesInManyScriptsAreReadInLatinLetters) {
    const std::vector<std::pair<std::string, std::string>> names = {
        {"Ana Mar\u00EDa \u00D1and\u00FA", "Ana_Maria_Nandu"},
        {"Stra\u00DFe \u00C6\u00F0\u00FE\u0142\u00F8", "Strasse_AEdthlo"},
        {"\u0110\u1EB7ng V\u0103n", "Dang_Van"},
        {"\u0130stanbul", "Istanbul"},
        {"\u0418\u0433\u043E\u0440\u044C", "Igor"},  // Cyrillic; the soft sign is a quote in Latin
        {"\u0395\u03BB\u03BB\u03AC\u03B4\u03B1", "Ellada"},
        {"\u4F60\u597D", "ni_hao"},
        {"\u305F\u306A\u304B", "tanaka"},
        {"\uD55C\uAD6D\uC5B4", "hangug-eo"},
        {"\u05E9\u05DC\u05D5\u05DD", "slwm"},         // Hebrew
        {"\u0645\u0631\u062D\u0628\u0627", "mrhba"},  // Arabic
        {"\u0928\u092E\u0938\u094D\u0924\u0947", "namaste"},
        {"\u0E2A\u0E27\u0E31\u0E2A\u0E14\u0E35", "swasdi"},  // Thai
        {"\u10E5\u10D0\u10E0\u10D7\u10E3\u10DA\u10D8", "kartuli"},
    };
    for (const auto& [name, nick] : names) EXPECT_EQ(nick_of(name), nick) << name;
}

TEST(NickFromNameTest, LettersThatDifferInStyleOnlyAreThePlainOnes) {
    EXPECT_EQ(nick_of("\U0001D4D0\U0001D4F7\U0001D4EA"), "Ana") << "mathematical";
    EXPECT_EQ(nick_of("\u24D0\u24DD\u24D0"), "ana") << "in circles";
    EXPECT_EQ(nick_of("\uFF21\uFF4E\uFF41\u3000\uFF22"), "Ana_B") << "full width, and its space";
}

TEST(NickFromNameTest, MarksAndWhatCannotBeSeenVanish) {
    EXPECT_EQ(nick_of("a\u0301\u0302\u0303n\u0335a\u0321"), "ana") << "combining marks";
    EXPECT_EQ(nick_of("a\u200Bn\u200Da\uFEFF"), "ana") << "zero width";
    EXPECT_EQ(nick_of("\u202Eana\u202C\u2066"), "ana") << "direction";
    EXPECT_EQ(nick_of("a\xFF\xC3n\xED\xA0\x80"
                      "a"),
              "ana")
        << "malformed";
}

TEST(NickFromNameTest, EmojiVanish) {
    EXPECT_EQ(nick_of("\U0001F600Ana\U0001F468\u200D\U0001F469\u200D\U0001F467"), "Ana");
    EXPECT_EQ(nick_of("An\u2665a \U0001F1F8\U0001F1EA \u2665"), "Ana");
}

TEST(NickFromNameTest, WhatEndsAWordBecomesOneUnderscore) {
    EXPECT_EQ(nick_of("ana  maria"), "ana_maria");
    EXPECT_EQ(nick_of("  ana . _ , maria!!! "), "ana_maria");
    EXPECT_EQ(nick_of("*~ana~*"), "ana");
    EXPECT_EQ(nick_of("#ana: bob@home"), "ana_bob_home");
    EXPECT_EQ(nick_of("ana\r\nQUIT\t:x"), "ana_QUIT_x");
    EXPECT_EQ(nick_of(std::string_view("a\0b", 3)), "a_b");
}

TEST(NickFromNameTest, QuotesEndNoWord) {
    EXPECT_EQ(nick_of("O'Neil"), "ONeil");
    EXPECT_EQ(nick_of("\u201CAna\u2019s\u201D"), "Anas");
}

TEST(NickFromNameTest, FirstCharacterThatMayNotBeFirstGetsAnUnderscore) {
    EXPECT_EQ(nick_of("4ever"), "_4ever");
    EXPECT_EQ(nick_of(" -ana-"), "_-ana-");
    EXPECT_EQ(nick_of("_4"), "_4");
}

TEST(NickFromNameTest, NameWithoutAnyLetterGivesWayToTheLocalPart) {
    for (const char* name : {"", " ", "...", "___", "\U0001F600", "\u200B", "\u0301", "\xFF", "''"}) {
        EXPECT_EQ(nick_from_name(name, "ana.maria+x@example.com", nick_length), "ana_maria_x") << name;
        EXPECT_EQ(nick_from_name(name, "9lives@example.com", nick_length), "_9lives") << name;
    }
}

TEST(NickFromNameTest, NameThatIsTheHandleShowsItsLocalPartOnly) {
    EXPECT_EQ(nick_from_name("Bob@Example.com", "bob@example.com", nick_length), "bob");
    EXPECT_EQ(nick_from_name("bob@example.org", "bob@example.com", nick_length), "bob_example_org") << "another one";
}

TEST(NickFromNameTest, LastResortIsMsn) {
    for (const char* handle : {"", "@example.com", "...@example.com", "_@example.com", "\U0001F600@example.com"}) {
        EXPECT_EQ(nick_from_name("", handle, nick_length), "msn") << handle;
    }
}

TEST(NickFromNameTest, NickIsCutToItsLength) {
    EXPECT_EQ(nick_from_name("abcdefghijkl", "", 9), "abcdefghi");
    EXPECT_EQ(nick_from_name("abcdefgh ijkl", "", 9), "abcdefgh") << "no underscore at the end";
    EXPECT_EQ(nick_from_name("123456789", "", 9), "_12345678");
    EXPECT_EQ(nick_from_name("4", "", 1), "m") << "the underscore alone is no name";
}

TEST(NickFromNameTest, OnlyTheBeginningOfALongNameIsRead) {
    for (const char* piece : {"a", "\u65E5", "a\u0301", "\u0301", "\uFDFA", "\uAC00", "\u0E1E", " "}) {
        EXPECT_TRUE(irc::is_valid_nick(nick_of(repeated(piece, 1'000'000)), nick_length)) << piece;
    }
    EXPECT_EQ(nick_of(std::string(509, ' ') + "ana"), "ana");
    EXPECT_EQ(nick_of(std::string(512, ' ') + "ana"), "handle");
    EXPECT_EQ(nick_of(repeated("\U0001F600", 508) + "ana"), "ana");
    EXPECT_EQ(nick_of(repeated("\U0001F600", 512) + "ana"), "handle");
}

RC_GTEST_PROP(NickFromNameTest, AnyBytesGiveAValidNick, ()) {
    const auto name = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto handle = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto length = *rc::gen::inRange<std::size_t>(1, 40);
    const std::string nick = nick_from_name(name, handle, length);
    RC_ASSERT(irc::is_valid_nick(nick, length));
    RC_ASSERT(nick_from_name(name, handle, length) == nick);
}

RC_GTEST_PROP(NickFromNameTest, AnyTextGivesAValidNick, ()) {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
        "a",      "Z",      "7",      "-",      "_",          " ",          "[",      "'",      "!",
        "@",      "\u0301", "\u200D", "\u202E", "\u0436",     "\u65E5",     "\u05D0", "\u0928", "\u094D",
        "\uD55C", "\u1112", "\u1161", "\uFDFA", "\U0001F468", "\U0001D4D0", "\xFF"}));
    std::string name;
    for (const std::string& piece : pieces) name += piece;
    const auto length = *rc::gen::inRange<std::size_t>(1, 40);
    RC_ASSERT(irc::is_valid_nick(nick_from_name(name, name + "@example.com", length), length));
}

RC_GTEST_PROP(NickFromNameTest, NickOfANickIsItself, ()) {
    const auto name = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const std::string nick = nick_of(name);
    RC_ASSERT(nick_of(nick) == nick);
}

}  // namespace
}  // namespace patchcord::gateway
