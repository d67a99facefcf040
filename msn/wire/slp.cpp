#include "msn/wire/slp.hpp"

#include "msn/wire/field_text.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t longest_field = 256;  // a GUID and some words around it
constexpr std::string_view file_guid = "{5D3E02AB-6190-11D3-BBBB-00C04F795683}";
constexpr std::string_view object_guid = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}";

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

SlpPurpose purpose_of(std::string_view guid) {
    if (same_word(guid, file_guid)) return SlpPurpose::file;
    return same_word(guid, object_guid) ? SlpPurpose::object : SlpPurpose::other;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(one_line(value)).append("\r\n");
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
    request.purpose = purpose_of(find_field(headers->body, "EUF-GUID"));
    request.session_id = parse_digits(find_field(headers->body, "SessionID"), 10, 10).value_or(0);
    request.context = find_field(headers->body, "Context");
    return request;
}

std::string format_slp_decline(const SlpRequest& request, std::string_view from, std::string_view to) {
    std::string body;
    if (request.session_id != 0) append_header(body, "SessionID", std::to_string(request.session_id));
    body.append("\r\n").append(1, '\0');
    std::string out = "MSNSLP/1.0 603 Decline\r\n";
    append_header(out, "To", "<msnmsgr:" + std::string(to) + ">");
    append_header(out, "From", "<msnmsgr:" + std::string(from) + ">");
    append_header(out, "Via", request.via);
    append_header(out, "CSeq", "1 ");  // with a blank behind it, as every client writes it
    append_header(out, "Call-ID", request.call_id);
    append_header(out, "Max-Forwards", "0");
    append_header(out, "Content-Type", request.content_type);
    append_header(out, "Content-Length", std::to_string(body.size()));
    return out.append("\r\n").append(body);
}

}  // namespace patchcord::msn
