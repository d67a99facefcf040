#pragma once

#include "chat_core/message.hpp"
#include "chat_core/styled_text.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// What somebody's message says to people of other protocols.
struct Reading {
    chat::MessageKind kind = chat::MessageKind::native;            ///< native: nothing
    chat::StyledText (*decode)(const MimeMessage&) = decode_none;  ///< the words of a text or an action

    static chat::StyledText decode_none(const MimeMessage&) { return {}; }
};

/// Text that begins with `/me ` is an action. What only MSN clients can show (a wink, ink, an offered file) becomes an
/// action that names it.
[[nodiscard]] Reading reading_of(BodyKind kind, const MimeMessage& mime);

}  // namespace patchcord::msn
