#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "msn/wire/dialect.hpp"
#include "msn/wire/limits.hpp"

namespace patchcord::msn {

/// Which way a command goes. Some verbs mean one thing one way and another the other.
enum class Direction : std::uint8_t { to_server, to_client };

/// The kind of server a connection is with; a verb may belong to both.
enum class Role : std::uint8_t { notification = 1, switchboard = 2, both = 3 };

/// Does a payload follow the line? Its length is always the last parameter.
enum class PayloadRule : std::uint8_t {
    none,
    always,
    if_decimal,  // when the last parameter is a number: `ADL 5 68`, but not `ADL 5 OK`
};

/// Longest payload of most commands from a client, and from a server. A server may relay more than it would accept.
inline constexpr std::size_t max_payload_from_client = 16 * 1024;
inline constexpr std::size_t max_payload_from_server = 64 * 1024;
/// Longest payload of what a server says about itself and of personal messages: NOT, GCF, UBX.
inline constexpr std::size_t max_large_payload_from_server = 512 * 1024;

/// A verb as a number, in the order of the verbs; 0 for what is none.
[[nodiscard]] constexpr std::uint32_t rank_of(std::string_view verb) {
    constexpr std::size_t length = 3;
    std::uint32_t rank = 0;
    if (verb.size() != length) return rank;
    for (const char c : verb) rank = rank << 8U | static_cast<unsigned char>(c);
    return rank;
}

/// One verb in one direction.
struct VerbInfo {
    std::string_view verb;
    std::uint32_t rank;
    Role role;
    /// The dialect that brought it. A peer may use it earlier (servers push NOT to anybody), and a payload is then a
    /// payload too, so this is nothing for a framer to ask.
    Dialect since;
    PayloadRule payload = PayloadRule::none;
    std::uint8_t least_length_index = 0;  // parameters that always come before the length
    std::uint32_t max_payload = 0;        // bytes

    [[nodiscard]] constexpr bool belongs_to(Role kind) const {
        return (static_cast<unsigned>(role) & static_cast<unsigned>(kind)) != 0;
    }
};

/// All verbs of a direction, in alphabetical order.
[[nodiscard]] std::span<const VerbInfo> all_verbs(Direction direction);
/// The verb of that name, which is case-sensitive; nullptr when it is unknown or a number. Below MSNP13 neither has a
/// payload.
[[nodiscard]] const VerbInfo* find_verb(Direction direction, std::string_view verb);

}  // namespace patchcord::msn
