#include "chat_core/styled_text.hpp"

#include <algorithm>

namespace patchcord::chat {

StyledText::StyledText(std::string text, const Style& style) : text_(std::move(text)) {
    if (!text_.empty() && style != Style{}) runs_.push_back({0, style});
}

void StyledText::append(std::string_view text, const Style& style) {
    if (text.empty()) return;
    const bool prolongs = runs_.empty() ? style == Style{} : style == runs_.back().style;
    if (!prolongs) runs_.push_back({text_.size(), style});
    text_ += text;
}

Style StyledText::style_at(std::size_t offset) const {
    const auto after = std::upper_bound(runs_.begin(), runs_.end(), offset,
                                        [](std::size_t at, const StyleRun& run) { return at < run.begin; });
    return after == runs_.begin() ? Style{} : std::prev(after)->style;
}

std::optional<Style> StyledText::uniform_style() const {
    if (runs_.empty()) return Style{};
    if (runs_.size() == 1 && runs_.front().begin == 0) return runs_.front().style;
    return std::nullopt;
}

}  // namespace patchcord::chat
