#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace patchcord::chat {

class Transport;

/// Who is at the other end, for the log.
struct LogIdentity {
    std::string connection = {};  // "irc#17"
    std::string who = {};         // nick or handle; empty as long as it is not known
};

/// One end of a conversation over a byte stream, after Twisted's `Protocol`: told what happened, never waits.
class Protocol {
  public:
    virtual ~Protocol() = default;

    /// First of all. The transport outlives the protocol's last call.
    virtual void connection_made(Transport& transport) = 0;
    /// Bytes came, in any cut of the stream; the view dies on return.
    virtual void data_received(std::string_view bytes) = 0;
    /// All that was queued has left, which `Transport::notify_when_drained` asked to be told. Never from inside a call
    /// of the transport.
    virtual void drained() {}
    /// The connection is gone. Once, and always last; a code of value 0 means that it was closed in good order.
    virtual void connection_lost(std::error_code why) = 0;
    /// At any time before that.
    [[nodiscard]] virtual LogIdentity log_identity() const { return {}; }
};

}  // namespace patchcord::chat
