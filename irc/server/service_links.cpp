// What the service nick does about accounts on MSN services.

#include <algorithm>

#include "chat_core/ports/link_desk.hpp"
#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t longest_shown = 64;

std::string names_of(const std::vector<std::string>& services) {
    std::string names;
    for (const std::string& service : services) names += (names.empty() ? "" : ", ") + service;
    return names;
}

/// nullptr, and an answer, when nothing can be linked.
chat::LinkDesk* desk_of(const ServiceCall& call) {
    chat::LinkDesk* desk = call.session.server().environment().links;
    if (desk != nullptr && !desk->services().empty()) return desk;
    call.say("There are no MSN services here to sign in to");
    return nullptr;
}

bool has_account(const ServiceCall& call) {
    if (!call.session.user().profile().account.empty()) return true;
    call.say("Log in to an account here first: whoever comes next with your nick must not be you there");
    return false;
}

/// The service that is meant; without a name, the only one that the user has an account on.
std::optional<std::string> own_service(const ServiceCall& call, const chat::LinkDesk& desk, std::string_view name) {
    const std::vector<chat::LinkDesk::Link> links = desk.links_of(call.session.user());
    if (name.empty() && links.size() == 1) return links.front().service;
    const auto found = std::find_if(links.begin(), links.end(),
                                    [&](const chat::LinkDesk::Link& link) { return link.service == name; });
    if (found != links.end()) return found->service;
    if (links.empty()) {
        call.say("You have no account on an MSN service; \"link\" adds one");
    } else if (name.empty()) {
        call.say("Which service? \"links\" shows yours");
    } else {
        call.say("You have no account on \"" + one_plain_line(name, longest_shown) + "\"; \"links\" shows yours");
    }
    return std::nullopt;
}

chat::LinkDesk::Done answer(const ServiceCall& call, std::string success) {
    return [call, success = std::move(success), go_on = call.session.await_answer()](const std::string& problem) {
        go_on([&] { call.say(problem.empty() ? success : problem); });
    };
}

}  // namespace

void service::links(ServiceCall& call) {
    const chat::LinkDesk* desk = desk_of(call);
    if (desk == nullptr) return;
    for (const chat::LinkDesk::Link& link : desk->links_of(call.session.user())) {
        call.say(link.service + ": " + link.address + ", " + one_plain_line(link.state, max_alias_bytes * 4));
    }
    call.say("You can have an account on: " + names_of(desk->services()));
}

void service::link(ServiceCall& call) {
    chat::LinkDesk* desk = desk_of(call);
    if (desk == nullptr || !has_account(call)) return;
    std::string_view password = call.words;
    const std::string_view service = take_word(password);
    const std::string_view handle = take_word(password);
    if (password.empty()) {
        call.say("Say: link <service> <handle> <password>; the services are " + names_of(desk->services()));
        return;
    }
    if (call.in_channel || !call.session.takes_passwords()) {
        call.say(call.in_channel ? std::string("Say that in private: /msg *patchcord link ...")
                                 : std::string(Session::tls_only));
        return;
    }
    call.session.charge(4);
    const std::string name(service);
    desk->link(call.session.user(), name, std::string(handle), std::string(password),
               answer(call, "You are signed in to " + one_plain_line(name, longest_shown) +
                                " whenever you are here; it is tried now"));
}

void service::unlink(ServiceCall& call) {
    chat::LinkDesk* desk = desk_of(call);
    const auto service = desk == nullptr ? std::nullopt : own_service(call, *desk, call.words);
    if (service)
        desk->unlink(call.session.user(), *service, answer(call, "Your account on " + *service + " is forgotten"));
}

void service::connect(ServiceCall& call) {
    chat::LinkDesk* desk = desk_of(call);
    const auto service = desk == nullptr ? std::nullopt : own_service(call, *desk, call.words);
    if (service && desk->connect(call.session.user(), *service)) call.say("Signing in to " + *service);
}

void service::disconnect(ServiceCall& call) {
    chat::LinkDesk* desk = desk_of(call);
    const auto service = desk == nullptr ? std::nullopt : own_service(call, *desk, call.words);
    if (service) (void)desk->disconnect(call.session.user(), *service);
}

}  // namespace patchcord::irc
