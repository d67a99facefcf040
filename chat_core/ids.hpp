#pragma once

#include <cstdint>

namespace patchcord::chat {

/// Names a user from one login to its end. A `User*` is good for one call; what is kept is a `UserId`.
struct UserId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;  // 0: nobody
    friend bool operator==(const UserId&, const UserId&) = default;
    explicit operator bool() const { return generation != 0; }
};

/// Names a group for as long as the process runs; never used twice.
enum class GroupId : std::uint64_t {};

/// Names a message; ascending, unique within one run of the process.
enum class MessageId : std::uint64_t {};

}  // namespace patchcord::chat
