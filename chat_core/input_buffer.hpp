#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::chat {

/// Bytes of a stream that wait until they make a whole line or command.
///
///     buffer.feed(bytes);
///     ...                         // look at `bytes()`, `consume` what is whole
///     buffer.keep();              // before what was fed goes away
///
/// What is looked at are views into what was fed, good until the next `feed` or `keep`. Only what is left at `keep` is
/// copied. Holds no memory while nothing is pending.
class InputBuffer {
  public:
    static constexpr std::size_t none = std::string_view::npos;

    /// More bytes of the stream, in any cut.
    void feed(std::string_view bytes);
    /// Copies what is still pending, because the bytes given to `feed` go away.
    void keep();

    /// All that is pending.
    [[nodiscard]] std::string_view bytes() const { return input_; }
    [[nodiscard]] std::size_t size() const { return input_.size(); }
    /// The offset of the first LF; `none` when there is none yet. No byte is searched twice.
    [[nodiscard]] std::size_t line_end() {
        if (line_end_ == none && searched_ < input_.size()) {
            line_end_ = input_.find('\n', searched_);
            searched_ = input_.size();
        }
        return line_end_;
    }
    /// The first `count` bytes were dealt with; views of them stay good.
    void consume(std::size_t count) {
        input_.remove_prefix(count);
        searched_ = 0;
        line_end_ = none;
    }

  private:
    std::string kept_;
    std::string_view input_;
    std::size_t searched_ = 0;  // bytes of input_ known to hold no LF, or none but that at line_end_
    std::size_t line_end_ = none;
};

}  // namespace patchcord::chat
