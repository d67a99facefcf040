#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/clock.hpp"
#include "chat_core/group_policy.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/result.hpp"

namespace patchcord::chat {

class ChatService;

/// What is said about a group.
struct GroupMeta {
    std::string topic;
    std::string set_by;  // a name or mask, for people to read
    WallTime set_at{};
    MessageId change{};  // the event that set it
};

/// Somebody in a group. `client` is a copy of the user's, so that a broadcast touches nothing else of theirs.
struct Member {
    User* user = nullptr;  // nullptr: left while a broadcast runs
    ChatClient* client = nullptr;
    Roles roles;
    bool shown = true;  // to the others; see `JoinRequest::quiet`
};

/// What somebody brings along who wants to come in.
struct JoinRequest {
    std::string_view key;
    bool let_in = false;  // by somebody who may: past the policy
    bool quiet = false;   // may be shown to the others later, or never: see `EntranceOptions`
};

/// A room: Twisted's `IGroup`. Owned by the `ChatService`.
class Group {
  public:
    Group(ChatService& service, GroupId id, std::string name, bool permanent, WallTime created_at);
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    [[nodiscard]] GroupId id() const { return id_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const GroupMeta& meta() const { return meta_; }
    [[nodiscard]] const GroupPolicy& policy() const { return policy_; }
    [[nodiscard]] WallTime created_at() const { return created_at_; }
    /// Stays when its last member leaves, with its topic, but open to all again: nobody is left who could let people
    /// in.
    [[nodiscard]] bool permanent() const { return permanent_; }
    void set_permanent(bool permanent) { permanent_ = permanent; }

    /// `IGroup.add`: `user` comes in and the others are told, unless that can wait (`JoinRequest::quiet`). The first in
    /// an empty group becomes its operator.
    /// Errors: already_a_member, banned, invite_only, wrong_key, group_full.
    std::error_code add(User& user, const JoinRequest& request = {});

    /// `IGroup.remove`: `user` leaves and the others are told (and the user too, when removed by another). The group
    /// ends with its last member unless permanent: do not use it afterwards. Error: not_a_member.
    std::error_code remove(User& user, const Departure& how);

    /// Tells the others of a member who came quietly and was not shown yet.
    void show(const User& user);

    /// `IGroup.size`: how many members there are.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// How many of them the others were told of.
    [[nodiscard]] std::size_t shown_size() const { return size_ - hidden_; }

    /// `IGroup.iterusers`: the members, in no particular order. Entries without a user have just left.
    [[nodiscard]] std::span<const Member> users() const { return members_; }

    /// `IGroup.receive`: hands a message to every member but its sender. A member whose client fails is taken out, and
    /// the sender's client hears `undelivered`. Errors: members_only, moderated, banned.
    std::error_code receive(const Message& message, RenderCache& cache);

    /// `IGroup.setMetadata`: a new topic, told to every member, the author included. Errors: not_a_member,
    /// not_an_operator. `by` may be nobody: the gateway itself.
    std::error_code set_metadata(const User* by, std::string topic, std::string set_by, WallTime at);

    /// Changes one setting without telling the members: true when it was different before. Errors: list_full,
    /// not_a_member.
    Result<bool> change(const SettingChange& change, std::string_view set_by, WallTime at);
    /// Tells every member what was changed.
    void announce(const User* by, std::span<const SettingChange> changes);

    /// Tells whoever is in the group, but for the one who types.
    void typing(const TypingNotice& notice, RenderCache& cache);
    /// Tells the members, but for the one who does it, that a message is taken back.
    void withdraw(const Withdrawal& withdrawal, RenderCache& cache);
    /// Tells the invitee and the members of an invitation. An operator's is remembered, and lets the invitee past the
    /// policy; anybody else's is only a word. Errors: not_a_member, not_an_operator,
    /// already_a_member.
    std::error_code invite(User& by, User& invitee);

    [[nodiscard]] bool has(const User& user) const;
    /// Is `user` a member the others were told of?
    [[nodiscard]] bool shows(const User& user) const;
    /// The user's roles; none for one who is not in the group.
    [[nodiscard]] Roles roles(const User& user) const;
    [[nodiscard]] std::error_code may_join(const User& user, const JoinRequest& request) const;
    [[nodiscard]] std::error_code may_speak(const User& user) const;
    /// May `user` know of the group and who is in it?
    [[nodiscard]] bool visible_to(const User& user) const { return !policy_.secret || has(user); }
    [[nodiscard]] bool banned(const User& user) const;

  private:
    friend class ChatService;

    /// Calls `tell(client) -> std::error_code` for every member's client and takes out whose client fails.
    template <class Tell>
    void broadcast(const User* except, Tell&& tell);
    void tell_left(const User& user, const Departure& how);
    void erase_member(User& user);
    void close_gaps();
    /// Whatever was set is undone.
    void open_to_all();
    void tell_observers() const;
    Result<bool> change_role(const SettingChange& change, Role role);
    Result<bool> change_list(MaskList& list, const SettingChange& change, std::string_view set_by, WallTime at);

    ChatService& service_;
    GroupId id_;
    std::string name_;
    GroupMeta meta_;
    GroupPolicy policy_;
    WallTime created_at_;
    bool permanent_;
    std::size_t size_ = 0;
    std::size_t hidden_ = 0;  // of those, who were not shown yet
    std::vector<Member> members_;
    std::vector<std::uint32_t> gaps_;  // indices of those who left while a broadcast runs
};

}  // namespace patchcord::chat
