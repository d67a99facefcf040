#include "irc/wire/dcc.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "irc/wire/casemap.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t max_address_bytes = 45;  // the longest IPv6 address with an IPv4 one in it
constexpr std::size_t max_token_bytes = 20;    // 64 bits
constexpr std::uint64_t max_size = std::numeric_limits<std::int64_t>::max();

constexpr std::string_view bad_form = "DCC SEND needs a file name, an address, a port and a size";
constexpr std::string_view no_size = "the offer does not say how big the file is";
constexpr std::string_view bad_size = "the size is no number";
constexpr std::string_view bad_port = "the port is no number from 1 to 65535";
constexpr std::string_view bad_address = "the address is neither an IPv4 address as one number nor an IPv6 address";
constexpr std::string_view bad_position = "DCC RESUME needs a file name, a port and a position";

bool same_word(std::string_view one, std::string_view other) {
    return chat::equal_folded(one, other, fold_table(Casemapping::ascii));
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_token(std::string_view text) {
    return is_digits(text) && text.size() <= max_token_bytes;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
    if (!is_digits(text)) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto port = parse_number(text, std::numeric_limits<std::uint16_t>::max());
    return port ? std::optional(static_cast<std::uint16_t>(*port)) : std::nullopt;
}

/// Whether the IPv6 address is one is left to who connects.
std::optional<std::string> parse_address(std::string_view text) {
    if (const auto number = parse_number(text, std::numeric_limits<std::uint32_t>::max())) {
        std::string dotted;
        for (int shift = 24; shift >= 0; shift -= 8) {
            dotted += std::to_string((*number >> shift) & 0xFFU) + (shift > 0 ? "." : "");
        }
        return dotted;
    }
    const bool v6 = text.find(':') != std::string_view::npos && text.size() <= max_address_bytes &&
                    text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    return v6 ? std::optional(std::string(text)) : std::nullopt;
}

/// The 32-bit number of an IPv4 address with dots; other addresses as they are.
std::string format_address(std::string_view address) {
    std::uint64_t number = 0;
    std::string_view rest = address;
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = rest.find('.');
        const auto byte = parse_number(rest.substr(0, dot), 0xFF);
        if (!byte || (dot == std::string_view::npos) != (part == 3)) return std::string(address);
        number = number << 8U | *byte;
        rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
    }
    return std::to_string(number);
}

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// A name and the words behind it, the last one first.
struct Fields {
    static constexpr std::size_t most = 4;
    std::array<std::string_view, most> words;
    std::size_t count = 0;
    std::array<std::string_view, most + 1> names;  // by how many of the words are not part of it
};

Fields split_fields(std::string_view text) {
    Fields fields;
    const std::size_t quote = text.starts_with('"') ? text.rfind('"') : 0;
    std::string_view rest = trimmed(quote > 0 ? text.substr(quote + 1) : text);
    fields.names[0] = rest;
    while (fields.count < Fields::most && !rest.empty()) {
        const std::size_t space = rest.rfind(' ');
        fields.words[fields.count++] = space == std::string_view::npos ? rest : rest.substr(space + 1);
        rest = space == std::string_view::npos ? std::string_view() : trimmed(rest.substr(0, space));
        fields.names[fields.count] = rest;
    }
    if (quote > 0) {
        if (!rest.empty()) fields.count = 0;  // more than there can be
        fields.names.fill(text.substr(1, quote - 1));
    }
    return fields;
}

/// Does a name remain when the last `count` words are none of it, and no word too many behind a quoted one?
bool has_form(const Fields& fields, std::size_t count, bool quoted) {
    return quoted ? fields.count == count : fields.count >= count && !fields.names[count].empty();
}

