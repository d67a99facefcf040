#pragma once

#include <span>

#include "chat_core/group_policy.hpp"
#include "chat_core/message.hpp"

namespace patchcord::chat {

struct Departure;
struct Renaming;

/// Hears what is said and what happens in groups, once for all who are told; for who keeps history. It is told last,
/// when everybody else was.
class Recorder {
  public:
    virtual ~Recorder() = default;

    /// A message was accepted. One that was kept for somebody comes when they get it, with the time it was sent at.
    virtual void message_sent(const Message&) = 0;
    virtual void user_joined(const Group&, const User&) = 0;
    /// Not told of those who sign off: see `ServiceObserver`.
    virtual void user_left(const Group&, const User&, const Departure&) = 0;
    /// `by` may be nobody, here and below: the gateway itself.
    virtual void topic_changed(const Group&, const User* by) = 0;
    virtual void renamed(const Group&, const Renaming&) = 0;
    virtual void settings_changed(const Group&, const User* by, std::span<const SettingChange>) = 0;
};

}  // namespace patchcord::chat
