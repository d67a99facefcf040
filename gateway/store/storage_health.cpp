#include "gateway/store/storage_health.hpp"

#include <utility>

namespace patchcord::gateway {
namespace {

constexpr chat::LabelValues<StoragePart> names{"accounts", "history"};

std::string database_of(StoragePart part) {
    return "The database of " + std::string(names[static_cast<std::size_t>(part)]);
}

}  // namespace

StorageHealth::StorageHealth(chat::MetricRegistry& registry, chat::Scheduler& scheduler, Tell tell)
    : failures_(registry, "patchcord_storage_failures_total", "calls that a database failed", "database", names),
      scheduler_(scheduler),
      tell_(std::move(tell)) {
    for (std::size_t i = 0; i < parts; ++i) {
        states_[i].ways = &registry.gauge("patchcord_storage_trouble_ways",
                                          "of reading, writing and syncing, how many do not work now",
                                          "database=\"" + std::string(names[i]) + "\"");
    }
}

StorageHealth::~StorageHealth() {
    for (const State& state : states_) scheduler_.cancel(state.calming);
}

void StorageHealth::changed(StoragePart part, std::string_view to, std::error_code error) {
    State& state = states_[static_cast<std::size_t>(part)];
    state.ways->add(error ? 1 : -1);
    scheduler_.cancel(std::exchange(state.calming, {}));
    if (error && !std::exchange(state.told, true)) {
        tell_(database_of(part) + " does not work, to " + std::string(to) + ": " + error.message());
    } else if (state.ways->value() == 0) {
        state.calming = scheduler_.after(calm, [this, part] { works_again(part); });
    }
}

void StorageHealth::works_again(StoragePart part) {
    State& state = states_[static_cast<std::size_t>(part)];
    state.calming = {};
    state.told = false;
    tell_(database_of(part) + " works again");
}

}  // namespace patchcord::gateway
