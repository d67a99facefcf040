#pragma once

#include <cassert>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// A version of the protocol: MSNP2 to MSNP21.
class Dialect {
  public:
    static constexpr unsigned first = 2;
    static constexpr unsigned last = 21;

    /// `number` must lie between `first` and `last`; for one that may not, there is `from_number`.
    explicit constexpr Dialect(unsigned number) : number_(static_cast<std::uint8_t>(number)) {
        assert(number >= first && number <= last);
    }
    [[nodiscard]] static constexpr std::optional<Dialect> from_number(unsigned number) {
        if (number < first || number > last) return std::nullopt;
        return Dialect(number);
    }

    [[nodiscard]] constexpr unsigned number() const { return number_; }
    friend constexpr auto operator<=>(Dialect, Dialect) = default;

  private:
    std::uint8_t number_;
};

/// What the embedded server speaks: all that needs no web service but Passport.
inline constexpr Dialect lowest_served_dialect{2};
inline constexpr Dialect highest_served_dialect{12};

/// Reads "MSNP8", in any case; nothing for a name that is no dialect, such as the pseudo-dialect CVR0.
[[nodiscard]] std::optional<Dialect> parse_dialect(std::string_view name);
/// The name in upper case.
[[nodiscard]] std::string format_dialect(Dialect dialect);

/// The highest dialect that is on offer and within the limits. `offered` are the parameters of VER behind the TrID, in
/// any order and with any names among them.
[[nodiscard]] std::optional<Dialect> negotiate(std::span<const std::string_view> offered, Dialect lowest,
                                               Dialect highest);

}  // namespace patchcord::msn
