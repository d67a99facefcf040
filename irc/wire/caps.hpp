#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace patchcord::irc {

/// The capabilities we offer, each a bit of a `CapSet`.
enum class Cap : std::uint32_t {
    message_tags = 1U << 0U,
    server_time = 1U << 1U,
    batch = 1U << 2U,
    echo_message = 1U << 3U,
    labeled_response = 1U << 4U,
    standard_replies = 1U << 5U,
    multi_prefix = 1U << 6U,
    userhost_in_names = 1U << 7U,
    extended_join = 1U << 8U,
    away_notify = 1U << 9U,
    chghost = 1U << 10U,
    setname = 1U << 11U,
    invite_notify = 1U << 12U,
    account_notify = 1U << 13U,
    account_tag = 1U << 14U,
    cap_notify = 1U << 15U,
    extended_monitor = 1U << 16U,
    no_implicit_names = 1U << 17U,
    sasl = 1U << 18U,
    account_registration = 1U << 19U,
    channel_rename = 1U << 20U,
    chathistory = 1U << 21U,
    event_playback = 1U << 22U,
    extended_isupport = 1U << 23U,
    message_redaction = 1U << 24U,
    metadata = 1U << 25U,
    multiline = 1U << 26U,
    pre_away = 1U << 27U,
    read_marker = 1U << 28U,
};

/// A set of capabilities.
class CapSet {
  public:
    constexpr CapSet() = default;
    constexpr CapSet(Cap cap) : bits_(static_cast<std::uint32_t>(cap)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] constexpr bool has(Cap cap) const { return (bits_ & static_cast<std::uint32_t>(cap)) != 0; }
    [[nodiscard]] constexpr bool any() const { return bits_ != 0; }
    [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
    constexpr void set(Cap cap, bool on) {
        const auto bit = static_cast<std::uint32_t>(cap);
        bits_ = on ? bits_ | bit : bits_ & ~bit;
    }
    friend constexpr CapSet operator|(CapSet one, CapSet other) { return CapSet(one.bits_ | other.bits_); }
    friend constexpr CapSet operator&(CapSet one, CapSet other) { return CapSet(one.bits_ & other.bits_); }
    friend constexpr CapSet operator~(CapSet caps) { return CapSet(~caps.bits_); }
    friend constexpr bool operator==(CapSet, CapSet) = default;

  private:
    explicit constexpr CapSet(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_ = 0;
};

constexpr CapSet operator|(Cap one, Cap other) {
    return CapSet(one) | CapSet(other);
}

/// A capability and where it is specified (under https://ircv3.net/specs/extensions/).
struct CapInfo {
    std::string_view name;
    Cap cap;
    std::string_view specification;
    std::string_view value = {};  // what version 302 is told of it, where that is the same for all
};

/// All of them, in the order of CAP LS.
[[nodiscard]] std::span<const CapInfo> all_caps();
/// The capability of that name; names are case-sensitive.
[[nodiscard]] std::optional<Cap> find_cap(std::string_view name);

}  // namespace patchcord::irc
