#include "gateway/config/history_load.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t many = 1'000'000'000;
constexpr std::size_t mib = std::size_t{1024} * 1024;

}  // namespace

void read_history(TableReader& reader, Config::History& history) {
    reader.read("enabled", history.enabled);
    reader.read("max_age", history.max_age);
    reader.read("max_lines", history.max_lines, 0, many);
    reader.read_size("max_size", history.max_size, mib, mib * mib);
    reader.read("on_join", history.on_join, 0, 10'000);
    reader.read("on_return", history.on_return, 0, 10'000);
    reader.read("max_query", history.max_query, 1, 1000);
    reader.read("queue", history.queue, 1, many);
}

}  // namespace patchcord::gateway
