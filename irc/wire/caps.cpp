#include "irc/wire/caps.hpp"

#include <algorithm>
#include <array>

namespace patchcord::irc {
namespace {

constexpr std::array table{
    CapInfo{"account-notify", Cap::account_notify, "account-notify"},
    CapInfo{"account-tag", Cap::account_tag, "account-tag"},
    CapInfo{"away-notify", Cap::away_notify, "away-notify"},
    CapInfo{"batch", Cap::batch, "batch"},
    CapInfo{"cap-notify", Cap::cap_notify, "capability-negotiation"},
    CapInfo{"chghost", Cap::chghost, "chghost"},
    CapInfo{"draft/account-registration", Cap::account_registration, "account-registration"},
    CapInfo{"draft/channel-rename", Cap::channel_rename, "channel-rename"},
    CapInfo{"draft/chathistory", Cap::chathistory, "chathistory"},
    CapInfo{"draft/event-playback", Cap::event_playback, "chathistory"},
    CapInfo{"draft/extended-isupport", Cap::extended_isupport, "extended-isupport"},
    CapInfo{"draft/message-redaction", Cap::message_redaction, "message-redaction"},
    CapInfo{"draft/metadata-2", Cap::metadata, "metadata"},
    CapInfo{"draft/multiline", Cap::multiline, "multiline"},
    CapInfo{"draft/pre-away", Cap::pre_away, "pre-away"},
    CapInfo{"draft/read-marker", Cap::read_marker, "read-marker"},
    CapInfo{"echo-message", Cap::echo_message, "echo-message"},
    CapInfo{"extended-join", Cap::extended_join, "extended-join"},
    CapInfo{"extended-monitor", Cap::extended_monitor, "extended-monitor"},
    CapInfo{"invite-notify", Cap::invite_notify, "invite-notify"},
    CapInfo{"labeled-response", Cap::labeled_response, "labeled-response"},
    CapInfo{"message-tags", Cap::message_tags, "message-tags"},
    CapInfo{"multi-prefix", Cap::multi_prefix, "multi-prefix"},
    CapInfo{"no-implicit-names", Cap::no_implicit_names, "no-implicit-names"},
    CapInfo{"sasl", Cap::sasl, "sasl-3.2"},
    CapInfo{"server-time", Cap::server_time, "server-time"},
    CapInfo{"setname", Cap::setname, "setname"},
    CapInfo{"standard-replies", Cap::standard_replies, "standard-replies"},
    CapInfo{"userhost-in-names", Cap::userhost_in_names, "userhost-in-names"},
};

}  // namespace

std::span<const CapInfo> all_caps() {
    return table;
}

std::optional<Cap> find_cap(std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const CapInfo& info) { return info.name == name; });
    if (found == table.end()) return std::nullopt;
    return found->cap;
}

}  // namespace patchcord::irc
