#include "gateway/http/dates.hpp"

#include <array>
#include <ctime>

namespace patchcord::gateway {
namespace {

// Written out, as strftime would take them from the locale.
constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm to_utc(chat::WallTime at) {
    const std::time_t seconds = chat::unix_seconds(at);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    return utc;
}

std::string format(const char* pattern, const std::tm& utc) {
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), pattern, &utc)};
}

}  // namespace

std::string format_http_date(chat::WallTime at) {
    const std::tm utc = to_utc(at);
    return std::string(days[static_cast<std::size_t>(utc.tm_wday)]) + format(", %d ", utc) +
           months[static_cast<std::size_t>(utc.tm_mon)] + format(" %Y %H:%M:%S GMT", utc);
}

std::string format_xml_date(chat::WallTime at) {
    return format("%Y-%m-%dT%H:%M:%SZ", to_utc(at));
}

}  // namespace patchcord::gateway
