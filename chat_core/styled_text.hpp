#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::chat {

/// A colour as red, green and blue, 8 bits each.
struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    friend bool operator==(const Colour&, const Colour&) = default;
};

/// How a stretch of text looks. What is not set looks as the reader's client likes.
struct Style {
    bool bold = false;
    bool italic = false;
    bool underline = false;
    bool strike = false;
    bool monospace = false;
    bool reverse = false;
    std::optional<Colour> colour = std::nullopt;
    std::optional<Colour> background = std::nullopt;
    friend bool operator==(const Style&, const Style&) = default;
};

/// A style that begins at byte `begin` of the text and lasts until the next run or the end.
struct StyleRun {
    std::size_t begin = 0;
    Style style;
    friend bool operator==(const StyleRun&, const StyleRun&) = default;
};

/// Text with runs of style: the form in which formatting crosses from one protocol to another.
///
/// The text is UTF-8 and may hold line feeds; runs are in ascending order of `begin`, neighbours differ, and text
/// before the first run is plain.
class StyledText {
  public:
    StyledText() = default;
    explicit StyledText(std::string plain) : text_(std::move(plain)) {}
    /// All of `text` in one style.
    StyledText(std::string text, const Style& style);

    /// Appends `text` in `style`; text in the style of the end so far prolongs the last run.
    void append(std::string_view text, const Style& style);

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const std::vector<StyleRun>& runs() const { return runs_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    /// The style of the byte at `offset`.
    [[nodiscard]] Style style_at(std::size_t offset) const;

    /// The one style that covers the whole text, or nothing when it changes on the way: MSN formats whole messages
    /// only.
    [[nodiscard]] std::optional<Style> uniform_style() const;

    friend bool operator==(const StyledText&, const StyledText&) = default;

  private:
    std::string text_;
    std::vector<StyleRun> runs_;
};

}  // namespace patchcord::chat
