#include "msn/server/commands/commands.hpp"
#include "msn/server/render.hpp"
#include "msn/server/sync.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn::commands {
namespace {

using Describe = std::function<void(CommandBuilder&, const Contact&)>;

/// Somebody who is to be put on a list.
struct Addition {
    std::string verb;
    std::string trid;
    ListBits list;
    std::string handle;
    std::string name;
    std::optional<unsigned> group;
    Describe describe;  // the answer, behind the name of the list
};

GroupStyle style_of(const NotificationSession& session) {
    return group_style(session.dialect());
}

bool is_editable(ListBits list) {
    return list == list_forward || list == list_allow || list == list_block;
}

ErrorCode unknown_user(const NotificationSession& session) {
    return style_of(session) == GroupStyle::by_guid ? ErrorCode::invalid_handle : ErrorCode::invalid_user;
}

Planned<Contact> plan(const NotificationSession& session, const Addition& addition) {
    return session.principal().contacts().plan_add(addition.list, addition.handle, addition.name, addition.group,
                                                   style_of(session), limits_of(session));
}

/// Can `handle` be put on a list? Nothing when only the store knows.
std::optional<bool> exists(NotificationSession& session, const std::string& handle) {
    const ContactList& list = session.principal().contacts();
    const Directory& directory = session.server().directory();
    if (list.lists_of(handle) != 0 || handle == list.owner()) return true;
    if (directory.is_person(handle)) return session.server().service().is_user_name(directory.nick_of(handle));
    if (!directory.is_room(handle)) return std::nullopt;
    const chat::Group* room = directory.find_room(handle);
    if (room == nullptr) return false;
    const chat::User* me = session.principal().user();
    return !room->policy().secret || (me != nullptr && room->has(*me));
}

/// The telephone numbers of somebody who was just added.
void send_properties(NotificationSession& session, const std::string& handle) {
    constexpr Dialect first_with_properties{5};
    if (session.dialect() < first_with_properties) return;
    const bool only_set = style_of(session) == GroupStyle::by_guid;
    const auto* properties = properties_of(session, handle);
    for (const std::string_view key : shown_properties()) {
        const std::string_view value = find_property(properties, key);
        if (value.empty() && only_set) continue;
        session.emit([&](CommandBuilder& line) {
            line.verb("BPR");
            add_version(line, session);
            line.param(handle).param(key).encoded(value).finish();
        });
    }
}

/// Somebody on IRC is asked what they think of it, unless they have said so already.
void ask_person(NotificationSession& session, const std::string& handle) {
    const chat::User* person = session.server().directory().find_person(handle);
    const Principal& me = session.principal();
    if (person == nullptr || person->client() == nullptr || person->roster_awaited()) return;
    if (person->roster().find(me.handle()) == nullptr)
        person->client()->contact_request(me.handle(), me.friendly_name());
}

void show_new_contact(NotificationSession& session, const std::string& handle, std::string_view trid) {
    Principal& me = session.principal();
    me.contact_added(handle);
    if (Principal* other = session.server().find_principal(handle)) {
        other->session().reverse_added(me.handle(), me.friendly_name());
    }
    ask_person(session, handle);
    const auto presence = me.visible_contact(handle);
    if (!presence) return;
    send_properties(session, handle);
    session.send(render_initial_presence(session.dialect(), trid, *presence));
}

void store_addition(NotificationSession& session, const Addition& addition) {
    const auto planned = plan(session, addition);
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, addition.trid);
        return;
    }
    const Contact contact = std::get<Contact>(planned);
    const bool shown = session.principal().contacts().is_on(list_forward, contact.handle);
    store_contact(session, addition.trid, contact, [&session, addition, contact, shown] {
        session.emit([&](CommandBuilder& line) {
            line.verb(addition.verb).param(addition.trid).param(format_list(addition.list));
            addition.describe(line, contact);
            line.finish();
        });
        if (addition.list != list_forward) {
            session.principal().privacy_changed();
        } else if (!shown) {
            show_new_contact(session, contact.handle, addition.trid);
        }
    });
}

