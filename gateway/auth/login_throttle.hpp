#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat_core/token_bucket.hpp"

namespace patchcord::gateway {

/// What an address counts as: an IPv6 one as its /64, as everybody has a whole one.
[[nodiscard]] std::string network_of(std::string_view address);

/// How often one address may give a wrong password. Remembers a bounded number of addresses; beyond it, the one unused
/// longest is forgotten.
class LoginThrottle {
  public:
    LoginThrottle(chat::TokenRate rate, std::size_t max_addresses) : rate_(rate), max_addresses_(max_addresses) {}

    /// Takes what a wrong password costs; false when the address has to wait.
    bool begin(std::string_view address, chat::Now now);
    /// The password was not wrong: gives it back.
    void forgive(std::string_view address, chat::Now now);
    /// How long until `begin` may succeed.
    [[nodiscard]] std::chrono::milliseconds wait(std::string_view address) const;
    void set_rate(chat::TokenRate rate) { rate_ = rate; }
    [[nodiscard]] std::size_t addresses() const { return entries_.size(); }

  private:
    struct Entry {
        std::string network;
        chat::TokenBucket bucket;
    };

    Entry& entry_for(std::string_view address);

    chat::TokenRate rate_;
    std::size_t max_addresses_;
    std::list<Entry> entries_;  // the last used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_network_;
};

}  // namespace patchcord::gateway
