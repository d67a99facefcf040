#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// A file that somebody would like to send.
struct FileInvitation {
    std::string name;                   // cleaned, see `chat::clean_file_name`
    std::optional<std::uint64_t> size;  // bytes, as the sender says
    friend bool operator==(const FileInvitation&, const FileInvitation&) = default;
};

/// The file that a message of type text/x-msmsgsinvite offers (MSN Messenger 1 to 5); nothing when it does not.
[[nodiscard]] std::optional<FileInvitation> parse_file_invitation(const MimeMessage& message);

/// The file that an invitation of MSNSLP describes in its Context: base64 of a little-endian structure. Nothing when it
/// is too short to name one.
[[nodiscard]] std::optional<FileInvitation> parse_file_context(std::string_view context);

/// The inverse, without a preview picture: the name is cleaned, and cut to what fits.
[[nodiscard]] std::string format_file_context(std::string_view name, std::uint64_t size);

/// What people are told of a file that does not cross: "offers a file: cat.jpg (12 KiB), which cannot be had
/// in a conversation of several".
[[nodiscard]] std::string describe(const FileInvitation& file);

}  // namespace patchcord::msn
