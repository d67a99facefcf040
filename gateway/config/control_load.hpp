#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads the table [control].
void read_control(TableReader& reader, Config::Control& control);

}  // namespace patchcord::gateway
