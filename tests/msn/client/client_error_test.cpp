#include "msn/client/client_error.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace patchcord::msn {
namespace {

TEST(ClientErrorTest, EveryErrorHasItsOwnWords) {
    std::set<std::string> seen;
    for (int value = 1; value <= static_cast<int>(ClientErrc::message_too_long); ++value) {
        const std::string words = make_error_code(static_cast<ClientErrc>(value)).message();
        EXPECT_NE(words, "unknown error");
        EXPECT_TRUE(seen.insert(words).second) << words;
    }
    EXPECT_EQ(client_category().message(99), "unknown error");
}

TEST(ClientErrorTest, ARefusalHasItsNumber) {
    EXPECT_EQ(refusal_error(ErrorCode::not_online).message(), "not online (217)");
    EXPECT_EQ(refusal_error(static_cast<ErrorCode>(799)).message(), "unknown error (799)");
    EXPECT_NE(refusal_error(ErrorCode::not_online), refusal_error(ErrorCode::not_on_list));
    EXPECT_STREQ(refusal_category().name(), "patchcord.msn.server");
    EXPECT_STREQ(client_category().name(), "patchcord.msn.client");
}

}  // namespace
}  // namespace patchcord::msn
