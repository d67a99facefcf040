#pragma once

#include <cstddef>

namespace patchcord::gateway {

/// How many bytes of memory this process has in use, as the system counts them; 0 where it does not say. Cheap enough
/// to ask many times a second: the file that tells it stays open.
[[nodiscard]] std::size_t resident_memory();

/// Once, at the start: what is large is given back to the system as soon as it is freed, also when memory of its size
/// was freed before, from which the allocator would conclude that it is wanted again.
void give_back_large_memory();

/// Gives back to the system what was freed and is kept for later. Takes milliseconds.
void give_back_memory();

}  // namespace patchcord::gateway
