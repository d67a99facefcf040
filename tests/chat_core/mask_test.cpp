#include "chat_core/mask.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace patchcord::chat {
namespace {

const FoldTable& lower_case() {
    static const FoldTable table = [] {
        FoldTable t{};
        for (std::size_t i = 0; i < t.size(); ++i) t[i] = static_cast<char>(static_cast<unsigned char>(i));
        for (char c = 'A'; c <= 'Z'; ++c) t[static_cast<unsigned char>(c)] = static_cast<char>(c - 'A' + 'a');
        return t;
    }();
    return table;
}

bool matches(std::string_view mask, std::string_view text) {
    return matches_mask(mask, text, lower_case());
}

// The definition itself, by recursion: slow, and too plain to be wrong.
bool matches_by_definition(std::string_view mask, std::string_view text) {
    if (mask.empty()) return text.empty();
    if (mask[0] == '*') {
        return matches_by_definition(mask.substr(1), text) ||
               (!text.empty() && matches_by_definition(mask, text.substr(1)));
    }
    return !text.empty() && (mask[0] == '?' || mask[0] == text[0]) &&
           matches_by_definition(mask.substr(1), text.substr(1));
}

TEST(MaskTest, AMaskWithoutWildcardsMatchesOnlyItselfInAnyCase) {
    EXPECT_TRUE(matches("Ana!a@Host", "aNA!A@hOST"));
    EXPECT_FALSE(matches("ana", "anab"));
    EXPECT_FALSE(matches("anab", "ana"));
    EXPECT_TRUE(matches("", ""));
    EXPECT_FALSE(matches("", "a"));
}

TEST(MaskTest, AStarMatchesAnyRunAndAlsoNothing) {
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("**", "abc"));
    EXPECT_TRUE(matches("a*c", "ac"));
    EXPECT_TRUE(matches("*!*@*.example.net", "ana!a@b.c.example.net"));
    EXPECT_TRUE(matches("*ab", "aab"));
    EXPECT_TRUE(matches("*ab*ab", "abxabyab"));
    EXPECT_FALSE(matches("a*c", "acb"));
}

TEST(MaskTest, AQuestionMarkMatchesExactlyOneCharacter) {
    EXPECT_TRUE(matches("a?c", "abc"));
    EXPECT_FALSE(matches("a?c", "ac"));
    EXPECT_FALSE(matches("?", ""));
    EXPECT_TRUE(matches("*?", "a"));
    EXPECT_TRUE(matches("#caf?", "#caf\xC3\xA9"));
    EXPECT_FALSE(matches("#caf??", "#caf\xC3\xA9"));
    EXPECT_TRUE(matches("*?b",
                        "x\xF0\x9F\x98\x80"
                        "b"));
}

TEST(MaskTest, BracketsAndBackslashesStandForThemselves) {
    EXPECT_TRUE(matches("a[b]\\*", "a[b]\\c"));
    EXPECT_FALSE(matches("[ab]", "a"));
}

TEST(MaskTest, ManyStarsAgainstALongTextThatFailsAtItsEndAreDecidedAtOnce) {
    std::string mask;
    for (int i = 0; i < 200; ++i) mask += "*a";
    const std::string text(100'000, 'a');
    EXPECT_TRUE(matches(mask, text));
    EXPECT_FALSE(matches(mask + "b", text));
}

RC_GTEST_PROP(MaskTest, AgreesWithTheDefinition, ()) {
    const auto mask = *rc::gen::resize(8, rc::gen::container<std::string>(rc::gen::element('a', 'b', '*', '?')));
    const auto text = *rc::gen::resize(12, rc::gen::container<std::string>(rc::gen::element('a', 'b', '*', '?')));
    RC_ASSERT(matches(mask, text) == matches_by_definition(mask, text));
}

}  // namespace
}  // namespace patchcord::chat
