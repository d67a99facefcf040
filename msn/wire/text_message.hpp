#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "chat_core/ports/grapheme_breaker.hpp"
#include "chat_core/styled_text.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// Reads a message of the type text/plain: the body in UTF-8 with LF between lines and without other controls, all of
/// it in the style of X-MMS-IM-Format.
[[nodiscard]] chat::StyledText parse_text(const MimeMessage& message);

struct TextOptions {
    /// Shown as the sender's name by MSN Messenger 7 and later (P4-Context) instead of the contact's; empty: not sent.
    std::string_view name = {};
    /// The longest payload in bytes; less than least_text_payload counts as that.
    std::size_t max_payload = max_message_payload;
    /// Where a long text may be cut; nullptr: between any two code points.
    const chat::GraphemeBreaker* graphemes = nullptr;
};

inline constexpr std::size_t least_text_payload = 1024;
/// P4-Context: the rest of a longer name is left out.
inline constexpr std::size_t max_context_name_bytes = 129;

/// The payloads that carry `styled`; none for an empty text.
///
/// A style crosses when it covers all of the text, for MSN formats whole messages. What does not fit into one payload
/// goes on in the next: after a line when one ends in the last half (the line end is then left out), else behind a
/// space in the last half, else between grapheme clusters.
[[nodiscard]] std::vector<std::string> format_text(const chat::StyledText& styled, const TextOptions& options = {});

/// The same in one payload, however long: for what is then cut into chunks.
[[nodiscard]] std::string format_whole_text(const chat::StyledText& styled, const TextOptions& options = {});

/// What someone does who typed `/me does it`: the text behind "/me "; nothing for any other text and for an empty deed.
[[nodiscard]] std::optional<std::string_view> action_in(std::string_view text);

/// The inverse for those whose clients know no actions: `*ana waves*` in italics, as people write it who have no other
/// way.
[[nodiscard]] chat::StyledText action_text(std::string_view name, const chat::StyledText& deed);

/// A text that waited, with the time it was sent in front: MSNP has no place for it.
[[nodiscard]] std::string with_date(chat::WallTime sent_at, std::string_view text);

}  // namespace patchcord::msn
