#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads the table [files].
void read_files(TableReader& reader, Config::Files& files);

}  // namespace patchcord::gateway
