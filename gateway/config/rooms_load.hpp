#pragma once

#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// [[room]]: those that are always there. What channels may be called is known from [irc].
void read_rooms(TableReader& root, Config& config, ConfigErrors& errors);

}  // namespace patchcord::gateway
