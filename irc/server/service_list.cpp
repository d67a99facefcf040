// How the service nick shows a contact list.

#include <algorithm>

#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

/// Somebody to show, looked up again when it is their turn.
struct Row {
    std::string address;
    std::string name;
    bool shown = false;
};

std::string describe(Session& session, const chat::RosterEntry& entry) {
    std::string line = full_name(session, entry.address);
    if (!entry.name.empty()) line += ", \"" + one_plain_line(entry.name, max_alias_bytes) + "\"";
    if (entry.blocked) line += ", blocked";
    if (!entry.listed) return line + ", not on your list";
    const chat::User* user = entry.shown ? session.service().find_by_address(entry.address) : nullptr;
    if (user == nullptr) return line + ": offline";
    if (!user->presence().away()) return line + ": online";
    const std::string& message = user->presence().message;
    return line + ": away, " + one_plain_line(message, message.size());
}

void say_requests(const ServiceCall& call) {
    const std::vector<ContactsState::Request> open = open_requests(call.session);
    for (const ContactsState::Request& request : open) {
        call.say(full_name(call.session, request.address) + (request.name.empty() ? "" : ", \"" + request.name + "\"") +
                 " asks; \"add\" or \"block\" answers");
    }
    if (open.empty()) call.say("Nobody asks to be accepted");
}

std::vector<Row> rows_of(Session& session, const std::function<bool(const chat::RosterEntry&)>& wanted) {
    std::vector<Row> rows;
    for (const auto& [address, entry] : session.user().roster().entries()) {
        if (wanted(entry))
            rows.push_back({address, chat::folded(short_name(session, address), session.server().fold()), entry.shown});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& one, const Row& other) {
        return one.shown != other.shown ? one.shown : one.name < other.name;
    });
    return rows;
}

std::string summary(const std::vector<Row>& rows) {
    const auto online = std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.shown; });
    return "That is all: " + std::to_string(rows.size()) + (rows.size() == 1 ? " person, " : " people, ") +
           std::to_string(online) + " online";
}

}  // namespace

void service::list(ServiceCall& call) {
    Session& session = call.session;
    std::string_view rest = call.words;
    const std::string_view which = take_word(rest);
    const auto is = [&](std::string_view word) { return session.service().same_name(which, word); };
    if (is("pending")) {
        say_requests(call);
        return;
    }
    std::vector<Row> rows;
    if (which.empty() || is("all")) {
        rows = rows_of(session, [](const chat::RosterEntry&) { return true; });
    } else if (is("online")) {
        rows = rows_of(session, [](const chat::RosterEntry& entry) { return entry.shown; });
    } else if (is("blocked")) {
        rows = rows_of(session, [](const chat::RosterEntry& entry) { return entry.blocked; });
    } else {
        call.say("There is no such part of the list; one of all, online, blocked, pending");
        return;
    }
    if (session.user().roster().entries().empty()) {
        call.say("Your contact list is empty; \"add bob@example.com\" puts bob on it");
        return;
    }
    auto step = [call, rows = std::move(rows), next = std::size_t{0}]() mutable {
        for (const std::size_t end = std::min(next + Session::lines_a_slice, rows.size()); next < end; ++next) {
            const chat::RosterEntry* entry = call.session.user().roster().find(rows[next].address);
            if (entry != nullptr) call.say(describe(call.session, *entry));
        }
        if (next < rows.size()) return true;
        call.say(summary(rows));
        return false;
    };
    auto steps = std::function<bool()>(std::move(step));
    if (session.streaming() || steps()) session.stream(std::move(steps));
}

}  // namespace patchcord::irc
