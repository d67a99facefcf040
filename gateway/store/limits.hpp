#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace patchcord::gateway {

/// What one account may keep; beyond it, `chat::Errc::list_full`.
inline constexpr std::size_t most_contacts = 1'000;
inline constexpr std::size_t most_groups = 100;
inline constexpr std::size_t most_properties = 50;
/// Longer handles, names and values are `StoreErrc::too_long`.
inline constexpr std::size_t longest_field = 4'096;
/// What may wait for one receiver, in messages and in bytes of their texts and names, and for all together.
inline constexpr std::size_t most_messages_per_receiver = 100;
inline constexpr std::size_t most_message_bytes_per_receiver = 256 * 1024;
inline constexpr std::size_t most_messages = 100'000;
/// What of one sender may wait for one receiver, so that nobody fills another's box alone.
inline constexpr std::size_t most_messages_per_sender = 25;
/// Client certificates that one account may be logged in to with, and settings it may have.
inline constexpr std::size_t most_certificates = 10;
inline constexpr std::size_t most_settings = 50;
/// How many handles have a nick that is remembered.
inline constexpr std::size_t most_nicks = 100'000;

[[nodiscard]] inline bool any_too_long(std::initializer_list<std::string_view> fields) {
    return std::any_of(fields.begin(), fields.end(),
                       [](std::string_view field) { return field.size() > longest_field; });
}

}  // namespace patchcord::gateway
