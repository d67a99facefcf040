#pragma once

#include <chrono>

namespace patchcord::bench {

using Nanoseconds = std::chrono::nanoseconds;

/// The monotonic clock as a plain count, cheap enough to be read once a receive.
inline Nanoseconds now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

inline double seconds(Nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}
inline double microseconds(Nanoseconds span) {
    return std::chrono::duration<double, std::micro>(span).count();
}
inline Nanoseconds from_seconds(double count) {
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(count));
}

/// Tells when a counter has stood still for longer than `limit`: a run that hangs is given up, not waited for.
class StallWatch {
  public:
    explicit StallWatch(Nanoseconds limit) : limit_(limit), since_(now()) {}

    [[nodiscard]] bool stalled(unsigned long long progress) {
        const Nanoseconds time = now();
        if (progress != last_) {
            last_ = progress;
            since_ = time;
        }
        return time - since_ > limit_;
    }

  private:
    Nanoseconds limit_;
    Nanoseconds since_;
    unsigned long long last_ = 0;
};

}  // namespace patchcord::bench
