#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "msn/wire/error_code.hpp"

namespace patchcord::msn {

/// Longest line we send, CR LF included: what both our own roles accept.
inline constexpr std::size_t max_built_line_bytes = 8 * 1024;

/// The one door through which every outgoing command passes.
///
/// Appends a command to a string, parameter by parameter, and ends it with `finish` or `payload`. Whatever it is given,
/// what comes out is one line, and one parameter for each that was given: spaces and control characters in a parameter
/// are percent-encoded. The protocol has no empty parameter: an empty one is left out, which suits only the end of a
/// line. Parameters that would take the line over its limit are left out, too; nothing legal comes near it.
class CommandBuilder {
  public:
    explicit CommandBuilder(std::string& out) : out_(out), begin_(out.size()) {}

    CommandBuilder& verb(std::string_view verb);
    /// An error reply; its parameter is the TrID.
    CommandBuilder& verb(ErrorCode code);
    /// A word that is in its wire form already: a TrID, a handle, a ticket.
    CommandBuilder& param(std::string_view word);
    CommandBuilder& param(std::integral auto number) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        return param(std::string_view(digits, static_cast<std::size_t>(end - digits)));
    }
    /// A friendly name or the name of a contact group, see `format_name`; `fallback`, which is not empty, if nothing is
    /// left of it.
    CommandBuilder& name(std::string_view name, std::string_view fallback);
    /// A value that is percent-encoded in full: a phone number, an MSN object.
    CommandBuilder& encoded(std::string_view value);
    /// Ends the line.
    void finish();
    /// Ends the line with the number of `bytes`, and appends them. Whoever makes them keeps within the receiver's limit
    /// (`max_message_payload`).
    void payload(std::string_view bytes);

  private:
    void append_param(std::string_view safe);

    std::string& out_;
    std::size_t begin_;
    bool full_ = false;
};

}  // namespace patchcord::msn
