#include "gateway/net/connection_limiter.hpp"

#include <algorithm>
#include <string_view>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {

std::size_t ConnectionLimiter::KeyHash::operator()(const Key& key) const {
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(key.data()), key.size()});
}

ConnectionLimiter::Key ConnectionLimiter::key_of(const asio::ip::address& address) {
    Key key{};
    const asio::ip::address meant = unmapped(address);
    if (meant.is_v4()) {
        const auto bytes = meant.to_v4().to_bytes();
        key[0] = 4;
        std::copy(bytes.begin(), bytes.end(), key.begin() + 1);
    } else {
        const auto bytes = meant.to_v6().to_bytes();
        key[0] = 6;
        std::copy_n(bytes.begin(), 8, key.begin() + 1);  // one customer has a /64
    }
    return key;
}

bool ConnectionLimiter::unlimited(const asio::ip::address& address) const {
    const asio::ip::address meant = unmapped(address);
    return std::any_of(limits_.unlimited.begin(), limits_.unlimited.end(),
                       [&](const asio::ip::address& listed) { return unmapped(listed) == meant; });
}

ConnectionLimiter::Entry& ConnectionLimiter::entry_of(const asio::ip::address& address, chat::Now now) {
    if (addresses_.size() >= forget_at_) forget_old(now);
    return addresses_.try_emplace(key_of(address), Entry{0, 0, now}).first->second;
}

std::optional<Refusal> ConnectionLimiter::admit(const asio::ip::address& from, chat::Now now) {
    if (full()) return Refusal::clients;
    const auto refused = take_slot(from, now);
    if (!refused) ++size_;
    return refused;
}

std::optional<Refusal> ConnectionLimiter::admit_proxy(const asio::ip::address& from, chat::Now now) {
    if (full()) return Refusal::clients;
    ++entry_of(from, now).open;
    ++size_;
    return std::nullopt;
}

std::optional<Refusal> ConnectionLimiter::move(const asio::ip::address& from, const asio::ip::address& to,
                                               chat::Now now) {
    --addresses_[key_of(from)].open;  // first, or it would stand in its own way
    if (const auto refused = take_slot(to, now)) {
        ++addresses_[key_of(from)].open;
        return refused;
    }
    return std::nullopt;
}

std::optional<Refusal> ConnectionLimiter::take_slot(const asio::ip::address& from, chat::Now now) {
    Entry& entry = entry_of(from, now);
    if (now - entry.window_began >= limits_.window) {
        entry.window_began = now;
        entry.connects = 0;
    }
    if (!unlimited(from)) {
        ++entry.connects;
        if (limits_.connects_per_address != 0 && entry.connects > limits_.connects_per_address)
            return Refusal::connects_per_address;
        if (limits_.per_address != 0 && entry.open >= limits_.per_address) return Refusal::clients_per_address;
    }
    ++entry.open;
    return std::nullopt;
}

void ConnectionLimiter::released(const asio::ip::address& from) {
    --size_;
    --addresses_[key_of(from)].open;
}

void ConnectionLimiter::forget_old(chat::Now now) {
    std::erase_if(addresses_, [&](const auto& entry) {
        return entry.second.open == 0 && now - entry.second.window_began >= limits_.window;
    });
    forget_at_ = std::max<std::size_t>(1024, addresses_.size() * 2);
}

}  // namespace patchcord::gateway
