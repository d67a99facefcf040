#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"

namespace patchcord::gateway {

/// Keys that only a start can change: gives `next` their values of `now`, and the names of those that said otherwise.
[[nodiscard]] std::vector<std::string> keep_fixed_keys(Config& next, const Config& now);

}  // namespace patchcord::gateway
