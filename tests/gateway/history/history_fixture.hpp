#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <sys/stat.h>

#include "chat_core/error.hpp"
#include "chat_core/history_key.hpp"
#include "gateway/history/history.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/memory_history.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {

using From = chat::HistoryRange::From;
using Found = chat::Result<std::vector<chat::HistoryLine>>;

class HistoryTest : public ::testing::Test {
  protected:
    HistoryTest() { open(); }

    void open() {
        ASSERT_EQ(History::open(directory_.path().string(), options_, {loop_, log_, metrics_}, history_), "");
    }
    void reopen() {
        history_.reset();
        open();
    }
    template <class T, class Call>
    T wait_for(Call call) {
        std::optional<T> answer;
        call([&](T given) { answer = std::move(given); });
        EXPECT_FALSE(answer) << "never from inside the call";
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!answer && std::chrono::steady_clock::now() < deadline) {
            loop_.io().run_one_for(std::chrono::milliseconds(100));
        }
        return std::move(answer.value());
    }
    static chat::HistoryLine line(const std::string& msgid, long long at, std::string key = "#a") {
        chat::HistoryLine made;
        made.place = {std::move(key), 0};
        made.at = chat::WallTime(std::chrono::milliseconds(at));
        made.msgid = msgid;
        made.source = "bob!b@h";
        made.command = "PRIVMSG";
        made.params = made.place.key;
        made.text = "text of " + msgid;
        return made;
    }
    std::error_code keep(chat::HistoryLine made) {
        return wait_for<std::error_code>([&](auto done) { history_->append(std::move(made), done); });
    }
    Found read(const chat::HistoryRange& range) {
        return wait_for<Found>([&](auto done) { history_->read(range, done); });
    }
    static chat::HistoryRange latest(std::string key = "#a", std::size_t limit = 10) {
        chat::HistoryRange range;
        range.place = {std::move(key), 0};
        range.limit = limit;
        return range;
    }
    static std::vector<std::string> ids(const Found& found) {
        std::vector<std::string> all;
        if (!found) return {found.error().message()};
        for (const chat::HistoryLine& each : *found) all.push_back(each.msgid);
        return all;
    }
    using Ids = std::vector<std::string>;

    tests::TemporaryDirectory directory_;
    EventLoop loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.io().get_executor()};
    tests::RecordingLog log_;
    chat::MetricRegistry registry_;
    HistoryMetrics metrics_{registry_};
    History::Options options_;
    std::unique_ptr<History> history_;
};

}  // namespace patchcord::gateway
