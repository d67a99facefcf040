#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "chat_core/ports/scheduler.hpp"

namespace patchcord::msn {

/// Lets something be done for somebody at once, and then at most once an interval. What is wanted meanwhile is done at
/// its end, once: whoever changes all the time costs others little, and the last state always comes.
class Pacer {
  public:
    /// `late` is called at the end of an interval in which `take` was refused; it is expected to ask `take` again.
    Pacer(chat::Scheduler& scheduler, std::function<void(const std::string& whose)> late)
        : scheduler_(scheduler), late_(std::move(late)) {}
    ~Pacer() {
        for (const auto& [whose, pause] : pauses_) scheduler_.cancel(pause.timer);
    }
    Pacer(const Pacer&) = delete;
    Pacer& operator=(const Pacer&) = delete;

    /// May it be done now? If not, `late` is called when it may. An interval of zero is none.
    [[nodiscard]] bool take(const std::string& whose, std::chrono::milliseconds interval) {
        if (interval == std::chrono::milliseconds(0)) return true;
        const auto [pause, may] = pauses_.try_emplace(whose);
        if (may) {
            pause->second.timer = scheduler_.after(interval, [this, whose] { end(whose); });
        } else {
            pause->second.wanted = true;
        }
        return may;
    }
    /// How many have had their turn within the interval.
    [[nodiscard]] std::size_t size() const { return pauses_.size(); }

  private:
    struct Pause {
        chat::TimerId timer;
        bool wanted = false;
    };

    void end(const std::string& whose) {
        const auto ended = pauses_.extract(whose);
        if (ended.mapped().wanted) late_(ended.key());
    }

    chat::Scheduler& scheduler_;
    std::function<void(const std::string&)> late_;
    std::unordered_map<std::string, Pause> pauses_;
};

}  // namespace patchcord::msn
