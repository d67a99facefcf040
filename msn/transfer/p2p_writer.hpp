#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "msn/transfer/transfer_wire.hpp"
#include "msn/wire/p2p.hpp"
#include "msn/wire/slp.hpp"

namespace patchcord::msn {

/// By what an acknowledgement names the message it is for.
struct P2pMark {
    std::uint32_t identifier = 0;  // 0: nothing was sent
    std::uint32_t ack_id = 0;
    [[nodiscard]] bool is_meant_by(const P2pHeader& ack) const {
        return identifier != 0 && ack.ack_id == identifier && ack.ack_uid == ack_id;
    }
};

/// What we send over the p2p transport of one conversation: all of it is numbered in one row.
class P2pWriter {
  public:
    P2pWriter(TransferWire& wire, std::function<std::uint32_t()> random);

    /// A message of signalling.
    P2pMark send_signalling(std::string_view text);
    /// The number of a message that is sent piece by piece.
    [[nodiscard]] P2pMark new_message();
    /// A piece of a file.
    void send_piece(const P2pHeader& header, std::string_view data);
    /// Acknowledges the message that had `header` on its last piece.
    void acknowledge(const P2pHeader& header);
    [[nodiscard]] std::string new_guid() const;
    /// What stands for a session that we begin.
    [[nodiscard]] SlpDialogue new_dialogue() const;
    [[nodiscard]] TransferWire& wire() const { return wire_; }

  private:
    std::uint32_t next_identifier();
    void send(std::string_view body);

    TransferWire& wire_;
    std::function<std::uint32_t()> random_;
    std::uint32_t last_identifier_ = 0;
};

}  // namespace patchcord::msn
