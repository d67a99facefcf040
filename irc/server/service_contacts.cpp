// What the service nick does to a contact list.

#include <algorithm>

#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

const chat::AddressBook& book_of(Session& session) {
    return *session.server().environment().address_book;
}

const chat::RosterEntry* entry_called(Session& session, std::string_view alias) {
    for (const auto& [address, entry] : session.user().roster().entries()) {
        if (!entry.name.empty() && session.service().same_name(entry.name, alias)) return &entry;
    }
    return nullptr;
}

/// The address of whoever is meant by an alias, an address or a nick; else says what is wrong.
std::optional<std::string> find_person(const ServiceCall& call, std::string_view who) {
    Session& session = call.session;
    if (who.empty()) {
        call.say("Who? Name them by nick, by handle (bob@example.com), or as you call them");
        return std::nullopt;
    }
    if (const chat::RosterEntry* entry = entry_called(session, who)) return entry->address;
    std::optional<std::string> address = book_of(session).address_of(who, session.user());
    if (!address) {
        call.say("Nobody here knows \"" + one_plain_line(who, max_alias_bytes) +
                 "\"; give a handle such as bob@example.com");
    } else if (*address == session.user().profile().address) {
        call.say("That is you");
        return std::nullopt;
    }
    return address;
}

/// The same for somebody who has to be on the list, or blocked.
const chat::RosterEntry* find_entry(const ServiceCall& call, std::string_view who) {
    const std::optional<std::string> address = find_person(call, who);
    if (!address) return nullptr;
    const chat::RosterEntry* entry = call.session.user().roster().find(*address);
    if (entry == nullptr)
        call.say(full_name(call.session, *address) + " is not on your contact list; \"add\" does that");
    return entry;
}

/// False, and an answer, when it was refused.
bool set_entry(const ServiceCall& call, chat::RosterEntry entry) {
    Session& session = call.session;
    const std::error_code refused = session.user().set_contact(std::move(entry));
    if (!refused) return true;
    if (refused == chat::Errc::list_full) {
        session.limit_hit(Limit::contacts);
        call.say("Your contact list is full, it may hold " + std::to_string(session.service().options().max_contacts) +
                 " people; \"remove\" makes room");
    } else {
        call.say("That was not done: " + refused.message());
    }
    return false;
}

bool is_alias(const ServiceCall& call, std::string_view name) {
    if (name.size() <= max_alias_bytes) return true;
    call.say("A name may have " + std::to_string(max_alias_bytes) + " bytes; give a shorter one");
    return false;
}

void finish_adding(const ServiceCall& call, const std::string& address, const std::string& alias,
                   const chat::Result<bool>& exists) {
    Session& session = call.session;
    if (!exists) {
        call.say(address + " could not be looked up: " + exists.error().message() + "; try again later");
        return;
    }
    if (!*exists) {
        call.say("Nobody has the handle " + address + "; is it spelt right?");
        return;
    }
    const chat::RosterEntry* known = session.user().roster().find(address);
    const bool blocked = known != nullptr && known->blocked;
    if (!set_entry(call, {address, alias, true, blocked, false})) return;
    open_contacts(session);
    call.say(full_name(session, address) + " is on your contact list now");
    if (blocked) call.say("They are blocked still; \"unblock\" ends that");
    const bool first = session.user().roster().entries().size() == 1;
    if (first && session.user().profile().account.empty()) {
        call.say("Your list lasts until you leave; it is kept for those who log in to an account");
    }
}

}  // namespace

std::string short_name(Session& session, std::string_view address) {
    if (const chat::User* user = session.service().find_by_address(address)) return user->name();
    const std::string name = book_of(session).name_of(address);
    return name.empty() ? std::string(address) : name;
}

std::string full_name(Session& session, std::string_view address) {
    const std::string name = short_name(session, address);
    return name == address ? name : name + " (" + std::string(address) + ")";
}

void service::add(ServiceCall& call) {
    std::string_view alias = call.words;
    const std::string_view who = take_word(alias);
    if (!is_alias(call, alias)) return;
    const std::optional<std::string> address = find_person(call, who);
    if (!address) return;
    const chat::RosterEntry* known = call.session.user().roster().find(*address);
    if (known != nullptr && known->listed) {
        call.say(full_name(call.session, *address) + " is on your contact list already");
        return;
    }
    call.session.charge(2);
    book_of(call.session)
        .exists(*address,
                [call, address = *address, alias = std::string(alias), go_on = call.session.await_answer()](
                    chat::Result<bool> exists) { go_on([&] { finish_adding(call, address, alias, exists); }); });
}

void service::remove(ServiceCall& call) {
    const chat::RosterEntry* known = find_entry(call, call.words);
    if (known == nullptr) return;
    chat::RosterEntry entry = *known;
    const std::string name = full_name(call.session, entry.address);
    if (!std::exchange(entry.listed, false)) {
        call.say(name + " is not on your contact list, only blocked; \"unblock\" ends that");
        return;
    }
    entry.name.clear();
    const bool blocked = entry.blocked;
    if (!set_entry(call, std::move(entry))) return;
    call.say(name + " is off your contact list" + (blocked ? ", and blocked still; \"unblock\" ends that" : ""));
}

