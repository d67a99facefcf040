#pragma once

#include <cstddef>
#include <string>

namespace patchcord::chat {

/// Overwrites a secret that is not needed any more, and empties it.
inline void wipe(std::string& secret) {
    volatile char* bytes = secret.data();  // volatile: a compiler may not leave it out
    for (std::size_t i = 0; i < secret.size(); ++i) bytes[i] = '\0';
    secret.clear();
}

}  // namespace patchcord::chat
