#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

#include "msn/wire/invitation.hpp"

namespace patchcord::msn {

/// An invitation by MSNFTP, as the conversation tells it what the peer said.
class MsnftpSession {
  public:
    virtual ~MsnftpSession() = default;

    [[nodiscard]] virtual std::uint32_t cookie() const = 0;
    virtual void got_accept(const Invitation& accept) = 0;
    virtual void got_cancel(const Invitation& cancel) = 0;
};

/// What the peer is told when we cancel, and what a code of theirs means.
[[nodiscard]] std::string_view cancel_code(std::error_code why);
[[nodiscard]] std::error_code cancel_reason(std::string_view code);

}  // namespace patchcord::msn
