#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "gateway/store/store.hpp"
#include "tests/gateway/support/temporary_directory.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {

/// A store on a file of its own, and calls that wait for their answer.
class StoreTest : public ::testing::Test {
  protected:
    void SetUp() override { open(); }

    void open() { ASSERT_EQ(Store::open(options_, secrets(), loop_, log_, store_), ""); }
    /// As a restart would: what was accepted is written, then the file is opened again.
    void reopen() {
        store_.reset();
        open();
    }
    [[nodiscard]] SecretBox secrets() const { return SecretBox(directory_.file("secrets.key")); }

    /// Calls with an answer function and runs the loop until it has been called.
    template <class T, class Call>
    T wait_for(Call call) {
        std::optional<T> answer;
        bool inside = true;
        call([&](T given) {
            EXPECT_FALSE(inside) << "never from inside the call";
            EXPECT_EQ(std::this_thread::get_id(), thread_) << "on the loop's thread";
            answer = std::move(given);
        });
        inside = false;
        run_until([&] { return answer.has_value(); });
        return std::move(answer.value());
    }
    /// The same for calls that only succeed or fail.
    template <class Call>
    std::error_code outcome(Call call) {
        return wait_for<std::error_code>(call);
    }
    template <class Condition>
    void run_until(Condition holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            loop_.io().run_one_for(std::chrono::milliseconds(100));
        }
        ASSERT_TRUE(holds());
    }

    std::error_code add(const std::string& name, const std::string& handle) {
        Account account;
        account.name = name;
        account.handle = handle;
        account.password_hash = "hash of " + name;
        return outcome([&](auto done) { store_->add_account(account, done); });
    }
    chat::Result<msn::AccountRecord> load(const std::string& handle) {
        return wait_for<chat::Result<msn::AccountRecord>>([&](auto done) { store_->load(handle, done); });
    }
    std::error_code save(const std::string& owner, msn::Contact contact, std::uint64_t version = 2) {
        return outcome([&](auto done) { store_->save_contact(owner, std::move(contact), version, done); });
    }
    std::error_code keep(msn::OfflineMessage message) {
        return outcome([&](auto done) { store_->keep_message(std::move(message), done); });
    }
    std::vector<msn::OfflineMessage> waiting(const std::string& to) {
        using Messages = chat::Result<std::vector<msn::OfflineMessage>>;
        return wait_for<Messages>([&](auto done) { store_->waiting_messages(to, done); }).value();
    }

    const std::thread::id thread_ = std::this_thread::get_id();
    tests::TemporaryDirectory directory_;
    DatabaseOptions options_{directory_.file("patchcord.db"), std::chrono::milliseconds(50)};
    tests::RecordingLog log_;
    EventLoop loop_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.io().get_executor()};
    std::unique_ptr<Store> store_;
};

[[nodiscard]] inline msn::OfflineMessage message_to(const std::string& to, const std::string& text) {
    msn::OfflineMessage message;
    message.to = to;
    message.from = "bob@example.org";
    message.from_name = "Bob";
    message.text = text;
    message.sent_at = chat::WallTime(std::chrono::milliseconds(1'700'000'000'123));
    return message;
}

}  // namespace patchcord::gateway
