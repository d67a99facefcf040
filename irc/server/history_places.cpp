#include "irc/server/history_places.hpp"

#include "chat_core/history_key.hpp"
#include "irc/server/person.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc {
namespace {

constexpr char guest_mark = '~';  // no account and no address begins with it

std::string guest_identity(const Server& server, std::string_view nick) {
    return guest_mark + chat::folded(nick, server.fold());
}

/// Who is called so, or was when last here.
std::string identity_behind(Session& session, std::string_view nick) {
    const Server& server = session.server();
    const auto user = server.service().lookup_user(nick, session.user());
    if (user) return history_identity(server, **user);
    const ServerEnvironment& environment = session.server().environment();
    if (environment.address_book != nullptr) {
        // Of an account its owner's handle, which is no identity here.
        const bool on_irc = environment.accounts != nullptr && environment.accounts->is_account(nick);
        const auto address = on_irc ? std::nullopt : environment.address_book->address_of(nick, session.user());
        if (address) return *address;
    }
    if (environment.accounts != nullptr && environment.accounts->is_account(nick)) {
        return chat::folded(nick, server.fold());
    }
    return guest_identity(server, nick);
}

}  // namespace

std::string history_identity(const Server& server, const chat::User& user) {
    const chat::Profile& profile = user.profile();
    if (!profile.address.empty()) return profile.address;
    if (!profile.account.empty()) return profile.account;
    return guest_identity(server, user.name());
}

chat::HistoryPlace place_of_group(const Server& server, const chat::Group& group) {
    const std::int64_t began = group.permanent() ? 0 : group.created_at().time_since_epoch().count();
    return {chat::folded(group.name(), server.fold()), began};
}

chat::HistoryPlace place_of_query(const std::string& one, const std::string& other) {
    return {chat::query_key(one, other), 0};
}

std::optional<NamedPlace> find_place(Session& session, std::string_view target) {
    if (is_channel_name(target)) {
        const auto group = session.service().lookup_group(target);
        if (!group || !(*group)->has(session.user())) return std::nullopt;
        return NamedPlace{place_of_group(session.server(), **group), (*group)->name()};
    }
    if (session.account().empty() || target.empty() || is_service_nick(target)) return std::nullopt;
    const std::string identity = identity_behind(session, target);
    return NamedPlace{place_of_query(std::string(session.account()), identity), std::string(target)};
}

std::string name_of_place(Session& session, const std::string& key) {
    if (is_channel_name(key)) {
        const auto group = session.service().lookup_group(key);
        return group && (*group)->has(session.user()) ? (*group)->name() : std::string();
    }
    const std::string other = chat::other_party(key, session.account());
    if (other.empty() || other.front() == guest_mark) return other.substr(other.empty() ? 0 : 1);
    if (other.find('@') == std::string::npos) {
        const auto person = session.server().people().find(other);
        return person == nullptr ? other : person->user()->name();
    }
    if (const chat::User* user = session.service().find_by_address(other)) return user->name();
    const chat::AddressBook* book = session.server().environment().address_book;
    return book == nullptr ? std::string() : book->name_of(other);
}

}  // namespace patchcord::irc
