#pragma once

#include <algorithm>

#include "chat_core/clock.hpp"

namespace patchcord::chat {

/// The size and the rate of a token bucket. A rate of 0 means: no limit.
struct TokenRate {
    double burst = 0;
    double per_second = 0;
};

/// Says whether something may happen now, or how long it has to wait. Time is an argument: it reads no clock.
class TokenBucket {
  public:
    explicit TokenBucket(double burst = 0) : tokens_(static_cast<float>(burst)) {}

    /// Takes a token; false when there is none yet.
    bool take(const TokenRate& rate, Now now) {
        if (!has(rate, now)) return false;
        if (rate.per_second > 0) tokens_ -= 1;
        return true;
    }

    /// Would `take` succeed? For whoever does not know yet whether there is anything to pay for.
    [[nodiscard]] bool has(const TokenRate& rate, Now now) {
        if (rate.per_second <= 0) return true;
        refill(rate, now);
        return tokens_ >= 1;
    }

    /// Takes what turned out to be due for something that was begun already; leaves a debt of at most `rate.burst`.
    void charge(const TokenRate& rate, Now now, double cost) {
        if (rate.per_second <= 0) return;
        refill(rate, now);
        tokens_ = static_cast<float>(std::max(static_cast<double>(tokens_) - cost, -rate.burst));
    }

    /// Gives back what was taken for something that costs nothing after all.
    void give_back(const TokenRate& rate, double cost) {
        if (rate.per_second <= 0) return;
        tokens_ = static_cast<float>(std::min(static_cast<double>(tokens_) + cost, rate.burst));
    }

    /// How long until `take` may succeed.
    [[nodiscard]] std::chrono::milliseconds wait(const TokenRate& rate) const {
        if (rate.per_second <= 0 || tokens_ >= 1) return std::chrono::milliseconds(0);
        return std::chrono::milliseconds(
            static_cast<long long>((1 - static_cast<double>(tokens_)) / rate.per_second * 1000) + 1);
    }

  private:
    void refill(const TokenRate& rate, Now now) {
        if (now > last_) {
            const double seconds = std::chrono::duration<double>(now - last_).count();
            tokens_ =
                static_cast<float>(std::min(rate.burst, static_cast<double>(tokens_) + seconds * rate.per_second));
            last_ = now;
        }
    }

    float tokens_;
    Now last_{};
};

}  // namespace patchcord::chat
