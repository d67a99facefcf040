#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// What an invitation of MSNSLP is for, by its EUF-GUID.
enum class SlpPurpose : std::uint8_t {
    file,
    object,     // a display picture, an emoticon, a background
    transport,  // a direct connection for what was agreed on
    other,      // webcams, games
};

/// A request of MSNSLP, the text by which MSN clients agree on what goes over their p2p transport; it looks like SIP's.
struct SlpRequest {
    enum class Method : std::uint8_t { invite, bye };
    Method method = Method::invite;
    std::string via;           // of one line, as all that follow
    std::string call_id;       // the same in all requests of one session
    std::string content_type;  // of the body
    SlpPurpose purpose = SlpPurpose::other;
    std::uint32_t session_id = 0;  // 0: none is named
    std::string context;           // what is offered, in base64
};

/// Reads a message; nothing when it is an answer, or when a field that an answer needs is missing, or longer than any
/// client makes it.
[[nodiscard]] std::optional<SlpRequest> parse_slp_request(std::string_view message);

/// An answer to a request of ours.
struct SlpAnswer {
    std::uint32_t status = 0;  // 200, 603, 500
    std::string via;           // that of the request, as the call id is
    std::string call_id;
};

/// Reads a message; nothing when it is a request, or does not say what it answers.
[[nodiscard]] std::optional<SlpAnswer> parse_slp_answer(std::string_view message);

/// Answers to an invitation, with the final NUL where there is a body; `from` answers what `to` asked.
///
/// `603 Decline`
[[nodiscard]] std::string format_slp_decline(const SlpRequest& request, std::string_view from, std::string_view to);
/// `200 OK`
[[nodiscard]] std::string format_slp_accept(const SlpRequest& request, std::string_view from, std::string_view to);
/// `200 OK` to one who asks for a direct connection: there is none to be had, so what was agreed on goes through the
/// switchboard. Without any answer, official clients wait for long.
[[nodiscard]] std::string format_slp_no_transport(const SlpRequest& request, std::string_view from,
                                                  std::string_view to);
/// `500 Internal Error`: what was asked makes no sense.
[[nodiscard]] std::string format_slp_error(const SlpRequest& request, std::string_view from, std::string_view to);

/// A session that we begin.
struct SlpDialogue {
    std::string from;  // handles
    std::string to;
    std::string branch;   // a GUID, of one request
    std::string call_id;  // a GUID
    std::uint32_t session_id = 0;
    friend bool operator==(const SlpDialogue&, const SlpDialogue&) = default;
};

/// A GUID as MSN writes it: `{33517CE4-02FC-4428-B6F4-39927229B722}`.
[[nodiscard]] std::string format_guid(const std::array<std::uint32_t, 4>& numbers);
/// The header Via of a request with that branch, which its answer repeats.
[[nodiscard]] std::string format_slp_via(std::string_view branch);
/// The invitation to take a file; `context` is what `format_file_context` made.
[[nodiscard]] std::string format_slp_file_invite(const SlpDialogue& dialogue, std::string_view context);
/// The invitation to give a picture or the like; `object` is the text of its `MsnObject`.
[[nodiscard]] std::string format_slp_object_invite(const SlpDialogue& dialogue, std::string_view object);
/// The end of a session, of whichever side began it.
[[nodiscard]] std::string format_slp_bye(const SlpDialogue& dialogue);

}  // namespace patchcord::msn
