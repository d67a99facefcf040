#include "msn/wire/presence_codec.hpp"

#include <algorithm>
#include <array>

#include "chat_core/utf8.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/xml_text.hpp"

namespace patchcord::msn {
namespace {

using chat::Availability;

struct StatusRow {
    std::string_view code;
    std::string_view words;
    std::optional<Availability> availability;
};

// In the order of Status.
constexpr std::array<StatusRow, 9> statuses = {{{"NLN", "Online", Availability::available},
                                                {"BSY", "Busy", Availability::busy},
                                                {"IDL", "Idle", Availability::idle},
                                                {"BRB", "Be right back", Availability::be_right_back},
                                                {"AWY", "Away", Availability::away},
                                                {"PHN", "On the phone", Availability::on_the_phone},
                                                {"LUN", "Out to lunch", Availability::out_to_lunch},
                                                {"HDN", "Hidden", std::nullopt},
                                                {"FLN", "Offline", std::nullopt}}};

const StatusRow& row_of(Status status) {
    return statuses[static_cast<std::size_t>(status)];
}

struct AwayWords {
    std::string_view words;
    Status status;
};

constexpr std::array<AwayWords, 9> away_words = {{{"lunch", Status::out_to_lunch},
                                                  {"at lunch", Status::out_to_lunch},
                                                  {"out to lunch", Status::out_to_lunch},
                                                  {"phone", Status::on_the_phone},
                                                  {"on the phone", Status::on_the_phone},
                                                  {"brb", Status::be_right_back},
                                                  {"be right back", Status::be_right_back},
                                                  {"busy", Status::busy},
                                                  {"idle", Status::idle}}};

bool is_part_of_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80U;
}

bool begins_with_words(std::string_view text, std::string_view words) {
    return starts_with_word(text, words) && (text.size() == words.size() || !is_part_of_word(text[words.size()]));
}

/// XML has no place for U+FFFE and U+FFFF (XML 1.0 section 2.2).
void drop_noncharacters(std::string& text) {
    for (const std::string_view character : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
        for (std::size_t at; (at = text.find(character)) != std::string::npos;) text.erase(at, character.size());
    }
}

std::string in_one_line(std::string_view text) {
    std::string line = one_line(clean_text(text));
    drop_noncharacters(line);
    line.resize(chat::code_point_border(line, max_personal_message_bytes));
    return std::string(trim(line));
}

// What stands between `<name>` and `</name`; empty when there is no such element.
std::string_view element(std::string_view payload, std::string_view name) {
    const std::string open = '<' + std::string(name);
    for (std::size_t at = payload.find(open); at != std::string_view::npos; at = payload.find(open, at + 1)) {
        std::string_view rest = payload.substr(at + open.size());
        if (rest.empty() || is_part_of_word(rest.front())) continue;
        const std::string_view tag = take_field(rest, '>');
        if (tag.ends_with('/')) return {};
        return rest.substr(0, rest.find("</"));
    }
    return {};
}

std::string words_in(std::string_view payload, std::string_view name) {
    constexpr std::size_t longest_escaped = 12 * max_personal_message_bytes;  // more would be cut anyway
    return in_one_line(unescape_xml(element(payload, name).substr(0, longest_escaped)));
}

}  // namespace

std::optional<Status> parse_status(std::string_view code) {
    const auto* const row =
        std::find_if(statuses.begin(), statuses.end(), [&](const StatusRow& r) { return r.code == code; });
    if (row == statuses.end()) return std::nullopt;
    return static_cast<Status>(row - statuses.begin());
}

std::string_view format_status(Status status) {
    return row_of(status).code;
}

std::string_view describe(Status status) {
    return row_of(status).words;
}

std::optional<Availability> availability_of(Status status) {
    return row_of(status).availability;
}

Status status_of(const chat::Presence& presence) {
    if (presence.availability == Availability::away) {
        const std::string_view text = trim(presence.message);
        for (const AwayWords& row : away_words) {
            if (begins_with_words(text, row.words)) return row.status;
        }
    }
    const auto* const row = std::find_if(statuses.begin(), statuses.end(),
                                         [&](const StatusRow& r) { return r.availability == presence.availability; });
    return static_cast<Status>(row - statuses.begin());
}

PersonalMessage parse_personal_message(std::string_view payload) {
    return {words_in(payload, "PSM"), words_in(payload, "CurrentMedia")};
}

std::string format_personal_message(const PersonalMessage& message) {
    return "<Data><PSM>" + escape_xml(in_one_line(message.text)) + "</PSM><CurrentMedia>" +
           escape_xml(in_one_line(message.media)) + "</CurrentMedia></Data>";
}

}  // namespace patchcord::msn
