#include "gateway/http/url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_host = 253;  // RFC 1035 section 2.3.4, without the last dot
constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t secure_port = 443;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// Neither quotes nor brackets of any kind, nor a backslash, which some would take for a `/`.
bool is_url_byte(char c) {
    return c > ' ' && c < '\x7F' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6(const std::string& text) {
    in6_addr unused{};
    return ::inet_pton(AF_INET6, text.c_str(), &unused) == 1;
}

bool is_name(const std::string& text) {
    return !text.empty() && text.size() <= longest_host && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), is_name_byte);
}

/// Takes `prefix` off the front, letters without case.
bool take(std::string_view& text, std::string_view prefix) {
    if (lower(text.substr(0, prefix.size())) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool read_port(std::string_view text, std::uint16_t& port) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port != 0;
}

bool read_authority(std::string_view text, Url& url) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return false;
        url.host = lower(text.substr(1, end - 1));
        text.remove_prefix(end + 1);
        if (!is_ipv6(url.host)) return false;
    } else {
        const std::size_t end = std::min(text.find(':'), text.size());
        url.host = lower(text.substr(0, end));
        text.remove_prefix(end);
        if (!is_name(url.host)) return false;
    }
    return text.empty() || (text.starts_with(':') && read_port(text.substr(1), url.port));
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > max_url_bytes || !std::all_of(text.begin(), text.end(), is_url_byte)) return std::nullopt;
    Url url;
    url.secure = take(text, "https://");
    if (!url.secure && !take(text, "http://")) return std::nullopt;
    url.port = url.secure ? secure_port : plain_port;
    text = text.substr(0, text.find('#'));
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    if (!read_authority(text.substr(0, end), url)) return std::nullopt;
    text.remove_prefix(end);
    url.target = (text.starts_with('/') ? "" : "/") + std::string(text);
    return url;
}

std::string format_url(const Url& url) {
    return (url.secure ? "https://" : "http://") + format_authority(url) + url.target;
}

std::optional<Url> resolve_url(const Url& base, std::string_view location) {
    if (!location.starts_with('/')) return parse_url(location);
    if (location.starts_with("//")) return std::nullopt;
    Url origin = base;
    origin.target.clear();
    return parse_url(format_url(origin) + std::string(location));
}

std::string format_authority(const Url& url) {
    const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    return url.port == (url.secure ? secure_port : plain_port) ? host : host + ":" + std::to_string(url.port);
}

bool is_loopback_host(std::string_view host) {
    const std::string name = lower(host);
    if (name == "localhost") return true;
    in_addr four{};
    if (::inet_pton(AF_INET, name.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, name.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace patchcord::gateway
