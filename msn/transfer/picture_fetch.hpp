#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <system_error>

#include "msn/transfer/p2p_session.hpp"
#include "msn/transfer/p2p_writer.hpp"
#include "msn/transfer/transfer.hpp"
#include "msn/wire/msn_object.hpp"

namespace patchcord::msn {

/// A picture that the peer is asked for, and how long that may take.
struct PictureOrder {
    MsnObject object;
    std::chrono::milliseconds time{};
    /// Called once, with all of its bytes or an error: declined, cancelled, sender_gone, stalled, wrong_size,
    /// protocol_error. That the bytes are those that the object describes was not looked at.
    std::function<void(std::error_code why, std::string bytes)> done;
};

/// A picture or the like that the peer's client gives to whoever asks, by MSNSLP and through the switchboard: INVITE,
/// 200 OK, four zeros, the pieces, their acknowledgement, BYE. No user is asked at either end.
class PictureFetch final : public FileTransfer, private P2pSession {
  public:
    /// `writer` outlives it.
    PictureFetch(TransferScope& scope, P2pWriter& writer, PictureOrder order);

    /// Asks the peer. The first call.
    void begin();
    void abandon() override;
    /// It counts with no files.
    [[nodiscard]] bool under_way() const override { return false; }
    [[nodiscard]] P2pSession* p2p() override { return this; }

  private:
    void say_goodbye(std::error_code why) override;

    [[nodiscard]] const std::string& call_id() const override { return dialogue_.call_id; }
    [[nodiscard]] std::uint32_t session_id() const override { return dialogue_.session_id; }
    bool acknowledged(const P2pHeader& ack) override { return invitation_.is_meant_by(ack); }
    void answered(const SlpAnswer& answer) override;
    void said_bye() override;
    bool got_piece(const P2pPiece& piece) override;
    void broken() override;

    [[nodiscard]] bool is_preparation(const P2pPiece& piece) const;
    void end(std::error_code why);

    P2pWriter& writer_;
    PictureOrder order_;
    SlpDialogue dialogue_;
    P2pMark invitation_;
    P2pFileOrder pieces_;
    std::string bytes_;
};

}  // namespace patchcord::msn
