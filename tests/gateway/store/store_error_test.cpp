#include "gateway/store/store_error.hpp"

#include <gtest/gtest.h>
#include <set>
#include <sqlite3.h>
#include <string>

#include "chat_core/error.hpp"

namespace patchcord::gateway {
namespace {

TEST(StoreErrorTest, EveryCodeHasWordsOfItsOwn) {
    std::set<std::string> seen;
    for (int code = static_cast<int>(StoreErrc::busy); code <= static_cast<int>(StoreErrc::failed); ++code) {
        const std::string words = make_error_code(static_cast<StoreErrc>(code)).message();
        EXPECT_NE(words, "unknown error");
        EXPECT_TRUE(seen.insert(words).second) << words;
    }
}

TEST(StoreErrorTest, ResultsOfSqliteAreToldApartAlsoInTheirLongForm) {
    EXPECT_EQ(from_sqlite(SQLITE_BUSY), StoreErrc::locked);
    EXPECT_EQ(from_sqlite(SQLITE_BUSY_SNAPSHOT), StoreErrc::locked);
    EXPECT_EQ(from_sqlite(SQLITE_FULL), StoreErrc::full);
    EXPECT_EQ(from_sqlite(SQLITE_IOERR_FSYNC), StoreErrc::io_failure);
    EXPECT_EQ(from_sqlite(SQLITE_CANTOPEN), StoreErrc::io_failure);
    EXPECT_EQ(from_sqlite(SQLITE_NOTADB), StoreErrc::damaged);
    EXPECT_EQ(from_sqlite(SQLITE_READONLY_DIRECTORY), StoreErrc::read_only);
    EXPECT_EQ(from_sqlite(SQLITE_CONSTRAINT), StoreErrc::failed);
}

TEST(StoreErrorTest, TroubleIsWhatAnOperatorMustMend) {
    for (const StoreErrc code : {StoreErrc::locked, StoreErrc::full, StoreErrc::io_failure, StoreErrc::failed}) {
        EXPECT_TRUE(is_database_trouble(code)) << make_error_code(code).message();
    }
    for (const StoreErrc code : {StoreErrc::busy, StoreErrc::too_long}) EXPECT_FALSE(is_database_trouble(code));
    EXPECT_FALSE(is_database_trouble({}));
    EXPECT_FALSE(is_database_trouble(chat::Errc::list_full));
}

}  // namespace
}  // namespace patchcord::gateway
