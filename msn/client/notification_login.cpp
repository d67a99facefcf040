// How a NotificationClient logs in: VER, CVR, USR, and the ticket in between.

#include "msn/client/notification_client.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_without_name_in_usr{10};

}  // namespace

void NotificationClient::opened() {
    send_ver();
}

void NotificationClient::send_ver() {
    const auto build = [this](CommandBuilder& line) {
        for (unsigned n = options_.highest.number(); n >= options_.lowest.number(); --n) {
            line.param(format_dialect(Dialect(n)));
        }
        line.param("CVR0").finish();
    };
    request("VER", build, [this](const Answer& answer) {
        if (!answer) return fail_login(answer.error());
        const auto params = (*answer)->params();
        for (const std::string_view param : params.subspan(1)) {
            const auto dialect = parse_dialect(param);
            if (!dialect) continue;
            if (*dialect < options_.lowest || *dialect > options_.highest) break;
            dialect_ = *dialect;
            return send_cvr();
        }
        fail_login(ClientErrc::no_common_dialect);
    });
}

void NotificationClient::send_cvr() {
    const auto build = [this](CommandBuilder& line) {
        line.param("0x0409").param("winnt").param("5.1").param("i386").param(options_.client_name);
        line.param(options_.client_version).param("msmsgs").param(options_.handle).finish();
    };
    request("CVR", build, [this](const Answer& answer) {
        if (!answer) return fail_login(answer.error());
        ask_for_challenge();
    });
}

void NotificationClient::ask_for_challenge() {
    const auto build = [this](CommandBuilder& line) { line.param("TWN").param("I").param(options_.handle).finish(); };
    request("USR", build, [this](const Answer& answer) {
        if (!answer) return fail_login(answer.error());
        const Command& command = **answer;
        if (command.verb == "XFR") {
            if (!refer(command)) fail_login(ClientErrc::unexpected_answer);
        } else if (command.param(1) == "TWN" && command.param(2) == "S" && !command.param(3).empty()) {
            ask_for_ticket(command.param(3));
        } else {
            fail_login(ClientErrc::unexpected_answer);
        }
    });
}

void NotificationClient::ask_for_ticket(std::string_view challenge) {
    const chat::TimerId timer = run_later(request_timeout(), [this] { fail_login(ClientErrc::no_ticket); });
    const auto done = [weak = alive(), this, timer](const TicketSource::Ticket& ticket) {
        if (weak.expired() || !open()) return;
        scheduler().cancel(timer);
        show_ticket(ticket);
    };
    tickets_.get_ticket(std::string(challenge), options_.handle, options_.password, done);
}

void NotificationClient::show_ticket(const TicketSource::Ticket& ticket) {
    if (ticket.error || ticket.ticket.empty()) {
        return fail_login(ticket.error ? ticket.error : make_error_code(ClientErrc::no_ticket), ticket.reason);
    }
    const auto build = [&](CommandBuilder& line) { line.param("TWN").param("S").param(ticket.ticket).finish(); };
    request("USR", build, [this](const Answer& answer) {
        if (!answer) return fail_login(answer.error());
        const Command& command = **answer;
        if (command.verb == "XFR" && refer(command)) return;
        if (command.param(1) != "OK" || command.verb != "USR") return fail_login(ClientErrc::unexpected_answer);
        finish_login(command);
    });
}

void NotificationClient::finish_login(const Command& ok) {
    logged_in_ = true;
    screen_name_ = options_.handle;
    if (dialect_ < first_without_name_in_usr) set_screen_name(ok.param(3));
    ping_timer_ = run_later(options_.ping_interval, [this] { ping(); });
    observer_.logged_in();
}

void NotificationClient::fail_login(std::error_code why, std::string_view reason) {
    // When the connection is lost, the observer is told that next.
    if (failed_) return;
    failed_ = true;
    const bool refused = why == refusal_error(ErrorCode::authentication_failed);
    observer_.login_failure(refused ? make_error_code(ClientErrc::wrong_password) : why, one_line(reason));
    close("login failed");
}

bool NotificationClient::refer(const Command& command) {
    const auto to = parse_endpoint(command.param(2));
    if (command.param(1) != "NS" || !to) return false;
    failed_ = true;
    observer_.got_notification_referral(*to);
    close("sent on to another server");
    return true;
}

std::optional<chat::Endpoint> parse_endpoint(std::string_view text) {
    constexpr std::uint16_t usual_port = 1863;
    std::string_view host = text;
    std::string_view port;
    const std::size_t colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon != std::string_view::npos && !(bracketed && text.back() == ']')) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (port.empty()) return std::nullopt;
    }
    if (bracketed) {
        if (!host.ends_with(']')) return std::nullopt;
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return std::nullopt;
    }
    const auto number = port.empty() ? std::optional<std::uint32_t>(usual_port) : parse_digits(port, 10, 5);
    if (host.empty() || !number || *number == 0 || *number > 0xFFFF) return std::nullopt;
    return chat::Endpoint{std::string(host), static_cast<std::uint16_t>(*number)};
}

}  // namespace patchcord::msn
