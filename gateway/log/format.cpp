#include "gateway/log/escape.hpp"
#include "gateway/log/log.hpp"

namespace patchcord::gateway {
namespace {

std::string text_line(std::string_view connection, std::string_view what,
                      std::initializer_list<chat::LogField> fields) {
    std::string line;
    if (!connection.empty()) line.append(connection).append(1, ' ');
    line += what;
    for (const chat::LogField& field : fields) {
        const std::string value = escape_for_log(field.value);
        const bool quote = value.empty() || value.find(' ') != std::string::npos;
        line.append(1, ' ').append(field.key).append(quote ? "=\"" : "=").append(value).append(quote ? "\"" : "");
    }
    return line;
}

std::string json_members(std::string_view connection, std::string_view what,
                         std::initializer_list<chat::LogField> fields) {
    std::string line = "\"message\":\"" + escape_for_json(what) + "\"";
    if (!connection.empty()) line += ",\"connection\":\"" + escape_for_json(connection) + "\"";
    for (const chat::LogField& field : fields) {
        line += ",\"" + escape_for_json(field.key) + "\":\"" + escape_for_json(field.value) + "\"";
    }
    return line;
}

}  // namespace

std::string format_log_line(LogFormat format, std::string_view connection, std::string_view what,
                            std::initializer_list<chat::LogField> fields) {
    return format == LogFormat::json ? json_members(connection, what, fields) : text_line(connection, what, fields);
}

}  // namespace patchcord::gateway
