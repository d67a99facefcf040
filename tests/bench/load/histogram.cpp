#include "tests/bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace patchcord::bench {

std::size_t Histogram::bucket_of(std::uint64_t value) {
    if (value < buckets_per_octave) return value;
    const auto octave = static_cast<unsigned>(std::bit_width(value)) - precision_bits;  // at least 1
    return octave * buckets_per_octave + ((value >> (octave - 1)) - buckets_per_octave);
}

std::uint64_t Histogram::lower_bound_of(std::size_t bucket) {
    if (bucket < buckets_per_octave) return bucket;
    const std::size_t octave = bucket / buckets_per_octave;
    return (buckets_per_octave + bucket % buckets_per_octave) << (octave - 1);
}

void Histogram::add(Nanoseconds value) {
    ++buckets_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0)))];
    ++count_;
}

double Histogram::percentile(double fraction) const {
    if (count_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= std::max<std::uint64_t>(wanted, 1)) return static_cast<double>(lower_bound_of(bucket)) / 1e3;
    }
    return 0;
}

}  // namespace patchcord::bench
