#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat_core/result.hpp"
#include "gateway/files/file_descriptor.hpp"

namespace patchcord::gateway {

/// The directory `files` in `data_dir` (mode 0700). Everything in it goes by a random name of our own; whatever else
/// lies there, a link above all, is never opened.
class SpoolDirectory {
  public:
    /// Made first when there is none. Gives an error as a sentence, or nothing.
    [[nodiscard]] static std::string open(const std::string& data_dir, std::unique_ptr<SpoolDirectory>& into);

    /// Is this a name that `create` takes? Then it leads nowhere else.
    [[nodiscard]] static bool is_name(std::string_view name);
    /// A new file (mode 0600), for reading and writing. Errors: `FileErrc::no_space`, and those of the system.
    [[nodiscard]] chat::Result<FileDescriptor> create(const std::string& name) const;
    /// For reading.
    [[nodiscard]] chat::Result<FileDescriptor> open_file(const std::string& name) const;
    /// Its size in bytes; nothing when there is no such file.
    [[nodiscard]] std::optional<std::uint64_t> size_of(const std::string& name) const;
    void remove(const std::string& name) const;
    /// All there are, whatever they are called.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    explicit SpoolDirectory(FileDescriptor directory) : directory_(std::move(directory)) {}

    FileDescriptor directory_;
};

/// What an error number of the system means for a file: `FileErrc::no_space` when the disk or a quota of it is full.
[[nodiscard]] std::error_code file_error(int number);

}  // namespace patchcord::gateway
