#include "gateway/store/spooled_files.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/store/store_error.hpp"
#include "tests/gateway/store/store_test_support.hpp"

namespace patchcord::gateway {
namespace {

class SpooledFilesTest : public StoreTest {
  protected:
    std::error_code save(const SpooledFile& file) {
        return outcome([&](auto done) { store_->save_spooled_file(file, done); });
    }
};

TEST_F(SpooledFilesTest, FilesAreThereAfterARestartUntilTheyAreRemoved) {
    const chat::WallTime expiry(std::chrono::milliseconds(1'800'000'000'123));
    const SpooledFile cat{"token", "stored", "account:ana", "n\xC3\xA4'me; --.png", 5'000'000'000U, expiry};
    ASSERT_FALSE(save(cat));
    ASSERT_FALSE(save({"other", "stored2", "nick:bob", "b", 0, expiry}));
    ASSERT_FALSE(outcome([&](auto done) { store_->remove_spooled_file("other", done); }));
    reopen();
    const auto files = store_->take_spooled_files();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files.front().token, cat.token);
    EXPECT_EQ(files.front().stored_name, cat.stored_name);
    EXPECT_EQ(files.front().owner, cat.owner);
    EXPECT_EQ(files.front().name, cat.name);
    EXPECT_EQ(files.front().size, cat.size);
    EXPECT_EQ(files.front().expires_at, cat.expires_at);
}

TEST_F(SpooledFilesTest, NobodysNameFillsTheDatabase) {
    EXPECT_EQ(save({"token", "stored", "account:ana", std::string(5000, 'x'), 1, {}}), StoreErrc::too_long);
}

}  // namespace
}  // namespace patchcord::gateway
