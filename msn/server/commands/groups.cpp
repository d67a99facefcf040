#include "msn/server/commands/commands.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn::commands {
namespace {

bool by_guid(const NotificationSession& session) {
    return group_style(session.dialect()) == GroupStyle::by_guid;
}

/// The number of the group a command speaks of, in the dialect's way.
std::optional<unsigned> find_number(NotificationSession& session, std::string_view param) {
    if (!by_guid(session)) return parse_number(param);
    const ContactList& list = session.principal().contacts();
    const ContactGroup* group = list.find_group(param);
    if (group == nullptr) group = list.find_group(parse_name(param));
    return group == nullptr ? std::nullopt : std::optional(group->number);
}

/// Stores what was planned and answers with the verb, the TrID, the version, and what `describe` adds.
void save(NotificationSession& session, const Command& command, const Planned<ContactGroup>& planned,
          std::function<void(CommandBuilder&, const ContactGroup&)> describe) {
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, command.param(0));
        return;
    }
    const ContactGroup group = std::get<ContactGroup>(planned);
    ContactList& list = session.principal().contacts();
    session.server().store().save_group(list.owner(), group, list.next_version(),
                                        stored(session, std::string(command.param(0)),
                                               [&session, group, verb = std::string(command.verb),
                                                trid = std::string(command.param(0)), describe = std::move(describe)] {
                                                   session.principal().contacts().apply(group);
                                                   session.emit([&](CommandBuilder& line) {
                                                       line.verb(verb).param(trid);
                                                       add_version(line, session);
                                                       describe(line, group);
                                                       line.finish();
                                                   });
                                               }));
}

}  // namespace

void adg(NotificationSession& session, const Command& command) {
    const bool guid = by_guid(session);
    save(session, command,
         session.principal().contacts().plan_add_group(parse_name(command.param(1)), limits_of(session)),
         [guid](CommandBuilder& line, const ContactGroup& group) {
             line.name(group.name, group.guid);
             if (guid) {
                 line.param(group.guid);
             } else {
                 line.param(group.number).param("0");
             }
         });
}

void reg(NotificationSession& session, const Command& command) {
    const auto number = find_number(session, command.param(1));
    if (!number) {
        session.error(ErrorCode::invalid_group, command.param(0));
        return;
    }
    const bool guid = by_guid(session);
    save(session, command, session.principal().contacts().plan_rename_group(*number, parse_name(command.param(2))),
         [guid](CommandBuilder& line, const ContactGroup& group) {
             if (guid) {
                 line.param(group.guid).name(group.name, group.guid);
             } else {
                 line.param(group.number).name(group.name, group.guid).param("0");
             }
         });
}

void rmg(NotificationSession& session, const Command& command) {
    const auto number = find_number(session, command.param(1));
    ContactList& list = session.principal().contacts();
    const auto planned = number ? list.plan_remove_group(*number) : ErrorCode::invalid_group;
    if (const auto* refused = std::get_if<ErrorCode>(&planned)) {
        refuse(session, *refused, command.param(0));
        return;
    }
    const ContactGroup group = std::get<ContactGroup>(planned);
    session.server().store().remove_group(
        list.owner(), group.number, list.next_version(),
        stored(session, std::string(command.param(0)), [&session, &list, group, trid = std::string(command.param(0))] {
            list.remove(group);
            session.emit([&](CommandBuilder& line) {
                line.verb("RMG").param(trid);
                add_version(line, session);
                line.param(by_guid(session) ? group.guid : std::to_string(group.number)).finish();
            });
        }));
}

}  // namespace patchcord::msn::commands
