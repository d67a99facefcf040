#include "chat_core/fold.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <unordered_map>

namespace patchcord::chat {
namespace {

// A table of its own: the core does not know which letters a protocol takes for the same.
const FoldTable& vowels_alike() {
    static const FoldTable table = [] {
        FoldTable t{};
        for (std::size_t i = 0; i < t.size(); ++i) t[i] = static_cast<char>(static_cast<unsigned char>(i));
        for (const char vowel : std::string("aeiou")) t[static_cast<unsigned char>(vowel)] = '*';
        return t;
    }();
    return table;
}

TEST(FoldTest, FoldedTextHasEveryByteReplacedByItsTableEntry) {
    EXPECT_EQ(folded("banana bread\xFF", vowels_alike()), "b*n*n* br**d\xFF");
    EXPECT_EQ(folded("", vowels_alike()), "");
}

TEST(FoldTest, NamesAreEqualExactlyWhenTheyFoldAlike) {
    EXPECT_TRUE(equal_folded("hat", "hot", vowels_alike()));
    EXPECT_TRUE(equal_folded("", "", vowels_alike()));
    EXPECT_FALSE(equal_folded("hat", "ham", vowels_alike()));
    EXPECT_FALSE(equal_folded("hat", "hats", vowels_alike()));
    EXPECT_FALSE(equal_folded("", "a", vowels_alike()));
}

TEST(FoldTest, AMapFindsANameByAnyOfItsSpellingsWithoutACopy) {
    std::unordered_map<std::string, int, FoldHash, FoldEqual> map(8, FoldHash{&vowels_alike()},
                                                                  FoldEqual{&vowels_alike()});
    map["hat"] = 1;
    map["hot"] = 2;
    EXPECT_EQ(map.size(), 1U);
    const auto found = map.find(std::string_view("hut"));
    ASSERT_NE(found, map.end());
    EXPECT_EQ(found->first, "hat");
    EXPECT_EQ(found->second, 2);
    EXPECT_EQ(map.find(std::string_view("ht")), map.end());
}

RC_GTEST_PROP(FoldTest, ComparisonHashAndFoldedFormAgree, (const std::string& left, const std::string& right)) {
    const FoldTable& table = vowels_alike();
    const bool alike = folded(left, table) == folded(right, table);
    RC_ASSERT(equal_folded(left, right, table) == alike);
    RC_ASSERT(FoldEqual{&table}(left, right) == alike);
    RC_ASSERT(FoldHash{&table}(left) == FoldHash{&table}(folded(left, table)));
}

}  // namespace
}  // namespace patchcord::chat
