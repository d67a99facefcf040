#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads the table [history].
void read_history(TableReader& reader, Config::History& history);

}  // namespace patchcord::gateway
