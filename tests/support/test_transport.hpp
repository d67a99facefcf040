#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat_core/error.hpp"
#include "chat_core/ports/transport.hpp"

namespace patchcord::tests {

/// A stream to nobody. What is written to it is noted by those who derive from it; how it is closed and held up is the
/// same for all.
class TestTransport : public chat::Transport {
  public:
    explicit TestTransport(chat::PeerInfo peer = {}) : peer_(std::move(peer)) {}

    // --- what a test does with it

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
    /// Was `Protocol::drained` asked for since the last time?
    [[nodiscard]] bool take_drained_wanted() { return std::exchange(drained_wanted_, false); }
    /// What becomes of the next wish to speak for somebody else.
    void set_move(chat::Moved move) { move_ = move; }
    [[nodiscard]] std::size_t limit() const { return limit_; }
    [[nodiscard]] bool closed() const { return closed_ || closed_now_; }
    /// Closed without sending what was queued.
    [[nodiscard]] bool closed_now() const { return closed_now_; }
    [[nodiscard]] const std::string& close_reason() const { return close_reason_; }
    [[nodiscard]] chat::CloseKind close_kind() const { return close_kind_; }
    [[nodiscard]] const std::string& close_rule() const { return close_rule_; }
    [[nodiscard]] bool reading_paused() const { return reading_paused_; }
    /// The most bytes that ever waited.
    [[nodiscard]] std::size_t most_queued() const { return most_queued_; }

    // --- chat::Transport

    std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
    std::error_code write(std::string_view bytes) final {
        if (closed()) return chat::Errc::client_gone;
        if (stalled_) {
            if (queued_ + bytes.size() > room_.value_or(limit_)) return chat::Errc::send_queue_exceeded;
            queued_ += bytes.size();
            most_queued_ = std::max(most_queued_, queued_);
        }
        note(bytes);
        return {};
    }
    void close(const chat::CloseReason& why) override {
        if (closed()) return;
        closed_ = true;
        close_reason_ = why.words;
        close_kind_ = why.kind;
        close_rule_ = why.rule;
    }
    void close_now(const chat::CloseReason& why) override {
        if (closed()) return;
        closed_now_ = true;
        close_reason_ = why.words;
        close_kind_ = why.kind;
        close_rule_ = why.rule;
    }
    void pause_reading() override { reading_paused_ = true; }
    void resume_reading() override { reading_paused_ = false; }
    void set_send_queue_limit(std::size_t bytes) override { limit_ = bytes; }
    [[nodiscard]] std::size_t send_queue_size() const override { return queued_; }
    void notify_when_drained() override { drained_wanted_ = true; }
    [[nodiscard]] chat::PeerInfo peer() const override { return peer_; }
    [[nodiscard]] chat::Moved speaks_for(std::string_view address, bool secure) override {
        if (move_ == chat::Moved::done) {
            peer_.address = address;
            peer_.secure = peer_.secure && secure;
            peer_.fingerprint.clear();
        }
        return move_;
    }

  protected:
    /// Bytes that were taken.
    virtual void note(std::string_view bytes) = 0;

  private:
    chat::PeerInfo peer_;
    chat::Moved move_ = chat::Moved::done;
    bool stalled_ = false;
    bool drained_wanted_ = false;
    std::optional<std::size_t> room_;
    std::size_t limit_ = 0;
    std::size_t queued_ = 0;
    std::size_t most_queued_ = 0;
    bool closed_ = false;
    bool closed_now_ = false;
    bool reading_paused_ = false;
    std::string close_reason_;
    chat::CloseKind close_kind_ = chat::CloseKind::done;
    std::string close_rule_;
};

}  // namespace patchcord::tests
