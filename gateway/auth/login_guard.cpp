#include "gateway/auth/login_guard.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_account = 64;  // nobody is called anything longer

std::string key_of(std::string_view account, std::string_view address) {
    return std::string(account) + "\n" + network_of(address);
}

}  // namespace

void LoginGuard::set_rate(chat::TokenRate rate) {
    by_account_.set_rate({rate.burst * times_an_address, rate.per_second * times_an_address});
}

bool LoginGuard::counts_for_account(std::string_view account, std::string_view address, chat::Now now) const {
    if (account.empty() || account.size() > longest_account) return false;
    const auto found = by_key_.find(key_of(account, address));
    return found == by_key_.end() || now - found->second->at > memory;
}

bool LoginGuard::begin(std::string_view account, std::string_view address, chat::Now now) {
    if (!by_address_.begin(address, now)) return false;
    if (!counts_for_account(account, address, now) || by_account_.begin(account, now)) return true;
    by_address_.forgive(address, now);
    return false;
}

void LoginGuard::forgive(std::string_view account, std::string_view address, chat::Now now) {
    by_address_.forgive(address, now);
    if (counts_for_account(account, address, now)) by_account_.forgive(account, now);
}

void LoginGuard::remember(std::string_view account, std::string_view address, chat::Now now) {
    std::string key = key_of(account, address);
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        known_.splice(known_.begin(), known_, found->second);
        known_.front().at = now;
        return;
    }
    if (known_.size() >= most_remembered_ && !known_.empty()) {
        by_key_.erase(known_.back().key);
        known_.pop_back();
    }
    known_.push_front({std::move(key), now});
    by_key_.emplace(known_.front().key, known_.begin());
}

}  // namespace patchcord::gateway
