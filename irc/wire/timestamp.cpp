#include "irc/wire/timestamp.hpp"

#include <charconv>
#include <chrono>

namespace patchcord::irc {
namespace {

/// Takes a number of exactly `digits` digits off the front; negative when there is none.
int take_number(std::string_view& text, std::size_t digits) {
    int number = -1;
    const char* end = text.data() + std::min(digits, text.size());
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != text.data() + digits || text.front() == '-') return -1;
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

/// ".5" is 500; nothing left out is 0; negative when it is no fraction.
int take_milliseconds(std::string_view& text) {
    if (!take(text, '.')) return 0;
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 3) return -1;
    int value = take_number(text, digits);
    for (std::size_t i = digits; i < 3; ++i) value *= 10;
    return value;
}

}  // namespace

std::optional<chat::WallTime> parse_timestamp(std::string_view text) {
    using namespace std::chrono;
    const int y = take_number(text, 4);
    if (y < 1970 || !take(text, '-')) return std::nullopt;
    const int mon = take_number(text, 2);
    if (mon < 1 || !take(text, '-')) return std::nullopt;
    const int d = take_number(text, 2);
    if (d < 1 || !take(text, 'T')) return std::nullopt;
    const int h = take_number(text, 2);
    if (h < 0 || h > 23 || !take(text, ':')) return std::nullopt;
    const int min = take_number(text, 2);
    if (min < 0 || min > 59 || !take(text, ':')) return std::nullopt;
    const int s = take_number(text, 2);
    if (s < 0 || s > 60) return std::nullopt;
    const int ms = take_milliseconds(text);
    if (ms < 0 || text != "Z") return std::nullopt;
    const year_month_day date(year(y), month(static_cast<unsigned>(mon)), day(static_cast<unsigned>(d)));
    if (!date.ok()) return std::nullopt;
    return chat::WallTime(duration_cast<milliseconds>(sys_days(date).time_since_epoch()) + hours(h) + minutes(min) +
                          seconds(s) + milliseconds(ms));
}

}  // namespace patchcord::irc
