#include "irc/wire/sasl.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::irc {
namespace {

using State = SaslResponse::State;

const std::string full(SaslResponse::chunk_bytes, 'A');

TEST(SaslResponseTest, AShortChunkIsTheLast) {
    SaslResponse response;
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add("QUJD"), State::complete);
    EXPECT_EQ(response.text(), full + "QUJD");
}

TEST(SaslResponseTest, AfterAFullChunkAPlusIsTheEnd) {
    SaslResponse response;
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add(full), State::more);
    EXPECT_EQ(response.add("+"), State::complete);
    EXPECT_EQ(response.text(), full + full);
}

TEST(SaslResponseTest, APlusAloneIsAnEmptyResponse) {
    SaslResponse response;
    EXPECT_EQ(response.add("+"), State::complete);
    EXPECT_EQ(response.text(), "");
}

TEST(SaslResponseTest, NoChunkIsLongerThanTheSpecificationSays) {
    SaslResponse response;
    EXPECT_EQ(response.add(full + "A"), State::chunk_too_long);
    EXPECT_EQ(response.text(), "");
}

TEST(SaslResponseTest, AnEndlessResponseIsRefusedAndNotKept) {
    SaslResponse response;
    std::size_t taken = 0;
    while (response.add(full) == State::more) ++taken;
    EXPECT_EQ(taken, SaslResponse::most_bytes / SaslResponse::chunk_bytes);
    EXPECT_EQ(response.add(full), State::too_long);
    EXPECT_LE(response.text().size(), SaslResponse::most_bytes);
}

TEST(SaslChunksTest, AFullChunkIsFollowedByAnother) {
    EXPECT_EQ(sasl_chunks("QUJD"), (std::vector<std::string_view>{"QUJD"}));
    EXPECT_EQ(sasl_chunks(""), (std::vector<std::string_view>{"+"}));
    EXPECT_EQ(sasl_chunks(full), (std::vector<std::string_view>{full, "+"}));
    const std::string more = full + full + "QUJD";
    EXPECT_EQ(sasl_chunks(more), (std::vector<std::string_view>{full, full, "QUJD"}));
}

}  // namespace
}  // namespace patchcord::irc
