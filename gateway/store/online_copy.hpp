#pragma once

#include <string>

namespace patchcord::gateway {

/// Copies a database that others may be writing to, as it is at one moment, into a new file. Neither waits long for the
/// other. Gives an error as a sentence, or nothing.
[[nodiscard]] std::string copy_database(const std::string& from, const std::string& to);

}  // namespace patchcord::gateway
