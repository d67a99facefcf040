#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chat_core/clock.hpp"
#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

struct ConnectionLimits {
    std::size_t in_all = 4096;              // 0: no limit, here and below
    std::size_t per_address = 16;           // at the same time; an address is an IPv4 address or an IPv6 /64
    std::size_t connects_per_address = 32;  // in `window`
    std::chrono::milliseconds window{600'000};
    std::vector<asio::ip::address> unlimited;  // not counted per address
};

/// Which of the limits refuses a connection: of a listener's, or that of the whole process for its memory.
enum class Refusal : std::uint8_t { clients, clients_per_address, connects_per_address, memory };

/// Counts connections in all and per address. Remembers an address only while it has connections or a window runs.
class ConnectionLimiter {
  public:
    explicit ConnectionLimiter(ConnectionLimits limits) : limits_(std::move(limits)) {}

    /// Counts a new connection in; or says why not, and counts the try.
    std::optional<Refusal> admit(const asio::ip::address& from, chat::Now now);
    /// The same for a proxy, for which the limits per address do not hold: whom it speaks for is not known yet.
    std::optional<Refusal> admit_proxy(const asio::ip::address& from, chat::Now now);
    /// A connection that was admitted turns out to come from elsewhere: it is counted there. Where there are too many
    /// already it stays where it was.
    std::optional<Refusal> move(const asio::ip::address& from, const asio::ip::address& to, chat::Now now);
    /// A connection that was admitted is gone.
    void released(const asio::ip::address& from);
    void set_limits(ConnectionLimits limits) { limits_ = std::move(limits); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t addresses() const { return addresses_.size(); }

  private:
    using Key = std::array<std::uint8_t, 9>;  // a leading 4 or 6, then the address or its prefix
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    struct Entry {
        std::size_t open = 0;
        std::size_t connects = 0;
        chat::Now window_began{};
    };

    [[nodiscard]] static Key key_of(const asio::ip::address& address);
    [[nodiscard]] bool unlimited(const asio::ip::address& address) const;
    [[nodiscard]] bool full() const { return limits_.in_all != 0 && size_ >= limits_.in_all; }
    [[nodiscard]] Entry& entry_of(const asio::ip::address& address, chat::Now now);
    [[nodiscard]] std::optional<Refusal> take_slot(const asio::ip::address& from, chat::Now now);
    void forget_old(chat::Now now);

    ConnectionLimits limits_;
    std::size_t size_ = 0;
    std::size_t forget_at_ = 1024;
    std::unordered_map<Key, Entry, KeyHash> addresses_;
};

}  // namespace patchcord::gateway
