#include "irc/server/client_batch.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace patchcord::irc {
namespace {

using Fault = ClientBatch::Fault;

constexpr ClientBatch::Limits wide{1000, 100};

ClientBatch empty_batch() {
    return {"1", "#a", "+x=y"};
}

// The parts in one line each, "+" in front of those that go on.
std::vector<std::string> shown(const ClientBatch& batch) {
    std::vector<std::string> lines;
    for (const chat::TextPart& part : batch.parts()) lines.push_back((part.joined ? "+" : "") + std::string(part.text));
    return lines;
}

TEST(ClientBatchTest, LinesAreJoinedByALineFeedOrNotAtAll) {
    ClientBatch batch = empty_batch();
    EXPECT_EQ(batch.add(false, "how is ", false, wide), Fault::none);
    EXPECT_EQ(batch.add(false, "everyone?", true, wide), Fault::none);
    EXPECT_EQ(batch.add(false, "fine", false, wide), Fault::none);
    EXPECT_EQ(batch.text(), "how is everyone?\nfine");
    EXPECT_EQ(shown(batch), (std::vector<std::string>{"how is ", "+everyone?", "fine"}));
    EXPECT_FALSE(batch.notice());
}

TEST(ClientBatchTest, BlankLinesStayWhereTheyAre) {
    ClientBatch batch = empty_batch();
    for (const char* line : {"", "a", "", "b", ""}) EXPECT_EQ(batch.add(false, line, false, wide), Fault::none);
    EXPECT_EQ(batch.text(), "\na\n\nb\n");
    EXPECT_EQ(shown(batch), (std::vector<std::string>{"", "a", "", "b", ""}));
    EXPECT_FALSE(batch.blank());
}

TEST(ClientBatchTest, NothingButBlankLinesIsBlank) {
    ClientBatch batch = empty_batch();
    EXPECT_TRUE(batch.blank());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(batch.add(false, "", false, wide), Fault::none);
    EXPECT_TRUE(batch.blank());
}

TEST(ClientBatchTest, TheFirstLineGoesOnInNone) {
    ClientBatch batch = empty_batch();
    EXPECT_EQ(batch.add(false, "", true, wide), Fault::none);
    EXPECT_EQ(batch.add(false, "a", true, wide), Fault::none);
    EXPECT_EQ(shown(batch), (std::vector<std::string>{"", "+a"}));
}

TEST(ClientBatchTest, BytesAreCountedWithTheLineFeedsBetween) {
    ClientBatch batch = empty_batch();
    const ClientBatch::Limits limits{7, 100};
    EXPECT_EQ(batch.add(false, "abc", false, limits), Fault::none);
    EXPECT_EQ(batch.add(false, "defg", false, limits), Fault::too_many_bytes);
    EXPECT_EQ(batch.add(false, "defg", true, limits), Fault::none);
    EXPECT_EQ(batch.add(false, "", false, limits), Fault::too_many_bytes);
    EXPECT_EQ(batch.text(), "abcdefg");
}

TEST(ClientBatchTest, LinesAreCountedAsTheyCame) {
    ClientBatch batch = empty_batch();
    const ClientBatch::Limits limits{1000, 2};
    EXPECT_EQ(batch.add(false, "a", false, limits), Fault::none);
    EXPECT_EQ(batch.add(false, "b", true, limits), Fault::none);
    EXPECT_EQ(batch.add(false, "c", true, limits), Fault::too_many_lines);
    EXPECT_EQ(batch.parts().size(), 2U);
}

TEST(ClientBatchTest, WhatNoMessageCanHoldIsRefused) {
    ClientBatch batch = empty_batch();
    EXPECT_EQ(batch.add(true, "a", false, wide), Fault::none);
    EXPECT_EQ(batch.add(true, "", true, wide), Fault::blank_joined);
    EXPECT_EQ(batch.add(false, "b", false, wide), Fault::other_verb);
    EXPECT_EQ(batch.add(true,
                        "\x01"
                        "ACTION waves\x01",
                        false, wide),
              Fault::ctcp);
    EXPECT_EQ(batch.text(), "a");
    EXPECT_TRUE(batch.notice());
}

TEST(ClientBatchTest, ClearForgetsTheLinesButNotTheReference) {
    ClientBatch batch = empty_batch();
    EXPECT_EQ(batch.add(false, "a", false, wide), Fault::none);
    batch.clear();
    EXPECT_TRUE(batch.blank());
    EXPECT_TRUE(batch.parts().empty());
    EXPECT_EQ(batch.reference(), "1");
}

TEST(BatchReferenceTest, LettersDigitsAndHyphensAreAReference) {
    for (const char* good : {"1", "abc", "A-Z-09", "-"}) EXPECT_TRUE(is_valid_batch_reference(good)) << good;
    for (const char* bad : {"", "a b", "a_b", "+1", "\xC3\xA9", "a\n"})
        EXPECT_FALSE(is_valid_batch_reference(bad)) << bad;
    EXPECT_TRUE(is_valid_batch_reference(std::string(64, 'a')));
    EXPECT_FALSE(is_valid_batch_reference(std::string(65, 'a')));
}

}  // namespace
}  // namespace patchcord::irc
