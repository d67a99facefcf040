#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat_core/error.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "tests/fuzz/demand.hpp"

namespace patchcord::fuzz {

/// A client and a server that are connected to each other. What one writes reaches the other when the test says so, in
/// the pieces that it says.
class Joint {
  public:
    Joint(std::unique_ptr<chat::Protocol> client, std::unique_ptr<chat::Protocol> server) {
        sides_[0].protocol = std::move(client);
        sides_[1].protocol = std::move(server);
        for (Side& side : sides_) side.protocol->connection_made(side);
    }
    Joint(const Joint&) = delete;
    Joint& operator=(const Joint&) = delete;
    ~Joint() { lose({}); }

    /// One piece goes one way, or the connection ends because one of them closed it. False: there is nothing to do.
    bool step(std::size_t most) {
        for (std::size_t tries = 0; tries < sides_.size() && !over_; ++tries) {
            turn_ = 1 - turn_;
            if (deliver(sides_[turn_], sides_[1 - turn_], most)) return true;
        }
        const auto done = [](const Side& side) { return side.closed && side.out.empty(); };
        if (over_ || std::none_of(sides_.begin(), sides_.end(), done)) return false;
        lose({});
        return true;
    }
    /// The connection is gone, with all that is on its way.
    void lose(std::error_code why) {
        if (std::exchange(over_, true)) return;
        for (Side& side : sides_) {
            side.closed = true;
            side.protocol->connection_lost(why);
        }
    }
    [[nodiscard]] bool over() const { return over_; }

  private:
    struct Side final : chat::Transport {
        std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
        std::error_code write(std::string_view bytes) override {
            if (closed) return chat::Errc::client_gone;
            out += bytes;
            return {};
        }
        void close(const chat::CloseReason& why) override {
            demand(why.kind != chat::CloseKind::protocol && why.kind != chat::CloseKind::failure,
                   "neither finds fault with what the other says");
            closed = true;
        }
        void close_now(const chat::CloseReason& why) override {
            close(why);
            out.clear();
        }
        void pause_reading() override { paused = true; }
        void resume_reading() override { paused = false; }
        void set_send_queue_limit(std::size_t) override {}
        [[nodiscard]] std::size_t send_queue_size() const override { return out.size(); }
        void notify_when_drained() override { wants_drained = true; }
        [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", "", false, "192.0.2.9"}; }

        std::unique_ptr<chat::Protocol> protocol;
        std::string out;
        bool closed = false;
        bool paused = false;
        bool wants_drained = false;
    };

    static bool deliver(Side& from, Side& to, std::size_t most) {
        if (from.out.empty() || to.paused) return false;
        const std::string piece = from.out.substr(0, most);
        from.out.erase(0, piece.size());
        if (!to.closed) to.protocol->data_received(piece);
        if (from.out.empty() && !from.closed && std::exchange(from.wants_drained, false)) from.protocol->drained();
        return true;
    }

    std::array<Side, 2> sides_;
    std::size_t turn_ = 0;
    bool over_ = false;
};

}  // namespace patchcord::fuzz
