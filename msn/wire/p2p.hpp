#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// Bytes in front of the data of a message of type application/x-msnmsgrp2p, the first version of that transport.
inline constexpr std::size_t p2p_header_bytes = 48;
/// The most data one of them carries through a switchboard.
inline constexpr std::size_t max_p2p_data_bytes = 1202;
/// The longest message of signalling (MSNSLP) that is put together: an offer with a preview picture has some 20 KiB.
inline constexpr std::size_t max_slp_bytes = 32 * 1024;

/// All numbers are little-endian on the wire.
struct P2pHeader {
    std::uint32_t session_id = 0;  // 0: signalling
    std::uint32_t identifier = 0;  // of the message, the same in all of its pieces
    std::uint64_t offset = 0;      // of this piece
    std::uint64_t total_size = 0;  // of the message
    std::uint32_t length = 0;      // of this piece
    std::uint32_t flags = 0;
    std::uint32_t ack_id = 0;  // random; in an acknowledgement the acknowledged message's identifier
    std::uint32_t ack_uid = 0;
    std::uint64_t ack_size = 0;
    friend bool operator==(const P2pHeader&, const P2pHeader&) = default;
};

struct P2pPiece {
    P2pHeader header;
    std::string_view data;
};

/// Reads a body: a header and as much data as it says; what follows, a number of four bytes, is left alone. Nothing
/// when data is missing, or lies outside of the message.
[[nodiscard]] std::optional<P2pPiece> parse_p2p(std::string_view body);
/// The body for a whole message, which must fit one piece; the header's length and total size are set from it.
[[nodiscard]] std::string format_p2p(P2pHeader header, std::string_view data);
/// The body that acknowledges the message whose last piece had `acknowledged`.
[[nodiscard]] std::string format_p2p_ack(const P2pHeader& acknowledged, std::uint32_t identifier);

/// Puts messages of signalling together, one at a time: pieces come in order on a switchboard.
class SlpAssembler {
  public:
    /// The message, when this is its last piece. What is no signalling, does not follow the piece before, or would be
    /// longer than `max_slp_bytes` is dropped.
    [[nodiscard]] std::optional<std::string> add(const P2pPiece& piece);
    [[nodiscard]] std::size_t kept_bytes() const { return text_.size(); }

  private:
    std::uint32_t identifier_ = 0;
    std::uint64_t total_size_ = 0;
    std::string text_;
};

}  // namespace patchcord::msn
