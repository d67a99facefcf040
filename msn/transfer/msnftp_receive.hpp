#pragma once

#include <string>

#include "msn/transfer/msnftp_door.hpp"
#include "msn/transfer/msnftp_session.hpp"
#include "msn/transfer/transfer.hpp"

namespace patchcord::msn {

/// A file that the peer offers by MSNFTP.
class MsnftpReceive final : public ReceiveTransfer, private MsnftpSession, private MsnftpOwner {
  public:
    /// `invite` offers a file whose size it says.
    MsnftpReceive(TransferScope& scope, const Invitation& invite);

    [[nodiscard]] bool holds() const override { return false; }
    [[nodiscard]] MsnftpSession* msnftp() override { return this; }

  private:
    void close(std::error_code why) override;
    void say_goodbye(std::error_code why) override;
    void start() override;
    void pause_changed(bool paused) override;

    [[nodiscard]] std::uint32_t cookie() const override;
    void got_accept(const Invitation& accept) override;
    void got_cancel(const Invitation& cancel) override;

    void stream_ready() override;
    void stream_got(std::string_view bytes) override;
    void stream_ended(std::error_code why) override;

    std::string cookie_;  // as the peer wrote it
    bool peer_listens_;
    MsnftpDoor door_;
    bool flowing_ = false;
};

}  // namespace patchcord::msn
