#include "gateway/store/storage_health.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "gateway/store/store_error.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

class StorageHealthTest : public ::testing::Test {
  protected:
    [[nodiscard]] std::int64_t ways(const char* database) const {
        return registry_.value("patchcord_storage_trouble_ways", "database=\"" + std::string(database) + "\"");
    }

    chat::MetricRegistry registry_;
    tests::ManualScheduler scheduler_;
    std::vector<std::string> told_;
    StorageHealth health_{registry_, scheduler_, [this](const std::string& sentence) { told_.push_back(sentence); }};
    StorageReport accounts_{&health_, StoragePart::accounts};
    StorageReport history_{&health_, StoragePart::history};
};

TEST_F(StorageHealthTest, EachDatabaseHasItsOwnFigures) {
    history_.failed();
    history_.changed("write", StoreErrc::full);
    history_.changed("read", StoreErrc::io_failure);
    accounts_.changed("write", StoreErrc::read_only);
    EXPECT_EQ(registry_.value("patchcord_storage_failures_total", "database=\"history\""), 1);
    EXPECT_EQ(registry_.value("patchcord_storage_failures_total", "database=\"accounts\""), 0);
    EXPECT_EQ(ways("history"), 2);
    EXPECT_EQ(ways("accounts"), 1);
    EXPECT_EQ(told_, (std::vector<std::string>{
                         "The database of history does not work, to write: the disk or the database is full",
                         "The database of accounts does not work, to write: the database is read-only"}));
}

TEST_F(StorageHealthTest, TheEndIsToldWhenBothWaysHaveWorkedForAWhile) {
    history_.changed("write", StoreErrc::full);
    history_.changed("read", StoreErrc::io_failure);
    told_.clear();
    history_.changed("write", {});
    scheduler_.advance(2 * StorageHealth::calm);
    EXPECT_TRUE(told_.empty()) << "it cannot be read";
    history_.changed("read", {});
    EXPECT_EQ(ways("history"), 0);
    EXPECT_TRUE(told_.empty()) << "not yet";
    scheduler_.advance(StorageHealth::calm);
    EXPECT_EQ(told_, std::vector<std::string>{"The database of history works again"});
}

TEST_F(StorageHealthTest, TroubleThatComesAndGoesIsToldOnce) {
    for (int i = 0; i < 20; ++i) {
        accounts_.changed("write", StoreErrc::full);
        scheduler_.advance(StorageHealth::calm / 2);
        accounts_.changed("write", {});
        scheduler_.advance(StorageHealth::calm / 2);
    }
    EXPECT_EQ(told_.size(), 1U);
    scheduler_.advance(StorageHealth::calm);
    EXPECT_EQ(told_.size(), 2U);
    accounts_.changed("write", StoreErrc::full);
    EXPECT_EQ(told_.size(), 3U);
}

TEST_F(StorageHealthTest, WhoReportsNowhereMay) {
    const StorageReport nowhere;
    nowhere.failed();
    nowhere.changed("write", StoreErrc::full);
    EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace patchcord::gateway
