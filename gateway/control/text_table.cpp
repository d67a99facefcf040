#include "gateway/control/text_table.hpp"

#include <algorithm>

#include "gateway/log/escape.hpp"

namespace patchcord::gateway {
namespace {

std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string format_table(const std::vector<TextRow>& rows) {
    std::vector<TextRow> shown = rows;
    std::vector<std::size_t> widths;
    for (TextRow& row : shown) {
        if (widths.size() < row.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = escape_controls(row[i]);
            widths[i] = std::max(widths[i], width(row[i]));
        }
    }
    std::string text;
    for (const TextRow& row : shown) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 2, ' ');
        }
        while (line.ends_with(' ')) line.pop_back();
        text += line + '\n';
    }
    return text;
}

}  // namespace patchcord::gateway
