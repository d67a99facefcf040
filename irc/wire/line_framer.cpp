#include "irc/wire/line_framer.hpp"

namespace patchcord::irc {

LineFramer::Outcome LineFramer::next(std::string_view& line) {
    if (!ready()) return Outcome::nothing;
    if (overrun()) return Outcome::overrun;
    const std::size_t end = input_.line_end();
    line = input_.bytes().substr(0, end);
    input_.consume(end + 1);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return within_line_limits(line) ? Outcome::line : Outcome::too_long;
}

bool within_line_limits(std::string_view line) {
    std::size_t body_begin = 0;
    if (line.starts_with('@')) {
        const std::size_t space = line.find(' ');
        const std::size_t tag_end = space == std::string_view::npos ? line.size() : space;
        if (tag_end - 1 > max_client_tag_bytes) return false;
        body_begin = line.find_first_not_of(' ', tag_end);
        if (body_begin == std::string_view::npos) body_begin = line.size();
    }
    return line.size() - body_begin <= max_body_bytes - 2;
}

}  // namespace patchcord::irc
