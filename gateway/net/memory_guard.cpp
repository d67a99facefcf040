#include "gateway/net/memory_guard.hpp"

#include <algorithm>
#include <utility>

namespace patchcord::gateway {
namespace {

// Between two looks a fast sender fills the queues of many readers by megabytes, for which the rest is.
constexpr std::chrono::milliseconds look_interval{20};

constexpr std::chrono::seconds give_back_interval{1};
constexpr std::size_t crowd = 64;  // connections

constexpr std::size_t percent(std::size_t bytes, std::size_t count) {
    return bytes / 100 * count;
}

}  // namespace

MemoryGuard::MemoryGuard(EventLoop& loop, chat::LogSink& log, chat::MetricRegistry& metrics, Memory memory)
    : loop_(loop),
      log_(log),
      memory_(std::move(memory)),
      shed_(metrics.counter("patchcord_memory_shed_total", "connections closed because memory was short")),
      turned_away_(metrics.counter("patchcord_memory_refused_total", "connections refused because memory was short")) {
    (void)memory_.resident();  // now there is a descriptor for it, if it needs one
    loop_.set_memory_guard(this);
}

MemoryGuard::~MemoryGuard() {
    loop_.set_memory_guard(nullptr);
}

std::size_t MemoryGuard::measure() {
    const std::size_t resident = ceiling_ == 0 ? 0 : memory_.resident();
    const bool was_short = std::exchange(short_, ceiling_ != 0 && resident >= percent(ceiling_, 90));
    full_ = ceiling_ != 0 && resident >= percent(ceiling_, 95);
    if (short_ && !was_short) {
        log_.log(chat::LogLevel::warn, {}, "memory is short", {{"resident", resident}, {"ceiling", ceiling_}});
    }
    return resident;
}

void MemoryGuard::set_ceiling(std::size_t bytes) {
    ceiling_ = bytes;
    (void)measure();
}

bool MemoryGuard::is_urgent() {
    (void)measure();
    urgent_ = urgent_ || short_;
    return urgent_;
}

void MemoryGuard::look() {
    const chat::Now now = loop_.now();
    if (!std::exchange(urgent_, false) && now - looked_ < look_interval) return;
    looked_ = now;
    give_back_after_a_crowd();
    std::size_t resident = measure();
    if (short_ && now - gave_back_ >= give_back_interval) {  // perhaps that is enough
        gave_back_ = now;
        memory_.give_back();
        resident = measure();
    }
    if (short_) shed(resident);
}

/// What a crowd needed lies in pieces between what others still need, which the allocator would keep.
void MemoryGuard::give_back_after_a_crowd() {
    const std::size_t now = loop_.connections();
    most_ = std::max(most_, now);
    if (most_ < crowd || now > most_ / 2) return;
    most_ = now;
    memory_.give_back();
}

void MemoryGuard::shed(std::size_t resident) {
    const EventLoop::Shed gone = loop_.shed_queues(resident - percent(ceiling_, 80));
    if (gone.connections == 0) return;  // it is something else
    memory_.give_back();
    (void)measure();
    shed_.add(static_cast<std::int64_t>(gone.connections));
}

bool MemoryGuard::refuses_more() {
    if (full_) shed_.add();
    return full_;
}

bool MemoryGuard::turns_away() {
    look();
    if (short_) turned_away_.add();
    return short_;
}

}  // namespace patchcord::gateway
