#include "msn/wire/passport.hpp"

#include <algorithm>
#include <iterator>

#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr std::string_view scheme = "Passport1.4";

// Takes a field off the front of `rest`; a comma between single quotes separates nothing.
std::string_view take_quoted_field(std::string_view& rest) {
    bool quoted = false;
    std::size_t end = 0;
    while (end < rest.size() && (quoted || rest[end] != ',')) {
        if (rest[end] == '\'') quoted = !quoted;
        ++end;
    }
    const std::string_view field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return trim(field);
}

std::string_view unquoted(std::string_view value) {
    if (value.starts_with('\'')) value.remove_prefix(1);
    if (value.ends_with('\'')) value.remove_suffix(1);
    return value;
}

// The fields behind the word Passport1.4; nothing without it.
std::optional<std::string_view> fields_of(std::string_view header) {
    header = trim(header);
    if (header.size() > max_passport_header_bytes || !starts_with_word(header, scheme)) return std::nullopt;
    header.remove_prefix(scheme.size());
    if (!header.empty() && header.front() != ' ') return std::nullopt;
    return trim(header);
}

// Fit for a parameter of a command and for a value between single quotes.
bool is_ticket_byte(char c) {
    return c > ' ' && c < '\x7F' && c != '\'' && c != '"';
}

std::string ticket_bytes(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_ticket_byte);
    return out;
}

bool is_ticket(std::string_view text) {
    return !text.empty() && text.size() <= max_ticket_bytes && std::all_of(text.begin(), text.end(), is_ticket_byte);
}

bool is_credential(const std::string& text, std::size_t max_bytes) {
    return !text.empty() && text.size() <= max_bytes && one_line(text) == text;
}

void set_once(std::optional<std::string>& slot, std::string_view coded) {
    if (!slot) slot = percent_decode(coded);
}

std::optional<PassportAnswer::Status> status_in(std::string_view value) {
    if (same_word(value, "success")) return PassportAnswer::Status::success;
    if (same_word(value, "redir")) return PassportAnswer::Status::redirect;
    if (starts_with_word(value, "failed")) return PassportAnswer::Status::failed;
    return std::nullopt;
}

}  // namespace

std::optional<PassportRequest> parse_passport_request(std::string_view authorization) {
    auto rest = fields_of(authorization);
    if (!rest) return std::nullopt;
    std::optional<std::string> sign_in;
    std::optional<std::string> password;
    std::string challenge;
    while (!rest->empty()) {
        const std::string_view field = trim(take_field(*rest, ','));
        std::string_view value = field;
        const std::string_view key = trim(take_field(value, '='));
        if (same_word(key, "sign-in")) {
            set_once(sign_in, value);
        } else if (same_word(key, "pwd")) {
            set_once(password, value);
        } else if (!same_word(key, "OrgVerb") && !same_word(key, "OrgURL") && !field.empty()) {
            if (!challenge.empty()) challenge += ',';
            challenge += field;
        }
    }
    if (!sign_in || !is_credential(*sign_in, max_sign_in_bytes)) return std::nullopt;
    if (!password || !is_credential(*password, max_password_bytes)) return std::nullopt;
    return PassportRequest{std::move(*sign_in), std::move(*password), std::move(challenge)};
}

std::string format_passport_request(const PassportRequest& request) {
    std::string out = std::string(scheme) + " OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=";
    out += percent_encode(request.sign_in);
    out += ",pwd=" + percent_encode(request.password);
    if (!request.challenge.empty()) out += ',' + one_line(request.challenge);
    return out;
}

std::optional<PassportAnswer> parse_passport_answer(std::string_view header) {
    auto rest = fields_of(header);
    if (!rest) return std::nullopt;
    std::optional<PassportAnswer::Status> status;
    PassportAnswer answer;
    while (!rest->empty()) {
        std::string_view value = take_quoted_field(*rest);
        const std::string_view key = trim(take_field(value, '='));
        if (same_word(key, "da-status")) status = status_in(value);
        if (same_word(key, "from-PP")) answer.ticket = unquoted(value);
        if (same_word(key, "cbtxt")) answer.reason = trim(one_line(clean_text(percent_decode(value))));
    }
    if (!status) return std::nullopt;
    answer.status = *status;
    if (answer.status == PassportAnswer::Status::success && !is_ticket(answer.ticket)) return std::nullopt;
    if (answer.status != PassportAnswer::Status::success) answer.ticket.clear();
    return answer;
}

std::string format_passport_answer(const PassportAnswer& answer) {
    const std::string start = std::string(scheme) + " da-status=";
    switch (answer.status) {
        case PassportAnswer::Status::success:
            return start + "success,tname=MSPAuth,tname=MSPProf,tname=MSPSec,from-PP='" + ticket_bytes(answer.ticket) +
                   "'";
        case PassportAnswer::Status::redirect: return start + "redir";
        case PassportAnswer::Status::failed: break;
    }
    std::string out = start + "failed,srealm=Passport.NET,ts=-3,prompt";
    if (!answer.reason.empty()) out += ",cbtxt=" + percent_encode(answer.reason);
    return out;
}

std::optional<std::string> parse_passport_urls(std::string_view header) {
    if (header.size() > max_passport_header_bytes) return std::nullopt;
    while (!header.empty()) {
        std::string_view value = take_field(header, ',');
        if (!same_word(trim(take_field(value, '=')), "DALogin")) continue;
        value = trim(value);
        if (value.empty() || !std::all_of(value.begin(), value.end(), is_ticket_byte)) return std::nullopt;
        const bool has_scheme = value.find("://") != std::string_view::npos;
        return (has_scheme ? "" : "https://") + std::string(value);
    }
    return std::nullopt;
}

std::string format_passport_urls(std::string_view login) {
    std::string address = ticket_bytes(login);
    std::erase(address, ',');
    const std::string host = address.substr(0, address.find('/'));
    return "DARealm=Passport.Net,DALogin=" + address + ",DAReg=" + host + ",ConfigVersion=1";
}

std::optional<PassportTicket> parse_ticket(std::string_view ticket) {
    if (!is_ticket(ticket)) return std::nullopt;
    PassportTicket parsed;
    if (ticket.starts_with("t=")) {
        ticket.remove_prefix(2);
        parsed.token = take_field(ticket, '&');
        if (ticket.starts_with("p=")) parsed.profile = ticket.substr(2);
    } else {
        parsed.token = ticket;
    }
    if (parsed.token.empty()) return std::nullopt;
    return parsed;
}

std::string format_ticket(const PassportTicket& ticket) {
    std::string token = ticket_bytes(ticket.token);
    std::erase(token, '&');
    return "t=" + token + "&p=" + ticket_bytes(ticket.profile);
}

std::string format_passport_challenge(chat::WallTime now, std::string_view nonce) {
    std::string tail = ticket_bytes(nonce);
    std::erase(tail, ',');
    return "lc=1033,id=507,tw=40,fs=1,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=" +
           std::to_string(chat::unix_seconds(now)) +
           ",kpp=1,kv=5,ver=2.1.0173.1,rver=1,wp=FS_40SEC_0_COMPACT,tpf=" + tail;
}

std::optional<std::string_view> find_challenge_field(std::string_view challenge, std::string_view name) {
    while (!challenge.empty()) {
        std::string_view value = take_field(challenge, ',');
        if (same_word(trim(take_field(value, '=')), name)) return trim(value);
    }
    return std::nullopt;
}

}  // namespace patchcord::msn
