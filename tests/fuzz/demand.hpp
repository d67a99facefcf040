#pragma once

#include <cstdio>
#include <cstdlib>

namespace patchcord::fuzz {

/// An invariant: the fuzzer stops where it does not hold.
inline void demand(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "invariant broken: %s\n", what);
    std::abort();
}

}  // namespace patchcord::fuzz
