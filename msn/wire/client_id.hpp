#pragma once

#include <cstdint>

namespace patchcord::msn {

// The client id by which clients say what they can do, as CHG carries it since MSNP8.

/// Takes messages in several parts (`Chunks`).
inline constexpr std::uint32_t client_takes_chunks = 0x20;
/// The first client with MSNSLP. Above this bit is the version of what clients can do among themselves.
inline constexpr std::uint32_t client_msnc1 = 0x1000'0000;

/// What we are to others: files can be offered to us through the switchboard.
inline constexpr std::uint32_t own_client_id = client_msnc1 | client_takes_chunks;

/// Does such a client do MSNSLP?
[[nodiscard]] constexpr bool takes_slp(std::uint32_t client_id) {
    return client_id >= client_msnc1;
}

}  // namespace patchcord::msn
