#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/file_error.hpp"
#include "chat_core/ports/file_network.hpp"

namespace patchcord::tests {

/// Connections between clients that exist in memory only. `run` moves their bytes.
class MemoryFileNetwork final : public chat::FileNetwork {
  public:
    // --- what a test does with it
    bool listens = true;
    std::string address = "192.0.2.7";      // that those are told who shall connect
    std::error_code refuses;                // what connecting ends with
    std::size_t cut = 1000;                 // bytes that arrive at once
    std::vector<chat::Endpoint> asked_for;  // where somebody wanted to connect to
    std::vector<chat::PeerInfo> came_from;  // and in whose name
    std::string heard;                      // all that was said

    [[nodiscard]] std::size_t waiting() const { return doors_.size(); }
    [[nodiscard]] std::size_t connections() const { return ends_.size() / 2; }
    /// Delivers what is on its way, all of it or so many steps. False: there was nothing.
    bool run(std::size_t steps = 1'000'000) {
        bool moved = false;
        while (steps-- > 0 && step()) moved = true;
        return moved;
    }
    /// A stranger connects to the port that somebody waits at.
    void visit(std::unique_ptr<chat::Protocol> protocol) {
        Door door = take_door(doors_.begin()->first);
        join(std::move(protocol), std::move(door.protocol));
    }
    /// All connections break.
    void break_all() {
        for (const auto& end : ends_) end->broken = true;
    }
    /// Nobody comes to where somebody waits.
    void give_up_waiting() {
        while (!doors_.empty()) {
            Door door = take_door(doors_.begin()->first);
            door.failed(chat::FileErrc::unreachable);
        }
    }

    // --- chat::FileNetwork
    void connect(const chat::Endpoint& to, const chat::PeerInfo& peer, std::unique_ptr<chat::Protocol> protocol,
                 Failed failed) override {
        asked_for.push_back(to);
        came_from.push_back(peer);
        calls_.push_back({to.port, std::move(protocol), std::move(failed)});
    }
    chat::Result<Listening> listen(const chat::PeerInfo&, const Wait&, std::unique_ptr<chat::Protocol> protocol,
                                   Failed failed) override {
        if (!listens) return chat::FileErrc::unreachable;
        const std::uint16_t port = ++last_port_;
        doors_[port] = {std::move(protocol), std::move(failed)};
        return Listening{ListenId{port}, {address, port}};
    }
    void stop_listening(ListenId id) override { doors_.erase(static_cast<std::uint16_t>(id)); }
    [[nodiscard]] bool can_listen() const override { return listens; }

  private:
    struct Door {
        std::unique_ptr<chat::Protocol> protocol;
        Failed failed;
    };
    struct Call {
        std::uint16_t port = 0;
        std::unique_ptr<chat::Protocol> protocol;
        Failed failed;
    };
    struct End final : chat::Transport {
        explicit End(MemoryFileNetwork& in) : network(in) {}
        std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
        std::error_code write(std::string_view bytes) override {
            if (closing || broken) return chat::Errc::client_gone;
            if (out.size() + bytes.size() > limit) return chat::Errc::send_queue_exceeded;
            out.append(bytes);
            return {};
        }
        void close(const chat::CloseReason&) override { closing = true; }
        void close_now(const chat::CloseReason&) override {
            closing = true;
            out.clear();
        }
        void pause_reading() override { paused = true; }
        void resume_reading() override { paused = false; }
        void set_send_queue_limit(std::size_t bytes) override { limit = bytes; }
        [[nodiscard]] std::size_t send_queue_size() const override { return out.size(); }
        void notify_when_drained() override { wants_drained = true; }
        [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", {}, false, {}}; }

        MemoryFileNetwork& network;
        std::unique_ptr<chat::Protocol> protocol;
        End* other = nullptr;
        std::string out;
        std::size_t limit = 1 << 20;
        bool closing = false;
        bool broken = false;
        bool paused = false;
        bool wants_drained = false;
        bool lost = false;
    };

    Door take_door(std::uint16_t port) {
        const auto found = doors_.find(port);
        Door door = std::move(found->second);
        doors_.erase(found);
        return door;
    }
    void join(std::unique_ptr<chat::Protocol> caller, std::unique_ptr<chat::Protocol> called) {
        auto one = std::make_unique<End>(*this);
        auto two = std::make_unique<End>(*this);
        one->other = two.get();
        two->other = one.get();
        one->protocol = std::move(caller);
        two->protocol = std::move(called);
        End& first = *one;
        End& second = *two;
        ends_.push_back(std::move(one));
        ends_.push_back(std::move(two));
        first.protocol->connection_made(first);
        second.protocol->connection_made(second);
    }
    bool place_call() {
        if (calls_.empty()) return false;
        Call call = std::move(calls_.front());
        calls_.erase(calls_.begin());
        if (!refuses && doors_.contains(call.port)) {
            Door door = take_door(call.port);
            join(std::move(call.protocol), std::move(door.protocol));
        } else {
            call.protocol.reset();
            call.failed(refuses ? refuses : make_error_code(chat::FileErrc::unreachable));
        }
        return true;
    }
    bool step() {
        if (place_call()) return true;
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            if (move(*ends_[i])) return true;
        }
        return false;
    }
    bool move(End& end) {
        End& to = *end.other;
        if (!end.lost && (end.broken || (end.closing && end.out.empty()) || to.lost)) {
            end.lost = true;
            end.protocol->connection_lost({});
            return true;
        }
        if (end.out.empty() || to.paused || to.lost || end.broken) return false;
        const std::string bytes = end.out.substr(0, cut);
        end.out.erase(0, bytes.size());
        heard += bytes;
        to.protocol->data_received(bytes);
        if (end.out.empty() && std::exchange(end.wants_drained, false) && !end.lost) end.protocol->drained();
        return true;
    }

    std::map<std::uint16_t, Door> doors_;
    std::vector<Call> calls_;
    std::vector<std::unique_ptr<End>> ends_;
    std::uint16_t last_port_ = 6890;
};

/// One side's way into that network: may be unable to wait for others.
class MemoryPort final : public chat::FileNetwork {
  public:
    explicit MemoryPort(MemoryFileNetwork& network) : network_(network) {}

    bool listens = true;

    void connect(const chat::Endpoint& to, const chat::PeerInfo& peer, std::unique_ptr<chat::Protocol> protocol,
                 Failed failed) override {
        network_.connect(to, peer, std::move(protocol), std::move(failed));
    }
    chat::Result<Listening> listen(const chat::PeerInfo& peer, const Wait& wait,
                                   std::unique_ptr<chat::Protocol> protocol, Failed failed) override {
        if (!listens) return chat::FileErrc::unreachable;
        return network_.listen(peer, wait, std::move(protocol), std::move(failed));
    }
    void stop_listening(ListenId id) override { network_.stop_listening(id); }
    [[nodiscard]] bool can_listen() const override { return listens; }

  private:
    MemoryFileNetwork& network_;
};

}  // namespace patchcord::tests
