#pragma once

#include <string>
#include <string_view>

namespace patchcord::gateway {

/// What somebody gives as their name when they log in: `account`, `account@device` or `account/network@device`, as
/// clients write it that are used to bouncers.
struct LoginName {
    std::string account;
    std::string device;  // letters, digits, `-`, `_` and `.`, 32 at most; whatever else was in it is left out
};

[[nodiscard]] LoginName parse_login_name(std::string_view name);

}  // namespace patchcord::gateway
