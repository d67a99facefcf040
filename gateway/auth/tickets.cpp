#include "gateway/auth/tickets.hpp"

#include <sodium.h>

#include "msn/wire/passport.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t random_bytes = 16;

std::string random_token() {
    std::array<unsigned char, random_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<char, sodium_base64_ENCODED_LEN(random_bytes, variant)> text{};
    return sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
}

}  // namespace

Tickets::Hash Tickets::hash_of(std::string_view token) {
    Hash hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                       nullptr, 0);
    return hash;
}

std::string Tickets::issue(std::string_view handle) {
    forget_old();
    const std::string token = random_token();
    const Hash hash = hash_of(token);
    tickets_[hash] = {std::string(handle), scheduler_.now() + options_.lifetime};
    by_age_.push_back(hash);
    return msn::format_ticket({token, ""});
}

std::optional<std::string> Tickets::redeem(std::string_view ticket) {
    const auto parsed = msn::parse_ticket(ticket);
    if (!parsed) return std::nullopt;
    auto found = tickets_.extract(hash_of(parsed->token));
    if (found.empty() || found.mapped().expires <= scheduler_.now()) return std::nullopt;
    return std::move(found.mapped().handle);
}

/// Makes room for one more.
void Tickets::forget_old() {
    const chat::Now now = scheduler_.now();
    while (!by_age_.empty()) {
        const auto oldest = tickets_.find(by_age_.front());
        const bool of_use = oldest != tickets_.end() && oldest->second.expires > now;
        if (of_use && by_age_.size() < options_.max_tickets) return;
        if (oldest != tickets_.end()) tickets_.erase(oldest);
        by_age_.pop_front();
    }
}

}  // namespace patchcord::gateway
