#pragma once

#include "msn/transfer/msnftp_door.hpp"
#include "msn/transfer/msnftp_session.hpp"
#include "msn/transfer/transfer.hpp"

namespace patchcord::msn {

/// A file for the peer by MSNFTP: an invitation, ACCEPT from both sides, and a connection of its own.
class MsnftpSend final : public SendTransfer, private MsnftpSession, private MsnftpOwner {
  public:
    /// `cookie`: no other invitation in the conversation has it.
    MsnftpSend(TransferScope& scope, const chat::FileOffer& offer, std::uint32_t cookie);

    void begin() override;
    [[nodiscard]] MsnftpSession* msnftp() override { return this; }

  private:
    void close(std::error_code why) override;
    void say_goodbye(std::error_code why) override;
    void start() override;
    std::size_t take(std::string_view bytes) override;
    void finish() override;

    [[nodiscard]] std::uint32_t cookie() const override { return cookie_; }
    void got_accept(const Invitation& accept) override;
    void got_cancel(const Invitation& cancel) override;

    void stream_ready() override;
    void stream_done() override;
    void stream_ended(std::error_code why) override;

    std::uint32_t cookie_;
    MsnftpDoor door_;
    std::vector<TransferAddress> places_;  // where the peer waits
    bool flowing_ = false;
    bool all_sent_ = false;
    bool done_ = false;  // the peer has an empty file, which it may know before the one who gives it
};

}  // namespace patchcord::msn
