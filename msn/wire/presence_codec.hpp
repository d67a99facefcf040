#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/presence.hpp"

namespace patchcord::msn {

/// The states of CHG, ILN, NLN and FLN.
enum class Status : std::uint8_t {
    online,
    busy,
    idle,
    be_right_back,
    away,
    on_the_phone,
    out_to_lunch,
    hidden,
    offline
};

/// Reads a code such as NLN; nothing for an unknown one, in lower case too: a server takes that for a fault of the
/// client, a client for AWY.
[[nodiscard]] std::optional<Status> parse_status(std::string_view code);
[[nodiscard]] std::string_view format_status(Status status);

/// In English, as IRC shows it: "Online", "Busy", "Be right back".
[[nodiscard]] std::string_view describe(Status status);

/// Nothing for hidden and offline, which others see as the same.
[[nodiscard]] std::optional<chat::Availability> availability_of(Status status);
/// What somebody is shown as. Who is away and says why in words that begin with lunch, phone, brb, busy and their like
/// is shown as that: IRC has one kind of away.
[[nodiscard]] Status status_of(const chat::Presence& presence);

/// A person's own words and what they listen to or play: the payload of UUX and UBX (MSNP11 and later).
struct PersonalMessage {
    std::string text;   ///< PSM
    std::string media;  ///< CurrentMedia, as sent: fields with `\0` (two characters) between them
    friend bool operator==(const PersonalMessage&, const PersonalMessage&) = default;
};

/// Of each of both; the official client lets people write 129 characters. Longer ones are cut.
inline constexpr std::size_t max_personal_message_bytes = 1024;

/// Reads `<Data><PSM>…</PSM><CurrentMedia>…</CurrentMedia></Data>`: what is missing or malformed is empty, other
/// elements are passed over, characters given as `&name;` or by number are resolved, nothing else of XML is obeyed. The
/// words are UTF-8 in one line.
[[nodiscard]] PersonalMessage parse_personal_message(std::string_view payload);
[[nodiscard]] std::string format_personal_message(const PersonalMessage& message);

}  // namespace patchcord::msn
