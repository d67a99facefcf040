#include "chat_core/file_name.hpp"

#include <algorithm>
#include <array>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"

namespace patchcord::chat {
namespace {

constexpr std::string_view unnamed = "unnamed";
constexpr std::size_t max_ending_bytes = 16;  // ".tar.gz" and the like; a longer one is no ending

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/// What Windows keeps no file by, besides separators.
bool is_reserved(char32_t c) {
    return c < 0x80 && std::string_view("<>:\"|?*").find(static_cast<char>(c)) != std::string_view::npos;
}

std::string_view last_part(std::string_view path) {
    const std::size_t separator = path.find_last_of("/\\");
    return separator == std::string_view::npos ? path : path.substr(separator + 1);
}

std::string readable(std::string_view name) {
    std::string text;
    for (std::size_t at = 0; at < name.size();) {
        const char32_t c = next_code_point(name, at);
        if (is_control(c)) continue;
        append_utf8(text, is_reserved(c) ? U'_' : c);
    }
    return without_deceptive(text);
}

/// Leading dots hide a file, a leading dash is an option; Windows drops dots and spaces at the end.
std::string_view without_edges(std::string_view name) {
    const std::size_t first = name.find_first_not_of(" .-");
    if (first == std::string_view::npos) return {};
    return name.substr(first, name.find_last_not_of(" .") + 1 - first);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// CON, NUL, COM1 and others are devices in every folder, whatever ending they have.
bool is_device(std::string_view name) {
    std::string stem(name.substr(0, name.find('.')));
    stem.erase(stem.find_last_not_of(' ') + 1);
    std::transform(stem.begin(), stem.end(), stem.begin(), lower);
    static constexpr std::array<std::string_view, 6> devices{"con", "prn", "aux", "nul", "conin$", "conout$"};
    if (std::find(devices.begin(), devices.end(), stem) != devices.end()) return true;
    return stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) && stem[3] >= '0' && stem[3] <= '9';
}

}  // namespace

std::string shorten_file_name(std::string name, std::size_t max_bytes) {
    if (name.size() <= max_bytes) return name;
    const std::size_t dot = name.rfind('.');
    const bool has_ending =
        dot != std::string::npos && name.size() - dot <= max_ending_bytes && name.size() - dot < max_bytes;
    const std::string ending = has_ending ? name.substr(dot) : std::string();
    name.resize(code_point_border(name, max_bytes - ending.size()));
    return name + ending;
}

std::string clean_file_name(std::string_view name) {
    std::string clean(without_edges(readable(last_part(name))));
    if (clean.empty()) return std::string(unnamed);
    if (is_device(clean)) clean.insert(0, 1, '_');
    return shorten_file_name(std::move(clean), max_file_name_bytes);
}

std::string format_file_size(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 4> units{" B", " KiB", " MiB", " GiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + std::string(units[unit]);
}

}  // namespace patchcord::chat
