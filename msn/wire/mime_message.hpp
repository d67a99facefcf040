#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "msn/wire/limits.hpp"

namespace patchcord::msn {

/// Headers of one message; the longest ever sent, the profile after a login, has about 20.
inline constexpr std::size_t max_mime_headers = 64;
/// All headers of one message together, in bytes.
inline constexpr std::size_t max_mime_header_bytes = 8 * 1024;

struct MimeHeader {
    std::string_view name;   ///< as sent; compare without case
    std::string_view value;  ///< one line, without blanks around it
    friend bool operator==(const MimeHeader&, const MimeHeader&) = default;
};

/// What a body is. Both are compared without case; empty when not said.
struct ContentType {
    std::string_view type;
    std::string_view charset;
};

/// The payload of an MSG: headers in the order sent, an empty line, a body of any bytes.
/// The views look into the payload that was parsed.
struct MimeMessage {
    std::vector<MimeHeader> headers;
    std::string_view body;
    /// What the values of headers that went over several lines look into.
    std::vector<std::shared_ptr<const std::string>> unfolded;
    /// Content-Type, which is asked for more than once: see `content_type`.
    ContentType type = {};
};

/// Reads a payload: lines end with CR LF, LF or CR, a line that begins with a blank continues the one before, and lines
/// without a colon or without a name are skipped. Without an empty line there is no body. Nothing when the headers are
/// over a limit.
[[nodiscard]] std::optional<MimeMessage> parse_mime(std::string_view payload);

/// The value of a header; of several with that name, the first counts. Names are compared without case.
[[nodiscard]] std::optional<std::string_view> find_header(const MimeMessage& message, std::string_view name);

/// The header Content-Type (RFC 2045 section 5.1); of its parameters only the charset matters here.
[[nodiscard]] inline ContentType content_type(const MimeMessage& message) {
    return message.type;
}

/// The one door through which every outgoing payload of an MSG passes; the inverse of parse_mime.
///
/// Whatever it is given, each header is one line: controls in a value become spaces, and a colon becomes U+FF1A, which
/// looks the same, because some clients drop the connection at a second colon in a line. What is no printable ASCII in
/// a name becomes `_`.
class MimeBuilder {
  public:
    explicit MimeBuilder(std::string& out) : out_(out) {}

    /// MIME-Version and Content-Type, which come first: some clients read headers by their place.
    MimeBuilder& content_type(std::string_view type);
    MimeBuilder& header(std::string_view name, std::string_view value);
    /// The empty line and the body, byte for byte.
    void body(std::string_view body);

  private:
    std::string& out_;
};

}  // namespace patchcord::msn
