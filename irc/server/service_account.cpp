// What the service nick does about the user's account.

#include "chat_core/ports/account_desk.hpp"
#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

constexpr double price_of_password = 4;  // flood tokens, as for a link with its password

/// nullptr, and an answer, when there is nothing to change.
chat::AccountDesk* desk_of(const ServiceCall& call) {
    chat::AccountDesk* desk = call.session.server().environment().account_desk;
    if (desk == nullptr) {
        call.say("There are no accounts here");
    } else if (call.session.user().profile().account.empty()) {
        call.say("Log in to an account first");
        return nullptr;
    }
    return desk;
}

chat::AccountDesk::Done answer(const ServiceCall& call, std::string success) {
    return [call, success = std::move(success), go_on = call.session.await_answer()](const std::string& problem) {
        go_on([&] { call.say(problem.empty() ? success : problem); });
    };
}

void list_certificates(const ServiceCall& call, chat::AccountDesk& desk) {
    desk.certificates(
        call.session.user().profile().account,
        [call, go_on = call.session.await_answer()](const chat::Result<std::vector<std::string>>& fingerprints) {
            go_on([&] {
                if (!fingerprints) {
                    call.say("They could not be looked up: " + fingerprints.error().message() + "; try again later");
                    return;
                }
                if (fingerprints->empty()) {
                    call.say("Your account knows no certificates; \"certfp add\" adds one");
                }
                const std::string here = call.session.peer().fingerprint;
                for (const std::string& fingerprint : *fingerprints) {
                    call.say(fingerprint + (fingerprint == here ? ", this connection's" : ""));
                }
            });
        });
}

}  // namespace

void service::passwd(ServiceCall& call) {
    chat::AccountDesk* desk = desk_of(call);
    if (desk == nullptr) return;
    std::string_view rest = call.words;
    const std::string old_password(take_word(rest));
    const std::string new_password(take_word(rest));
    if (new_password.empty() || !rest.empty()) {
        call.say("Say: passwd <old> <new>; neither may hold spaces");
        return;
    }
    if (call.in_channel || !call.session.takes_passwords()) {
        call.say(call.in_channel ? std::string("Say that in private: /msg *patchcord passwd ...")
                                 : std::string(Session::tls_only));
        return;
    }
    call.session.charge(price_of_password);
    desk->change_password(
        {call.session.user().profile().account, call.session.peer().address, old_password, new_password},
        answer(call, "Your password is changed; it holds wherever you log in to this account"));
}

void service::certfp(ServiceCall& call) {
    chat::AccountDesk* desk = desk_of(call);
    if (desk == nullptr) return;
    const std::string& account = call.session.user().profile().account;
    std::string_view rest = call.words;
    const std::string_view what = take_word(rest);
    std::string fingerprint(rest);
    const auto is = [&](std::string_view word) { return call.session.service().same_name(what, word); };
    if (what.empty() || is("list")) {
        list_certificates(call, *desk);
    } else if (is("add")) {
        if (fingerprint.empty()) fingerprint = call.session.peer().fingerprint;
        if (fingerprint.empty()) {
            call.say("Your client shows no certificate on this connection; name a fingerprint");
            return;
        }
        desk->add_certificate(account, fingerprint,
                              answer(call, "Whoever has the key of that certificate can log in to your account now"));
    } else if (is("remove") && !fingerprint.empty()) {
        desk->remove_certificate(account, fingerprint, answer(call, "That certificate is forgotten"));
    } else {
        call.say("Say: certfp list, certfp add [fingerprint], or certfp remove <fingerprint>");
    }
}

}  // namespace patchcord::irc
