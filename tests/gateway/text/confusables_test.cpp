#include "gateway/text/confusables.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/utf8.hpp"

namespace patchcord::gateway {
namespace {

TEST(ConfusablesTest, TextsThatLookAlikeHaveOneSkeleton) {
    const std::vector<std::pair<std::string, std::string>> pairs = {
        {"paypal", "paypa1"},     {"paypal", "paypaI"}, {"man", "rnan"},     {"B0B", "BOB"},
        {"ana", "\u0430n\u0430"}, {"ana", "an\u0251"},  {"bob", "bo\u042C"}, {"\u00E9", "e\u0301"},
        {"x|y", "xly"},           {"Ana", "\u0391na"},  {"a", "\U0001D41A"}, {"carol", "\u0441ar\u043El"},
    };
    for (const auto& [one, other] : pairs) EXPECT_EQ(skeleton(one), skeleton(other)) << one << ' ' << other;
}

TEST(ConfusablesTest, TextsThatLookDifferentHaveDifferentSkeletons) {
    const std::vector<std::string> texts = {"", "ana", "bob", "Ana", "ana_2", "ana_3", "an", "mal", "a-b", "a_b"};
    for (const std::string& one : texts) {
        for (const std::string& other : texts) EXPECT_EQ(skeleton(one) == skeleton(other), one == other);
    }
}

TEST(ConfusablesTest, OnlyTheBeginningOfLongTextsCounts) {
    const std::string text(512, 'a');
    EXPECT_EQ(skeleton(text + "b"), skeleton(text + std::string(1'000'000, 'c')));
    EXPECT_NE(skeleton(text), skeleton(text.substr(1) + "b"));
}

RC_GTEST_PROP(ConfusablesTest, SkeletonOfAnyBytesIsUtf8, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(chat::is_valid_utf8(skeleton(text)));
}

}  // namespace
}  // namespace patchcord::gateway
