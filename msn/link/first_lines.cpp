#include "msn/link/first_lines.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace patchcord::msn {
namespace {

/// Where line number `most` ends; npos when there is no other behind it.
std::size_t end_of_line(std::string_view text, std::size_t most) {
    std::size_t end = text.find('\n');
    for (std::size_t line = 1; line < most && end != std::string_view::npos; ++line) end = text.find('\n', end + 1);
    const bool more = end != std::string_view::npos && end + 1 < text.size();
    return more ? end : std::string_view::npos;
}

}  // namespace

bool keep_first_lines(chat::StyledText& text, std::size_t most) {
    const std::string_view all = text.text();
    const std::size_t end = end_of_line(all, most);
    if (end == std::string_view::npos) return false;
    chat::StyledText kept;
    const auto append = [&](std::size_t from, std::size_t to, const chat::Style& style) {
        if (from < std::min(to, end)) kept.append(all.substr(from, std::min(to, end) - from), style);
    };
    const auto& runs = text.runs();
    append(0, runs.empty() ? end : runs.front().begin, {});
    for (std::size_t i = 0; i < runs.size(); ++i) {
        append(runs[i].begin, i + 1 < runs.size() ? runs[i + 1].begin : end, runs[i].style);
    }
    kept.append(" [...]", {});
    text = std::move(kept);
    return true;
}

}  // namespace patchcord::msn
