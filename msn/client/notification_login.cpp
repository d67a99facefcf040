// How a NotificationClient proves who it is, once the server asks for it.

#include "msn/client/notification_client.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_without_name_in_usr{10};

}  // namespace

void NotificationClient::got_challenge(const Command& command) {
    const std::string_view challenge = command.param(3);
    switch (options().auth) {
        case Auth::md5: {
            if (options().md5 == nullptr) return fail_login(ClientErrc::no_proof);
            const std::string proof = answer_md5_login(challenge, options().password, options().md5);
            forget_password();
            return show_proof(proof);
        }
        case Auth::twn: return ask_for_ticket(challenge, {});
        case Auth::sso:
            if (!options().sso.complete()) return fail_login(ClientErrc::no_proof);
            return ask_for_ticket(challenge, std::string(command.param(4)));
    }
}

void NotificationClient::ask_for_ticket(std::string_view challenge, const std::string& nonce) {
    const chat::TimerId timer = run_later(request_timeout(), [this] { fail_login(ClientErrc::no_ticket); });
    const auto here = alive();
    const auto done = [weak = here, this, timer, nonce](const TicketSource::Ticket& ticket) {
        if (weak.expired() || !open()) return;
        scheduler().cancel(timer);
        show_ticket(ticket, nonce);
    };
    tickets_.get_ticket(std::string(challenge), handle(), options().password, done);
    if (!here.expired()) forget_password();
}

void NotificationClient::show_ticket(const TicketSource::Ticket& ticket, const std::string& nonce) {
    if (ticket.error || ticket.ticket.empty()) {
        return fail_login(ticket.error ? ticket.error : make_error_code(ClientErrc::no_ticket), ticket.reason);
    }
    if (options().auth != Auth::sso) return show_proof(ticket.ticket);
    const SsoCrypto& crypto = options().sso;
    const auto proof = format_sso_proof(ticket.secret, nonce, crypto.random_bytes(8), crypto);
    if (!proof) return fail_login(ClientErrc::no_proof);
    show_proof(ticket.ticket, *proof);
}

void NotificationClient::show_proof(std::string_view proof, std::string_view more) {
    const auto build = [&](CommandBuilder& line) { line.param(family()).param("S").param(proof).param(more).finish(); };
    request("USR", build, [this](const Answer& answer) {
        if (!answer) return fail_step("USR S", answer.error());
        const Command& command = **answer;
        if (command.verb == "XFR" && refer(command)) return;
        if (command.param(1) != "OK" || command.verb != "USR") return fail_login(ClientErrc::unexpected_answer);
        finish_login(command);
    });
}

void NotificationClient::finish_login(const Command& ok) {
    logged_in_ = true;
    screen_name_ = handle();
    if (dialect() < first_without_name_in_usr) set_screen_name(ok.param(3));
    ping_timer_ = run_later(ping_pause_, [this] { ping(); });
    // Which client this is was told before from MSNP8 on.
    if (options().auth == Auth::md5) send_cvr([](const Answer&) {});
    observer_.logged_in();
}

}  // namespace patchcord::msn
