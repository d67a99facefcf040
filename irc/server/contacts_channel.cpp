#include "irc/server/contacts_channel.hpp"

#include <algorithm>

#include "irc/server/commands/commands.hpp"
#include "irc/server/render.hpp"
#include "irc/server/server.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc {

bool has_listed(const chat::Roster& roster) {
    return std::any_of(roster.entries().begin(), roster.entries().end(),
                       [](const auto& known) { return known.second.listed; });
}

bool is_contact(const Session& session, const chat::User& user) {
    const chat::RosterEntry* entry = session.user().entry_for(user);
    return entry != nullptr && entry->shown;
}

bool is_flapping(const Session& session, const chat::User& user) {
    const ContactsState* state = session.contacts_if_any();
    if (state == nullptr || state->held.empty()) return false;
    const chat::RosterEntry* entry = session.user().entry_for(user);
    return entry != nullptr && state->held.contains(entry->address);
}

bool shows_contact(const Session& session, const chat::User& user) {
    return session.in_contacts() && is_contact(session, user) && !is_flapping(session, user);
}

namespace {

void show_held(Session& session);

void wait_for_held(Session& session) {
    ContactsState& state = session.contacts();
    if (state.held.empty()) return;
    const auto sooner = [](const auto& one, const auto& other) { return one.second < other.second; };
    const chat::Now due = std::min_element(state.held.begin(), state.held.end(), sooner)->second;
    if (state.timer && state.timer_due <= due) return;
    session.server().scheduler().cancel(state.timer);
    state.timer_due = due;
    state.timer = session.run_later(due - session.server().scheduler().now(), [&session] { show_held(session); });
}

void show_held(Session& session) {
    ContactsState& state = session.contacts();
    state.timer = {};
    const chat::Now now = session.server().scheduler().now();
    for (auto next = state.held.begin(); next != state.held.end();) {
        if (next->second > now) {
            ++next;
            continue;
        }
        const chat::User* user = session.service().find_by_address(next->first);
        next = state.held.erase(next);
        if (user == nullptr || !shows_contact(session, *user)) continue;
        state.flaps.shown(session.user().entry_for(*user)->address, now);
        session.emit_rendered(render_join(session.server(), session.caps(), contacts_channel, *user));
    }
    wait_for_held(session);
}

}  // namespace

bool comes_into_view(Session& session, const chat::User& user) {
    ContactsState& state = session.contacts();
    state.flaps.set_interval(session.options().flap_interval);
    const std::string& address = session.user().entry_for(user)->address;
    if (state.held.contains(address)) return false;
    const chat::Now now = session.server().scheduler().now();
    const chat::Now due = session.in_contacts() ? state.flaps.next(address, now) : now;
    if (due <= now) {
        state.flaps.shown(address, now);
        return true;
    }
    state.held.emplace(address, due);
    wait_for_held(session);
    return false;
}

bool is_in_contacts(const Session& session, const chat::User& user) {
    return session.in_contacts() && (&user == &session.user() || is_contact(session, user));
}

std::vector<const chat::User*> people_in_contacts(Session& session) {
    std::vector<const chat::User*> people;
    if (!session.in_contacts()) return people;
    people.push_back(&session.user());
    for (const auto& [address, entry] : session.user().roster().entries()) {
        const chat::User* contact = entry.shown ? session.service().find_by_address(address) : nullptr;
        if (contact != nullptr && shows_contact(session, *contact)) people.push_back(contact);
    }
    return people;
}

bool shares_channel(const Session& session, const chat::User& user) {
    const auto groups = user.groups();
    return std::any_of(groups.begin(), groups.end(), [&](const chat::Membership& membership) {
        return membership.group->has(session.user()) && membership.group->shows(user);
    });
}

ToContact address_contact(Session& session, std::string_view text) {
    const std::size_t end = text.find_first_of(":,");
    if (end == std::string_view::npos || text.substr(end + 1, 1) != " ") return {};
    const std::string_view rest = text.substr(std::min(text.find_first_not_of(' ', end + 1), text.size()));
    const auto user = session.service().lookup_user(text.substr(0, end), session.user());
    if (rest.empty() || !user || !shows_contact(session, **user)) return {};
    return {*user, rest};
}

void join_contacts(Session& session) {
    session.contacts().parted = false;
    open_contacts(session);
}

void open_contacts(Session& session) {
    ContactsState& state = session.contacts();
    if (state.joined || state.parted) return;
    state.joined = true;
    commands::send_contacts_joined(session);
}

void part_contacts(Session& session, std::string_view reason) {
    ContactsState& state = session.contacts();
    state.joined = false;
    state.parted = true;
    session.emit_rendered(render_part(session.server(), session.caps(), contacts_channel, session.user(), reason));
}

}  // namespace patchcord::irc
