#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/clock.hpp"
#include "chat_core/group.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/presence.hpp"
#include "chat_core/result.hpp"
#include "chat_core/roster.hpp"

namespace patchcord::chat {

class ChatService;

/// Who somebody is, beside their name.
struct Profile {
    std::string username;
    std::string host;  // as others may see it: a cloak or a mail domain, never a network address
    std::string real_name;
    std::string account;       // empty: not logged in to one
    bool secure = false;       // reached over TLS
    std::string client = {};   // what they are connected with, for people to read; empty: nothing special
    std::string address = {};  // how contact lists name them, whatever they are called; empty: they cannot be on one
    std::string fingerprint = {};  // of their TLS client certificate, SHA-256 in hex; for themselves and operators
};

/// What somebody is. Seen by others, unlike `Presence` seldom changed.
struct UserFlags {
    bool invisible = false;  // left out of lists for those who share no group
    bool bot = false;
    bool gateway_operator = false;
    friend bool operator==(const UserFlags&, const UserFlags&) = default;
};

/// That a user is in a group, and where among its members.
struct Membership {
    Group* group = nullptr;
    std::uint32_t index = 0;
};

/// A person: Twisted's `IUser`. Owned by the `ChatService`.
class User {
  public:
    User(ChatService& service, UserId id, std::string name, bool on_request);
    User(const User&) = delete;
    User& operator=(const User&) = delete;

    [[nodiscard]] UserId id() const { return id_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const Profile& profile() const { return profile_; }
    [[nodiscard]] const Presence& presence() const { return presence_; }
    [[nodiscard]] UserFlags flags() const { return flags_; }
    /// `name!username@host`, what masks are matched against.
    [[nodiscard]] std::string identity() const;

    /// `IUser.mind`: the client; nullptr for one who is not logged in, and for puppets.
    [[nodiscard]] ChatClient* client() const { return client_; }
    /// A member of somebody else's conversation: present without a client of their own.
    [[nodiscard]] bool puppet() const { return puppet_; }
    /// Can others see and reach this user?
    [[nodiscard]] bool online() const { return client_ != nullptr || puppet_; }
    /// `IUser.signOn`: when the login began.
    [[nodiscard]] WallTime sign_on() const { return sign_on_; }
    /// `IUser.lastMessage`: when the last message was sent (the login's begin before the first).
    [[nodiscard]] WallTime last_message() const { return last_message_; }
    /// `IUser.realm`: the service this user belongs to.
    [[nodiscard]] ChatService& service() const { return service_; }

    /// `IUser.itergroups`: where this user is a member.
    [[nodiscard]] std::span<const Membership> groups() const { return groups_; }

    /// `IUser.send`: sends to a group or a user. Sets id and sender, and the time unless the message has waited and has
    /// one. The error is the group's refusal, or what the receiver's client said; then nothing was delivered. Errors
    /// besides: no_such_user, not_logged_in.
    std::error_code send(Message& message, RenderCache& cache);
    /// Tells whoever got a message that it is taken back; it is for the caller to know that this user may do that.
    /// Nobody counts it as a message. Errors: no_such_user, not_logged_in, not_accepted.
    std::error_code withdraw(Withdrawal& withdrawal, RenderCache& cache);
    /// `IUser.join`. Errors: too_many_groups, and those of `Group::add`.
    std::error_code join(Group& group, const JoinRequest& request = {});
    /// `IUser.leave`. Error: not_a_member.
    std::error_code leave(Group& group, std::string_view reason);

    /// Passes on that this user types, at most as often as `ServiceOptions::typing.interval` says. Errors: as for
    /// `send`.
    std::error_code typing(const Target& target, TypingState state);

    /// A new name, told to this user's client and to all who share a group. Errors: invalid_name, duplicate_user,
    /// name_reserved.
    std::error_code rename(std::string_view name);
    /// Told to all who share a group or watch. The user's own client is not told.
    void set_presence(Presence presence);
    void set_real_name(std::string real_name);
    /// The account logged in to; empty: none any more.
    void set_account(std::string account);
    void set_host(std::string username, std::string host);
    /// Told to nobody.
    void set_flags(UserFlags flags);

    /// The contact list; empty as long as it is awaited.
    [[nodiscard]] const Roster& roster() const;
    /// Adds a contact or changes what is known of one; who is neither listed nor blocked is taken off. This user's
    /// client is shown whom it sees by that. Errors: not_logged_in, list_full.
    std::error_code set_contact(RosterEntry entry);
    /// The list is being fetched from where it is kept: until `restore_roster`, nobody may be told of this user who
    /// may turn out to be blocked.
    void await_roster() { roster_awaited_ = true; }
    [[nodiscard]] bool roster_awaited() const { return roster_awaited_; }
    /// Messages that were kept for this user are being fetched, until `mail_arrived`.
    void await_mail() { mail_awaited_ = true; }
    void mail_arrived() { mail_awaited_ = false; }
    /// Is something still being fetched that was kept for this user? What is written to them meanwhile is kept as well:
    /// it comes behind what is older, and only from those they do not block.
    [[nodiscard]] bool arriving() const { return roster_awaited_ || mail_awaited_; }
    /// The list as it was kept, all of it: a limit that is lower now must not let anybody in who is blocked. This
    /// user's client hears of it once, when it is whole.
    void restore_roster(std::vector<RosterEntry> entries);
    /// What this user's contact list says of `other`; nullptr: nothing.
    [[nodiscard]] const RosterEntry* entry_for(const User& other) const;
    /// Has this user shut `other` out?
    [[nodiscard]] bool blocks(const User& other) const;
    /// Whom this user's client lets see it has changed.
    void visibility_changed();
    /// One more address that contact lists name this user by, until the login ends or it is taken back.
    void add_address(const std::string& address);
    void remove_address(const std::string& address);

    /// The ids of groups this user was invited to and has not joined since.
    [[nodiscard]] bool invited_to(GroupId group) const;
    [[nodiscard]] std::span<const GroupId> invitations() const { return invitations_; }

  private:
    friend class ChatService;
    friend class Group;

    void add_invitation(GroupId group);
    void forget_invitation(GroupId group);
    [[nodiscard]] const Membership* membership(const Group& group) const;
    std::error_code send_to_user(const Message& message, RenderCache& cache);

    ChatService& service_;
    UserId id_;
    bool on_request_;  // ends with the login
    bool puppet_ = false;
    UserFlags flags_;
    Presence presence_;
    std::string name_;
    Profile profile_;
    ChatClient* client_ = nullptr;
    WallTime sign_on_{};
    WallTime last_message_{};
    std::uint64_t mark_ = 0;  // the last event this user's client was told of, see ChatService::for_each_acquaintance
    bool roster_awaited_ = false;
    bool mail_awaited_ = false;
    std::unique_ptr<Roster> roster_;  // most people have none
    std::vector<std::string> more_addresses_;
    std::vector<Membership> groups_;
    std::vector<GroupId> invitations_;
};

}  // namespace patchcord::chat
