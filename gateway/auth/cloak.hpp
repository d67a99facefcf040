#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Hides network addresses: the same address always has the same cloak, so that bans work, and nobody can get back from
/// one to the other without the key.
class Cloak {
  public:
    using Key = std::array<unsigned char, 32>;

    explicit Cloak(const Key& key) : key_(key) {}

    /// Reads the key from `file`, made first (mode 0600) when there is none. Nothing when that cannot be done.
    [[nodiscard]] static std::optional<Cloak> open(const std::filesystem::path& file);

    /// A host name for a numeric address; an IPv6 address counts by its /64.
    [[nodiscard]] std::string operator()(std::string_view address) const;

  private:
    Key key_;
};

/// So many random characters of `a-z2-7`, five bits each.
[[nodiscard]] std::string random_base32(std::size_t length);

}  // namespace patchcord::gateway
