#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::irc {

/// Parameters a line may have (RFC 1459 section 2.3); the rest of a longer line belongs to the last.
inline constexpr std::size_t max_params = 15;

/// A line of IRC, taken apart. All views point into the line.
class Message {
  public:
    std::string_view tags;    // without `@`; see tags.hpp
    std::string_view source;  // without `:`; see source.hpp
    std::string_view command;

    [[nodiscard]] std::span<const std::string_view> params() const { return {params_.data(), count_}; }
    /// The parameter at `index`, empty when there are fewer.
    [[nodiscard]] std::string_view param(std::size_t index) const {
        return index < count_ ? params_[index] : std::string_view();
    }
    /// False once there are `max_params`.
    bool add_param(std::string_view param) {
        if (count_ == max_params) return false;
        params_[count_++] = param;
        return true;
    }

  private:
    std::array<std::string_view, max_params> params_;
    std::size_t count_ = 0;
};

/// Takes a line (without its end) apart; nothing when it holds no command or a byte no line may hold (CR, LF, NUL).
[[nodiscard]] std::optional<Message> parse_message(std::string_view line);

/// The parts of a line that is to be put together. Tag values are not escaped yet.
struct MessageParts {
    std::vector<std::pair<std::string_view, std::string_view>> tags;
    std::string_view source;
    std::string_view command;
    std::vector<std::string_view> params;
};

/// Puts a line together, without its end: the pair of `parse_message`. The last parameter gets a colon if it needs one.
[[nodiscard]] std::string format_message(const MessageParts& parts);

}  // namespace patchcord::irc
