#include "gateway/net/timer_wheel.hpp"

#include <bit>
#include <utility>

namespace patchcord::gateway {

std::uint32_t TimerWheel::take_entry() {
    if (free_.empty()) {
        entries_.emplace_back();
        return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
}

void TimerWheel::link(std::uint32_t index) {
    const auto slot = static_cast<std::size_t>(entries_[index].tick) % slots;
    entries_[index].next = heads_[slot];
    entries_[index].previous = none;
    if (heads_[slot] != none) entries_[heads_[slot]].previous = index;
    heads_[slot] = index;
    occupied_[slot / 64] |= 1ULL << (slot % 64);
}

void TimerWheel::unlink(std::uint32_t index) {
    const Entry& entry = entries_[index];
    const auto slot = static_cast<std::size_t>(entry.tick) % slots;
    if (entry.next != none) entries_[entry.next].previous = entry.previous;
    if (entry.previous != none) {
        entries_[entry.previous].next = entry.next;
    } else {
        heads_[slot] = entry.next;
    }
    if (heads_[slot] == none) occupied_[slot / 64] &= ~(1ULL << (slot % 64));
}

void TimerWheel::release(std::uint32_t index) {
    entries_[index].armed = false;
    entries_[index].then = nullptr;
    free_.push_back(index);
    --size_;
}

chat::TimerId TimerWheel::add(chat::Now deadline, std::function<void()> then) {
    const std::uint32_t index = take_entry();
    Entry& entry = entries_[index];
    entry.then = std::move(then);
    entry.tick = std::max(to_tick(deadline + tick - std::chrono::milliseconds(1)), reached_tick_ + 1);
    entry.armed = true;
    if (++entry.generation == 0) entry.generation = 1;
    const chat::TimerId id{index, entry.generation};
    link(index);
    ++size_;
    return id;
}

void TimerWheel::cancel(chat::TimerId id) {
    if (!id || id.slot >= entries_.size()) return;
    Entry& entry = entries_[id.slot];
    if (!entry.armed || entry.generation != id.generation) return;
    const std::function<void()> then = std::move(entry.then);  // what it owns may use the wheel when it dies
    unlink(id.slot);
    release(id.slot);
}

void TimerWheel::fire_slot(std::int64_t tick_now) {
    const auto slot = static_cast<std::size_t>(tick_now) % slots;
    std::vector<chat::TimerId> due;
    for (std::uint32_t index = heads_[slot]; index != none; index = entries_[index].next) {
        if (entries_[index].tick <= tick_now) due.push_back({index, entries_[index].generation});
    }
    for (const chat::TimerId id : due) {
        Entry& entry = entries_[id.slot];
        if (!entry.armed || entry.generation != id.generation) continue;  // cancelled by one before it
        const std::function<void()> then = std::move(entry.then);
        unlink(id.slot);
        release(id.slot);
        then();
    }
}

void TimerWheel::advance(chat::Now now) {
    reached_tick_ = std::max(reached_tick_, to_tick(now));
    while (now_tick_ < reached_tick_) {
        const std::int64_t tick_now = now_tick_ + 1;
        const auto slot = static_cast<std::size_t>(tick_now) % slots;
        if ((occupied_[slot / 64] >> (slot % 64) & 1U) != 0) fire_slot(tick_now);
        now_tick_ = tick_now;  // not before: when a timer throws, the others of its tick fire in the next call
    }
}

chat::Now TimerWheel::next() const {
    if (size_ == 0) return chat::Now::max();
    const auto from = static_cast<std::size_t>(now_tick_ + 1) % slots;
    for (std::size_t step = 0; step <= slots;) {
        const std::size_t slot = (from + step) % slots;
        const std::uint64_t word = occupied_[slot / 64] >> (slot % 64);
        if (word != 0) {
            step += static_cast<std::size_t>(std::countr_zero(word));
            return chat::Now((now_tick_ + 1 + static_cast<std::int64_t>(step)) * tick);
        }
        step += 64 - slot % 64;
    }
    return chat::Now((now_tick_ + static_cast<std::int64_t>(slots)) * tick);
}

}  // namespace patchcord::gateway
