#include "msn/wire/command_builder.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t line_end_bytes = 2;
constexpr std::size_t length_bytes = 21;  // a space and the most digits a payload's length can have

bool is_unsafe(char c) {
    return static_cast<unsigned char>(c) <= 0x20U || c == 0x7F;
}

std::string encode_unsafe(std::string_view word) {
    std::string out;
    out.reserve(word.size());
    for (const char c : word) {
        if (is_unsafe(c)) {
            out += percent_encode(std::string_view(&c, 1));
        } else {
            out += c;
        }
    }
    return out;
}

bool has_unsafe_byte(std::string_view word) {
    const bool ascii = chat::printable_prefix(word) == word.size();
    return ascii ? word.find(' ') != std::string_view::npos : std::any_of(word.begin(), word.end(), is_unsafe);
}

}  // namespace

void CommandBuilder::append_param(std::string_view safe) {
    if (safe.empty() || full_) return;
    const std::size_t size = out_.size() - begin_ + 1 + safe.size();
    full_ = size > max_built_line_bytes - line_end_bytes - length_bytes;
    if (full_) return;
    out_ += ' ';
    out_ += safe;
}

CommandBuilder& CommandBuilder::verb(std::string_view verb) {
    if (has_unsafe_byte(verb)) {
        out_ += encode_unsafe(verb);
    } else {
        out_ += verb;
    }
    return *this;
}

CommandBuilder& CommandBuilder::verb(ErrorCode code) {
    const auto number = static_cast<unsigned>(code);
    for (const unsigned place : {100U, 10U, 1U}) out_ += static_cast<char>('0' + number / place % 10);
    return *this;
}

CommandBuilder& CommandBuilder::param(std::string_view word) {
    if (has_unsafe_byte(word)) {
        append_param(encode_unsafe(word));
    } else {
        append_param(word);
    }
    return *this;
}

CommandBuilder& CommandBuilder::name(std::string_view name, std::string_view fallback) {
    const std::string encoded = format_name(name);
    return encoded.empty() ? param(fallback) : param(encoded);
}

CommandBuilder& CommandBuilder::encoded(std::string_view value) {
    append_param(percent_encode(value));
    return *this;
}

void CommandBuilder::finish() {
    out_ += "\r\n";
}

void CommandBuilder::payload(std::string_view bytes) {
    out_ += ' ';
    out_ += std::to_string(bytes.size());
    out_ += "\r\n";
    out_ += bytes;
}

}  // namespace patchcord::msn
