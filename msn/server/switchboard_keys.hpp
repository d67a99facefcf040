#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chat_core/clock.hpp"

namespace patchcord::msn {

/// The keys that XFR and RNG hand out: 128 random bits, for one account, good once and for a short time.
class SwitchboardKeys {
  public:
    /// What a key allows: to open a session (XFR), or to answer a ring (RNG).
    struct Grant {
        std::string handle;
        std::string switchboard;  // id of the session to be joined; empty: a new one
    };
    using Random = std::function<std::string(std::size_t characters)>;

    SwitchboardKeys(Random random, std::chrono::milliseconds lifetime)
        : random_(std::move(random)), lifetime_(lifetime) {}
    void set_lifetime(std::chrono::milliseconds lifetime) { lifetime_ = lifetime; }

    /// A new key.
    [[nodiscard]] std::string issue(Grant grant, chat::Now now);
    /// What `key` allows `handle`; nothing, and the key is spent, when it is unknown, too old or another's.
    [[nodiscard]] std::optional<Grant> redeem(std::string_view key, std::string_view handle, chat::Now now);
    /// The key of a ring that is over.
    void revoke(const std::string& key) { entries_.erase(key); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        Grant grant;
        chat::Now expires;
    };
    void forget_old(chat::Now now);

    Random random_;
    std::chrono::milliseconds lifetime_;
    std::unordered_map<std::string, Entry> entries_;
    std::deque<std::pair<chat::Now, std::string>> by_age_;
};

}  // namespace patchcord::msn
