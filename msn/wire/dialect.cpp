#include "msn/wire/dialect.hpp"

#include <algorithm>
#include <charconv>

namespace patchcord::msn {
namespace {

constexpr std::string_view prefix = "MSNP";
constexpr std::size_t max_digits = 2;

bool has_prefix(std::string_view name) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    return name.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), name.begin(),
                                                      [&](char wanted, char c) { return wanted == upper(c); });
}

}  // namespace

std::optional<Dialect> parse_dialect(std::string_view name) {
    if (!has_prefix(name)) return std::nullopt;
    const std::string_view digits = name.substr(prefix.size());
    if (digits.empty() || digits.size() > max_digits || digits.front() == '0') return std::nullopt;
    unsigned number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return Dialect::from_number(number);
}

std::string format_dialect(Dialect dialect) {
    return std::string(prefix) + std::to_string(dialect.number());
}

std::optional<Dialect> negotiate(std::span<const std::string_view> offered, Dialect lowest, Dialect highest) {
    std::optional<Dialect> best;
    for (const std::string_view name : offered) {
        const auto dialect = parse_dialect(name);
        if (!dialect || *dialect < lowest || *dialect > highest) continue;
        if (!best || *dialect > *best) best = dialect;
    }
    return best;
}

}  // namespace patchcord::msn
