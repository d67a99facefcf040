#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/flap_guard.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/user.hpp"

namespace patchcord::irc {

class Session;

/// What a session remembers beside the contact list itself, which is the core's. Most have none of it.
struct ContactsState {
    /// Somebody put the user on their list; open as long as the user has not decided about them.
    struct Request {
        std::string address;
        std::string name;
    };
    bool joined = false;            // the client is in `&contacts`
    bool parted = false;            // by its own will: only JOIN brings it back
    std::vector<Request> requests;  // those the client was told of, the oldest first
    chat::FlapGuard flaps{std::chrono::milliseconds(0)};
    std::map<std::string, chat::Now> held;  // addresses of those who came again too soon, and when they may be shown
    chat::TimerId timer;                    // runs as long as somebody is held
    chat::Now timer_due{};
};

// `&contacts` is a channel for one: nobody but the owner of the contact list is in it, and all they see there are the
// people on the list who are here. No group of the core stands behind it.

/// Is somebody on the list at all?
[[nodiscard]] bool has_listed(const chat::Roster& roster);
/// Is `user` on the list, and shown there as here, whether the client is in the channel or not?
[[nodiscard]] bool is_contact(const Session& session, const chat::User& user);
/// Did `user` come again too soon to be shown yet?
[[nodiscard]] bool is_flapping(const Session& session, const chat::User& user);
/// Is `user` a contact whom the client sees now?
[[nodiscard]] bool shows_contact(const Session& session, const chat::User& user);
/// Is `user` in the channel: the owner, or a contact who is shown?
[[nodiscard]] bool is_in_contacts(const Session& session, const chat::User& user);
/// Who is in the channel; nobody when the client is not.
[[nodiscard]] std::vector<const chat::User*> people_in_contacts(Session& session);
/// Is a contact who comes shown at once? Otherwise they are when the time has come, should they be there still.
[[nodiscard]] bool comes_into_view(Session& session, const chat::User& user);
/// Does the client see `user` in a channel of the core?
[[nodiscard]] bool shares_channel(const Session& session, const chat::User& user);

/// What was said in the channel to somebody in it, by `bob: text` or `bob, text`.
struct ToContact {
    chat::User* contact = nullptr;  // nullptr: nobody in particular
    std::string_view text;
};
[[nodiscard]] ToContact address_contact(Session& session, std::string_view text);

/// Joins the client, which asked for it.
void join_contacts(Session& session);
/// Joins the client because there is somebody to see, unless it left.
void open_contacts(Session& session);
void part_contacts(Session& session, std::string_view reason);

}  // namespace patchcord::irc
