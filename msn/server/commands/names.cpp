#include <algorithm>
#include <array>

#include "msn/server/commands/commands.hpp"
#include "msn/server/sync.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn::commands {
namespace {

constexpr std::array<std::string_view, 7> known_properties{"HSB", "MBE", "MOB", "PHH", "PHM", "PHW", "WWE"};
constexpr std::string_view friendly_name_property = "MFN";

/// The friendly name in a parameter; empty when it is none.
std::string friendly_name(std::string_view param) {
    return param.size() > max_encoded_name_bytes ? std::string() : parse_name(param);
}

void answer(NotificationSession& session, std::string_view verb, std::string_view trid,
            const std::function<void(CommandBuilder&)>& rest) {
    session.emit([&](CommandBuilder& line) {
        line.verb(verb).param(trid);
        add_version(line, session);
        rest(line);
        line.finish();
    });
}

/// REA of oneself, PRP MFN. `subject`: whose name it is, in the command's words.
void rename_oneself(NotificationSession& session, const Command& command, std::string_view subject,
                    std::string_view new_name) {
    const std::string name = friendly_name(new_name);
    if (name.empty()) {
        session.error(ErrorCode::invalid_friendly_name, command.param(0));
        return;
    }
    AccountSettings settings = session.principal().contacts().settings();
    settings.friendly_name = name;
    const std::string trid(command.param(0));
    store_settings(session, trid, settings,
                   [&session, trid, name, verb = std::string(command.verb), who = std::string(subject)] {
                       answer(session, verb, trid, [&](CommandBuilder& line) { line.param(who).name(name, who); });
                       session.principal().friendly_name_changed();
                   });
}

void rename_contact(NotificationSession& session, const Command& command, const Planned<Contact>& planned,
                    std::function<void(CommandBuilder&, const Contact&)> describe) {
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, command.param(0));
        return;
    }
    const Contact contact = std::get<Contact>(planned);
    const std::string trid(command.param(0));
    store_contact(session, trid, contact,
                  [&session, contact, trid, verb = std::string(command.verb), describe = std::move(describe)] {
                      answer(session, verb, trid, [&](CommandBuilder& line) { describe(line, contact); });
                  });
}

/// BPR to friends who are signed in: a telephone number is another now.
void tell_friends(NotificationSession& session, std::string_view key, std::string_view value) {
    const auto shown = shown_properties();
    if (std::find(shown.begin(), shown.end(), key) == shown.end()) return;
    constexpr Dialect first_with_properties{5};
    const Principal& me = session.principal();
    for (const auto& [handle, name] : me.contacts().reverse()) {
        const Principal* other = session.server().find_principal(handle);
        if (other == nullptr || !me.allows(handle) || other->session().dialect() < first_with_properties) continue;
        if (!other->session().synchronized()) continue;
        other->session().emit([&](CommandBuilder& line) {
            line.verb("BPR");
            add_version(line, other->session());
            line.param(me.handle()).param(key).encoded(value).finish();
        });
    }
}

}  // namespace

void rea(NotificationSession& session, const Command& command) {
    const auto handle = parse_handle(command.param(1));
    if (!handle) {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    if (*handle == session.principal().handle()) {
        rename_oneself(session, command, *handle, command.param(2));
        return;
    }
    rename_contact(session, command,
                   session.principal().contacts().plan_rename(*handle, friendly_name(command.param(2))),
                   [](CommandBuilder& line, const Contact& contact) {
                       line.param(contact.handle).name(contact.name, contact.handle);
                   });
}

void sbp(NotificationSession& session, const Command& command) {
    const ContactList& list = session.principal().contacts();
    const Contact* contact = list.find_by_guid(command.param(1));
    if (contact == nullptr || command.param(2) != friendly_name_property) {
        session.error(contact == nullptr ? ErrorCode::not_on_list : ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    rename_contact(session, command, list.plan_rename(contact->handle, friendly_name(command.param(3))),
                   [](CommandBuilder& line, const Contact& renamed) {
                       line.param(renamed.guid).param(friendly_name_property).name(renamed.name, renamed.handle);
                   });
}

void prp(NotificationSession& session, const Command& command) {
    const std::string_view key = command.param(1);
    if (key == friendly_name_property && group_style(session.dialect()) == GroupStyle::by_guid) {
        rename_oneself(session, command, key, command.param(2));
        return;
    }
    const bool known = std::find(known_properties.begin(), known_properties.end(), key) != known_properties.end();
    if (!known || command.param(2).size() > max_property_bytes) {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    const std::string value = parse_name(command.param(2));
    AccountSettings settings = session.principal().contacts().settings();
    if (value.empty()) {
        settings.properties.erase(std::string(key));
    } else {
        settings.properties[std::string(key)] = value;
    }
    const std::string trid(command.param(0));
    store_settings(session, trid, std::move(settings), [&session, trid, value, key = std::string(key)] {
        answer(session, "PRP", trid, [&](CommandBuilder& line) { line.param(key).encoded(value); });
        tell_friends(session, key, value);
    });
}

}  // namespace patchcord::msn::commands
