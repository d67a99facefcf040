#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ports/transport.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/client/switchboard_client.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::msn {

using Events = std::vector<std::string>;

/// A stream to a server that exists only as what the test says it sends.
class ServerEnd final : public chat::Transport {
  public:
    /// What the client has written since the last time.
    std::string take() { return std::exchange(written_, {}); }
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] const std::string& close_reason() const { return close_reason_; }
    /// From now on nothing can be written.
    void refuse() { refusing_ = true; }

    std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
    std::error_code write(std::string_view bytes) override {
        if (closed_) return chat::Errc::client_gone;
        if (refusing_) return chat::Errc::send_queue_exceeded;
        written_ += bytes;
        return {};
    }
    void close(std::string_view why) override {
        if (!std::exchange(closed_, true)) close_reason_ = why;
    }
    void close_now(std::string_view why) override { close(why); }
    void pause_reading() override {}
    void resume_reading() override {}
    void set_send_queue_limit(std::size_t) override {}
    [[nodiscard]] std::size_t send_queue_size() const override { return 0; }
    [[nodiscard]] chat::PeerInfo peer() const override { return {}; }

  private:
    std::string written_;
    std::string close_reason_;
    bool closed_ = false;
    bool refusing_ = false;
};

/// Writes down how requests ended: "done" or the error's message behind a word of the test's.
class Outcomes {
  public:
    ClientBase::Done note(const std::string& what) {
        return [this, what](std::error_code error) {
            events_.push_back(what + ": " + (error ? error.message() : "done"));
        };
    }
    Events take() { return std::exchange(events_, {}); }

  private:
    Events events_;
};

}  // namespace patchcord::msn
