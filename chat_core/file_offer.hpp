#pragma once

#include <cstdint>
#include <string>

namespace patchcord::chat {

class User;

/// A file that `from` would like to give to `to`. The name is what the offerer said: an edge cleans it before it shows
/// it.
struct FileOffer {
    User* from = nullptr;
    User* to = nullptr;
    std::string name;
    std::uint64_t size = 0;  // bytes
};

}  // namespace patchcord::chat
