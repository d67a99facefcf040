#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "chat_core/ports/protocol.hpp"

namespace patchcord::chat {

struct Endpoint {
    std::string host;  // name or numeric address
    std::uint16_t port = 0;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

enum class Security { plain, tls };

/// Opens outgoing connections.
class Connector {
  public:
    virtual ~Connector() = default;

    /// Connects and hands the stream to `protocol` (`connection_made`); `failed` is called instead when that cannot be
    /// done.
    virtual void connect(Endpoint to, Security security, std::unique_ptr<Protocol> protocol,
                         std::function<void(std::error_code)> failed) = 0;
};

}  // namespace patchcord::chat
