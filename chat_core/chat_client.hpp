#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/error.hpp"
#include "chat_core/file_offer.hpp"
#include "chat_core/group_policy.hpp"
#include "chat_core/message.hpp"
#include "chat_core/render_cache.hpp"

namespace patchcord::chat {

struct GroupMeta;

/// How somebody left a group.
struct Departure {
    enum class Kind : std::uint8_t {
        left,     // by their own will
        removed,  // by `by`
        failed,   // their client could not be told something
    };
    Kind kind = Kind::left;
    std::string_view reason;
    const User* by = nullptr;
};

/// How a group came by its name. `by` may be nobody: the gateway itself.
struct Renaming {
    std::string_view old_name;
    const User* by = nullptr;
    std::string_view reason;
};

/// Why a client hears of a change in somebody: it shares a group with them, it watches their name, it shows them on its
/// contact list; at least one of these.
struct Audience {
    bool shares_group = false;
    bool watches = false;
    bool lists = false;
};

enum class ProfileField : std::uint8_t { real_name, account };

/// Where somebody was seen to be until now.
struct OldHost {
    std::string username;
    std::string host;
};

/// A person's client, as the core sees it: Twisted's `IChatClient`, the *mind*.
///
/// Nothing here waits. An implementation queues bytes or says why it cannot. It may close its connection from inside a
/// call but must neither log in, log out nor change a group.
class ChatClient {
  public:
    virtual ~ChatClient() = default;

    /// `IChatClient.receive`: a message to a group this client is in, or to this client. An error means "take me out of
    /// the group"; a connection error (`is_connection_error`) ends the login altogether.
    virtual std::error_code receive(const Message& message, RenderCache& cache) = 0;
    /// A message to this client's user that was kept while they were away; its sender may not be here. Error:
    /// queue_full when the client has to read first; then it is kept on.
    virtual std::error_code receive_kept(const Message& message, RenderCache& cache) { return receive(message, cache); }
    /// `IChatClient.userJoined`: somebody else came in.
    virtual std::error_code user_joined(const Group& group, const User& user, RenderCache& cache) = 0;
    /// `IChatClient.userLeft`: somebody else left; told to the one who was removed by another, too.
    virtual std::error_code user_left(const Group& group, const User& user, const Departure& how,
                                      RenderCache& cache) = 0;
    /// `IChatClient.groupMetaUpdate`: the topic changed; `by` may be this client's own user, or nobody.
    virtual std::error_code group_meta_update(const Group& group, const GroupMeta& meta, const User* by,
                                              RenderCache& cache) = 0;

    /// Policy, lists or roles changed; `by` may be this client's own user, or nobody.
    virtual std::error_code group_settings_changed(const Group&, const User* /*by*/, std::span<const SettingChange>,
                                                   RenderCache&) {
        return {};
    }
    virtual void typing(const TypingNotice&, RenderCache&) {}
    /// A message that may have been for this client is taken back.
    virtual void message_withdrawn(const Withdrawal&, RenderCache&) {}
    /// A group this client is in has another name than before.
    virtual void group_renamed(const Group&, const Renaming&, RenderCache&) {}
    /// Away, back, or another message.
    virtual void presence_changed(const User&, Audience, RenderCache&) {}
    virtual void profile_changed(const User&, ProfileField, Audience, RenderCache&) {}
    /// Somebody's user name or host, as others see it, is another now.
    virtual void host_changed(const User&, const OldHost&, Audience, RenderCache&) {}
    /// Somebody in a shared group, or this client's own user, has another name now.
    virtual void renamed(const User&, std::string_view /*old_name*/, RenderCache&) {}
    /// Somebody in a shared group logged out: one event, however many groups they were in.
    virtual void signed_off(const User&, std::string_view /*reason*/, RenderCache&) {}
    /// Somebody now bears a name this client watches.
    virtual void watched_on(const User&, RenderCache&) {}
    /// Nobody bears it any longer.
    virtual void watched_off(std::string_view /*name*/, RenderCache&) {}
    /// May `viewer` know that this client's user is here at all? Not asked about those who share a group with it.
    [[nodiscard]] virtual bool is_known_to(const User& /*viewer*/) const { return true; }
    /// May the owner of a contact list see there whether this client's user is here?
    [[nodiscard]] virtual bool is_visible_to(const User& /*owner*/) const { return true; }
    /// Somebody on the contact list is here now, or was just put on it.
    virtual void contact_came(const User&, RenderCache&) {}
    /// Somebody on the contact list is not here any more, or not seen any more. `told`: this client has heard of it by
    /// `signed_off` already.
    virtual void contact_left(const User&, std::string_view /*reason*/, bool /*told*/, RenderCache&) {}
    /// The contact list is there, with everybody on it.
    virtual void roster_restored() {}
    /// Somebody put this client's user on their contact list, and is on none of its own.
    virtual void contact_request(std::string_view /*address*/, std::string_view /*name*/) {}

    /// `by` invites `invitee`; told to the invitee and to the group's members.
    virtual void invited(const Group&, const User& /*by*/, const User& /*invitee*/, RenderCache&) {}
    /// Whom this client's user invited does not come.
    virtual void invitation_failed(const Group&, const User& /*invitee*/, std::error_code /*why*/) {}
    /// This client's user was brought into a group by what others did, not by a request of its own.
    virtual void brought_in(const Group&, std::string_view /*why*/) {}
    /// An operator of the gateway ends this login; the client closes its connection.
    virtual void disconnected_by(const User& /*by*/, std::string_view /*reason*/) {}
    /// Can this client's user be taken out of a group by others? Not where the rest would go on talking to them.
    [[nodiscard]] virtual bool can_be_removed(const Group&) const { return true; }
    /// A word from the gateway to this client's user alone, about what it does for them.
    virtual void told(std::string_view /*text*/) {}
    /// A word from an operator to all operators and those who listen.
    virtual void operator_notice(const User& /*by*/, std::string_view /*text*/, RenderCache&) {}

    /// Is this client given what others wrote in that protocol as they wrote it (`NativeForm`)? Then the two may agree
    /// on things that the core does not know, such as a connection of their own.
    [[nodiscard]] virtual bool speaks(ProtocolId) const { return false; }

    /// Somebody offers this client's user, or a group it is in, a file; see `FileDesk`. An error: it cannot be shown.
    virtual std::error_code file_offered(const FileOffer&) { return Errc::not_supported; }
    /// An offer from or to this client's user was accepted, moves, or has ended.
    virtual void file_offer_changed(const FileOffer&) {}
    /// A message of this client's user, accepted before, did not reach `to`.
    virtual void undelivered(const Message&, const User& /*to*/, std::error_code /*why*/) {}
};

}  // namespace patchcord::chat
