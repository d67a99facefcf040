#pragma once

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/utf8.hpp"
#include "msn/wire/command_framer.hpp"

namespace patchcord::tests {

/// Commands as a test compares them: the line without its end, and the payload, if any, behind a `\n`.
using Commands = std::vector<std::string>;

/// A stream to nobody: writes down the MSN commands it is given, and fails the test for what no client could read.
class MsnTransport final : public chat::Transport {
  public:
    explicit MsnTransport(chat::PeerInfo peer) : peer_(std::move(peer)) {}

    // --- what a test does with it

    /// The commands written since the last time.
    Commands take() { return std::exchange(commands_, {}); }
    /// The other end stops reading: what is written waits, and is refused beyond the limit.
    void stall() { stalled_ = true; }
    /// From now on payloads may hold any bytes: they come from another client, as they were sent.
    void expect_binary_payloads() { binary_payloads_ = true; }
    [[nodiscard]] std::size_t limit() const { return limit_; }
    [[nodiscard]] bool closed() const { return closed_ || closed_now_; }
    /// Closed without sending what was queued.
    [[nodiscard]] bool closed_now() const { return closed_now_; }
    [[nodiscard]] const std::string& close_reason() const { return close_reason_; }
    [[nodiscard]] bool reading_paused() const { return reading_paused_; }

    // --- chat::Transport

    std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
    std::error_code write(std::string_view bytes) override {
        if (closed()) return chat::Errc::client_gone;
        if (stalled_) {
            if (queued_ + bytes.size() > limit_) return chat::Errc::send_queue_exceeded;
            queued_ += bytes.size();
        }
        note(bytes);
        return {};
    }
    void close(std::string_view why) override {
        if (closed()) return;
        closed_ = true;
        close_reason_ = why;
    }
    void close_now(std::string_view why) override {
        if (closed()) return;
        closed_now_ = true;
        close_reason_ = why;
    }
    void pause_reading() override { reading_paused_ = true; }
    void resume_reading() override { reading_paused_ = false; }
    void set_send_queue_limit(std::size_t bytes) override { limit_ = bytes; }
    [[nodiscard]] std::size_t send_queue_size() const override { return queued_; }
    [[nodiscard]] chat::PeerInfo peer() const override { return peer_; }

  private:
    void note(std::string_view bytes) {
        if (!binary_payloads_) {
            EXPECT_TRUE(chat::is_valid_utf8(bytes)) << "not UTF-8: " << testing::PrintToString(std::string(bytes));
        }
        msn::CommandFramer framer(msn::Direction::to_client);
        framer.feed(bytes);
        msn::Command command;
        while (framer.next(command) == msn::CommandFramer::Outcome::command) {
            std::string text(command.verb);
            for (const std::string_view param : command.params()) text.append(" ").append(param);
            if (!command.payload.empty()) text.append("\n").append(command.payload);
            commands_.push_back(std::move(text));
        }
        EXPECT_EQ(framer.pending(), 0U) << "no whole commands: " << testing::PrintToString(std::string(bytes));
    }

    chat::PeerInfo peer_;
    Commands commands_;
    bool stalled_ = false;
    bool binary_payloads_ = false;
    std::size_t limit_ = 0;
    std::size_t queued_ = 0;
    bool closed_ = false;
    bool closed_now_ = false;
    bool reading_paused_ = false;
    std::string close_reason_;
};

}  // namespace patchcord::tests
