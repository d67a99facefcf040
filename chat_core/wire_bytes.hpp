#pragma once

#include <memory>
#include <string>
#include <utility>

namespace patchcord::chat {

/// Finished bytes of the wire, rendered once and shared by every connection that is sent them.
using WireBytes = std::shared_ptr<const std::string>;

[[nodiscard]] inline WireBytes make_wire_bytes(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace patchcord::chat
