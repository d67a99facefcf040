#include "irc/wire/names.hpp"

#include <algorithm>
#include <array>

#include "chat_core/utf8.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t max_host_length = 253;  // RFC 1035 section 2.3.4, written as text
constexpr std::size_t max_label_length = 63;
constexpr std::string_view fallback_username = "user";

// Names under which services of common networks speak: who holds one is believed when asking for passwords.
constexpr std::array<std::string_view, 24> service_names = {
    "AuthServ", "BotServ",  "ChanServ", "GameServ", "Global",   "GroupServ", "HelpServ", "HistServ",
    "HostServ", "InfoServ", "MemoServ", "NickServ", "OperServ", "Patchcord", "root",     "RootServ",
    "SaslServ", "SeenServ", "server",   "services", "SpamServ", "StatServ",  "status",   "system",
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_nick_start(char c) {
    return is_letter(c) || std::string_view("[]\\`_^{|}").find(c) != std::string_view::npos;
}
bool is_nick_inner(char c) {
    return is_nick_start(c) || is_digit(c) || c == '-';
}
bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}
bool is_username_character(char c) {
    return c > ' ' && c < 0x7F && c != '@' && c != '!';
}

bool is_valid_label(std::string_view label) {
    if (label.empty() || label.size() > max_label_length) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

}  // namespace

bool is_valid_nick(std::string_view nick, std::size_t max_length) {
    if (nick.empty() || nick.size() > max_length || !is_nick_start(nick.front())) return false;
    return std::all_of(nick.begin(), nick.end(), is_nick_inner);
}

bool is_reserved_nick(std::string_view nick) {
    if (!nick.empty() && nick.front() == '*') return true;
    const chat::FoldTable& table = fold_table(Casemapping::ascii);
    return std::any_of(service_names.begin(), service_names.end(),
                       [&](std::string_view name) { return chat::equal_folded(nick, name, table); });
}

bool is_channel_name(std::string_view name) {
    return !name.empty() && (name.front() == '#' || name.front() == '&');
}

bool is_contacts_channel(std::string_view name) {
    return chat::equal_folded(name, contacts_channel, fold_table(Casemapping::ascii));
}

bool is_valid_channel(std::string_view name, std::size_t max_length) {
    if (!is_channel_name(name) || name.size() < 2 || name.size() > max_length) return false;
    const auto forbidden = [](char c) { return c == ' ' || c == ',' || is_control(c); };
    return std::none_of(name.begin(), name.end(), forbidden) && chat::is_valid_utf8(name);
}

std::string clean_username(std::string_view given, std::size_t max_length) {
    std::string user;
    for (const char c : given) {
        if (user.size() == max_length) break;
        if (!is_username_character(c) || (user.empty() && c == ':')) continue;
        user += c;
    }
    return user.empty() ? std::string(fallback_username) : user;
}

bool is_valid_hostname(std::string_view host) {
    if (host.size() > max_host_length || host.find('.') == std::string_view::npos) return false;
    if (host.back() == '.') host.remove_suffix(1);
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        if (!is_valid_label(host.substr(begin, end - begin))) return false;
        if (end == host.size()) return true;
        begin = end + 1;
    }
}

}  // namespace patchcord::irc
