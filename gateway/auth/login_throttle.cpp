#include "gateway/auth/login_throttle.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace patchcord::gateway {

std::string network_of(std::string_view address) {
    boost::system::error_code bad;
    const auto parsed = boost::asio::ip::make_address(std::string(address), bad);
    if (bad || !parsed.is_v6()) return std::string(address);
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6(bytes).to_string();
}

bool LoginThrottle::begin(std::string_view address, chat::Now now) {
    return entry_for(address).bucket.take(rate_, now);
}

void LoginThrottle::forgive(std::string_view address, chat::Now now) {
    entry_for(address).bucket.charge(rate_, now, -1);
}

std::chrono::milliseconds LoginThrottle::wait(std::string_view address) const {
    const auto found = by_network_.find(network_of(address));
    return found == by_network_.end() ? std::chrono::milliseconds(0) : found->second->bucket.wait(rate_);
}

LoginThrottle::Entry& LoginThrottle::entry_for(std::string_view address) {
    std::string network = network_of(address);
    if (const auto found = by_network_.find(network); found != by_network_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return entries_.front();
    }
    if (entries_.size() >= max_addresses_ && !entries_.empty()) {
        by_network_.erase(entries_.back().network);
        entries_.pop_back();
    }
    entries_.push_front({std::move(network), chat::TokenBucket(rate_.burst)});
    by_network_.emplace(entries_.front().network, entries_.begin());
    return entries_.front();
}

}  // namespace patchcord::gateway
