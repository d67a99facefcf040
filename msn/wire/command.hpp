#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// Parameters a line may have: those of a VER that lists every dialect there is, and some more.
inline constexpr std::size_t max_params = 24;

/// A command, taken apart. All views point into the bytes it was made from.
class Command {
  public:
    std::string_view verb;     // or three digits: an error reply, see error_code.hpp
    std::string_view payload;  // raw bytes; their number is the last parameter

    [[nodiscard]] std::span<const std::string_view> params() const { return {params_.data(), count_}; }
    /// The parameter at `index`, empty when there are fewer. One that is there is never empty.
    [[nodiscard]] std::string_view param(std::size_t index) const {
        return index < count_ ? params_[index] : std::string_view();
    }
    /// False once there are `max_params`.
    bool add_param(std::string_view param) {
        if (count_ == max_params) return false;
        params_[count_++] = param;
        return true;
    }
    /// The transaction identifier: parameter 0, if that is a number below 2^32. Whoever answers sends the same text
    /// back, since clients compare strings.
    [[nodiscard]] std::optional<std::string_view> trid() const;

  private:
    std::array<std::string_view, max_params> params_;
    std::size_t count_ = 0;
};

/// Takes a line (without its end) apart. Nothing when it does not start with a verb (three capitals or three digits),
/// has more than `max_params` parameters, or holds a byte no line may hold (CR, LF, NUL).
[[nodiscard]] std::optional<Command> parse_command(std::string_view line);

/// Puts a command together, with its line end and its payload: the pair of `parse_command`.
[[nodiscard]] std::string format_command(const Command& command);

}  // namespace patchcord::msn
