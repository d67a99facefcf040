#include "gateway/files/conditions.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

namespace patchcord::gateway {
namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

/// A number that is too big for any file counts as the biggest there is.
std::optional<std::uint64_t> number_in(std::string_view text) {
    constexpr auto biggest = std::numeric_limits<std::uint64_t>::max();
    if (text.empty()) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        number = number > (biggest - digit) / 10 ? biggest : number * 10 + digit;
    }
    return number;
}

FilePart read_range(std::string_view range, std::uint64_t size) {
    constexpr FilePart no_part{FilePart::Kind::unsatisfiable};
    const std::size_t dash = range.find('-');
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return no_part;
    const std::string_view from = trimmed(range.substr(0, dash));
    const std::string_view to = trimmed(range.substr(dash + 1));
    const auto first = number_in(from);
    const auto last = number_in(to);
    if ((!from.empty() && !first) || (!to.empty() && !last) || (!first && !last) || size == 0) return no_part;
    if (!first) {  // so many at the end
        const std::uint64_t length = std::min(*last, size);
        return length == 0 ? no_part : FilePart{FilePart::Kind::part, size - length, length};
    }
    if (*first >= size || (last && *last < *first)) return no_part;
    return {FilePart::Kind::part, *first, std::min(last.value_or(size), size - 1) - *first + 1};
}

bool has_tag(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        std::string_view one = trimmed(list.substr(0, list.find(',')));
        list.remove_prefix(std::min(list.find(','), list.size() - 1) + 1);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == "*" || one == etag) return true;
    }
    return false;
}

}  // namespace

FilePart part_asked_for(const HttpRequest& request, std::uint64_t size, const std::string& etag) {
    if (has_tag(request.header("If-None-Match"), etag)) return {FilePart::Kind::not_modified, 0, size};
    const FilePart whole{FilePart::Kind::whole, 0, size};
    constexpr std::string_view unit = "bytes=";
    const std::string_view range = request.header("Range");
    const bool is_bytes = range.size() >= unit.size() &&
                          std::equal(unit.begin(), unit.end(), range.begin(),
                                     [](char a, char b) { return a == b || (a >= 'a' && a - 'a' + 'A' == b); });
    if (!is_bytes) return whole;
    const std::string_view only_if = trimmed(request.header("If-Range"));
    if (!only_if.empty() && only_if != etag) return whole;
    return read_range(range.substr(unit.size()), size);
}

}  // namespace patchcord::gateway
