#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/message.hpp"
#include "msn/server/render.hpp"
#include "msn/transfer/file_talk.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

class SwitchboardSession;

/// The files that an MSN client and somebody who is not on MSN, or a room, give each other in one switchboard.
class SwitchboardFiles final : public TransferWire {
  public:
    /// `other` is who the client sees in the switchboard besides itself.
    SwitchboardFiles(SwitchboardSession& session, Identity other);

    [[nodiscard]] const Identity& other() const { return other_; }
    /// A message of the client about files. False: it is about something else.
    [[nodiscard]] bool got_invitation(const MimeMessage& message) { return talk_.got_invitation(message); }
    [[nodiscard]] P2pUse got_p2p(const MimeMessage& message) { return talk_.got_p2p(message); }
    /// Offers the client a file. Error: it cannot take any.
    std::error_code offer_to_client(const chat::FileOffer& offer) { return talk_.offer(offer); }
    /// Asks the client for a picture.
    void fetch_picture(PictureOrder order) { talk_.fetch(std::move(order)); }
    void changed(const chat::FileOffer& offer) { talk_.changed(offer); }
    void writable() { talk_.writable(); }

    // --- TransferWire
    [[nodiscard]] const std::string& own_handle() const override { return other_.handle; }
    [[nodiscard]] const std::string& peer_handle() const override;
    void send(std::string_view payload, bool data) override;
    [[nodiscard]] bool takes_data() const override;
    [[nodiscard]] chat::PeerInfo peer() const override;
    [[nodiscard]] bool peer_takes_slp() const override;
    chat::Result<chat::FileOfferId> offer(std::string_view name, std::uint64_t size,
                                          std::unique_ptr<chat::FileSource> source) override;
    void hold_peer(bool hold) override;

  private:
    SwitchboardSession& session_;
    Identity other_;
    FileTalk talk_;
};

}  // namespace patchcord::msn
