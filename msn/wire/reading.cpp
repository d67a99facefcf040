#include "msn/wire/reading.hpp"

#include "msn/wire/charset.hpp"
#include "msn/wire/file_invitation.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

/// What somebody does who typed "/me does it", or chose an action in the client.
chat::StyledText decode_action(const MimeMessage& mime) {
    if (const auto datacast = parse_datacast(mime)) return chat::StyledText(clean_text(to_utf8(datacast->data, {})));
    const chat::StyledText text = parse_text(mime);
    chat::StyledText deed;
    if (const auto action = action_in(text.text())) deed.append(*action, text.uniform_style().value_or(chat::Style{}));
    return deed;
}

/// What only MSN clients can show is named to the others.
chat::StyledText decode_object(const MimeMessage& mime) {
    if (classify(mime) == BodyKind::ink) return chat::StyledText("sends something drawn by hand");
    const auto datacast = parse_datacast(mime);
    if (!datacast) return {};
    switch (datacast->id) {
        case DatacastId::wink: return chat::StyledText("sends a wink");
        case DatacastId::voice_clip: return chat::StyledText("sends a voice clip");
        default: return {};
    }
}

chat::StyledText decode_file(const MimeMessage& mime) {
    const auto file = parse_file_invitation(mime);
    return file ? chat::StyledText(describe(*file)) : chat::StyledText();
}

}  // namespace

Reading reading_of(BodyKind kind, const MimeMessage& mime) {
    switch (kind) {
        case BodyKind::text:
            if (action_in(mime.body)) return {chat::MessageKind::action, decode_action};
            return {chat::MessageKind::text, parse_text};
        case BodyKind::nudge: return {chat::MessageKind::nudge, Reading::decode_none};
        case BodyKind::datacast: {
            const auto datacast = parse_datacast(mime);
            if (datacast && datacast->id == DatacastId::action) return {chat::MessageKind::action, decode_action};
            if (datacast && datacast->id != DatacastId::unknown) return {chat::MessageKind::action, decode_object};
            return {};
        }
        case BodyKind::ink: return {chat::MessageKind::action, decode_object};
        case BodyKind::invitation:
            if (parse_file_invitation(mime)) return {chat::MessageKind::action, decode_file};
            return {};
        default: return {};
    }
}

}  // namespace patchcord::msn
