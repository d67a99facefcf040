#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace patchcord::bench {

/// Somebody's place in a conversation, from which something can be said there, in whatever protocol.
class Speaker {
  public:
    virtual ~Speaker() = default;

    /// Appends to `batch` what stands in front of a text of `length` bytes; the text is appended by the caller.
    virtual void begin_message(std::string& batch, std::size_t length) = 0;

    /// Appends what stands behind the text.
    virtual void end_message(std::string& batch) = 0;

    /// Sends a batch of such messages.
    virtual void send(std::string_view batch) = 0;
};

}  // namespace patchcord::bench
