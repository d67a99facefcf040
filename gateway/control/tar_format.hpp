#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace patchcord::gateway {

struct TarEntry {
    std::string name;  // at most 100 bytes
    std::uint64_t size = 0;
    std::int64_t modified = 0;  // seconds since 1970
    uid_t owner = 0;
    gid_t group = 0;
};

inline constexpr std::size_t tar_block = 512;

/// The block before a file's bytes: POSIX.1-1988 (ustar), mode 0600. Sizes that do not fit eleven octal digits are
/// written in binary, as GNU and BSD tar read them.
[[nodiscard]] std::string tar_header(const TarEntry& entry);
/// So many zeros follow a file's bytes.
[[nodiscard]] std::size_t tar_padding(std::uint64_t size);
/// What an archive ends with.
[[nodiscard]] std::string tar_end();

}  // namespace patchcord::gateway
