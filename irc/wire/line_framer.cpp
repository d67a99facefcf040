#include "irc/wire/line_framer.hpp"

namespace patchcord::irc {

void LineFramer::feed(std::string_view bytes) {
    if (input_.empty()) {
        kept_.clear();
        input_ = bytes;
    } else {
        keep();
        kept_ += bytes;
        input_ = kept_;
    }
}

bool LineFramer::ready() {
    if (line_end_ != not_searched) return true;
    const std::size_t at = input_.find('\n', searched_);
    if (at == std::string_view::npos) {
        searched_ = input_.size();
        return overrun();
    }
    line_end_ = at;
    return true;
}

bool LineFramer::overrun() const {
    return (line_end_ == not_searched ? input_.size() : line_end_) > max_pending_;
}

LineFramer::Outcome LineFramer::next(std::string_view& line) {
    if (!ready()) return Outcome::nothing;
    if (overrun()) return Outcome::overrun;
    line = input_.substr(0, line_end_);
    input_.remove_prefix(line_end_ + 1);
    searched_ = 0;
    line_end_ = not_searched;
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return within_line_limits(line) ? Outcome::line : Outcome::too_long;
}

void LineFramer::keep() {
    if (input_.empty()) {
        std::string().swap(kept_);
        input_ = {};
        return;
    }
    const bool inside = !kept_.empty() && input_.data() >= kept_.data() && input_.data() <= kept_.data() + kept_.size();
    if (inside) {
        kept_.erase(0, kept_.size() - input_.size());
    } else {
        kept_.assign(input_);
    }
    input_ = kept_;
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
