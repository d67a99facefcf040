#pragma once

#include <memory>
#include <system_error>

#include "chat_core/file_offer.hpp"
#include "msn/transfer/p2p_talk.hpp"
#include "msn/transfer/picture_fetch.hpp"
#include "msn/transfer/transfer_wire.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// All file transfers of one conversation: both ways of MSN (MSNFTP, MSNSLP), both directions; and the pictures that
/// the peer is asked for.
///
/// A file is offered by MSNSLP to whoever takes it; when their client does not react to that, once more by MSNFTP.
class FileTalk {
  public:
    /// Offers and transfers of one direction at a time; more are declined.
    static constexpr std::size_t max_transfers = 5;

    /// What `parts` and `wire` refer to outlives it. Nothing is sent from inside the constructor and the destructor.
    FileTalk(FileTalkParts parts, TransferWire& wire);
    /// What is under way fails: `sender_gone` or `receiver_gone`.
    ~FileTalk();
    FileTalk(const FileTalk&) = delete;
    FileTalk& operator=(const FileTalk&) = delete;

    /// A message of the peer of type text/x-msmsgsinvite, or application/x-msnmsgrp2p. Answers whatever needs an
    /// answer, also what is no offer of a file. True: it was for us.
    bool got_invitation(const MimeMessage& message);
    P2pUse got_p2p(const MimeMessage& message);
    /// Offers the peer a file of the desk. Errors: too_many; too_big for MSNFTP.
    std::error_code offer(const chat::FileOffer& offer);
    /// Asks the peer for a picture of theirs. Whoever is told what became of it must not end the talk.
    void fetch(PictureOrder order);
    /// An offer of either direction has changed (`ChatClient::file_offer_changed`); others are ignored.
    void changed(const chat::FileOffer& offer);
    /// Data can be sent again.
    void writable();
    /// The switchboard could not deliver a piece of data (NAK, or an error for its MSG): files that go through it have
    /// failed, since nothing is sent twice.
    void undelivered();
    /// Nothing is under way.
    [[nodiscard]] bool idle() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace patchcord::msn
