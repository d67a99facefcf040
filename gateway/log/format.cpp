#include <algorithm>

#include "chat_core/utf8.hpp"
#include "gateway/log/escape.hpp"
#include "gateway/log/log.hpp"

namespace patchcord::gateway {
namespace {

// Whole lines are written at once, which a pipe takes up to PIPE_BUF (4096) bytes; time and level go in front.
constexpr std::size_t longest_line = 4000;
constexpr std::size_t longest_escape = 6;

using Fields = std::initializer_list<chat::LogField>;

bool plain(char c) {
    return c > ' ' && c <= '~' && c != '=';
}

std::string_view cut(std::string_view value, std::size_t most) {
    return value.substr(0, chat::code_point_border(value, most));
}

std::string text_line(std::string_view connection, std::string_view what, Fields fields, std::size_t most) {
    std::string line;
    if (!connection.empty()) line.append(escape_for_log(connection)).append(1, ' ');
    line += escape_for_log(what);
    for (const chat::LogField& field : fields) {
        const std::string value = escape_for_log(cut(field.value, most));
        const bool quote = value.empty() || !std::all_of(value.begin(), value.end(), plain);
        line.append(1, ' ')
            .append(escape_for_log(field.key))
            .append(quote ? "=\"" : "=")
            .append(value)
            .append(quote ? "\"" : "");
    }
    return line;
}

std::string json_members(std::string_view connection, std::string_view what, Fields fields, std::size_t most) {
    std::string line = "\"message\":\"" + escape_for_json(what) + "\"";
    if (!connection.empty()) line += ",\"connection\":\"" + escape_for_json(connection) + "\"";
    for (const chat::LogField& field : fields) {
        line += ",\"" + escape_for_json(field.key) + "\":\"" + escape_for_json(cut(field.value, most)) + "\"";
    }
    return line;
}

}  // namespace

std::string format_log_line(LogFormat format, std::string_view connection, std::string_view what, Fields fields) {
    const auto build = format == LogFormat::json ? json_members : text_line;
    std::string line = build(connection, what, fields, std::string_view::npos);
    if (line.size() <= longest_line) return line;
    return build(connection, what, fields, longest_line / longest_escape / (fields.size() + 1));
}

}  // namespace patchcord::gateway
