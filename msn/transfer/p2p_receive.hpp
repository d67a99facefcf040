#pragma once

#include <optional>
#include <string_view>

#include "msn/transfer/p2p_session.hpp"
#include "msn/transfer/p2p_writer.hpp"
#include "msn/transfer/transfer.hpp"

namespace patchcord::msn {

/// A file that the peer offers by MSNSLP and sends through the switchboard.
class P2pReceive final : public ReceiveTransfer, private P2pSession {
  public:
    /// How long the peer may take to react to our 200 OK, and to say BYE when it has sent all.
    static constexpr std::chrono::seconds react_time{30};
    static constexpr std::chrono::seconds bye_time{30};
    /// How long it may wait for our acknowledgement of the whole file.
    static constexpr std::chrono::seconds longest_silence{20};

    /// `writer` outlives it.
    P2pReceive(TransferScope& scope, P2pWriter& writer, SlpRequest request, std::uint64_t size);

    [[nodiscard]] bool under_way() const override { return !waits_for_bye_; }
    [[nodiscard]] P2pSession* p2p() override { return this; }

  private:
    void say_goodbye(std::error_code why) override;
    void start() override;
    void stopped(std::error_code why) override;

    [[nodiscard]] const std::string& call_id() const override { return request_.call_id; }
    [[nodiscard]] std::uint32_t session_id() const override { return request_.session_id; }
    bool acknowledged(const P2pHeader& ack) override;
    void answered(const SlpAnswer& answer) override;
    void said_bye() override;
    bool got_piece(const P2pPiece& piece) override;
    void broken() override;

    [[nodiscard]] bool is_preparation(const P2pPiece& piece) const;
    void pass_on(std::string_view data);
    void got_last(const P2pHeader& header);
    void acknowledge_last();

    P2pWriter& writer_;
    SlpRequest request_;
    P2pFileOrder order_;
    P2pMark answer_;
    std::optional<P2pHeader> last_;  // of the piece that completed the file, until it is acknowledged
    bool waits_for_bye_ = false;
};

}  // namespace patchcord::msn