ParsedDcc parse_send(std::string_view text) {
    const Fields fields = split_fields(text);
    const bool quoted = text.starts_with('"') && text.rfind('"') > 0;
    const auto& word = fields.words;
    const bool with_token = has_form(fields, 4, quoted) && is_token(word[0]) && is_digits(word[1]) &&
                            parse_port(word[2]) && parse_address(word[3]);
    const std::size_t first = with_token ? 1 : 0;
    if (!has_form(fields, 3 + first, quoted)) {
        const bool lacks_size = has_form(fields, 2, quoted) && parse_port(word[0]) && parse_address(word[1]);
        return {{}, lacks_size ? no_size : bad_form};
    }
    const auto size = parse_number(word[first], max_size);
    const auto port = parse_port(word[first + 1]);
    const auto address = parse_address(word[first + 2]);
    const bool shifted = !address && parse_port(word[0]) && !parse_port(word[1]) && parse_address(word[1]);
    if (shifted) return {{}, no_size};
    if (!size) return {{}, bad_size};
    if (!port || (*port == 0 && !with_token)) return {{}, bad_port};
    if (!address) return {{}, bad_address};
    return {Dcc{Dcc::Kind::send, std::string(fields.names[3 + first]), *address, *port, *size,
                std::string(with_token ? word[0] : std::string_view())}};
}

ParsedDcc parse_position(Dcc::Kind kind, std::string_view text) {
    const Fields fields = split_fields(text);
    const bool quoted = text.starts_with('"') && text.rfind('"') > 0;
    const auto& word = fields.words;
    const bool with_token =
        has_form(fields, 3, quoted) && is_token(word[0]) && is_digits(word[1]) && parse_port(word[2]) == 0;
    const std::size_t first = with_token ? 1 : 0;
    if (!has_form(fields, 2 + first, quoted)) return {{}, bad_position};
    const auto position = parse_number(word[first], max_size);
    const auto port = parse_port(word[first + 1]);
    if (!position || !port) return {{}, bad_position};
    return {Dcc{kind,
                std::string(fields.names[2 + first]),
                {},
                *port,
                *position,
                std::string(with_token ? word[0] : std::string_view())}};
}

/// Clients disagree whether a name with spaces stands in quotes here.
ParsedDcc parse_reject(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view what = text.substr(0, space);
    if (!same_word(what, "SEND") && !same_word(what, "GET")) return {{}, "only files can be rejected"};
    std::string_view name = trimmed(text.substr(space));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = trimmed(name.substr(1, name.size() - 2));
    return {Dcc{Dcc::Kind::reject, std::string(name)}};
}

std::string format_name(std::string_view name) {
    std::string clean(name);
    std::erase(clean, '"');
    const bool plain = !clean.empty() && clean.find(' ') == std::string::npos;
    return plain ? clean : "\"" + clean + "\"";
}

}  // namespace

ParsedDcc parse_dcc(std::string_view parameters) {
    const std::string_view text = trimmed(parameters);
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view kind = text.substr(0, space);
    const std::string_view rest = trimmed(text.substr(space));
    if (same_word(kind, "SEND")) return parse_send(rest);
    if (same_word(kind, "RESUME")) return parse_position(Dcc::Kind::resume, rest);
    if (same_word(kind, "ACCEPT")) return parse_position(Dcc::Kind::accept, rest);
    if (same_word(kind, "REJECT")) return parse_reject(rest);
    return {{}, "of DCC only SEND can be used here, without encryption"};
}

std::string format_dcc(const Dcc& dcc) {
    const std::string name = format_name(dcc.name);
    const std::string place =
        " " + std::to_string(dcc.port) + " " + std::to_string(dcc.number) + (dcc.token.empty() ? "" : " " + dcc.token);
    switch (dcc.kind) {
        case Dcc::Kind::send: return "SEND " + name + " " + format_address(dcc.address) + place;
        case Dcc::Kind::resume: return "RESUME " + name + place;
        case Dcc::Kind::accept: return "ACCEPT " + name + place;
        case Dcc::Kind::reject: break;
    }
    return "REJECT SEND " + dcc.name;  // without quotes, as irssi writes and expects it
}

}  // namespace patchcord::irc
