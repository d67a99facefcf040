#include "msn/wire/slp.hpp"

#include "msn/wire/base64.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t longest_field = 256;  // a GUID and some words around it
constexpr std::string_view file_guid = "{5D3E02AB-6190-11D3-BBBB-00C04F795683}";
constexpr std::string_view object_guid = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}";
constexpr std::string_view session_request = "application/x-msnmsgr-sessionreqbody";
constexpr std::string_view session_close = "application/x-msnmsgr-sessionclosebody";
constexpr std::string_view transport_request = "application/x-msnmsgr-transreqbody";
constexpr std::string_view transport_response = "application/x-msnmsgr-transrespbody";
constexpr std::string_view via_before_branch = "MSNSLP/1.0/TLP ;branch=";

/// Takes a line off the front, without its end.
std::string_view take_line(std::string_view& rest) {
    std::string_view line = take_field(rest, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// A field of the body, however long; its lines are not folded.
std::string_view find_field(std::string_view body, std::string_view name) {
    while (!body.empty()) {
        std::string_view line = take_line(body);
        if (same_word(trim(take_field(line, ':')), name)) return trim(line);
    }
    return {};
}

/// "INVITE MSNMSGR:bob@example.com MSNSLP/1.0"
std::optional<SlpRequest::Method> parse_start(std::string_view line) {
    const std::string_view method = take_field(line, ' ');
    if (!starts_with_word(line, "MSNMSGR:")) return std::nullopt;
    if (same_word(method, "INVITE")) return SlpRequest::Method::invite;
    if (same_word(method, "BYE")) return SlpRequest::Method::bye;
    return std::nullopt;
}

std::optional<std::string> short_header(const MimeMessage& headers, std::string_view name) {
    const auto value = find_header(headers, name);
    if (!value || value->empty() || value->size() > longest_field) return std::nullopt;
    return one_line(*value);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(one_line(value)).append("\r\n");
}

std::string session_body(std::uint32_t session_id) {
    std::string body;
    if (session_id != 0) append_header(body, "SessionID", std::to_string(session_id));
    return body.append("\r\n").append(1, '\0');
}

struct Envelope {
    std::string_view start;
    std::string_view from;
    std::string_view to;
    std::string_view via;
    std::string_view sequence;  // with a blank behind it, as every client writes it
    std::string_view call_id;
    std::string_view content_type;
};

std::string format_message(const Envelope& envelope, std::string_view body) {
    std::string out(envelope.start);
    out += "\r\n";
    append_header(out, "To", "<msnmsgr:" + std::string(envelope.to) + ">");
    append_header(out, "From", "<msnmsgr:" + std::string(envelope.from) + ">");
    append_header(out, "Via", envelope.via);
    append_header(out, "CSeq", envelope.sequence);
    append_header(out, "Call-ID", envelope.call_id);
    append_header(out, "Max-Forwards", "0");
    append_header(out, "Content-Type", envelope.content_type);
    append_header(out, "Content-Length", std::to_string(body.size()));
    return out.append("\r\n").append(body);
}

std::string format_answer(std::string_view start, const SlpRequest& request, std::string_view from, std::string_view to,
                          std::string_view content_type, std::string_view body) {
    return format_message({start, from, to, request.via, "1 ", request.call_id, content_type}, body);
}

std::string format_request(std::string_view method, const SlpDialogue& dialogue, std::string_view content_type,
                           std::string_view body) {
    const std::string start = std::string(method) + " MSNMSGR:" + one_line(dialogue.to) + " MSNSLP/1.0";
    const std::string via = format_slp_via(dialogue.branch);
    return format_message({start, dialogue.from, dialogue.to, via, "0 ", dialogue.call_id, content_type}, body);
}

std::string format_invite(const SlpDialogue& dialogue, std::string_view guid, std::string_view application,
                          std::string_view context) {
    std::string body;
    append_header(body, "EUF-GUID", guid);
    append_header(body, "SessionID", std::to_string(dialogue.session_id));
    append_header(body, "AppID", application);
    append_header(body, "Context", context);
    body.append("\r\n").append(1, '\0');
    return format_request("INVITE", dialogue, session_request, body);
}

SlpPurpose purpose_of(const SlpRequest& request, std::string_view body) {
    if (same_word(request.content_type, transport_request)) return SlpPurpose::transport;
    const std::string_view guid = find_field(body, "EUF-GUID");
    if (same_word(guid, file_guid)) return SlpPurpose::file;
    return same_word(guid, object_guid) ? SlpPurpose::object : SlpPurpose::other;
}

}  // namespace

std::optional<SlpRequest> parse_slp_request(std::string_view message) {
    const auto method = parse_start(take_line(message));
    if (!method) return std::nullopt;
    const auto headers = parse_mime(message);
    if (!headers) return std::nullopt;
    const auto via = short_header(*headers, "Via");
    const auto call_id = short_header(*headers, "Call-ID");
    const auto content_type = short_header(*headers, "Content-Type");
    if (!via || !call_id || !content_type) return std::nullopt;
    SlpRequest request{*method, *via, *call_id, *content_type, SlpPurpose::other, 0, {}};
    request.purpose = purpose_of(request, headers->body);
    request.session_id = parse_digits(find_field(headers->body, "SessionID"), 10, 10).value_or(0);
    request.context = find_field(headers->body, "Context");
    return request;
}

std::optional<SlpAnswer> parse_slp_answer(std::string_view message) {
    std::string_view start = take_line(message);
    if (!same_word(take_field(start, ' '), "MSNSLP/1.0")) return std::nullopt;
    const auto status = parse_digits(take_field(start, ' '), 10, 3);
    const auto headers = parse_mime(message);
    if (!status || !headers) return std::nullopt;
    const auto via = short_header(*headers, "Via");
    const auto call_id = short_header(*headers, "Call-ID");
    if (!via || !call_id) return std::nullopt;
    return SlpAnswer{*status, *via, *call_id};
}

std::string format_slp_decline(const SlpRequest& request, std::string_view from, std::string_view to) {
    return format_answer("MSNSLP/1.0 603 Decline", request, from, to, request.content_type,
                         session_body(request.session_id));
}

std::string format_slp_accept(const SlpRequest& request, std::string_view from, std::string_view to) {
    return format_answer("MSNSLP/1.0 200 OK", request, from, to, request.content_type,
                         session_body(request.session_id));
}

std::string format_slp_no_transport(const SlpRequest& request, std::string_view from, std::string_view to) {
    static constexpr std::string_view body(
        "Bridge: TCPv1\r\n"
        "Listening: false\r\n"
        "Nonce: {00000000-0000-0000-0000-000000000000}\r\n\r\n\0",
        83);
    return format_answer("MSNSLP/1.0 200 OK", request, from, to, transport_response, body);
}

std::string format_slp_error(const SlpRequest& request, std::string_view from, std::string_view to) {
    return format_answer("MSNSLP/1.0 500 Internal Error", request, from, to, "null", {});
}

std::string format_guid(const std::array<std::uint32_t, 4>& numbers) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string guid = "{";
    for (std::size_t i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) guid += '-';
        guid += digits[numbers[i / 8] >> (28 - 4 * (i % 8)) & 0xFU];
    }
    return guid + "}";
}

std::string format_slp_via(std::string_view branch) {
    return std::string(via_before_branch).append(branch);
}

std::string format_slp_file_invite(const SlpDialogue& dialogue, std::string_view context) {
    return format_invite(dialogue, file_guid, "2", context);
}

/// The object ends with a NUL there, as clients write it.
std::string format_slp_object_invite(const SlpDialogue& dialogue, std::string_view object) {
    return format_invite(dialogue, object_guid, "1", encode_base64(std::string(object) + '\0'));
}

std::string format_slp_bye(const SlpDialogue& dialogue) {
    return format_request("BYE", dialogue, session_close, session_body(0));
}

}  // namespace patchcord::msn
