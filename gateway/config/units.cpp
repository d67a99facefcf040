#include "gateway/config/units.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

namespace patchcord::gateway {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

std::optional<std::uint64_t> parse(std::string_view text, const Unit* begin, const Unit* end) {
    std::uint64_t number = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    std::string_view unit = text.substr(static_cast<std::size_t>(rest - text.data()));
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    for (const Unit* known = begin; known != end; ++known) {
        if (unit != known->name) continue;
        constexpr std::uint64_t most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (number > most / known->factor) return std::nullopt;
        return number * known->factor;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    static constexpr Unit units[] = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    const auto milliseconds = parse(text, std::begin(units), std::end(units));
    constexpr std::uint64_t longest = 366ULL * 24 * 3'600'000;
    if (!milliseconds || *milliseconds > longest) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*milliseconds));
}

std::optional<std::size_t> parse_size(std::string_view text) {
    static constexpr Unit units[] = {{"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024}};
    const auto bytes = parse(text, std::begin(units), std::end(units));
    if (!bytes) return std::nullopt;
    return static_cast<std::size_t>(*bytes);
}

}  // namespace patchcord::gateway
