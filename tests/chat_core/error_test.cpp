#include "chat_core/error.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "chat_core/result.hpp"

namespace patchcord::chat {
namespace {

constexpr int last_error = static_cast<int>(Errc::looping);

TEST(ErrorTest, EveryErrorHasAMessageOfItsOwn) {
    std::set<std::string> messages;
    for (int value = 1; value <= last_error; ++value) {
        const std::error_code error = static_cast<Errc>(value);
        EXPECT_NE(error.message(), "unknown error") << value;
        messages.insert(error.message());
    }
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(last_error));
}

TEST(ErrorTest, AValueOutsideTheEnumHasAMessageToo) {
    EXPECT_EQ(std::error_code(last_error + 1, chat_category()).message(), "unknown error");
}

TEST(ErrorTest, ErrorsBelongToTheChatCategoryAndAreTrue) {
    const std::error_code error = Errc::banned;
    EXPECT_TRUE(error);
    EXPECT_EQ(error, Errc::banned);
    EXPECT_NE(error, Errc::moderated);
    EXPECT_STREQ(error.category().name(), "patchcord.chat");
}

TEST(ErrorTest, OnlyAFullQueueAndALostConnectionAreConnectionErrors) {
    for (int value = 1; value <= last_error; ++value) {
        const auto code = static_cast<Errc>(value);
        const bool expected = code == Errc::send_queue_exceeded || code == Errc::client_gone;
        EXPECT_EQ(is_connection_error(code), expected) << make_error_code(code).message();
    }
    EXPECT_FALSE(is_connection_error({}));
    EXPECT_FALSE(is_connection_error({static_cast<int>(Errc::client_gone), std::generic_category()}));
}

TEST(ResultTest, AValueIsThereWithoutAnError) {
    const Result<std::string> result(std::string("here"));
    ASSERT_TRUE(result);
    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(*result, "here");
    EXPECT_EQ(result->size(), 4U);
    EXPECT_FALSE(result.error());
}

TEST(ResultTest, AnErrorIsThereWithoutAValue) {
    const Result<std::string> result(Errc::no_such_user);
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error(), Errc::no_such_user);
}

TEST(ResultTest, AFalseValueIsAValueAllTheSame) {
    const Result<bool> result(false);
    ASSERT_TRUE(result);
    EXPECT_FALSE(*result);
}

TEST(ResultTest, AValueThatCannotBeCopiedCanBeMovedOut) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
    const std::unique_ptr<int> moved = *std::move(result);
    EXPECT_EQ(*moved, 7);
}

}  // namespace
}  // namespace patchcord::chat
