#include "gateway/store/worker.hpp"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chat_core/error.hpp"
#include "tests/gateway/store/raw_database.hpp"
#include "tests/gateway/store/store_test_support.hpp"
#include "tests/support/failing_disk.hpp"

namespace patchcord::gateway {
namespace {

class StoreWorkerTest : public StoreTest {
  protected:
    [[nodiscard]] std::string kept() const {
        return tests::RawDatabase(options_.file).run("SELECT COUNT(*) FROM offline_message");
    }
    void keep_later(int number) {
        store_->keep_message(message_to("r" + std::to_string(number), "x"), [this](std::error_code error) {
            ++answers_;
            if (error == StoreErrc::busy) ++busy_;
            if (error) ++errors_;
        });
    }

    std::size_t answers_ = 0;
    std::size_t busy_ = 0;
    std::size_t errors_ = 0;
};

TEST_F(StoreWorkerTest, WhatWaitsIsBoundedAndTakenAgainLater) {
    options_.lock_timeout = std::chrono::seconds(60);
    reopen();
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    const std::size_t calls = StoreWorker::most_waiting + 3;
    for (std::size_t i = 0; i < calls; ++i) keep_later(static_cast<int>(i));
    EXPECT_EQ(answers_, 0U) << "never from inside the call";
    run_until([&] { return busy_ == 3; });
    EXPECT_EQ(answers_, 3U);
    EXPECT_EQ(log_.count("limit hit"), 1U) << "once, not for each";
    other.run("ROLLBACK");
    run_until([&] { return answers_ == calls; });
    EXPECT_EQ(errors_, 3U);
    EXPECT_EQ(kept(), std::to_string(StoreWorker::most_waiting));
    EXPECT_FALSE(keep(message_to("ana", "x")));
}

TEST_F(StoreWorkerTest, EndWritesAllThatWasAcceptedAndAnswersNobody) {
    for (int i = 0; i < 200; ++i) keep_later(i);
    store_.reset();
    EXPECT_EQ(kept(), "200");
    work_.reset();
    loop_.io().run();
    EXPECT_EQ(answers_, 0U);
    EXPECT_EQ(log_.lines().size(), 0U);
}

TEST_F(StoreWorkerTest, EndThatCannotWriteSaysSo) {
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    store_->keep_message(message_to("ana", "x"), [](std::error_code) {});
    store_.reset();
    ASSERT_EQ(log_.lines().size(), 1U);
    EXPECT_EQ(log_.lines()[0], "could not store everything before the end changes=1");
    other.run("ROLLBACK");
    EXPECT_EQ(kept(), "0");
}

TEST_F(StoreWorkerTest, WhatAnAnswerOwnsIsGivenUpAtTheEnd) {
    const auto owned = std::make_shared<int>(1);
    {
        EventLoop loop;
        std::unique_ptr<Store> store;
        options_.file = directory_.file("other.db");
        ASSERT_EQ(Store::open(options_, secrets(), loop, log_, store), "");
        for (int i = 0; i < 20; ++i) store->keep_message(message_to("ana", "x"), [owned](std::error_code) {});
    }
    EXPECT_EQ(owned.use_count(), 1);
}

TEST_F(StoreWorkerTest, LockIsLoggedOnceAndItsEndOnce) {
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(keep(message_to("ana", "x")), StoreErrc::locked);
        EXPECT_EQ(waiting("ana").size(), 0U) << "reading goes on";
    }
    ASSERT_EQ(log_.lines().size(), 1U);
    EXPECT_EQ(log_.lines()[0], "the database does not work to=write error=the database is locked by another process");
    other.run("ROLLBACK");
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(keep(message_to("ana", "x")));
    ASSERT_EQ(log_.lines().size(), 2U);
    EXPECT_EQ(log_.lines()[1], "the database works again to=write");
}

TEST_F(StoreWorkerTest, TroubleIsReportedWhenItBeginsAndEndsAndCountedEachTime) {
    chat::MetricRegistry metrics;
    std::vector<std::string> told;
    StorageHealth health(metrics, loop_, [&](const std::string& sentence) { told.push_back(sentence); });
    store_->report_to(health);
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(keep(message_to("ana", "x")), StoreErrc::locked);
    EXPECT_EQ(told, std::vector<std::string>{"The database of accounts does not work, to write: the database is locked "
                                             "by another process"});
    EXPECT_EQ(metrics.value("patchcord_storage_failures_total", "database=\"accounts\""), 3);
    EXPECT_EQ(metrics.value("patchcord_storage_trouble_ways", "database=\"accounts\""), 1);
    other.run("ROLLBACK");
    EXPECT_FALSE(keep(message_to("ana", "x")));
    EXPECT_EQ(metrics.value("patchcord_storage_trouble_ways", "database=\"accounts\""), 0);
    store_.reset();
}

TEST_F(StoreWorkerTest, TroubleIsToldWhileThereIsSomeAndTheLastErrorAfterwards) {
    EXPECT_EQ(store_->worker().trouble(), "");
    EXPECT_EQ(store_->worker().last_error(), "");
    tests::RawDatabase other(options_.file);
    other.run("BEGIN EXCLUSIVE");
    EXPECT_EQ(keep(message_to("ana", "x")), StoreErrc::locked);
    EXPECT_EQ(store_->worker().trouble(), "the database is locked by another process");
    other.run("ROLLBACK");
    EXPECT_FALSE(keep(message_to("ana", "x")));
    EXPECT_EQ(store_->worker().trouble(), "");
    EXPECT_EQ(store_->worker().last_error(), "the database is locked by another process");
    EXPECT_EQ(store_->worker().waiting(), 0U);
}

TEST_F(StoreWorkerTest, RefusalsAreNotTroubleOfTheDatabase) {
    EXPECT_EQ(save("nobody", {"bob", "", "", msn::list_forward, {}}), chat::Errc::no_such_user);
    EXPECT_EQ(load("nobody").error(), chat::Errc::no_such_user);
    EXPECT_TRUE(log_.lines().empty());
}

TEST_F(StoreWorkerTest, FullDatabaseIsAnErrorUntilThereIsRoom) {
    options_.max_bytes = 250'000;
    reopen();
    const std::string big(100'000, 'x');
    ASSERT_FALSE(keep(message_to("ana", big)));
    EXPECT_EQ(keep(message_to("bob", big)), StoreErrc::full);
    EXPECT_EQ(keep(message_to("bob", big)), StoreErrc::full);
    EXPECT_EQ(log_.count("error=the disk or the database is full"), 1U);
    const std::uint64_t id = waiting("ana").at(0).id;
    ASSERT_FALSE(outcome([&](auto done) { store_->forget_messages({id}, done); }));
    EXPECT_FALSE(keep(message_to("bob", big)));
    EXPECT_EQ(log_.count("the database works again"), 1U);
}

TEST_F(StoreWorkerTest, FailedSyncIsNeverTakenForSaved) {
    const tests::FailingDisk disk;
    reopen();
    ASSERT_FALSE(keep(message_to("ana", "safe")));
    tests::FailingDisk::set_syncs_fail(true);
    EXPECT_EQ(keep(message_to("ana", "lost")), StoreErrc::io_failure);
    tests::FailingDisk::set_syncs_fail(false);
    EXPECT_EQ(waiting("ana").size(), 1U);
    EXPECT_FALSE(keep(message_to("ana", "safe again")));
    EXPECT_EQ(waiting("ana").size(), 2U);
    store_.reset();
}

/// Keeps messages without end and writes a byte for each that is acknowledged.
[[noreturn]] void keep_until_killed(const DatabaseOptions& options, const std::string& key_file, int acknowledged) {
    tests::RecordingLog log;
    EventLoop loop;
    std::unique_ptr<Store> store;
    if (!Store::open(options, SecretBox(key_file), loop, log, store).empty()) std::_Exit(1);
    int number = 0;
    const std::function<void()> next = [&] {
        store->keep_message(message_to("r" + std::to_string(number++), "x"), [&](std::error_code error) {
            if (error || ::write(acknowledged, "x", 1) != 1) std::_Exit(1);
            next();
        });
    };
    for (int i = 0; i < 5; ++i) next();
    const auto work = asio::make_work_guard(loop.io());
    loop.run();
    std::_Exit(1);
}

TEST_F(StoreWorkerTest, WhateverWasAcknowledgedIsThereAfterAKill) {
    store_.reset();  // the child starts with a single thread
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) keep_until_killed(options_, directory_.file("secrets.key"), ends[1]);
    ::close(ends[1]);
    std::size_t acknowledged = 0;
    char byte = 0;
    while (acknowledged < 100 && ::read(ends[0], &byte, 1) == 1) ++acknowledged;
    ::kill(child, SIGKILL);
    while (::read(ends[0], &byte, 1) == 1) ++acknowledged;
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(ends[0]);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was alive";
    ASSERT_GE(acknowledged, 100U);
    open();
    for (std::size_t i = 0; i < acknowledged; ++i) {
        ASSERT_EQ(waiting("r" + std::to_string(i)).size(), 1U) << i;
    }
    EXPECT_EQ(tests::RawDatabase(options_.file).run("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace patchcord::gateway
