#pragma once

#include <cstdint>
#include <string>

#include "msn/wire/p2p.hpp"
#include "msn/wire/slp.hpp"

namespace patchcord::msn {

/// A session of MSNSLP, as the conversation tells it what the peer said.
class P2pSession {
  public:
    virtual ~P2pSession() = default;

    [[nodiscard]] virtual const std::string& call_id() const = 0;
    [[nodiscard]] virtual std::uint32_t session_id() const = 0;
    /// An acknowledgement; true when it was for something of this session.
    virtual bool acknowledged(const P2pHeader& ack) = 0;
    virtual void answered([[maybe_unused]] const SlpAnswer& answer) {}
    virtual void said_bye() = 0;
    /// A piece of its data; false when none is wanted, or not this one.
    virtual bool got_piece([[maybe_unused]] const P2pPiece& piece) { return false; }
    /// The peer has dropped it.
    virtual void broken() = 0;
};

}  // namespace patchcord::msn
