#include "msn/wire/invitation.hpp"

#include <algorithm>

#include "chat_core/file_name.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t max_cookie_digits = 10;
constexpr std::size_t max_field_bytes = 1024;

std::string in_lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::optional<Invitation::Command> parse_verb(std::string_view word) {
    if (same_word(word, "INVITE")) return Invitation::Command::invite;
    if (same_word(word, "ACCEPT")) return Invitation::Command::accept;
    if (same_word(word, "CANCEL")) return Invitation::Command::cancel;
    return std::nullopt;
}

std::optional<TransferAddress> parse_address(const MimeMessage& fields) {
    const auto host = find_header(fields, "IP-Address");
    const auto port = parse_digits(find_header(fields, "Port").value_or(""), 10, 5);
    const auto auth_cookie = find_header(fields, "AuthCookie");
    const bool good = host && !host->empty() && port && *port > 0 && *port <= 0xFFFF;
    if (!good || !auth_cookie || !parse_digits(*auth_cookie, 10, max_cookie_digits)) return std::nullopt;
    return TransferAddress{std::string(*host), static_cast<std::uint16_t>(*port), std::string(*auth_cookie)};
}

std::string with_head(std::string_view body) {
    std::string payload;
    MimeBuilder(payload).content_type("text/x-msmsgsinvite; charset=UTF-8").body(body);
    return payload;
}

/// Its colon is part of the value, which MimeBuilder would not let pass.
constexpr std::string_view request_data = "Request-Data: IP-Address:\r\n";
constexpr std::string_view file_guid = "{5D3E02AB-6190-11d3-BBBB-00C04F795683}";

std::string_view field(const Invitation& invitation, std::string_view name) {
    const auto found = invitation.fields.find(name);
    return found == invitation.fields.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint16_t> port_field(const Invitation& invitation, std::string_view name) {
    const auto port = parse_digits(field(invitation, name), 10, 5);
    return port && *port > 0 && *port <= 0xFFFF ? std::optional(static_cast<std::uint16_t>(*port)) : std::nullopt;
}

std::string format_accept_at(std::string_view cookie, const TransferAddress& where, bool sender_connects) {
    std::string body;
    MimeBuilder fields(body);
    fields.header("Invitation-Command", "ACCEPT").header("Invitation-Cookie", cookie);
    if (sender_connects) fields.header("Sender-Connect", "TRUE");
    fields.header("IP-Address", where.host).header("Port", std::to_string(where.port));
    fields.header("AuthCookie", where.auth_cookie).header("Launch-Application", "FALSE");
    body += request_data;
    fields.body({});
    return with_head(body);
}

}  // namespace

std::optional<Invitation> parse_invitation(const MimeMessage& message) {
    if (classify(message) != BodyKind::invitation) return std::nullopt;
    const auto fields = parse_mime(message.body);
    if (!fields) return std::nullopt;
    const auto command = parse_verb(find_header(*fields, "Invitation-Command").value_or(""));
    const auto cookie = find_header(*fields, "Invitation-Cookie");
    if (!command || !cookie || !parse_digits(*cookie, 10, max_cookie_digits)) return std::nullopt;
    Invitation invitation;
    invitation.command = *command;
    invitation.cookie = *cookie;
    invitation.cancel_code = one_line(find_header(*fields, "Cancel-Code").value_or("").substr(0, max_field_bytes));
    if (command == Invitation::Command::invite) invitation.file = parse_file_invitation(message);
    if (command == Invitation::Command::accept) invitation.address = parse_address(*fields);
    for (const MimeHeader& header : fields->headers) {
        invitation.fields.emplace(in_lower_case(header.name), one_line(header.value.substr(0, max_field_bytes)));
    }
    return invitation;
}

std::vector<TransferAddress> transfer_addresses(const Invitation& accept) {
    if (!accept.address) return {};
    std::vector<TransferAddress> found{*accept.address};
    const auto add = [&](std::string_view host, std::optional<std::uint16_t> port) {
        if (host.empty() || !port) return;
        TransferAddress address{std::string(host), *port, accept.address->auth_cookie};
        if (std::find(found.begin(), found.end(), address) == found.end()) found.push_back(std::move(address));
    };
    add(accept.address->host, port_field(accept, "portx"));
    const auto inner_port = port_field(accept, "portx-internal");
    add(field(accept, "ip-address-internal"), inner_port ? inner_port : accept.address->port);
    return found;
}

bool offers_file(const Invitation& invite) {
    const std::string_view guid = field(invite, "application-guid");
    return invite.file && (guid.empty() || same_word(guid, file_guid));
}

bool cannot_listen(const Invitation& invite) {
    return same_word(field(invite, "connectivity"), "N");
}

bool sender_connects(const Invitation& accept) {
    return same_word(field(accept, "sender-connect"), "TRUE");
}

std::string format_file_offer(std::string_view name, std::uint64_t size, std::string_view cookie, bool listens) {
    std::string body;
    MimeBuilder fields(body);
    fields.header("Application-Name", "File Transfer");
    fields.header("Application-GUID", file_guid);
    fields.header("Invitation-Command", "INVITE").header("Invitation-Cookie", cookie);
    fields.header("Application-File", chat::clean_file_name(name)).header("Application-FileSize", std::to_string(size));
    if (!listens) fields.header("Connectivity", "N");
    fields.body({});
    return with_head(body);
}

std::string format_accept(std::string_view cookie) {
    std::string body;
    MimeBuilder fields(body);
    fields.header("Invitation-Command", "ACCEPT").header("Invitation-Cookie", cookie);
    fields.header("Launch-Application", "FALSE");
    body += request_data;
    fields.body({});
    return with_head(body);
}

std::string format_accept(std::string_view cookie, const TransferAddress& where) {
    return format_accept_at(cookie, where, false);
}

std::string format_sender_connect(std::string_view cookie, const TransferAddress& where) {
    return format_accept_at(cookie, where, true);
}

std::string format_cancel(std::string_view cookie, std::string_view code) {
    std::string body;
    MimeBuilder fields(body);
    fields.header("Invitation-Command", "CANCEL").header("Invitation-Cookie", cookie).header("Cancel-Code", code);
    fields.body({});
    return with_head(body);
}

}  // namespace patchcord::msn
