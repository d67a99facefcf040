#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <vector>

namespace patchcord::bench {

/// The words of a command, which single spaces separate.
inline std::vector<std::string_view> split_words(std::string_view line) {
    std::vector<std::string_view> words;
    for (;;) {
        const std::size_t length = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, length));
        if (length == line.size()) return words;
        line.remove_prefix(length + 1);
    }
}

/// The last word of `line` as a number; 0 when it is none.
template <class Number>
Number number_at_end(std::string_view line, char before) {
    Number value = 0;
    const std::size_t begin = line.rfind(before) + 1;  // 0 when there is no such character
    const auto [end, error] = std::from_chars(line.data() + begin, line.data() + line.size(), value);
    return error == std::errc{} && end == line.data() + line.size() ? value : Number{};
}

/// The length that announces a payload: the last word of the command.
inline std::size_t payload_length(std::string_view line) {
    return number_at_end<std::size_t>(line, ' ');
}

/// The port of `host:port`.
inline std::uint16_t port_of(std::string_view address) {
    return number_at_end<std::uint16_t>(address, ':');
}

/// MSN's servers refuse with a number of three digits in place of the command.
inline bool is_msn_error(std::string_view verb) {
    return verb.size() == 3 && std::all_of(verb.begin(), verb.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace patchcord::bench
