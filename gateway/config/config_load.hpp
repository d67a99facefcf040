#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"

namespace patchcord::gateway {

/// A configuration, and everything that is wrong with it as `file:line: key: what is allowed`.
struct LoadedConfig {
    Config config;
    std::vector<std::string> errors;
};

/// Reads a file. Paths in it are relative to the directory the process runs in, but those of `password_file` to the
/// file's own.
[[nodiscard]] LoadedConfig load_config(const std::string& file);
/// Reads a text; `name` stands for the file in errors.
[[nodiscard]] LoadedConfig parse_config(std::string_view text, const std::string& name);
/// gateway.toml.example: the built-in defaults with comments.
[[nodiscard]] std::string_view default_config_text();

}  // namespace patchcord::gateway
