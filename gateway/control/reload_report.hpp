#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config_change.hpp"

namespace patchcord::gateway {

/// What came of reading the configuration again. With errors, nothing has changed.
struct ReloadReport {
    std::string file;
    std::vector<std::string> errors = {};  // `file:line: key: what is allowed`
    std::vector<ConfigChange> changes = {};
    std::vector<std::string> need_restart = {};  // of the changed keys: these have kept their values

    /// In one line, when nothing was changed though there is a file.
    [[nodiscard]] std::optional<std::string> problem() const {
        if (file.empty() || errors.empty()) return std::nullopt;
        return errors.front();
    }
};

}  // namespace patchcord::gateway
