#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "chat_core/ids.hpp"
#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/result.hpp"

namespace patchcord::chat {

/// The connections that clients make with each other for a file (DCC, MSNFTP), of which the gateway is one end.
class FileNetwork {
  public:
    virtual ~FileNetwork() = default;

    using Failed = std::function<void(std::error_code)>;
    enum class ListenId : std::uint64_t {};
    struct Wait {
        std::chrono::milliseconds within{};
        UserId offerer{};  // of a file that nobody has accepted yet; nobody: the file is on its way
    };
    struct Listening {
        ListenId id{};
        Endpoint at;  // what the peer is told: a numeric address and a port
    };

    /// Why `connect` would not try, if so. Asked before somebody is offered a file that could never come.
    [[nodiscard]] virtual std::error_code refusal(const Endpoint& /*to*/, const PeerInfo& /*peer*/) const { return {}; }
    /// Connects to where `peer`, the client that named it, says that the file is. `failed` is told later:
    /// `FileErrc::address_refused` when the address is neither the peer's own nor one that the policy allows, or the
    /// port is the gateway's own; `FileErrc::loopback_refused` when it is the peer's, but this machine's, too;
    /// `FileErrc::unreachable` when nobody answers there.
    virtual void connect(const Endpoint& to, const PeerInfo& peer, std::unique_ptr<Protocol> protocol,
                         Failed failed) = 0;
    /// Waits for one connection of `peer` on a port of the configured range. Errors: `FileErrc::unreachable` when there
    /// is no such range or no port of it is free; `FileErrc::too_many` when as many wait for files that nobody has
    /// accepted as may, of the offerer or of everybody. `failed` is told later, when nobody came.
    virtual Result<Listening> listen(const PeerInfo& peer, const Wait& wait, std::unique_ptr<Protocol> protocol,
                                     Failed failed) = 0;
    /// Waits no longer; `failed` is not told.
    virtual void stop_listening(ListenId id) = 0;
    /// Can anybody connect to us?
    [[nodiscard]] virtual bool can_listen() const = 0;
};

}  // namespace patchcord::chat
