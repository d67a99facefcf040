#pragma once

#include <cstddef>
#include <functional>

#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

/// Keeps the process below its ceiling (`gateway.max_memory`), which no limit of a single connection does. From 90 %
/// of it on, the connections with most that waits for them are closed, until what they held would bring it down to
/// 80 %; whoever comes meanwhile is turned away. From 95 % on nobody with a long queue gets more, however much is said
/// within one turn of the loop. It looks when something was sent or somebody comes, every 20 ms at most, and when much
/// waits: an idle process does nothing for it.
class MemoryGuard {
  public:
    /// What the system says, and does, of memory.
    struct Memory {
        std::function<std::size_t()> resident;  // in bytes; 0: not known
        std::function<void()> give_back;        // what was freed, to the system
    };

    MemoryGuard(EventLoop& loop, chat::LogSink& log, chat::MetricRegistry& metrics, Memory memory);
    ~MemoryGuard();
    MemoryGuard(const MemoryGuard&) = delete;
    MemoryGuard& operator=(const MemoryGuard&) = delete;

    /// In bytes; 0: none.
    void set_ceiling(std::size_t bytes);
    /// For after something was sent.
    void look();
    /// For the middle of a turn in which much was queued: it measures; true when it wants to `look` as soon as it may.
    [[nodiscard]] bool is_urgent();
    /// Is there no room for more to somebody who is behind? Whoever asks is going to close them, which is counted.
    [[nodiscard]] bool refuses_more();
    /// Is there no room for anybody else? Whoever asks is going to turn somebody away, which is counted.
    [[nodiscard]] bool turns_away();

  private:
    std::size_t measure();
    void give_back_after_a_crowd();
    void shed(std::size_t resident);

    EventLoop& loop_;
    chat::LogSink& log_;
    Memory memory_;
    chat::Metric& shed_;
    chat::Metric& turned_away_;
    std::size_t ceiling_ = 0;
    std::size_t most_ = 0;  // connections since it gave back memory because half of them had gone
    chat::Now looked_{};
    chat::Now gave_back_{};
    bool short_ = false;  // since it measured last
    bool full_ = false;   // likewise
    bool urgent_ = false;
};

}  // namespace patchcord::gateway