void add_contact(NotificationSession& session, const Addition& addition) {
    const bool oneself = addition.list == list_forward && addition.handle == session.principal().handle();
    const auto planned = oneself ? ErrorCode::invalid_parameter : plan(session, addition);
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, addition.trid);
        return;
    }
    const std::optional<bool> known = exists(session, addition.handle);
    if (known && *known) {
        store_addition(session, addition);
    } else if (known) {
        session.error(unknown_user(session), addition.trid);
    } else {
        session.server().store().exists(
            addition.handle, session.when_answered<chat::Result<bool>>([&session, addition](chat::Result<bool> found) {
                if (!found) {
                    session.error(ErrorCode::database_error, addition.trid);
                } else if (!*found) {
                    session.error(unknown_user(session), addition.trid);
                } else {
                    store_addition(session, addition);
                }
            }));
    }
}

/// The parameters of ADC: `N=` handle, `F=` name, `C=` GUID, and a group's GUID without a mark.
struct AdcFields {
    std::string_view handle;
    std::string_view name;
    std::string_view guid;
    std::string_view group;
};

AdcFields read_fields(const Command& command) {
    AdcFields fields;
    for (const std::string_view param : command.params().subspan(2)) {
        if (param.starts_with("N=")) {
            fields.handle = param.substr(2);
        } else if (param.starts_with("F=")) {
            fields.name = param.substr(2);
        } else if (param.starts_with("C=")) {
            fields.guid = param.substr(2);
        } else {
            fields.group = param;
        }
    }
    return fields;
}

/// A client that has shown its user who is new on RL says so: nothing changes.
void confirm_reverse(NotificationSession& session, const Command& command, const std::string& handle) {
    if (!session.principal().contacts().is_on(list_reverse, handle)) {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    session.emit([&](CommandBuilder& line) {
        line.verb(command.verb).param(command.param(0)).param(command.param(1)).param("N=" + handle).finish();
    });
}

Describe describe_adc(const AdcFields& fields, bool forward) {
    return [by_guid = fields.handle.empty(), forward, group = std::string(fields.group)](CommandBuilder& line,
                                                                                         const Contact& contact) {
        if (!by_guid) line.param("N=" + contact.handle);
        if (!by_guid && forward) line.param(format_name_field(contact.name, contact.handle));
        if (forward) line.param("C=" + contact.guid).param(group);
    };
}

/// The number of a group as a parameter names it; nothing for no such group.
std::optional<unsigned> find_group(const NotificationSession& session, std::string_view param) {
    if (style_of(session) == GroupStyle::numbered) return parse_number(param);
    const ContactGroup* group = session.principal().contacts().find_group(param);
    return group == nullptr ? std::nullopt : std::optional(group->number);
}

bool has_groups(const NotificationSession& session) {
    return session.dialect() >= Dialect(7);
}

/// Whom REM speaks of: on FL, MSNP10 and later have the GUID there.
std::optional<std::string> find_removed(const NotificationSession& session, ListBits list, std::string_view param) {
    if (list != list_forward || style_of(session) == GroupStyle::numbered) return parse_handle(param);
    const Contact* contact = session.principal().contacts().find_by_guid(param);
    return contact == nullptr ? std::nullopt : std::optional(contact->handle);
}

void answer_rem(NotificationSession& session, std::string_view trid, std::string_view list, std::string_view who,
                std::string_view group) {
    session.emit([&](CommandBuilder& line) {
        line.verb("REM").param(trid).param(list);
        add_version(line, session);
        line.param(who).param(group).finish();
    });
}

void tell_removed(NotificationSession& session, ListBits list, const std::string& handle) {
    Principal& me = session.principal();
    if (list != list_forward) {
        me.privacy_changed();
        return;
    }
    if (me.contacts().is_on(list_forward, handle)) return;  // it left a group only
    me.contact_removed(handle);
    if (Principal* other = session.server().find_principal(handle)) other->session().reverse_removed(me.handle());
}

}  // namespace

