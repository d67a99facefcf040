#include "chat_core/group_policy.hpp"

#include <algorithm>
#include <charconv>

#include "chat_core/mask.hpp"

namespace patchcord::chat {
namespace {

template <class T>
bool assign(T& field, T value) {
    if (field == value) return false;
    field = std::move(value);
    return true;
}

std::uint32_t parse_limit(const SettingChange& change) {
    std::uint32_t limit = 0;
    if (change.on) std::from_chars(change.argument.data(), change.argument.data() + change.argument.size(), limit);
    return limit;
}

}  // namespace

const MaskList* mask_list(const GroupPolicy& policy, Setting setting) {
    switch (setting) {
        case Setting::ban: return &policy.bans;
        case Setting::ban_exemption: return &policy.ban_exemptions;
        case Setting::invite_exemption: return &policy.invite_exemptions;
        default: return nullptr;
    }
}

MaskList* mask_list(GroupPolicy& policy, Setting setting) {
    return const_cast<MaskList*>(mask_list(static_cast<const GroupPolicy&>(policy), setting));
}

bool any_match(const MaskList& list, std::string_view identity, std::string_view account, const FoldTable& fold) {
    return std::any_of(list.begin(), list.end(), [&](const MaskEntry& entry) {
        const std::string_view mask = entry.mask;
        if (!mask.starts_with(account_mask)) return matches_mask(mask, identity, fold);
        return !account.empty() && matches_mask(mask.substr(account_mask.size()), account, fold);
    });
}

bool apply_flag(GroupPolicy& policy, const SettingChange& change) {
    switch (change.setting) {
        case Setting::invite_only: return assign(policy.invite_only, change.on);
        case Setting::moderated: return assign(policy.moderated, change.on);
        case Setting::members_only: return assign(policy.members_only, change.on);
        case Setting::secret: return assign(policy.secret, change.on);
        case Setting::topic_locked: return assign(policy.topic_locked, change.on);
        case Setting::key: return assign(policy.key, change.on ? change.argument : std::string());
        case Setting::limit: return assign(policy.limit, parse_limit(change));
        default: return false;
    }
}

}  // namespace patchcord::chat
