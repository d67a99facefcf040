#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/message.hpp"
#include "chat_core/name_rules.hpp"

namespace patchcord::chat {

/// What a mask begins with that is matched against accounts instead of `nick!user@host`.
inline constexpr std::string_view account_mask = "~a:";

/// A mask (`nick!user@host`, or `~a:account`, with `*` and `?`) in one of a group's lists.
struct MaskEntry {
    std::string mask;
    std::string set_by;
    WallTime set_at{};
};

using MaskList = std::vector<MaskEntry>;

/// Who may come in, who may speak, and who may change the topic.
struct GroupPolicy {
    bool invite_only = false;
    bool moderated = false;    // only members with a role may speak
    bool members_only = true;  // nobody may speak from outside
    bool secret = false;       // not listed to those who are not in it
    bool topic_locked = true;  // only operators set the topic
    std::string key;           // empty: none
    std::uint32_t limit = 0;   // members; 0: none
    MaskList bans;
    MaskList ban_exemptions;
    MaskList invite_exemptions;
};

enum class Setting : std::uint8_t {
    invite_only,
    moderated,
    members_only,
    secret,
    topic_locked,
    key,
    limit,
    ban,
    ban_exemption,
    invite_exemption,
    op,
    voice,
};

/// One change of a group's settings. `argument` is the key, limit or mask; `member` the one whose role changes.
struct SettingChange {
    Setting setting{};
    bool on = true;
    std::string argument;
    User* member = nullptr;
};

/// Is a list setting (bans and the two kinds of exemption)? Then its list within `policy`, else nullptr.
[[nodiscard]] MaskList* mask_list(GroupPolicy& policy, Setting setting);
[[nodiscard]] const MaskList* mask_list(const GroupPolicy& policy, Setting setting);

/// Does any entry match somebody of that `nick!user@host`, or account? Who has logged in to none (empty) matches no
/// mask for accounts.
[[nodiscard]] bool any_match(const MaskList& list, std::string_view identity, std::string_view account,
                             const FoldTable& fold);

/// Changes everything but lists and roles. False when it was so already.
bool apply_flag(GroupPolicy& policy, const SettingChange& change);

}  // namespace patchcord::chat
