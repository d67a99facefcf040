#pragma once

#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace soci {
class session;
}

namespace patchcord::gateway {

/// The statements that lead from one version of the schema to the next.
using SchemaStep = std::vector<const char*>;

/// All steps, from an empty file on. A released step never changes: whatever is new comes in a step at the end.
[[nodiscard]] std::span<const SchemaStep> schema_steps();

/// Takes the steps that `PRAGMA user_version` says are missing, all or none. Before that, a database that holds
/// something is copied to `<file>.version-<number>`. Error: newer_schema when it has taken more steps than there are.
/// Throws what the database throws.
[[nodiscard]] std::error_code migrate(soci::session& session, std::span<const SchemaStep> steps,
                                      const std::string& file);

}  // namespace patchcord::gateway
