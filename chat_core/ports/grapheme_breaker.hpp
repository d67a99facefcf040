#pragma once

#include <cstddef>
#include <string_view>

#include "chat_core/utf8.hpp"

namespace patchcord::chat {

/// Knows where what a reader sees as one character ends (Unicode UAX 29, grapheme clusters).
class GraphemeBreaker {
  public:
    virtual ~GraphemeBreaker() = default;

    /// The last boundary between grapheme clusters at or before byte `limit` of `text`; 0 when there is none.
    /// The end of `text` is a boundary.
    [[nodiscard]] virtual std::size_t boundary_before(std::string_view text, std::size_t limit) const = 0;
};

/// Takes every code point for a character: never invalid UTF-8, but accents and flags may come apart.
class CodePointBreaker final : public GraphemeBreaker {
  public:
    [[nodiscard]] std::size_t boundary_before(std::string_view text, std::size_t limit) const override {
        return code_point_border(text, limit);
    }
};

}  // namespace patchcord::chat
