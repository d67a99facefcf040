#pragma once

#include <string>
#include <vector>

namespace patchcord::gateway {

struct BackupResult {
    std::vector<std::string> files;  // that are in it
    std::string problem;             // a sentence; empty when it was made
    bool exists = false;             // there is such a file already
};

/// Writes the databases and the keys of `data_dir` into one tar archive, mode 0600, while a gateway may be running.
/// `file` is there when all of it is safely on disk, and never in part; what is there already is not overwritten.
[[nodiscard]] BackupResult make_backup(const std::string& data_dir, const std::string& file);

}  // namespace patchcord::gateway
