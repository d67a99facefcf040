#include <charconv>

#include "msn/server/commands/commands.hpp"

namespace patchcord::msn::commands {

AccountStore::Done stored(NotificationSession& session, std::string trid, std::function<void()> then) {
    return session.when_answered<std::error_code>(
        [&session, trid = std::move(trid), then = std::move(then)](std::error_code error) {
            if (error) {
                session.error(ErrorCode::database_error, trid);
            } else {
                then();
            }
        });
}

void store_settings(NotificationSession& session, std::string trid, AccountSettings settings,
                    std::function<void()> then) {
    ContactList& list = session.principal().contacts();
    session.server().store().save_settings(list.owner(), settings, list.next_version(),
                                           stored(session, std::move(trid), [&list, settings, then = std::move(then)] {
                                               list.apply(settings);
                                               then();
                                           }));
}

void store_contact(NotificationSession& session, std::string trid, Contact contact, std::function<void()> then) {
    ContactList& list = session.principal().contacts();
    auto done = stored(session, std::move(trid), [&list, contact, then = std::move(then)] {
        list.apply(contact);
        then();
    });
    AccountStore& store = session.server().store();
    if (contact.lists == 0) {
        store.remove_contact(list.owner(), contact.handle, list.next_version(), std::move(done));
    } else {
        store.save_contact(list.owner(), contact, list.next_version(), std::move(done));
    }
}

void add_version(CommandBuilder& line, const NotificationSession& session) {
    if (group_style(session.dialect()) == GroupStyle::numbered) line.param(session.principal().contacts().version());
}

ContactLimits limits_of(const NotificationSession& session) {
    return {session.options().max_contacts, session.options().max_groups};
}

void refuse(NotificationSession& session, ErrorCode code, std::string_view trid) {
    if (code == ErrorCode::list_full) session.limit_hit(Limit::contacts);
    if (code == ErrorCode::too_many_groups) session.limit_hit(Limit::groups);
    session.error(code, trid);
}

std::optional<unsigned> parse_number(std::string_view text) {
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

const std::map<std::string, std::string>* properties_of(NotificationSession& session, std::string_view handle) {
    const Principal* person = session.server().find_principal(handle);
    if (person == nullptr || !person->allows(session.principal().handle())) return nullptr;
    return &person->contacts().settings().properties;
}

}  // namespace patchcord::msn::commands
