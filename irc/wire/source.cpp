#include "irc/wire/source.hpp"

#include <algorithm>

namespace patchcord::irc {

Source parse_source(std::string_view text) {
    Source source;
    const std::size_t nick_end = std::min(text.find_first_of("!@"), text.size());
    source.nick = text.substr(0, nick_end);
    text.remove_prefix(nick_end);
    if (!text.empty() && text.front() == '!') {
        const std::size_t user_end = std::min(text.find('@'), text.size());
        source.user = text.substr(1, user_end - 1);
        text.remove_prefix(user_end);
    }
    if (!text.empty()) source.host = text.substr(1);
    return source;
}

std::string format_source(const Source& source) {
    std::string out;
    out.reserve(source.nick.size() + source.user.size() + source.host.size() + 2);
    out += source.nick;
    if (!source.user.empty()) {
        out += '!';
        out += source.user;
    }
    if (!source.host.empty()) {
        out += '@';
        out += source.host;
    }
    return out;
}

}  // namespace patchcord::irc
