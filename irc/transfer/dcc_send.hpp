#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <system_error>

#include "chat_core/file_stream.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/scheduler.hpp"

namespace patchcord::irc {

struct DccSendSetup {
    chat::Scheduler& scheduler;
    std::uint64_t size = 0;  // bytes of the file
    /// How long the receiver may take, once all is sent, to say that it has it.
    std::chrono::milliseconds patience{60'000};
    /// The connection stands: whoever wants to give the file takes the sink. With an error the connection is closed.
    std::function<std::error_code(std::unique_ptr<chat::FileSink>)> accept;
};

/// The connection over which an IRC client receives a file (DCC SEND), whichever of the two opened it: the bytes go
/// out, and the number of those it has comes back, as 32 bits, most significant first. Nobody waits for these until the
/// file is sent. It has arrived when the client says so, or closes the connection without having contradicted, or has
/// said nothing for `patience`.
[[nodiscard]] std::unique_ptr<chat::Protocol> make_dcc_send(DccSendSetup setup);

}  // namespace patchcord::irc