void service::block(ServiceCall& call) {
    const std::optional<std::string> address = find_person(call, call.words);
    if (!address) return;
    const chat::RosterEntry* known = call.session.user().roster().find(*address);
    chat::RosterEntry entry = known != nullptr ? *known : chat::RosterEntry{*address, {}, false, false, false};
    const std::string name = full_name(call.session, *address);
    if (std::exchange(entry.blocked, true)) {
        call.say(name + " is blocked already");
        return;
    }
    if (set_entry(call, std::move(entry))) {
        call.say(name + " is blocked: they see you as offline and cannot write to you");
    }
}

void service::unblock(ServiceCall& call) {
    const std::optional<std::string> address = find_person(call, call.words);
    if (!address) return;
    const chat::RosterEntry* known = call.session.user().roster().find(*address);
    const std::string name = full_name(call.session, *address);
    if (known == nullptr || !known->blocked) {
        call.say(name + " is not blocked");
        return;
    }
    chat::RosterEntry entry = *known;
    entry.blocked = false;
    if (set_entry(call, std::move(entry))) call.say(name + " is not blocked any more");
}

void service::rename(ServiceCall& call) {
    std::string_view alias = call.words;
    const std::string_view who = take_word(alias);
    if (!is_alias(call, alias)) return;
    const chat::RosterEntry* known = find_entry(call, who);
    if (known == nullptr) return;
    const std::string name = full_name(call.session, known->address);
    if (!known->listed) {
        call.say(name + " is only blocked; \"add\" puts them on your contact list");
        return;
    }
    const chat::RosterEntry* other = alias.empty() ? nullptr : entry_called(call.session, alias);
    if (other != nullptr && other != known) {
        call.say("You call " + full_name(call.session, other->address) + " so already; give another name");
        return;
    }
    chat::RosterEntry entry = *known;
    entry.name = alias;
    if (!set_entry(call, std::move(entry))) return;
    call.say(alias.empty() ? name + " has no name of yours any more"
                           : name + " is called " + std::string(alias) + " in your contact list");
}

void service::nudge(ServiceCall& call) {
    const std::optional<std::string> address = find_person(call, call.words);
    if (!address) return;
    Session& session = call.session;
    chat::User* contact = session.service().find_by_address(*address);
    if (contact == nullptr || !contact->online()) {
        call.say(full_name(session, *address) + " is not online");
        return;
    }
    chat::Message message{
        {}, nullptr, {nullptr, contact, {}}, chat::MessageKind::nudge, chat::MessageText(chat::StyledText()), {}};
    chat::RenderCache cache;
    const std::error_code refused = session.user().send(message, cache);
    call.say(refused ? contact->name() + " did not get your nudge: " + refused.message()
                     : "You nudged " + contact->name());
}

// --- those who ask ---------------------------------------------------------------------------------------------------

namespace {

bool is_open(Session& session, const ContactsState::Request& request) {
    return session.user().roster().find(request.address) == nullptr;
}

/// Remembers who asked; false when the client is not to be told.
bool note_request(Session& session, std::string_view address, std::string_view name) {
    if (session.user().roster().find(address) != nullptr) return false;
    std::vector<ContactsState::Request>& requests = session.contacts().requests;
    const auto same = [&](const ContactsState::Request& known) { return known.address == address; };
    if (std::any_of(requests.begin(), requests.end(), same)) return false;
    if (requests.size() >= session.options().max_contact_requests) {
        const auto decided = std::find_if(requests.begin(), requests.end(), [&](const ContactsState::Request& known) {
            return !is_open(session, known);
        });
        if (decided == requests.end()) {
            session.limit_hit(Limit::contact_requests);
            return false;
        }
        requests.erase(decided);
    }
    requests.push_back({std::string(address), one_plain_line(name, max_alias_bytes)});
    return true;
}

}  // namespace

std::vector<ContactsState::Request> open_requests(Session& session) {
    std::vector<ContactsState::Request> open = session.contacts().requests;
    std::erase_if(open, [&](const ContactsState::Request& request) { return !is_open(session, request); });
    return open;
}

void tell_contact_request(Session& session, std::string_view address, std::string_view name) {
    if (session.server().environment().address_book == nullptr || !note_request(session, address, name)) return;
    const std::string friendly = session.contacts().requests.back().name;
    const std::string nick = short_name(session, address);
    const std::string called = friendly.empty() || friendly == nick ? std::string() : ", \"" + friendly + "\"";
    const std::string who = full_name(session, address) + called + " put you on their contact list";
    const std::string mends = "/msg *patchcord add " + nick + " accepts, /msg *patchcord block " + nick + " denies";
    constexpr std::size_t one_line = 360;  // beside the longest server name and nick
    if (who.size() + mends.size() <= one_line) {
        send_service_notice(session, who + ": " + mends);
        return;
    }
    send_service_notice(session, who);
    send_service_notice(session, mends);
}

}  // namespace patchcord::irc
