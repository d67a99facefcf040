#pragma once

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ports/transport.hpp"
#include "tests/support/wire_lint.hpp"

namespace patchcord::tests {

using Lines = std::vector<std::string>;

/// A stream to nobody: writes down the IRC lines it is given, and fails the test for one that no server may send.
class MemoryTransport final : public chat::Transport {
  public:
    explicit MemoryTransport(chat::PeerInfo peer = {"192.0.2.1", "", false}) : peer_(std::move(peer)) {}

    // --- what a test does with it

    /// The lines written since the last time, without their ends.
    Lines take() { return std::exchange(lines_, {}); }
    /// What was written as shared bytes since the last time.
    std::vector<chat::WireBytes> take_shared() { return std::exchange(shared_, {}); }
    /// The other end stops reading: what is written waits, and is refused beyond the limit or, if given, `room`.
    void stall(std::optional<std::size_t> room = {}) {
        stalled_ = true;
        room_ = room;
    }
    /// The other end reads all that waits, and goes on reading.
    void drain() {
        stalled_ = false;
        queued_ = 0;
    }
    [[nodiscard]] std::size_t limit() const { return limit_; }
    [[nodiscard]] bool closed() const { return closed_ || closed_now_; }
    /// Closed without sending what was queued.
    [[nodiscard]] bool closed_now() const { return closed_now_; }
    [[nodiscard]] const std::string& close_reason() const { return close_reason_; }
    [[nodiscard]] bool reading_paused() const { return reading_paused_; }
    /// The most bytes that ever waited.
    [[nodiscard]] std::size_t most_queued() const { return most_queued_; }

    // --- chat::Transport

    std::error_code write(const chat::WireBytes& bytes) override {
        const std::error_code refused = write(std::string_view(*bytes));
        if (!refused) shared_.push_back(bytes);
        return refused;
    }
    std::error_code write(std::string_view bytes) override {
        if (closed()) return chat::Errc::client_gone;
        if (stalled_) {
            if (queued_ + bytes.size() > room_.value_or(limit_)) return chat::Errc::send_queue_exceeded;
            queued_ += bytes.size();
            most_queued_ = std::max(most_queued_, queued_);
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
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\r\n");
            if (end == std::string_view::npos) {
                ADD_FAILURE() << "not a whole line: " << bytes;
                return;
            }
            const std::string_view line = bytes.substr(0, end);
            const std::string problem = irc_line_problem(line);
            EXPECT_TRUE(problem.empty()) << "a line " << problem << ": " << testing::PrintToString(std::string(line));
            lines_.emplace_back(line);
            bytes.remove_prefix(end + 2);
        }
    }

    chat::PeerInfo peer_;
    Lines lines_;
    std::vector<chat::WireBytes> shared_;
    bool stalled_ = false;
    std::optional<std::size_t> room_;
    std::size_t limit_ = 0;
    std::size_t queued_ = 0;
    std::size_t most_queued_ = 0;
    bool closed_ = false;
    bool closed_now_ = false;
    bool reading_paused_ = false;
    std::string close_reason_;
};

}  // namespace patchcord::tests
