#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// A client-to-client message: what PRIVMSG (question) and NOTICE (answer) carry between two 0x01 bytes.
/// The views look into the text that was parsed.
struct Ctcp {
    std::string_view command;     ///< as sent; compare without case
    std::string_view parameters;  ///< all behind the first space, may be empty
    friend bool operator==(const Ctcp&, const Ctcp&) = default;
};

/// Reads `text` as CTCP: the whole text is 0x01, a command, perhaps a space and parameters, and a final 0x01, which may
/// be missing. Nothing when the command is empty, or when a further 0x01 makes it more than one message: that is plain
/// text. The two quotings of old CTCP (0x10 and backslash) are not undone, as no client in use applies them.
[[nodiscard]] std::optional<Ctcp> parse_ctcp(std::string_view text);

/// The text that carries this CTCP. 0x01, CR, LF and NUL in the arguments are left out: they would end the message
/// early.
[[nodiscard]] std::string format_ctcp(std::string_view command, std::string_view parameters);

}  // namespace patchcord::irc
