#include <gtest/gtest.h>
#include <soci/soci.h>

#include "gateway/history/history.hpp"
#include "gateway/history/history_tables.hpp"
#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::gateway {
namespace {

class HistoryRetentionTest : public ::testing::Test {
  protected:
    HistoryRetentionTest() {
        EXPECT_EQ(Database::open(history_database_in(directory_.path().string(), std::size_t{1} << 24U), database_),
                  "");
    }
    void insert(const std::string& key, int from, int count, std::size_t bytes = 10) {
        std::vector<chat::HistoryLine> lines(static_cast<std::size_t>(count));
        std::vector<const chat::HistoryLine*> all;
        for (int i = 0; i < count; ++i) {
            chat::HistoryLine& line = lines[static_cast<std::size_t>(i)];
            line.place.key = key;
            line.at = chat::WallTime(std::chrono::milliseconds(from + i));
            line.msgid = key + std::to_string(from + i);
            line.command = "PRIVMSG";
            line.text = std::string(bytes, 'x');
            line.parties = {"ana"};
            all.push_back(&line);
        }
        ASSERT_FALSE(database_->write([&](soci::session& session) -> std::error_code {
            inserter_.insert(session, all);
            return {};
        }));
    }
    /// Trims until there is no more; how many pieces it took.
    int trim(const HistoryRetention& retention, long long now = 1'000'000) {
        int pieces = 0;
        for (bool more = true; more; ++pieces) {
            EXPECT_FALSE(database_->write([&](soci::session& session) -> std::error_code {
                more = trim_lines(session, retention, chat::WallTime(std::chrono::milliseconds(now)));
                return {};
            }));
        }
        inserter_.forget();
        return pieces;
    }
    long long number(const std::string& question) {
        long long found = 0;
        EXPECT_FALSE(database_->read([&](soci::session& session) -> std::error_code {
            session << question, soci::into(found);
            return {};
        }));
        return found;
    }
    void everybody_leaves() {
        EXPECT_FALSE(database_->write([](soci::session& session) -> std::error_code {
            session << "UPDATE party SET left_at = 5, left_id = 5";
            return {};
        }));
    }
    void the_process_starts() {
        EXPECT_FALSE(database_->write([](soci::session& session) -> std::error_code {
            end_parts_in_channels(session);
            return {};
        }));
    }
    long long lines() { return number("SELECT COUNT(*) FROM line"); }

    tests::TemporaryDirectory directory_;
    std::unique_ptr<Database> database_;
    LineInserter inserter_;
};

TEST_F(HistoryRetentionTest, WhatIsTooOldGoesInPieces) {
    insert("#a", 0, 1200);
    insert("#a", 900'000, 10);
    EXPECT_GT(trim({std::chrono::milliseconds(200'000), 0}), 2);
    EXPECT_EQ(lines(), 10);
    EXPECT_EQ(trim({std::chrono::milliseconds(200'000), 0}), 1);
}

TEST_F(HistoryRetentionTest, LinesFromTheFutureKeepNoneThatAreTooOld) {
    insert("#future", 5'000'000, 600);
    insert("#a", 0, 700);
    trim({std::chrono::milliseconds(200'000), 0});
    EXPECT_EQ(lines(), 600);
    EXPECT_EQ(number("SELECT MIN(at) FROM line"), 5'000'000);
}

TEST_F(HistoryRetentionTest, ForEverIsForEver) {
    insert("#a", 0, 100);
    EXPECT_EQ(trim({}), 1);
    EXPECT_EQ(lines(), 100);
}

TEST_F(HistoryRetentionTest, TheOldestOfAPlaceWithTooManyGo) {
    insert("#a", 0, 700);
    insert("#b", 0, 50);
    trim({{}, 100});
    EXPECT_EQ(number("SELECT COUNT(*) FROM line JOIN place ON place.id = line.place WHERE key = '#a'"), 100);
    EXPECT_EQ(number("SELECT MIN(at) FROM line JOIN place ON place.id = line.place WHERE key = '#a'"), 600);
    EXPECT_EQ(number("SELECT COUNT(*) FROM line JOIN place ON place.id = line.place WHERE key = '#b'"), 50);
}

TEST_F(HistoryRetentionTest, BeyondTheSizeTheOldestOfAllGo) {
    insert("#old", 0, 500, 2000);
    insert("#new", 10'000, 500, 2000);
    trim({{}, 0, 1'300'000});
    EXPECT_EQ(number("SELECT COUNT(*) FROM line WHERE at < 10000"), 0);
    EXPECT_EQ(number("SELECT COUNT(*) FROM line WHERE at >= 10000"), 500);
}

TEST_F(HistoryRetentionTest, AChannelWithoutLinesStaysAsLongAsSomebodyIsInIt) {
    insert("#a", 0, 10);
    insert("ana bob", 0, 10);
    trim({std::chrono::milliseconds(1), 0});
    EXPECT_EQ(lines(), 0);
    EXPECT_EQ(number("SELECT COUNT(*) FROM place"), 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM place JOIN party ON party.place = place.id WHERE key = '#a'"), 1);
}

TEST_F(HistoryRetentionTest, APlaceWithoutLinesGoesWithItsParties) {
    insert("#a", 0, 10);
    everybody_leaves();
    EXPECT_EQ(number("SELECT COUNT(*) FROM party"), 1);
    trim({std::chrono::milliseconds(1), 0});
    EXPECT_EQ(number("SELECT COUNT(*) FROM place") + number("SELECT COUNT(*) FROM party"), 0);
    insert("#a", 2'000'000, 1);
    EXPECT_EQ(lines(), 1);
}

TEST_F(HistoryRetentionTest, WhoWasInAChannelWhenTheProcessEndedKeepsNoPlaceWithoutLines) {
    insert("#a", 0, 10);
    trim({std::chrono::milliseconds(1), 0});
    EXPECT_EQ(number("SELECT COUNT(*) FROM place"), 1);
    the_process_starts();
    trim({std::chrono::milliseconds(1), 0});
    EXPECT_EQ(number("SELECT COUNT(*) FROM place") + number("SELECT COUNT(*) FROM party"), 0);
    insert("#a", 2'000'000, 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM party WHERE left_at IS NULL"), 1);
}

TEST_F(HistoryRetentionTest, AtTheStartNothingIsChangedOfQueriesNorOfWhoLeftBefore) {
    insert("#left", 0, 10);
    everybody_leaves();
    insert("#there", 100, 10);
    insert("ana\nbob", 0, 10);
    insert("#x@example.com\nana", 0, 10);
    the_process_starts();
    EXPECT_EQ(number("SELECT COUNT(*) FROM party WHERE left_at IS NULL AND left_id IS NULL"), 2);
    EXPECT_EQ(number("SELECT left_at FROM party JOIN place ON place.id = party.place WHERE key = '#left'"), 5);
    EXPECT_EQ(number("SELECT left_at FROM party JOIN place ON place.id = party.place WHERE key = '#there'"), 109);
}

}  // namespace
}  // namespace patchcord::gateway
