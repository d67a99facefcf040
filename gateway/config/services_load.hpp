#pragma once

#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads the tables [[msn_service]] and [[link]] of the root. The rest of `config` has been read: links name rooms and
/// accounts, whose rules stand there.
void read_services(TableReader& root, Config& config, ConfigErrors& errors);

}  // namespace patchcord::gateway
