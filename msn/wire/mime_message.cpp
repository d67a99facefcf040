#include "msn/wire/mime_message.hpp"

#include <algorithm>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::string_view look_alike_colon = "\xEF\xBC\x9A";

// Takes a line off the front of `rest`; its end may be CR LF, LF or CR.
std::string_view take_line(std::string_view& rest) {
    const std::size_t lf = std::min(rest.find('\n'), rest.size());
    const std::size_t end = std::min(rest.substr(0, lf).find('\r'), lf);
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    const std::size_t end_size = rest.starts_with("\r\n") ? 2 : 1;
    rest.remove_prefix(std::min(end_size, rest.size()));
    return line;
}

// Lengthens the last header's value by a further line, in memory of its own.
void unfold(MimeMessage& message, std::string_view line) {
    if (message.headers.empty()) return;
    MimeHeader& header = message.headers.back();
    auto joined = std::make_shared<const std::string>(std::string(header.value) + ' ' + std::string(trim(line)));
    header.value = trim(*joined);
    message.unfolded.push_back(std::move(joined));
}

void add_line(MimeMessage& message, std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') return unfold(message, line);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const MimeHeader header{trim(line.substr(0, colon)), trim(line.substr(colon + 1))};
    if (!header.name.empty()) message.headers.push_back(header);
}

ContentType read_content_type(const MimeMessage& message) {
    std::string_view rest = find_header(message, "Content-Type").value_or("");
    ContentType type{trim(take_field(rest, ';')), {}};
    while (!rest.empty()) {
        std::string_view value = take_field(rest, ';');
        if (!same_word(trim(take_field(value, '=')), "charset")) continue;
        value = trim(value);
        const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
        type.charset = quoted ? value.substr(1, value.size() - 2) : value;
        break;
    }
    return type;
}

}  // namespace

std::optional<MimeMessage> parse_mime(std::string_view payload) {
    constexpr std::size_t usual_headers = 4;
    MimeMessage message;
    message.headers.reserve(usual_headers);
    std::string_view rest = payload;
    std::size_t lines = 0;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        if (line.empty()) {
            message.body = rest;
            break;
        }
        const bool too_long = payload.size() - rest.size() > max_mime_header_bytes;
        if (too_long || ++lines > max_mime_headers) return std::nullopt;
        add_line(message, line);
    }
    message.type = read_content_type(message);
    return message;
}

std::optional<std::string_view> find_header(const MimeMessage& message, std::string_view name) {
    for (const MimeHeader& header : message.headers) {
        if (same_word(header.name, name)) return header.value;
    }
    return std::nullopt;
}

MimeBuilder& MimeBuilder::content_type(std::string_view type) {
    return header("MIME-Version", "1.0").header("Content-Type", type);
}

MimeBuilder& MimeBuilder::header(std::string_view name, std::string_view value) {
    for (const char c : name) out_ += c > ' ' && c < '\x7F' && c != ':' ? c : '_';
    out_ += ": ";
    for (std::size_t colon = value.find(':'); colon != std::string_view::npos; colon = value.find(':')) {
        append_one_line(out_, value.substr(0, colon));
        out_ += look_alike_colon;
        value.remove_prefix(colon + 1);
    }
    append_one_line(out_, value);
    out_ += "\r\n";
    return *this;
}

void MimeBuilder::body(std::string_view body) {
    out_.append("\r\n").append(body);
}

}  // namespace patchcord::msn
