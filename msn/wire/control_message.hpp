#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// What the payload of an MSG is, by its Content-Type and, for datacasts, its first field.
enum class BodyKind {
    text,          // text/plain
    typing,        // text/x-msmsgscontrol with TypingUser
    nudge,         // text/x-msnmsgr-datacast, ID 1
    datacast,      // any other ID
    client_caps,   // text/x-clientcaps: which client, and whether it keeps a log
    invitation,    // text/x-msmsgsinvite: files, voice, applications
    p2p,           // application/x-msnmsgrp2p
    emoticon,      // text/x-mms-emoticon, text/x-mms-animemoticon
    ink,           // image/gif, application/x-ms-ink: handwriting
    profile,       // text/x-msmsgsprofile: from a notification server only
    notification,  // mail and maintenance (text/x-msmsgs…notification, application/x-msmsgssystemmessage): likewise
    other,         // to be ignored without a word
};

[[nodiscard]] BodyKind classify(const MimeMessage& message);

/// Whose typing this message tells; nothing when it is no typing notice. A claim: the sender of the MSG is who counts.
[[nodiscard]] std::optional<std::string_view> parse_typing(const MimeMessage& message);
[[nodiscard]] std::string format_typing(std::string_view handle);

/// The IDs of text/x-msnmsgr-datacast; 0 for one that nobody uses.
enum class DatacastId : std::uint8_t { unknown = 0, nudge = 1, wink = 2, voice_clip = 3, action = 4 };

struct Datacast {
    DatacastId id = DatacastId::unknown;
    std::string_view data;  ///< wink, voice clip: an msnobj; action: text shown as what somebody does
    friend bool operator==(const Datacast&, const Datacast&) = default;
};

/// Nothing when it is no datacast. A nudge's body comes with one line end, with two or with none.
[[nodiscard]] std::optional<Datacast> parse_datacast(const MimeMessage& message);
/// Line ends in `data` become spaces; no Data field when it is empty.
[[nodiscard]] std::string format_datacast(const Datacast& datacast);

/// Tells the others in a switchboard which client this is and that it keeps a log: the only place where MSN has a word
/// for it.
[[nodiscard]] std::string format_client_caps(std::string_view client_name, bool keeps_log);

}  // namespace patchcord::msn
