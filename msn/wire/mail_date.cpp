#include "msn/wire/mail_date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr unsigned first_year = 1990;
constexpr unsigned last_year = 2999;

struct Date {
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
};

/// The next word; blanks around it are gone.
std::string_view take_word(std::string_view& rest) {
    rest = trim(rest);
    const std::string_view word = take_field(rest, ' ');
    rest = trim(rest);
    return word;
}

std::optional<unsigned> number(std::string_view text, std::size_t most_digits) {
    return parse_digits(text, 10, most_digits);
}

/// `03:04:05`, with a fraction or without.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    text = text.substr(0, text.find('.'));
    const auto hours = number(take_field(text, ':'), 2);
    const auto minutes = number(take_field(text, ':'), 2);
    const auto seconds = text.empty() ? std::optional<unsigned>(0) : number(text, 2);
    if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

std::optional<chat::WallTime> at(const Date& date, std::chrono::seconds time) {
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(date.year)),
                                          std::chrono::month(date.month), std::chrono::day(date.day)};
    if (date.year < first_year || date.year > last_year || !day.ok()) return std::nullopt;
    return chat::WallTime(std::chrono::sys_days(day) + time);
}

/// `-0800`, `GMT`, `(UTC)`.
std::optional<std::chrono::minutes> zone(std::string_view text) {
    if (text == "GMT" || text == "UT" || text == "UTC" || text == "(UTC)") return std::chrono::minutes(0);
    if (text.size() != 5 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
    const auto hours = number(text.substr(1, 2), 2);
    const auto minutes = number(text.substr(3, 2), 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text.front() == '-' ? -offset : offset;
}

unsigned month_of(std::string_view text) {
    const auto* const found =
        std::find_if(months.begin(), months.end(), [&](std::string_view name) { return same_word(name, text); });
    return found == months.end() ? 0 : static_cast<unsigned>(found - months.begin()) + 1;
}

}  // namespace

std::optional<chat::WallTime> parse_mail_date(std::string_view text) {
    const std::size_t comma = text.substr(0, 12).find(',');
    if (comma != std::string_view::npos) text.remove_prefix(comma + 1);
    const auto day = number(take_word(text), 2);
    const unsigned month = month_of(take_word(text));
    const auto year = number(take_word(text), 4);
    const auto time = time_of_day(take_word(text));
    const auto offset = zone(take_word(text));
    if (!day || !year || !time || !offset) return std::nullopt;
    const auto local = at({*year, month, *day}, *time);
    if (!local) return std::nullopt;
    return *local - *offset;
}

std::optional<chat::WallTime> parse_xml_date(std::string_view text) {
    std::string_view time = trim(text);
    std::string_view date = take_field(time, 'T');
    if (!time.ends_with('Z')) return std::nullopt;
    time.remove_suffix(1);
    const auto year = number(take_field(date, '-'), 4);
    const auto month = number(take_field(date, '-'), 2);
    const auto day = number(date, 2);
    const auto of_day = time_of_day(time);
    if (!year || !month || !day || !of_day) return std::nullopt;
    return at({*year, *month, *day}, *of_day);
}

}  // namespace patchcord::msn
