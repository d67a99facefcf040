#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/file_offer.hpp"
#include "chat_core/file_stream.hpp"
#include "chat_core/ports/file_network.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/result.hpp"

namespace patchcord::chat {
class FileDesk;
}

namespace patchcord::msn {

/// A switchboard conversation of two, as the transfers in it see it.
class TransferWire {
  public:
    virtual ~TransferWire() = default;

    /// Of the one we speak for, and of the one at the other end.
    [[nodiscard]] virtual const std::string& own_handle() const = 0;
    [[nodiscard]] virtual const std::string& peer_handle() const = 0;
    /// Sends the payload of a MSG. `data`: a piece of a transfer over MSNSLP (the client role sends it with 'D').
    virtual void send(std::string_view payload, bool data) = 0;
    /// May a further piece of a file be sent now? If not, `FileTalk::writable` is called later.
    [[nodiscard]] virtual bool takes_data() const = 0;
    /// For MSNFTP's own connections. Without an address when it cannot be known.
    [[nodiscard]] virtual chat::PeerInfo peer() const = 0;
    /// Can the peer's client do MSNSLP (a client id with an MSNC of at least 1), as far as is known? If not, it is
    /// offered files by MSNFTP.
    [[nodiscard]] virtual bool peer_takes_slp() const = 0;
    /// The peer offers a file: gives it to whoever we speak for. The error is said to the peer.
    virtual chat::Result<chat::FileOfferId> offer(std::string_view name, std::uint64_t size,
                                                  std::unique_ptr<chat::FileSource> source) = 0;
    /// Somebody takes what the peer sends through the switchboard too slowly: whoever can stop reading from the peer
    /// does, until told otherwise. Nothing in MSNSLP itself could ask for it.
    virtual void hold_peer([[maybe_unused]] bool hold) {}
};

struct FileTalkParts {
    chat::FileDesk& desk;
    chat::FileNetwork& network;
    chat::Scheduler& scheduler;
    std::function<std::uint32_t()> random;  // nobody can guess it; never 0
};

}  // namespace patchcord::msn
