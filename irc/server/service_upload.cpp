// What the service nick does about files over HTTP.

#include "chat_core/file_error.hpp"
#include "chat_core/ports/upload_desk.hpp"
#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

/// The name of whom the file is for, as it is spelled; nothing, and an answer, when there is nobody of that name.
std::optional<std::string> find_target(const ServiceCall& call, const std::string& name) {
    const chat::ChatService& service = call.session.server().service();
    if (name.starts_with('#') || name.starts_with('&')) {
        const auto group = service.lookup_group(name);
        if (group && (*group)->has(call.session.user())) return (*group)->name();
    } else if (const auto user = service.lookup_user(name, call.session.user())) {
        return (*user)->name();
    }
    call.say("There is nobody called \"" + one_plain_line(name, max_alias_bytes) + "\", and no room you are in");
    return std::nullopt;
}

}  // namespace

void service::upload(ServiceCall& call) {
    chat::UploadDesk* desk = call.session.server().environment().uploads;
    std::string_view rest = call.words;
    const std::string name(take_word(rest));
    const auto target = name.empty() ? std::optional<std::string>("") : find_target(call, name);
    if (!target) return;
    const chat::Result<std::string> link = desk == nullptr ? chat::Result<std::string>(chat::FileErrc::not_possible)
                                                           : desk->invite(call.session.user(), *target);
    if (link.error() == chat::FileErrc::not_possible) {
        call.say("Files cannot be sent from a web browser here");
    } else if (!link) {
        call.say("You have links enough; use one of them, or wait until they are good no longer");
    } else if (target->empty()) {
        call.say("Send a file with your web browser, once and soon; you will be told its link: " + *link);
    } else {
        call.say("Send " + *target + " a file with your web browser, once and soon: " + *link);
    }
}

}  // namespace patchcord::irc
