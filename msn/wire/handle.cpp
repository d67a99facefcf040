#include "msn/wire/handle.hpp"

#include <algorithm>

namespace patchcord::msn {
namespace {

constexpr std::size_t max_label_length = 63;  // RFC 1035 section 2.3.4

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_local_character(char c) {
    return is_letter_or_digit(c) || std::string_view("!#$&'*+-/=?^_`{|}~.[]\\").find(c) != std::string_view::npos;
}

bool is_valid_label(std::string_view label) {
    if (label.empty() || label.size() > max_label_length) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_valid_domain(std::string_view domain) {
    while (true) {
        const std::size_t end = std::min(domain.find('.'), domain.size());
        if (!is_valid_label(domain.substr(0, end))) return false;
        if (end == domain.size()) return true;
        domain.remove_prefix(end + 1);
    }
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::optional<std::string> parse_handle(std::string_view text) {
    if (text.size() > max_handle_bytes || text.find('@') == std::string_view::npos) return std::nullopt;
    const auto [local, domain] = split_handle(text);
    if (local.empty() || !std::all_of(local.begin(), local.end(), is_local_character)) return std::nullopt;
    if (!is_valid_domain(domain)) return std::nullopt;
    std::string handle(text);
    std::transform(handle.begin(), handle.end(), handle.begin(), lower);
    return handle;
}

HandleParts split_handle(std::string_view handle) {
    const std::size_t at = handle.find('@');
    if (at == std::string_view::npos) return {handle, {}};
    return {handle.substr(0, at), handle.substr(at + 1)};
}

std::string clean_username(std::string_view local) {
    constexpr std::size_t longest = 20;
    std::string name(local.substr(0, longest));
    for (char& c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '-' && c != '_' && c != '+') c = '_';
    }
    return name;
}

std::string clean_host(std::string_view domain) {
    constexpr std::size_t longest = 63;
    return std::string(domain.substr(0, longest));
}

}  // namespace patchcord::msn
