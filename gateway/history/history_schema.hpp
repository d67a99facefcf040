#pragma once

#include <span>

#include "gateway/store/schema.hpp"

namespace patchcord::gateway {

/// The steps of `history.db`, as `schema_steps` has those of the accounts' database.
[[nodiscard]] std::span<const SchemaStep> history_schema_steps();

}  // namespace patchcord::gateway
