#include "msn/wire/text_message.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/im_format.hpp"

namespace patchcord::msn {
namespace {

std::string text_headers(const chat::StyledText& styled, const TextOptions& options) {
    std::string out;
    MimeBuilder builder(out);
    builder.content_type("text/plain; charset=UTF-8");
    const chat::Style style = styled.uniform_style().value_or(chat::Style());
    builder.header("X-MMS-IM-Format", format_im_format(im_format_of(style)));
    if (!options.name.empty()) {
        const std::string name = one_line(to_utf8(options.name, "utf-8"));
        builder.header("P4-Context", name.substr(0, chat::code_point_border(name, max_context_name_bytes)));
    }
    return out;
}

std::string payload_of(const std::string& headers, std::string_view body) {
    std::string payload = headers;
    MimeBuilder(payload).body(body);
    return payload;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

// The length of the longest prefix that is at most `max_bytes` with CR LF for each LF.
std::size_t fitting_prefix(std::string_view text, std::size_t max_bytes) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        used += text[i] == '\n' ? 2U : 1U;
        if (used > max_bytes) return chat::code_point_border(text, i);
    }
    return text.size();
}

struct Cut {
    std::size_t end = 0;   // of this piece
    std::size_t next = 0;  // begin of the next
};

Cut cut_for(std::string_view text, std::size_t max_bytes, const chat::GraphemeBreaker* graphemes) {
    const std::size_t farthest = fitting_prefix(text, max_bytes);
    if (farthest == text.size()) return {farthest, farthest};
    const auto last_half = [&](char c) {
        const std::size_t at = text.substr(0, farthest + (c == '\n' ? 1 : 0)).rfind(c);
        return at != std::string_view::npos && at > farthest / 2 ? at : 0;
    };
    if (const std::size_t line_end = last_half('\n')) return {line_end, line_end + 1};
    if (const std::size_t space = last_half(' ')) return {space + 1, space + 1};
    constexpr std::size_t beyond = 4;  // the code point behind decides whether there is a boundary
    const std::size_t boundary =
        graphemes == nullptr ? 0 : graphemes->boundary_before(text.substr(0, farthest + beyond), farthest);
    const std::size_t end = boundary > 0 ? boundary : farthest;
    return {end, end};
}

}  // namespace

chat::StyledText parse_text(const MimeMessage& message) {
    const auto format = find_header(message, "X-MMS-IM-Format");
    chat::StyledText styled;
    styled.append(clean_text(to_utf8(message.body, content_type(message).charset)),
                  format ? style_of(parse_im_format(*format)) : chat::Style());
    return styled;
}

std::vector<std::string> format_text(const chat::StyledText& styled, const TextOptions& options) {
    const std::string headers = text_headers(styled, options);
    const std::size_t max_body = std::max(options.max_payload, least_text_payload) - headers.size() - 2;
    const std::string text = clean_text(styled.text());
    std::vector<std::string> payloads;
    for (std::string_view rest = text; !rest.empty();) {
        const Cut cut = cut_for(rest, max_body, options.graphemes);
        payloads.push_back(payload_of(headers, with_crlf(rest.substr(0, cut.end))));
        rest.remove_prefix(cut.next);
    }
    return payloads;
}

std::string format_whole_text(const chat::StyledText& styled, const TextOptions& options) {
    return payload_of(text_headers(styled, options), with_crlf(clean_text(styled.text())));
}

std::optional<std::string_view> action_in(std::string_view text) {
    constexpr std::string_view prefix = "/me ";
    if (!text.starts_with(prefix) || text.size() == prefix.size()) return std::nullopt;
    return text.substr(prefix.size());
}

}  // namespace patchcord::msn
