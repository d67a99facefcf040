#pragma once

#include <cstdint>

#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"

namespace patchcord::chat {

/// Which limits one connection has hit: each hit is counted, and the first of each limit is logged. `Limit` is an
/// enumeration whose last is `count_`.
template <class Limit>
class HitLimits {
  public:
    /// Counts a hit. True when it is to be logged: the connection's first of this limit, if warnings are logged at all.
    [[nodiscard]] bool note(Limit limit, Metric& counter, const LogSink& log) {
        counter.add();
        const bool first = !has(limit);
        bits_ |= bit(limit);
        return first && log.enabled(LogLevel::warn);
    }
    [[nodiscard]] bool has(Limit limit) const { return (bits_ & bit(limit)) != 0; }

  private:
    using Bits = std::uint32_t;
    static_assert(static_cast<unsigned>(Limit::count_) <= 8 * sizeof(Bits), "Bits is too narrow for so many limits");
    static constexpr Bits bit(Limit limit) { return Bits{1} << static_cast<unsigned>(limit); }

    Bits bits_ = 0;
};

}  // namespace patchcord::chat
