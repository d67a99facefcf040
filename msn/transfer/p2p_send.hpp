#pragma once

#include "msn/transfer/file_cutter.hpp"
#include "msn/transfer/p2p_session.hpp"
#include "msn/transfer/p2p_writer.hpp"
#include "msn/transfer/transfer.hpp"

namespace patchcord::msn {

/// A file for the peer, offered by MSNSLP and sent through the switchboard: INVITE, 200 OK, the pieces, their
/// acknowledgement, BYE.
class P2pSend final : public SendTransfer, private P2pSession {
  public:
    /// How long the peer's client may take to acknowledge the offer before MSNFTP is tried.
    static constexpr std::chrono::seconds react_time{15};
    /// How long it may take to acknowledge the file, when all of it was sent; for big ones longer.
    static constexpr std::chrono::seconds acknowledge_time{60};

    /// `writer` outlives it.
    P2pSend(TransferScope& scope, P2pWriter& writer, const chat::FileOffer& offer);

    void begin() override;
    void writable() override;
    void undelivered() override;
    [[nodiscard]] P2pSession* p2p() override { return this; }

  private:
    void say_goodbye(std::error_code why) override;
    void start() override;
    std::size_t take(std::string_view bytes) override;
    void finish() override;

    [[nodiscard]] const std::string& call_id() const override { return dialogue_.call_id; }
    [[nodiscard]] std::uint32_t session_id() const override { return dialogue_.session_id; }
    bool acknowledged(const P2pHeader& ack) override;
    void answered(const SlpAnswer& answer) override;
    void said_bye() override;
    void broken() override;

    void reacted();
    void try_otherwise();
    void send_piece(std::string_view data, std::uint64_t offset);
    void wait_for_acknowledgement();
    void done();

    P2pWriter& writer_;
    SlpDialogue dialogue_;
    P2pMark invitation_;
    P2pMark file_;
    FileCutter cutter_;
    bool answered_ = false;
    bool all_sent_ = false;
    std::chrono::seconds more_time_{0};
};

}  // namespace patchcord::msn
