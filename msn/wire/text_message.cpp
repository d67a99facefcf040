#include "msn/wire/text_message.hpp"

#include <algorithm>
#include <ctime>

#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/im_format.hpp"

namespace patchcord::msn {
namespace {

std::string headers_of(const chat::Style& style) {
    std::string out;
    MimeBuilder(out)
        .content_type("text/plain; charset=UTF-8")
        .header("X-MMS-IM-Format", format_im_format(im_format_of(style)));
    return out;
}

std::string text_headers(const chat::StyledText& styled, const TextOptions& options) {
    static const std::string of_plain_text = headers_of({});
    const chat::Style style = styled.uniform_style().value_or(chat::Style());
    std::string out = style == chat::Style() ? of_plain_text : headers_of(style);
    if (!options.name.empty()) {
        const std::string name = one_line(to_utf8(options.name, "utf-8"));
        MimeBuilder(out).header("P4-Context", name.substr(0, chat::code_point_border(name, max_context_name_bytes)));
    }
    return out;
}

// The headers, and `text` with CR LF for each LF.
std::string payload_of(const std::string& headers, std::string_view text) {
    std::string payload;
    payload.reserve(headers.size() + 2 + text.size());
    payload += headers;
    MimeBuilder builder(payload);
    const std::size_t line_end = std::min(text.find('\n'), text.size());
    builder.body(text.substr(0, line_end));
    for (text.remove_prefix(line_end); !text.empty();) {
        const std::size_t next = std::min(text.find('\n', 1), text.size());
        payload.append(1, '\r').append(text.substr(0, next));
        text.remove_prefix(next);
    }
    return payload;
}

// The length of the longest prefix that is at most `max_bytes` with CR LF for each LF.
std::size_t fitting_prefix(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes / 2) return text.size();
    std::size_t used = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        used += text[i] == '\n' ? 2U : 1U;
        if (used > max_bytes) return chat::code_point_border(text, i);
    }
    return text.size();
}

// `text` without what has no place in a message; `kept` holds it if that is not all of it.
std::string_view cleaned(std::string_view text, std::string& kept) {
    if (chat::printable_prefix(text) == text.size()) return text;
    kept = clean_text(text);
    return kept;
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
    std::string text = to_utf8(message.body, content_type(message).charset);
    if (chat::printable_prefix(text) != text.size()) text = clean_text(text);
    return {std::move(text), format ? parse_im_style(*format) : chat::Style()};
}

std::vector<std::string> format_text(const chat::StyledText& styled, const TextOptions& options) {
    const std::string headers = text_headers(styled, options);
    const std::size_t max_body = std::max(options.max_payload, least_text_payload) - headers.size() - 2;
    std::string kept;
    std::vector<std::string> payloads;
    for (std::string_view rest = cleaned(styled.text(), kept); !rest.empty();) {
        const Cut cut = cut_for(rest, max_body, options.graphemes);
        payloads.push_back(payload_of(headers, rest.substr(0, cut.end)));
        rest.remove_prefix(cut.next);
    }
    return payloads;
}

std::string format_whole_text(const chat::StyledText& styled, const TextOptions& options) {
    return payload_of(text_headers(styled, options), clean_text(styled.text()));
}

std::optional<std::string_view> action_in(std::string_view text) {
    constexpr std::string_view prefix = "/me ";
    if (!text.starts_with(prefix) || text.size() == prefix.size()) return std::nullopt;
    return text.substr(prefix.size());
}

chat::StyledText action_text(std::string_view name, const chat::StyledText& deed) {
    chat::Style style = deed.uniform_style().value_or(chat::Style{});
    style.italic = true;
    chat::StyledText text;
    text.append("*" + std::string(name) + " " + deed.text() + "*", style);
    return text;
}

std::string with_date(chat::WallTime sent_at, std::string_view text) {
    const std::time_t seconds = static_cast<std::time_t>(chat::unix_seconds(sent_at));
    std::tm parts{};
    char sent[32] = "";
    if (gmtime_r(&seconds, &parts) != nullptr) (void)std::strftime(sent, sizeof sent, "%Y-%m-%d %H:%M UTC", &parts);
    return "[" + std::string(sent) + "] " + std::string(text);
}

}  // namespace patchcord::msn
