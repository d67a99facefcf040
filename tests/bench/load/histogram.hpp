#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/bench/load/clock.hpp"

namespace patchcord::bench {

/// Counts durations in buckets whose width grows with the value, so that a percentile is at most 1/32 (3 %) too low
/// whatever its size, and the memory stays fixed for any number of samples.
class Histogram {
  public:
    void add(Nanoseconds value);
    void clear() { *this = Histogram{}; }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// The duration that `fraction` (0 to 1) of the samples do not exceed, in microseconds; 0 without samples.
    [[nodiscard]] double percentile(double fraction) const;

  private:
    static constexpr unsigned precision_bits = 5;
    static constexpr std::size_t buckets_per_octave = std::size_t{1} << precision_bits;

    static std::size_t bucket_of(std::uint64_t value);
    static std::uint64_t lower_bound_of(std::size_t bucket);

    std::array<std::uint64_t, 64 * buckets_per_octave> buckets_{};
    std::uint64_t count_ = 0;
};

}  // namespace patchcord::bench
