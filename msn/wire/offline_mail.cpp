#include "msn/wire/offline_mail.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"
#include "msn/wire/base64.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/mail_date.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/xml_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::string_view initial_notice = "text/x-msmsgsinitialmdatanotification";
constexpr std::string_view later_notice = "text/x-msmsgsoimnotification";
constexpr std::string_view data_field = "Mail-Data:";
constexpr std::string_view offline_kind = "11";  // of <T>: a message, in contrast to letters
constexpr std::size_t base64_line = 76;          // longer lines are refused
constexpr std::size_t max_run_bytes = 64;

bool is_id(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

/// What stands between `<name>` and `</name>`.
std::optional<std::string_view> element(std::string_view text, std::string_view name) {
    const std::string opening = "<" + std::string(name) + ">";
    const std::string closing = "</" + std::string(name) + ">";
    const std::size_t begin = text.find(opening);
    if (begin == std::string_view::npos) return std::nullopt;
    text.remove_prefix(begin + opening.size());
    const std::size_t end = text.find(closing);
    if (end == std::string_view::npos) return std::nullopt;
    return text.substr(0, end);
}

std::string text_in(std::string_view markup, std::string_view name) {
    return std::string(trim(unescape_xml(element(markup, name).value_or(std::string_view()))));
}

std::optional<MailNote> note_of(std::string_view markup) {
    const auto kind = element(markup, "T");
    const auto from = parse_handle(text_in(markup, "E"));
    MailNote note;
    note.id = text_in(markup, "I");
    if ((kind && trim(*kind) != offline_kind) || !from || !is_id(note.id, max_mail_id_bytes)) return std::nullopt;
    note.from = *from;
    note.name = decode_header_words(text_in(markup, "N"));
    note.received = parse_xml_date(text_in(markup, "RT"));
    return note;
}

std::string name_of(std::string_view text) {
    std::string name = one_line(clean_text(text.substr(0, 2 * max_name_bytes)));
    name.resize(chat::code_point_border(name, max_name_bytes));
    return std::string(trim(name));
}

/// `Bob` in `"Bob" <bob@example.com>`.
std::string sender_name(std::string_view from) {
    std::string_view name = trim(from.substr(0, from.rfind('<')));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    return decode_header_words(name);
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// RFC 2047 section 4.2.
std::string decode_q(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded =
            text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (coded) {
            bytes += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            bytes += text[i] == '_' ? ' ' : text[i];
        }
    }
    return bytes;
}

/// What stands between `=?` and `?=`; nothing when that is no encoded word.
std::optional<std::string> decode_word(std::string_view word) {
    std::string_view charset = take_field(word, '?');
    charset = charset.substr(0, charset.find('*'));  // a language (RFC 2231)
    const std::string_view coding = take_field(word, '?');
    std::optional<std::string> bytes;
    if (same_word(coding, "B")) bytes = decode_base64(trim(word), max_offline_text_bytes);
    if (same_word(coding, "Q")) bytes = decode_q(word);
    if (!bytes || charset.empty()) return std::nullopt;
    return to_utf8(*bytes, charset);
}

std::string without_blanks(std::string_view text) {
    std::string dense(text);
    std::erase_if(dense, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return dense;
}

/// The body's bytes; nothing for a coding that messages do not have.
std::optional<std::string> decoded_body(const MimeMessage& mail) {
    const std::string_view coding = find_header(mail, "Content-Transfer-Encoding").value_or("");
    if (same_word(coding, "base64")) return decode_base64(without_blanks(mail.body), max_offline_text_bytes);
    const bool plain = coding.empty() || same_word(coding, "7bit") || same_word(coding, "8bit");
    if (!plain) return std::nullopt;
    return std::string(mail.body.substr(0, max_offline_text_bytes));
}

/// When the service took it is told in UTC; `Date` is what some mail server made of it.
std::optional<chat::WallTime> time_of(const MimeMessage& mail) {
    const auto arrival = parse_mail_date(find_header(mail, "X-OriginalArrivalTime").value_or(""));
    return arrival ? arrival : parse_mail_date(find_header(mail, "Date").value_or(""));
}

}  // namespace

std::optional<MailNotice> find_mail_notice(const MimeMessage& message) {
    const std::string_view type = content_type(message).type;
    const bool initial = same_word(type, initial_notice);
    if (!initial && !same_word(type, later_notice)) return std::nullopt;
    std::string_view body = message.body;
    while (!body.empty()) {
        std::string_view line = take_field(body, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (starts_with_word(line, data_field)) return MailNotice{trim(line.substr(data_field.size())), initial};
    }
    return std::nullopt;
}

MailData parse_mail_data(std::string_view data) {
    if (same_word(trim(data), "too-large")) return {true, {}};
    MailData mail;
    while (mail.notes.size() < max_mail_notes) {
        const auto markup = element(data, "M");
        if (!markup) break;
        if (auto note = note_of(*markup)) mail.notes.push_back(std::move(*note));
        data.remove_prefix(static_cast<std::size_t>(markup->end() - data.begin()));
    }
    return mail;
}

std::optional<OfflineMail> parse_offline_mail(std::string_view text) {
    const auto mail = parse_mime(text);
    if (!mail) return std::nullopt;
    const ContentType type = content_type(*mail);
    if (!type.type.empty() && !starts_with_word(type.type, "text/")) return std::nullopt;
    const auto bytes = decoded_body(*mail);
    if (!bytes) return std::nullopt;
    OfflineMail read;
    read.text = clean_text(to_utf8(*bytes, type.charset));
    while (read.text.ends_with('\n')) read.text.pop_back();
    if (read.text.empty()) return std::nullopt;
    const std::string_view run = find_header(*mail, "X-OIM-Run-Id").value_or("");
    if (is_id(run, max_run_bytes)) read.run = run;
    read.sequence = parse_digits(find_header(*mail, "X-OIM-Sequence-Num").value_or(""), 10, 9).value_or(0);
    read.name = sender_name(find_header(*mail, "From").value_or(""));
    read.sent_at = time_of(*mail);
    return read;
}

std::string format_offline_letter(const OfflineLetter& letter) {
    std::string out = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n";
    out += "Content-Transfer-Encoding: base64\r\nX-OIM-Message-Type: OfflineMessage\r\nX-OIM-Run-Id: {";
    append_one_line(out, letter.run);
    out += "}\r\nX-OIM-Sequence-Num: " + std::to_string(letter.sequence) + "\r\n";
    const std::string body = encode_base64(letter.text);
    for (std::size_t at = 0; at < body.size(); at += base64_line) {
        out += "\r\n" + body.substr(at, base64_line);
    }
    return out;
}

std::string decode_header_words(std::string_view text) {
    std::string decoded;
    while (!text.empty()) {
        const std::size_t begin = text.find("=?");
        // The end is behind two more marks: the text itself may begin with `=`.
        const std::size_t coding = begin == std::string_view::npos ? begin : text.find('?', begin + 2);
        const std::size_t content = coding == std::string_view::npos ? coding : text.find('?', coding + 1);
        const std::size_t end = content == std::string_view::npos ? content : text.find("?=", content + 1);
        const auto word =
            end == std::string_view::npos ? std::nullopt : decode_word(text.substr(begin + 2, end - begin - 2));
        if (!word) break;
        const std::string_view before = text.substr(0, begin);
        if (decoded.empty() || !trim(before).empty()) decoded += before;  // blanks between two of them are none
        decoded += *word;
        text.remove_prefix(end + 2);
    }
    decoded += text;
    return name_of(decoded);
}

std::string encode_header_word(std::string_view text) {
    return "=?utf-8?B?" + encode_base64(text) + "?=";
}

}  // namespace patchcord::msn