void add(NotificationSession& session, const Command& command) {
    const auto list = parse_list(command.param(1));
    const auto handle = parse_handle(command.param(2));
    if (!list || !is_editable(*list) || !handle) {
        session.error(ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    const std::string_view group = has_groups(session) && *list == list_forward ? command.param(4) : std::string_view();
    Addition addition{"ADD", std::string(command.param(0)), *list, *handle, parse_name(command.param(3)), {}, {}};
    if (!group.empty()) {
        addition.group = parse_number(group);
        if (!addition.group) {
            session.error(ErrorCode::no_such_group, addition.trid);
            return;
        }
    }
    addition.describe = [&session, group = std::string(group)](CommandBuilder& line, const Contact& contact) {
        line.param(session.principal().contacts().version());
        line.param(contact.handle).name(contact.name, contact.handle).param(group);
    };
    add_contact(session, addition);
}

void adc(NotificationSession& session, const Command& command) {
    const auto list = parse_list(command.param(1));
    const AdcFields fields = read_fields(command);
    const ContactList& contacts = session.principal().contacts();
    const Contact* known = contacts.find_by_guid(fields.guid);
    auto handle = parse_handle(fields.handle);
    if (fields.handle.empty() && known != nullptr) handle = known->handle;
    if (!list || !handle || *list == list_pending) {
        const bool unknown = fields.handle.empty() && !fields.guid.empty();
        session.error(unknown ? ErrorCode::not_on_list : ErrorCode::invalid_parameter, command.param(0));
        return;
    }
    if (*list == list_reverse) {
        confirm_reverse(session, command, *handle);
        return;
    }
    const bool forward = *list == list_forward;
    Addition addition{"ADC", std::string(command.param(0)), *list, *handle, parse_name(fields.name),
                      {},    describe_adc(fields, forward)};
    if (forward && !fields.group.empty()) {
        addition.group = find_group(session, fields.group);
        if (!addition.group) {
            session.error(ErrorCode::no_such_group, addition.trid);
            return;
        }
    }
    add_contact(session, addition);
}

void rem(NotificationSession& session, const Command& command) {
    const std::string_view trid = command.param(0);
    const auto list = parse_list(command.param(1));
    const bool pending = list == list_pending && style_of(session) == GroupStyle::by_guid;
    if (!list || (!is_editable(*list) && !pending)) {
        session.error(ErrorCode::invalid_parameter, trid);
        return;
    }
    const ContactList& contacts = session.principal().contacts();
    const auto handle = find_removed(session, *list, command.param(2));
    if (!handle || (pending && !contacts.is_on(list_reverse, *handle))) {
        session.error(ErrorCode::not_on_list, trid);
        return;
    }
    if (pending) {  // the client has asked its user; the answer is what it does with AL and BL
        answer_rem(session, trid, command.param(1), *handle, {});
        return;
    }
    const std::string_view group = *list == list_forward && has_groups(session) ? command.param(3) : std::string_view();
    const std::optional<unsigned> number = group.empty() ? std::nullopt : find_group(session, group);
    Planned<Contact> planned = contacts.plan_remove(*list, *handle);
    if (!group.empty()) {
        planned =
            number ? contacts.plan_remove_from_group(*handle, *number, style_of(session)) : ErrorCode::invalid_group;
    }
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, trid);
        return;
    }
    store_contact(session, std::string(trid), std::get<Contact>(planned),
                  [&session, list = *list, handle = *handle, trid = std::string(trid),
                   who = std::string(command.param(2)), group = std::string(group)] {
                      answer_rem(session, trid, format_list(list), who, group);
                      tell_removed(session, list, handle);
                  });
}

}  // namespace patchcord::msn::commands
