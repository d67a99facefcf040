#include "msn/client/login_client.hpp"

#include <algorithm>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr Dialect first_with_codebase_in_cvr{4};
constexpr Dialect first_with_handle_in_cvr{8};
constexpr Dialect first_with_error_payloads{13};

}  // namespace

LoginClient::LoginClient(chat::Scheduler& scheduler, NotificationOptions options)
    : ClientBase(scheduler, options.request_timeout), options_(std::move(options)), dialect_(options_.highest) {}

std::string_view LoginClient::family() const {
    switch (options_.auth) {
        case Auth::md5: return "MD5";
        case Auth::twn: return "TWN";
        case Auth::sso: return "SSO";
    }
    return {};
}

void LoginClient::malformed(const Command& command) {
    got_bad_line(format_command(command), "malformed");
}

void LoginClient::opened() {
    send_ver();
}

void LoginClient::send_ver() {
    std::vector<std::string> offered;
    for (unsigned n = options_.highest.number(); n >= options_.lowest.number(); --n) {
        if (belongs_to(options_.auth, Dialect(n))) offered.push_back(format_dialect(Dialect(n)));
    }
    if (offered.empty()) return fail_login(ClientErrc::no_common_dialect);
    const auto build = [&](CommandBuilder& line) {
        for (const std::string& name : offered) line.param(name);
        line.param("CVR0").finish();
    };
    request("VER", build, [this](const Answer& answer) {
        if (answer) return take_dialect(**answer);
        // Servers that know none of our dialects hang up, with a word before it or without one.
        fail_step("VER", lost_in_good_order() ? make_error_code(ClientErrc::no_common_dialect) : answer.error());
    });
}

void LoginClient::take_dialect(const Command& command) {
    for (const std::string_view param : command.params().subspan(1)) {
        const auto dialect = parse_dialect(param);
        if (!dialect) continue;
        const bool offered = *dialect >= options_.lowest && *dialect <= options_.highest;
        if (!offered || !belongs_to(options_.auth, *dialect)) break;
        dialect_ = *dialect;
        if (dialect_ >= first_with_error_payloads) expect_error_payloads();
        if (options_.auth == Auth::md5) return send_inf();
        return send_cvr([this](const Answer& answer) {
            if (!answer) return fail_step("CVR", answer.error());
            ask_for_challenge();
        });
    }
    fail_login(ClientErrc::no_common_dialect);
}

void LoginClient::send_inf() {
    request(
        "INF", [](CommandBuilder& line) { line.finish(); },
        [this](const Answer& answer) {
            if (!answer) return fail_step("INF", answer.error());
            const auto params = (*answer)->params();
            const auto found = std::find(params.begin(), params.end(), family());
            if (found == params.end()) return fail_login(ClientErrc::unexpected_answer);
            ask_for_challenge();
        });
}

void LoginClient::send_cvr(Answered answered) {
    const auto build = [this](CommandBuilder& line) {
        line.param("0x0409").param("winnt").param("5.1").param("i386").param(options_.client_name);
        line.param(options_.client_version);
        if (dialect_ >= first_with_codebase_in_cvr) line.param("msmsgs");
        if (dialect_ >= first_with_handle_in_cvr) line.param(options_.handle);
        line.finish();
    };
    request("CVR", build, std::move(answered));
}

void LoginClient::ask_for_challenge() {
    const auto build = [this](CommandBuilder& line) {
        line.param(family()).param("I").param(options_.handle).finish();
    };
    request("USR", build, [this](const Answer& answer) {
        if (!answer) return fail_step("USR I", answer.error());
        const Command& command = **answer;
        if (command.verb == "XFR") {
            if (!refer(command)) fail_login(ClientErrc::unexpected_answer);
        } else if (command.param(1) == family() && command.param(2) == "S" && !command.param(3).empty()) {
            got_challenge(command);
        } else {
            fail_login(ClientErrc::unexpected_answer);
        }
    });
}

void LoginClient::fail_login(std::error_code why, std::string_view reason) {
    // When the connection is lost, that is told next.
    if (std::exchange(over_, true)) return;
    const bool refused = why == refusal_error(ErrorCode::authentication_failed);
    login_failed(refused ? make_error_code(ClientErrc::wrong_password) : why, one_line(reason));
    close("login failed");
}

void LoginClient::fail_step(std::string_view step, std::error_code why) {
    fail_login(why, why == ClientErrc::timed_out ? step : std::string_view());
}

bool LoginClient::refer(const Command& command) {
    const std::size_t at = command.param(0) == "NS" ? 0 : 1;  // some servers leave out the TrID that answers nothing
    const std::string_view address = command.param(at + 1);
    const auto to = parse_endpoint(address);
    // "0" asks for another login on the same connection, which nobody has been seen to need.
    if (command.param(at) != "NS" || !to || address == "0") return false;
    over_ = true;
    referred(*to);
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
