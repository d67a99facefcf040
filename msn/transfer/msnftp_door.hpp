#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "chat_core/ports/file_network.hpp"
#include "msn/transfer/msnftp_stream.hpp"
#include "msn/transfer/transfer_wire.hpp"
#include "msn/wire/invitation.hpp"

namespace patchcord::msn {

/// How a transfer by MSNFTP comes to its connection: it waits for one, or goes to where the peer waits.
class MsnftpDoor {
  public:
    /// How long it may take until the file flows.
    static constexpr std::chrono::seconds open_time{30};
    using MakeStream = std::function<std::unique_ptr<MsnftpStream>(std::shared_ptr<MsnftpLink>, std::uint32_t cookie)>;

    /// What it is given outlives it.
    MsnftpDoor(FileTalkParts& parts, TransferWire& wire, MsnftpOwner& owner, MakeStream make);
    ~MsnftpDoor();
    MsnftpDoor(const MsnftpDoor&) = delete;
    MsnftpDoor& operator=(const MsnftpDoor&) = delete;

    /// Waits for the peer, who is to be told where and with which cookie; nothing when that cannot be. MSNFTP knows no
    /// addresses but those of IPv4.
    [[nodiscard]] std::optional<TransferAddress> listen();
    /// Goes to the first of the places where somebody answers; waits no longer.
    void connect(const std::vector<TransferAddress>& places);
    /// There is a connection, or one is being made.
    [[nodiscard]] bool connecting() const { return connecting_; }
    [[nodiscard]] MsnftpStream* stream() const { return link_ == nullptr ? nullptr : link_->stream; }
    /// The end; the owner hears no more.
    void close(std::error_code why);

  private:
    void stop_listening();
    std::unique_ptr<MsnftpStream> new_stream(std::uint32_t cookie);
    void connect_next();
    void failed(std::error_code why);

    FileTalkParts& parts_;
    TransferWire& wire_;
    MsnftpOwner& owner_;
    MakeStream make_;
    std::shared_ptr<MsnftpLink> link_;
    std::optional<chat::FileNetwork::ListenId> listening_;
    std::vector<TransferAddress> places_;  // that are left, best last
    bool connecting_ = false;
};

}  // namespace patchcord::msn
