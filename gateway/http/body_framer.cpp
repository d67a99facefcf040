#include "gateway/http/body_framer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace patchcord::gateway {
namespace {

constexpr std::size_t max_line = 256;  // of a chunk's size, with extensions that nobody uses
constexpr std::size_t max_trailers = 4096;
constexpr std::size_t max_digits = 15;  // beyond an exabyte it is an attack

bool is_printable(char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace

HttpBodyFramer HttpBodyFramer::of_length(std::uint64_t bytes) {
    return {Part::data, bytes, false};
}

HttpBodyFramer HttpBodyFramer::chunked() {
    return {Part::size, 0, true};
}

HttpBodyFramer::Outcome HttpBodyFramer::next(std::string& input, std::string& piece) {
    std::string line;
    for (;;) {
        switch (part_) {
            case Part::end: return Outcome::end;
            case Part::bad: return Outcome::bad;
            case Part::data:
                if (left_ > 0) return take_data(input, piece);
                part_ = chunks_ ? Part::data_end : Part::end;
                break;
            case Part::size:
                if (take_line(input, line)) {
                    if (!begin_chunk(line)) fail();
                } else if (part_ != Part::bad) {
                    return Outcome::nothing;
                }
                break;
            case Part::data_end:
                if (take_line(input, line)) {
                    part_ = line.empty() ? Part::size : Part::bad;
                } else if (part_ != Part::bad) {
                    return Outcome::nothing;
                }
                break;
            case Part::trailer:
                if (take_line(input, line)) {
                    trailer_ += line.size() + 2;
                    if (line.empty()) part_ = Part::end;
                    if (trailer_ > max_trailers) fail();
                } else if (part_ != Part::bad) {
                    return Outcome::nothing;
                }
                break;
        }
    }
}

HttpBodyFramer::Outcome HttpBodyFramer::take_data(std::string& input, std::string& piece) {
    if (input.empty()) return Outcome::nothing;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    left_ -= size;
    if (size == input.size()) {
        piece = std::exchange(input, {});
    } else {
        piece = input.substr(0, size);
        input.erase(0, size);
    }
    return Outcome::piece;
}

/// A line without its end. False: it is not there yet; or cannot become one, and this has failed.
bool HttpBodyFramer::take_line(std::string& input, std::string& line) {
    const std::size_t end = input.find('\n');
    if (end == std::string::npos) {
        if (input.size() > max_line) fail();
        return false;
    }
    if (end == 0 || end > max_line || input[end - 1] != '\r' ||
        !std::all_of(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(end - 1), is_printable)) {
        fail();
        return false;
    }
    line = input.substr(0, end - 1);
    input.erase(0, end + 1);
    return true;
}

bool HttpBodyFramer::begin_chunk(const std::string& line) {
    const char* const begin = line.data();
    const char* const end = begin + line.size();
    const auto [rest, error] = std::from_chars(begin, end, left_, 16);
    const auto digits = static_cast<std::size_t>(rest - begin);
    if (error != std::errc() || digits > max_digits) return false;
    if (rest != end && *rest != ';') return false;
    part_ = left_ == 0 ? Part::trailer : Part::data;
    return true;
}

}  // namespace patchcord::gateway
