#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// What an invitation of MSNSLP is for, by its EUF-GUID.
enum class SlpPurpose : std::uint8_t {
    file,
    object,  // a display picture, an emoticon, a background
    other,   // webcams, games, a direct connection for what was agreed on
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

/// `603 Decline` in answer to an invitation, with the final NUL; `from` declines what `to` asked.
[[nodiscard]] std::string format_slp_decline(const SlpRequest& request, std::string_view from, std::string_view to);

}  // namespace patchcord::msn
