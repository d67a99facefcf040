#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/ports/scheduler.hpp"

namespace patchcord::gateway {

struct TicketOptions {
    std::chrono::milliseconds lifetime{120'000};  // clients show theirs at once; a slow machine gets two minutes
    std::size_t max_tickets = 10'000;             // beyond it, the oldest is worth nothing any more
};

/// Tickets that stand for a password that was right (MSNP8, "TWN"): given out over HTTP, redeemed once by the
/// notification server.
class Tickets {
  public:
    explicit Tickets(chat::Scheduler& scheduler, TicketOptions options = {})
        : scheduler_(scheduler), options_(options) {}

    /// A new ticket of `t=…&p=`, of 128 random bits.
    [[nodiscard]] std::string issue(std::string_view handle);
    /// Whose it is; nothing for one that is unknown, expired, or was redeemed before.
    [[nodiscard]] std::optional<std::string> redeem(std::string_view ticket);

    void set_options(const TicketOptions& options) { options_ = options; }
    [[nodiscard]] const TicketOptions& options() const { return options_; }
    /// Tickets that may be redeemed, and those not yet found to be expired.
    [[nodiscard]] std::size_t size() const { return tickets_.size(); }

  private:
    // Only a hash is kept: how long a search takes says nothing of the tickets, and a dump of memory gives none away.
    using Hash = std::array<unsigned char, 32>;
    struct Ticket {
        std::string handle;
        chat::Now expires{};
    };

    [[nodiscard]] static Hash hash_of(std::string_view token);
    void forget_old();

    chat::Scheduler& scheduler_;
    TicketOptions options_;
    std::map<Hash, Ticket> tickets_;
    std::deque<Hash> by_age_;  // oldest first; those redeemed stay until their time is over
};

}  // namespace patchcord::gateway
