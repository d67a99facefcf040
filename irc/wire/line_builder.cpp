#include "irc/wire/line_builder.hpp"

#include <algorithm>

#include "chat_core/byte_scan.hpp"
#include "chat_core/utf8.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/tags.hpp"

namespace patchcord::irc {
namespace {

constexpr bool unsafe(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

bool has_unsafe_byte(std::string_view text) {
    const auto suspicious = [](chat::ByteWord word) { return chat::has_byte_below(word, '\r' + 1); };
    return chat::prefix_before(text, suspicious, unsafe) != text.size();
}

void LineBuilder::begin_tag() {
    out_ += in_tags_ ? ';' : '@';
    in_tags_ = true;
}

void LineBuilder::begin_body() {
    if (!in_tags_) return;
    out_ += ' ';
    in_tags_ = false;
    body_ = out_.size();
}

void LineBuilder::append_safe(std::string_view text) {
    const std::size_t at = out_.size();
    out_ += text;
    if (!has_unsafe_byte(text)) return;
    std::replace_if(out_.begin() + static_cast<std::ptrdiff_t>(at), out_.end(), unsafe, ' ');
}

void LineBuilder::append_word(std::string_view text) {
    const std::size_t at = out_.size();
    append_safe(text);
    if (out_.find(' ', at) == std::string::npos) return;
    std::replace(out_.begin() + static_cast<std::ptrdiff_t>(at), out_.end(), ' ', '_');
}

LineBuilder& LineBuilder::tag(std::string_view key, std::string_view value) {
    begin_tag();
    append_word(key);
    if (!value.empty()) out_.append(1, '=').append(escape_tag_value(value));
    return *this;
}

LineBuilder& LineBuilder::raw_tags(std::string_view tags) {
    if (tags.empty()) return *this;
    begin_tag();
    append_word(tags);
    return *this;
}

LineBuilder& LineBuilder::source(std::string_view source) {
    begin_body();
    out_ += ':';
    append_word(source);
    out_ += ' ';
    return *this;
}

LineBuilder& LineBuilder::source(std::string_view nick, std::string_view user, std::string_view host) {
    begin_body();
    out_ += ':';
    append_word(nick);
    out_ += '!';
    append_word(user);
    out_ += '@';
    append_word(host);
    out_ += ' ';
    return *this;
}

LineBuilder& LineBuilder::command(std::string_view command) {
    begin_body();
    append_word(command);
    return *this;
}

LineBuilder& LineBuilder::param(std::string_view middle) {
    out_ += ' ';
    if (middle.empty()) {
        out_ += '*';
        return *this;
    }
    const std::size_t at = out_.size();
    append_word(middle);
    if (out_[at] == ':') out_[at] = '_';
    return *this;
}

LineBuilder& LineBuilder::words(std::string_view middles) {
    while (!middles.empty()) {
        const std::size_t end = std::min(middles.find(' '), middles.size());
        param(middles.substr(0, end));
        middles.remove_prefix(std::min(end + 1, middles.size()));
    }
    return *this;
}

LineBuilder& LineBuilder::trailing(std::string_view text) {
    out_ += " :";
    append_safe(text);
    return *this;
}

void LineBuilder::finish() {
    constexpr std::size_t limit = max_body_bytes - 2;
    if (body_size() > limit) {
        const std::string_view body = std::string_view(out_).substr(body_);
        out_.resize(body_ + chat::code_point_border(body, limit));
    }
    out_ += "\r\n";
}

}  // namespace patchcord::irc
