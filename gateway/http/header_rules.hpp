#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace patchcord::gateway {

/// Are the lines of a header, as far as they have come, free of what programs read differently: a line end without CR
/// or without LF, NUL, a line that goes on in the next one (RFC 9112 sections 2.2 and 5.2)?
[[nodiscard]] bool has_strict_lines(std::string_view header);

/// How a request says where its body ends (RFC 9112 section 6.3).
struct HttpFraming {
    enum class Kind : unsigned char { none, length, chunks, bad };
    Kind kind = Kind::none;
    std::uint64_t length = 0;
};

/// From the values of all its headers Transfer-Encoding and Content-Length. Bad is whatever two programs could read
/// differently: both, one twice, a list, a sign, an encoding other than `chunked`.
[[nodiscard]] HttpFraming framing_of(const std::vector<std::string_view>& encodings,
                                     const std::vector<std::string_view>& lengths, bool is_http_1_1);

}  // namespace patchcord::gateway
