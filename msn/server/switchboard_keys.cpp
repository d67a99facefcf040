#include "msn/server/switchboard_keys.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t key_characters = 26;  // 5 bits each: 130

}  // namespace

std::string SwitchboardKeys::issue(Grant grant, chat::Now now) {
    forget_old(now);
    std::string key = random_(key_characters);
    entries_[key] = {std::move(grant), now + lifetime_};
    by_age_.emplace_back(now + lifetime_, key);
    return key;
}

std::optional<SwitchboardKeys::Grant> SwitchboardKeys::redeem(std::string_view key, std::string_view handle,
                                                              chat::Now now) {
    forget_old(now);
    const auto found = entries_.find(std::string(key));
    if (found == entries_.end()) return std::nullopt;
    const Entry entry = std::move(found->second);
    entries_.erase(found);
    if (entry.expires <= now || entry.grant.handle != handle) return std::nullopt;
    return entry.grant;
}

void SwitchboardKeys::forget_old(chat::Now now) {
    while (!by_age_.empty() && by_age_.front().first <= now) {
        entries_.erase(by_age_.front().second);
        by_age_.pop_front();
    }
}

}  // namespace patchcord::msn
