#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "chat_core/message.hpp"
#include "chat_core/wire_bytes.hpp"

namespace patchcord::chat {

/// What makes two renderings of one event differ: the protocol, and the bits of the receiver's dialect that change
/// bytes.
struct RenderKey {
    ProtocolId protocol{};
    std::uint64_t dialect = 0;
    friend bool operator==(const RenderKey&, const RenderKey&) = default;
};

/// The renderings of one event. A broadcast makes one; the first receiver of each dialect formats, the others share.
class RenderCache {
  public:
    /// The bytes for `key`; calls `render() -> std::string` only when they are not there yet. The reference is good
    /// until the next call.
    template <class Render>
    const WireBytes& get_or_render(RenderKey key, Render&& render) {
        for (std::size_t i = 0; i < used_; ++i) {
            if (near_[i].first == key) return near_[i].second;
        }
        if (used_ < near_.size()) {
            near_[used_] = {key, make_wire_bytes(std::forward<Render>(render)())};
            return near_[used_++].second;
        }
        WireBytes& bytes = far_[key];
        if (!bytes) bytes = make_wire_bytes(std::forward<Render>(render)());
        return bytes;
    }

    /// How many renderings were made.
    [[nodiscard]] std::size_t size() const { return used_ + far_.size(); }

  private:
    struct KeyHash {
        std::size_t operator()(const RenderKey& key) const {
            return std::hash<std::uint64_t>{}(key.dialect * 31 + static_cast<std::uint64_t>(key.protocol));
        }
    };

    static constexpr std::size_t near_size = 8;  // few dialects meet in one room: no allocation for them
    std::array<std::pair<RenderKey, WireBytes>, near_size> near_{};
    std::size_t used_ = 0;
    std::unordered_map<RenderKey, WireBytes, KeyHash> far_;
};

}  // namespace patchcord::chat
