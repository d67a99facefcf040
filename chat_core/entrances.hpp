#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "chat_core/clock.hpp"
#include "chat_core/flap_guard.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/ports/scheduler.hpp"

namespace patchcord::chat {

class ChatService;
class Group;
class User;

/// When those who come into a group without a word (`JoinRequest::quiet`) are shown there.
struct EntranceOptions {
    bool speakers_only = false;                 // not before they say something
    std::chrono::milliseconds flap_interval{};  // somebody is shown to come at most once in so long; 0: every time
};

/// Decides when somebody who came quietly is shown to the others: at once, when the time has come, or when they speak.
class Entrances {
  public:
    Entrances(ChatService& service, EntranceOptions options);
    ~Entrances();
    Entrances(const Entrances&) = delete;
    Entrances& operator=(const Entrances&) = delete;

    void set_options(EntranceOptions options);

    /// Is `user`, who comes into `group` quietly, shown at once? If not they will be, should they stay so long.
    bool at_once(const Group& group, const User& user);
    /// The others are shown that `user` came.
    void shown(const Group& group, const User& user);

  private:
    struct Waiting {
        GroupId group;
        UserId user;
    };

    void wait_for_next();
    void show_due();

    ChatService& service_;
    EntranceOptions options_;
    FlapGuard guard_;
    std::map<std::pair<Now, std::string>, Waiting> waiting_;  // by when they are due; each but once
    TimerId timer_;
    Now timer_due_{};
};

}  // namespace patchcord::chat
