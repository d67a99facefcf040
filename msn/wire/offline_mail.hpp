#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// Messages that were left with a service for somebody who was not signed in (OIM, MSNP11 and later): what the
/// notification server says of them, and the messages themselves, which a web service keeps. Everything in them is what
/// strangers say.

/// What a notification server says about them.
struct MailNotice {
    std::string_view data;  ///< of the field Mail-Data
    bool complete = false;  ///< about all that wait, as after a sign-in; else about new ones
};
/// Nothing when the message is about something else. The view looks into its body.
[[nodiscard]] std::optional<MailNotice> find_mail_notice(const MimeMessage& message);

/// Notes that are read of one list.
inline constexpr std::size_t max_mail_notes = 1000;
/// Of a message's id, in bytes. They are GUIDs.
inline constexpr std::size_t max_mail_id_bytes = 64;

/// One message that waits.
struct MailNote {
    std::string id;                               ///< printable ASCII, never empty
    std::string from;                             ///< a handle
    std::string name = {};                        ///< friendly name, one line; may be empty
    std::optional<chat::WallTime> received = {};  ///< when the service took it, if it says so
};
struct MailData {
    bool too_large = false;  ///< the list has to be asked for
    std::vector<MailNote> notes = {};
};
/// Reads Mail-Data: `too-large`, or `<MD>` with an `<M>` for each message. Those of other kinds, such as letters, and
/// those that are malformed are left out.
[[nodiscard]] MailData parse_mail_data(std::string_view data);

/// Of a message's text, in bytes; the rest of a longer one is left out.
inline constexpr std::size_t max_offline_text_bytes = std::size_t{16} * 1024;

/// A message as a web service gives it out.
struct OfflineMail {
    std::string run;             ///< those of one conversation have the same; at most 64 bytes
    std::uint32_t sequence = 0;  ///< their order
    std::string name;            ///< the sender's friendly name, one line; may be empty
    std::optional<chat::WallTime> sent_at;
    std::string text;  ///< in UTF-8, with LF between lines
};
/// Reads it, in the form of a mail (RFC 822). Nothing when it is none that can be shown.
[[nodiscard]] std::optional<OfflineMail> parse_offline_mail(std::string_view mail);

struct OfflineLetter {
    std::string_view run;  ///< a GUID
    std::uint32_t sequence = 1;
    std::string_view text;
};
/// The inverse, as it is stored: the service adds who it is from, to and when.
[[nodiscard]] std::string format_offline_letter(const OfflineLetter& letter);

/// Decodes what a header says that is not ASCII (RFC 2047, `=?utf-8?B?Qm9i?=`), into one line.
[[nodiscard]] std::string decode_header_words(std::string_view text);
/// The inverse, in one word, whatever its length.
[[nodiscard]] std::string encode_header_word(std::string_view text);

}  // namespace patchcord::msn
