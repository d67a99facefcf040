#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "chat_core/clock.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/styled_text.hpp"

namespace patchcord::chat {

class Group;
class Receipt;
class User;

/// Tells protocols apart without naming any; each edge defines its own value.
enum class ProtocolId : std::uint8_t {};

/// What a member of a group may do beyond talking. Roles are independent of each other.
enum class Role : std::uint8_t { voice = 1, op = 2 };

/// A set of roles.
class Roles {
  public:
    constexpr Roles() = default;
    constexpr Roles(Role role) : bits_(static_cast<std::uint8_t>(role)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] constexpr bool has(Role role) const { return (bits_ & static_cast<std::uint8_t>(role)) != 0; }
    [[nodiscard]] constexpr bool any() const { return bits_ != 0; }
    constexpr void set(Role role, bool on) {
        const auto bit = static_cast<std::uint8_t>(role);
        bits_ = static_cast<std::uint8_t>(on ? bits_ | bit : bits_ & ~bit);
    }
    /// Does the bearer rank at least as high as `role` (an operator outranks a voice)?
    [[nodiscard]] constexpr bool at_least(Role role) const { return bits_ >= static_cast<std::uint8_t>(role); }
    friend constexpr bool operator==(Roles, Roles) = default;

  private:
    std::uint8_t bits_ = 0;
};

/// Whom a message is for: a group (or those of its members who have a role), or one user.
struct Target {
    Group* group = nullptr;
    User* user = nullptr;
    std::optional<Role> at_least;
};

enum class MessageKind : std::uint8_t {
    text,
    action,  // "* ana waves"
    notice,  // never answered by a machine
    nudge,
    native,  // means something only in the sender's own protocol; clients of others ignore it
};

/// A piece of a text that its sender cut into several: a line, or the rest of the one before.
struct TextPart {
    std::string_view text;
    bool joined = false;  // goes on in the line of the part before
};

/// A message as its sender wrote it, for receivers who speak the same protocol: they get it byte for byte.
struct NativeForm {
    ProtocolId protocol{};
    std::string_view verb;
    std::string_view text;
    std::string_view tags;
    std::span<const TextPart> parts = {};  // `text` as its sender cut it; empty: not at all
};

/// Turns a native form into the neutral one. An edge that has taken the form apart already makes one that knows the
/// parts.
class TextDecoder {
  public:
    [[nodiscard]] virtual StyledText decode(const NativeForm& native) const = 0;

  protected:
    ~TextDecoder() = default;
};

/// The text of a message, in the sender's form and, once somebody asks, in the neutral one. Good for one call.
class MessageText {
  public:
    explicit MessageText(StyledText styled) : styled_(std::move(styled)) {}
    /// `decoder` is asked at most once, and not at all when all receivers speak the sender's protocol.
    MessageText(const NativeForm& native, const TextDecoder& decoder) : native_(native), decoder_(&decoder) {}

    /// For receivers.
    [[nodiscard]] const StyledText& styled() const {
        crossed_ = true;
        return on_its_way();
    }
    /// The same for who is no receiver.
    [[nodiscard]] const StyledText& on_its_way() const {
        if (!styled_) styled_ = decoder_->decode(*native_);
        return *styled_;
    }
    /// Has a receiver asked for the neutral form, which those of the sender's protocol do not need?
    [[nodiscard]] bool crossed() const { return crossed_; }
    /// The sender's own form if the sender spoke `protocol`, else nullptr.
    [[nodiscard]] const NativeForm* native(ProtocolId protocol) const {
        return native_ && native_->protocol == protocol ? &*native_ : nullptr;
    }

  private:
    std::optional<NativeForm> native_;
    const TextDecoder* decoder_ = nullptr;
    mutable std::optional<StyledText> styled_;
    mutable bool crossed_ = false;
};

/// One message on its way. `User::send` fills in what is not the sender's to say: id, sender, time.
struct Message {
    MessageId id{};
    User* sender = nullptr;
    Target target;
    MessageKind kind = MessageKind::text;
    MessageText text;
    WallTime sent_at{};
    std::shared_ptr<Receipt> receipt = nullptr;  // for who keeps it until it is delivered; most have none
};

/// Somebody takes a message back that was sent before, or an operator takes it away. `User::withdraw` fills in id,
/// author and time.
struct Withdrawal {
    MessageId id{};  // of this event
    const User* by = nullptr;
    Target target;
    std::string_view message;  // what the receivers were told the message is called
    std::string_view reason;
    WallTime at{};
};

enum class TypingState : std::uint8_t { active, paused, done };

/// Somebody types, or stopped.
struct TypingNotice {
    const User* who = nullptr;
    Target target;
    TypingState state = TypingState::active;
};

}  // namespace patchcord::chat
