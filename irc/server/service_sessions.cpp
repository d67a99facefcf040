// What the service nick tells somebody of their own connections.

#include <charconv>

#include "irc/server/person.hpp"
#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::irc {
namespace {

bool is_word(std::string_view one, std::string_view other) {
    return chat::equal_folded(one, other, fold_table(Casemapping::ascii));
}

std::string describe(const ServiceCall& call, Session& session, std::size_t number) {
    const chat::PeerInfo peer = session.peer();
    std::string line = std::to_string(number) + ": " + one_plain_line(session.device(), max_alias_bytes) + " from " +
                       peer.address + (peer.secure ? " with TLS" : "") + ", since " +
                       std::string(call.session.server().time_tag(session.since()).substr(0, 19)) + "Z";
    if (session.away_message() != nullptr) line += ", away";
    if (&session == &call.session) line += ", this one";
    return line;
}

void close_one(ServiceCall& call, std::string_view which) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), number);
    const auto& sessions = call.session.person().sessions();
    if (error != std::errc() || end != which.data() + which.size() || number == 0 || number > sessions.size()) {
        call.say("Say: sessions close <number>, as \"sessions\" shows them");
        return;
    }
    Session& session = *sessions[number - 1];
    if (&session == &call.session) {
        call.say("That is this one; QUIT closes it");
        return;
    }
    session.close({chat::CloseKind::client, "Closed from another connection"});
    call.say("Closed");
}

void say_always_on(const ServiceCall& call) {
    call.say(call.session.person().always_on() ? "You stay in your rooms when your last client is gone"
                                               : "You leave your rooms when your last client is gone");
}

}  // namespace

void service::sessions(ServiceCall& call) {
    std::string_view rest = call.words;
    if (const std::string_view word = take_word(rest); is_word(word, "close")) {
        close_one(call, rest);
        return;
    }
    std::size_t number = 0;
    call.session.person().for_each([&](Session& session) { call.say(describe(call, session, ++number)); });
}

void service::always_on(ServiceCall& call) {
    std::string_view rest = call.words;
    const std::string_view word = take_word(rest);
    const bool on = is_word(word, "on");
    if (word.empty()) {
        say_always_on(call);
        return;
    }
    if (!on && !is_word(word, "off")) {
        call.say("Say: always-on on, or: always-on off");
        return;
    }
    if (on && !call.session.person().may_be_always_on()) {
        call.say("That is for people with an account, where history is kept");
        return;
    }
    call.session.person().set_always_on(on);
    say_always_on(call);
}

}  // namespace patchcord::irc
