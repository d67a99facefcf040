#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace patchcord::chat {

/// Finished bytes of the wire, rendered once for every connection that is sent them.
class WireBytes {
  public:
    WireBytes() = default;
    explicit WireBytes(std::string bytes) : shared_(std::make_shared<const Shared>(std::move(bytes))) {}

    explicit operator bool() const { return shared_ != nullptr; }
    const std::string& operator*() const { return shared_->bytes; }
    const std::string* operator->() const { return &shared_->bytes; }
    /// Is this the same rendering, not only an equal one?
    friend bool operator==(const WireBytes&, const WireBytes&) = default;

  private:
    friend class TurnBuffer;

    struct Shared {
        explicit Shared(std::string rendered) : bytes(std::move(rendered)) {}
        std::string bytes;
        // Where a TurnBuffer has put a copy, and in which of its turns.
        mutable std::uint64_t turn = 0;
        mutable const char* place = nullptr;
    };
    std::shared_ptr<const Shared> shared_;
};

[[nodiscard]] inline WireBytes make_wire_bytes(std::string bytes) {
    return WireBytes(std::move(bytes));
}

}  // namespace patchcord::chat
