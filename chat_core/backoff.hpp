#pragma once

#include <chrono>
#include <functional>

namespace patchcord::chat {

struct BackoffOptions {
    std::chrono::milliseconds first{5'000};
    std::chrono::milliseconds longest{600'000};
    double jitter = 0.2;  // the share of each wait that is left to chance
};

/// How long to wait before the next try: doubles from `first` to `longest`, with jitter so that many do not try
/// together.
class Backoff {
  public:
    /// `random` gives numbers in [0, 1).
    Backoff(BackoffOptions options, std::function<double()> random);

    /// The wait before the next try.
    [[nodiscard]] std::chrono::milliseconds next();
    /// The last try held: begin again.
    void succeeded() { wait_ = options_.first; }

  private:
    BackoffOptions options_;
    std::function<double()> random_;
    std::chrono::milliseconds wait_;
};

}  // namespace patchcord::chat
