#include "gateway/auth/login_name.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_device = 32;

bool is_device_character(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

std::string clean_device(std::string_view given) {
    std::string device;
    for (const char c : given) {
        if (is_device_character(c) && device.size() < longest_device) device += c;
    }
    return device;
}

}  // namespace

LoginName parse_login_name(std::string_view name) {
    const std::size_t end = name.find_first_of("@/");
    if (end == std::string_view::npos) return {std::string(name), {}};
    const std::string_view rest = name.substr(end + 1);
    const std::size_t last = name[end] == '/' ? rest.find('@') : std::string_view::npos;
    const std::string_view device = last == std::string_view::npos ? rest : rest.substr(last + 1);
    return {std::string(name.substr(0, end)), clean_device(device)};
}

}  // namespace patchcord::gateway
