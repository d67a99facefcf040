#include "msn/server/render.hpp"

#include "chat_core/deceptive_text.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/server.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_capabilities{8};
constexpr Dialect first_with_objects{9};
constexpr Dialect first_with_personal_messages{11};

void add_presence(CommandBuilder& line, Dialect dialect, const ContactPresence& presence) {
    line.param(format_status(presence.status)).param(presence.handle).name(presence.name, presence.handle);
    if (dialect >= first_with_capabilities) line.param(presence.capabilities);
    if (dialect >= first_with_objects) line.param(presence.object);
    line.finish();
}

void add_personal_message(std::string& out, const ContactPresence& presence) {
    CommandBuilder(out).verb("UBX").param(presence.handle).payload(presence.personal_message);
}

/// Has somebody another nick than their handle says?
bool has_other_nick(const chat::User& user, std::string_view handle) {
    return !user.service().same_name(split_handle(handle).local, user.name());
}

/// Old clients show a contact by the name they have on their list: who took another nick is named in each message.
std::string changed_nick(const chat::User& user, const Identity& identity) {
    return has_other_nick(user, identity.handle) ? user.name() : std::string();
}

std::vector<std::string> payloads_of(const Server& server, const chat::Message& message, std::string_view nick) {
    TextOptions options;
    options.name = nick;
    options.graphemes = &server.environment().graphemes;
    switch (message.kind) {
        case chat::MessageKind::text:
        case chat::MessageKind::notice: return format_text(message.text.styled(), options);
        case chat::MessageKind::action:
            return format_text(action_text(message.sender->name(), message.text.styled()), options);
        case chat::MessageKind::nudge: return {format_datacast({DatacastId::nudge, {}})};
        case chat::MessageKind::native: return {};
    }
    return {};
}

void append_payload(std::string& out, const Identity& sender, std::string_view payload) {
    constexpr std::size_t line_size = 64;  // about
    out.reserve(out.size() + line_size + payload.size());
    CommandBuilder(out).verb("MSG").param(sender.handle).name(sender.name, sender.handle).payload(payload);
}

}  // namespace

Identity identity_of(const Server& server, const chat::User& user) {
    if (const Principal* principal = server.find_principal(user)) {
        return {principal->handle(), principal->friendly_name()};
    }
    std::string handle = server.directory().person_handle(user);
    std::string real_name = chat::without_deceptive(user.profile().real_name);
    const bool blank = real_name.find_first_not_of(' ') == std::string::npos;
    if (blank) return {std::move(handle), user.name()};
    if (has_other_nick(user, handle)) real_name = user.name() + " (" + real_name + ")";
    return {std::move(handle), std::move(real_name)};
}

std::string render_initial_presence(Dialect dialect, std::string_view trid, const ContactPresence& presence) {
    std::string out;
    CommandBuilder line(out);
    line.verb("ILN").param(trid);
    add_presence(line, dialect, presence);
    if (dialect >= first_with_personal_messages && !presence.personal_message.empty()) {
        add_personal_message(out, presence);
    }
    return out;
}

std::string render_presence(Dialect dialect, const ContactPresence& presence) {
    std::string out;
    CommandBuilder line(out);
    line.verb("NLN");
    add_presence(line, dialect, presence);
    if (dialect >= first_with_personal_messages) add_personal_message(out, presence);
    return out;
}

std::string render_offline(std::string_view handle) {
    std::string out;
    CommandBuilder(out).verb("FLN").param(handle).finish();
    return out;
}

std::string render_joined(const Server& server, const Identity& who, bool capabilities) {
    std::string out;
    CommandBuilder line(out);
    line.verb("JOI").param(who.handle).name(who.name, who.handle);
    if (capabilities) line.param(server.capabilities_of(who.handle));
    line.finish();
    return out;
}

std::string render_payload(const Identity& sender, std::string_view payload) {
    std::string out;
    append_payload(out, sender, payload);
    return out;
}

std::string render_message(const Server& server, const chat::Message& message) {
    const Identity sender = identity_of(server, *message.sender);
    if (const chat::NativeForm* native = message.text.native(msn_protocol)) {
        return render_payload(sender, native->text);
    }
    std::string out;
    for (const std::string& payload : payloads_of(server, message, changed_nick(*message.sender, sender))) {
        append_payload(out, sender, payload);
    }
    return out;
}

std::string render_stored(const Server& server, const OfflineMessage& message) {
    TextOptions options;
    options.graphemes = &server.environment().graphemes;
    std::string out;
    for (const std::string& payload :
         format_text(chat::StyledText(with_date(message.sent_at, message.text)), options)) {
        append_payload(out, {message.from, message.from_name}, payload);
    }
    return out;
}

std::string render_typing(const Identity& typist) {
    return render_payload(typist, format_typing(typist.handle));
}

}  // namespace patchcord::msn
