#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What a header's flags say. Newer clients add bits of their own, so only these count.
[[nodiscard]] constexpr bool is_p2p_ack(const P2pHeader& header) {
    return (header.flags & 0x2U) != 0;
}
/// An error, or the end of the session it names.
[[nodiscard]] constexpr bool breaks_p2p_session(const P2pHeader& header) {
    return (header.flags & 0xC8U) != 0;
}
/// Is it a piece of a message, signalling or data? Acknowledgements, errors, ends and handshakes are none.
[[nodiscard]] constexpr bool is_p2p_content(const P2pHeader& header) {
    return (header.flags & 0x1CFU) == 0;
}
/// Flags of the pieces of a file.
inline constexpr std::uint32_t p2p_file_flags = 0x0100'0030;
/// The application behind the pieces of a file; the one behind all else is 0.
inline constexpr std::uint32_t p2p_file_application = 2;

struct P2pPiece {
    P2pHeader header;
    std::string_view data;
};

/// Reads a body: a header and as much data as it says; what follows, a number of four bytes, is left alone. Nothing
/// when data is missing, or lies outside of the message.
[[nodiscard]] std::optional<P2pPiece> parse_p2p(std::string_view body);
/// The body for a whole message, which must fit one piece; the header's length and total size are set from it.
[[nodiscard]] std::string format_p2p(P2pHeader header, std::string_view data);
/// The body for a piece of a message, whose total size and offset are the header's; its length is set from `data`.
[[nodiscard]] std::string format_p2p_piece(P2pHeader header, std::string_view data, std::uint32_t application);
/// The bodies for a message of signalling, each with at most `max_p2p_data_bytes`.
[[nodiscard]] std::vector<std::string> format_p2p_signalling(std::uint32_t identifier, std::uint32_t ack_id,
                                                             std::string_view text);
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

/// Follows the pieces of a file, which is one message, as they come: in order, without gaps, of the size that was
/// agreed on. Keeps none of them.
class P2pFileOrder {
  public:
    enum class Verdict : std::uint8_t { next, last, out_of_order, wrong_size };

    explicit P2pFileOrder(std::uint64_t size) : size_(size) {}

    /// What a piece is; after one that is not the next, nothing is.
    [[nodiscard]] Verdict add(const P2pPiece& piece);
    [[nodiscard]] std::uint64_t received() const { return received_; }
    /// The last piece was there.
    [[nodiscard]] bool complete() const { return complete_; }

  private:
    std::uint64_t size_;
    std::uint64_t received_ = 0;
    bool complete_ = false;
};

}  // namespace patchcord::msn
