#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "chat_core/chat_service.hpp"

namespace patchcord::msn {

/// Which handle stands for whom of the other side: people are `nick@irc.<name>`, rooms `room@rooms.<name>`.
///
/// Somebody with an account has the handle that is made of its name, whatever their nick is. Others who take another
/// nick keep the handle, for to MSN a handle is the person and a name only what is shown; but only until somebody else
/// has the nick it stands for: nobody is to be taken for another.
class Directory {
  public:
    Directory(chat::ChatService& service, std::string_view name);

    /// Does the handle belong to this gateway's IRC side?
    [[nodiscard]] bool is_person(std::string_view handle) const;
    [[nodiscard]] bool is_room(std::string_view handle) const;
    /// The person who has this handle now; nullptr when nobody is online with it.
    [[nodiscard]] chat::User* find_person(std::string_view handle) const;
    /// The nick that a person's handle names, whether they are online or not.
    [[nodiscard]] std::string nick_of(std::string_view handle) const;
    /// The room; nullptr when there is none.
    [[nodiscard]] chat::Group* find_room(std::string_view handle) const;
    /// The channel's name: `#lobby` of `lobby@rooms.localhost`.
    [[nodiscard]] std::string room_name(std::string_view handle) const;

    [[nodiscard]] std::string person_handle(const chat::User& user) const;
    /// The handle that somebody's nick stands for, whoever has it.
    [[nodiscard]] std::string plain_handle(const chat::User& user) const;
    [[nodiscard]] std::string room_handle(const chat::Group& group) const;
    /// Of a room that has, or had, this channel name.
    [[nodiscard]] std::string room_handle(std::string_view name) const;

    // Told of people who are not on MSN; those who are have handles of their own.
    // The first two give whoever had borne the handle until now and has another one from now on.

    [[nodiscard]] std::optional<chat::UserId> signed_on(const chat::User& user);
    [[nodiscard]] std::optional<chat::UserId> renamed(const chat::User& user, std::string_view old_name);
    void signed_off(const chat::User& user);

  private:
    [[nodiscard]] static std::uint64_t key(chat::UserId id);
    [[nodiscard]] std::optional<chat::UserId> claim(const std::string& local, const chat::User& user);

    chat::ChatService& service_;
    std::string person_domain_;
    std::string room_domain_;
    // Only those whose handle is not simply their nick.
    std::unordered_set<std::uint64_t> people_;
    std::unordered_map<std::uint64_t, std::string> local_parts_;
    std::unordered_map<std::string, chat::UserId> bearers_;
};

}  // namespace patchcord::msn
