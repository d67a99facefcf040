#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace patchcord::gateway {

/// Keys of a configuration, with their values as text.
using ConfigValues = std::map<std::string, std::string, std::less<>>;

/// A key that says something else than before.
struct ConfigChange {
    std::string key;
    std::string before;  // for people: may be shortened, and is never a secret
    std::string after;
    friend bool operator==(const ConfigChange&, const ConfigChange&) = default;
};

/// What differs, by key. A key that is not in the file is `(default)`; of secrets only that they changed is told.
[[nodiscard]] std::vector<ConfigChange> config_changes(const ConfigValues& before, const ConfigValues& after);

}  // namespace patchcord::gateway
