#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/labelled_counters.hpp"
#include "chat_core/ports/scheduler.hpp"

namespace patchcord::gateway {

/// A database of the gateway.
enum class StoragePart : std::uint8_t { accounts, history, count_ };

/// Whether the databases work: counted for metrics, and told to those who run the gateway. For the loop's thread.
class StorageHealth {
  public:
    /// Takes a sentence for operators who are online.
    using Tell = std::function<void(const std::string& sentence)>;
    /// How long a database must have worked before its trouble is said to be over: on a full disk, small changes still
    /// succeed now and then.
    static constexpr std::chrono::seconds calm{10};

    StorageHealth(chat::MetricRegistry& registry, chat::Scheduler& scheduler, Tell tell);
    ~StorageHealth();
    StorageHealth(const StorageHealth&) = delete;
    StorageHealth& operator=(const StorageHealth&) = delete;

    /// The database failed somebody who called it.
    void failed(StoragePart part) { failures_[part].add(); }
    /// It can no longer be read, written or synced (`to`); or, without an error, it can again.
    void changed(StoragePart part, std::string_view to, std::error_code error);

  private:
    static constexpr auto parts = static_cast<std::size_t>(StoragePart::count_);
    struct State {
        chat::Metric* ways = nullptr;  // how many do not work
        bool told = false;             // of trouble, and not of its end
        chat::TimerId calming;
    };

    void works_again(StoragePart part);

    chat::LabelledCounters<StoragePart> failures_;
    chat::Scheduler& scheduler_;
    std::array<State, parts> states_{};
    Tell tell_;
};

/// What one who uses a database reports to, if anything.
struct StorageReport {
    StorageHealth* health = nullptr;
    StoragePart part{};

    void failed() const {
        if (health != nullptr) health->failed(part);
    }
    void changed(std::string_view to, std::error_code error) const {
        if (health != nullptr) health->changed(part, to, error);
    }
};

}  // namespace patchcord::gateway
