// Whole log lines in both forms, with strangers' words in their fields.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/log/escape.hpp"
#include "gateway/log/log.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/gateway/support/strict_json.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;
using gateway::LogFormat;

constexpr std::array<std::string_view, 3> keys{"nick", "realname", "reason"};
constexpr std::string_view what = "limit hit";
constexpr std::size_t longest_line = 4000;
constexpr std::size_t kept = 160;  // bytes of a value that are never cut, however long the others are

using Values = std::array<std::string_view, keys.size()>;

std::string format(LogFormat form, std::string_view connection, const Values& values) {
    return gateway::format_log_line(form, connection, what,
                                    {{keys[0], values[0]}, {keys[1], values[1]}, {keys[2], values[2]}});
}

void check_line(std::string_view line) {
    demand(line.size() <= longest_line, "a pipe takes a line whole");
    demand(chat::is_valid_utf8(line), "a line is UTF-8");
    for (std::size_t at = 0; at < line.size();) {
        const char32_t c = chat::next_code_point(line, at);
        demand(c >= 0x20 && (c < 0x7F || c >= 0xA0), "no control is in a line");
        demand(!chat::is_deceptive(c), "nothing that deceives is in a line");
    }
}

/// `shown` stands for `all`, or for its begin when it is long.
void check_value(std::string_view shown, const std::string& all, std::size_t given) {
    if (given <= kept) {
        demand(shown == all, "a short value is said whole");
    } else {
        demand(!shown.empty() && all.starts_with(shown), "of a long value its begin is said");
    }
}

/// Each byte that is no UTF-8 is the sign for that.
std::string repaired(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) chat::append_utf8(out, chat::next_code_point(text, at));
    return out;
}

void check_json(std::string_view connection, const Values& values) {
    const std::string line = format(LogFormat::json, connection, values);
    check_line(line);
    const auto members = tests::StrictJson::parse("{" + line + "}");
    demand(members.has_value(), "a line is a JSON object");
    demand(members->size() == keys.size() + (connection.empty() ? 1 : 2), "no member is added");
    demand(members->at("message") == what, "the sentence is the sentence");
    if (!connection.empty()) demand(members->at("connection") == connection, "the connection is the connection");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        check_value(members->at(std::string(keys[i])), repaired(values[i]), values[i].size());
    }
}

/// Takes a field off the front, and gives its value as it stands there, without quotes.
std::string_view take_field(std::string_view& line, std::string_view key) {
    const std::string begin = " " + std::string(key) + "=";
    demand(line.starts_with(begin), "the next field is the next one that was given");
    line.remove_prefix(begin.size());
    const bool quoted = line.starts_with('"');
    if (quoted) line.remove_prefix(1);
    std::size_t end = 0;
    while (end < line.size() && line[end] != (quoted ? '"' : ' ')) {
        const bool escapes = quoted && line[end] == '\\';
        end += escapes ? 2U : 1U;
    }
    demand(quoted ? end < line.size() : end <= line.size(), "quotes are closed");
    const std::string_view value = line.substr(0, end);
    demand(quoted || (!value.empty() && value.find('=') == std::string_view::npos), "what is not plain is quoted");
    line.remove_prefix(end + (quoted ? 1 : 0));
    return value;
}

void check_text(std::string_view connection, const Values& values) {
    const std::string line = format(LogFormat::text, connection, values);
    check_line(line);
    const std::string begin = std::string(connection) + (connection.empty() ? "" : " ") + std::string(what);
    demand(line.starts_with(begin), "a line begins with what is ours");
    std::string_view rest = std::string_view(line).substr(begin.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        check_value(take_field(rest, keys[i]), gateway::escape_for_log(values[i]), values[i].size());
    }
    demand(rest.empty(), "nothing follows the last field");
}

}  // namespace

// A byte that says whether there is a connection, and three values, each up to a byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    const std::string_view connection = script.byte() % 2 == 0 ? "irc#17" : "";
    Values values;
    for (std::string_view& value : values) value = script.text();
    check_json(connection, values);
    check_text(connection, values);
    return 0;
}
