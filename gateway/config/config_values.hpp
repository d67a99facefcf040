#pragma once

#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include "gateway/config/config_change.hpp"

namespace patchcord::gateway {

/// What a file says, by key and as it was written: `irc.sendq` and `'1 MiB'`. Tables of a list are numbered from 1:
/// `room[1].name`.
[[nodiscard]] ConfigValues config_values(const toml::table& table);

}  // namespace patchcord::gateway
