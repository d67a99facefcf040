#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "chat_core/log_sink.hpp"
#include "chat_core/metrics.hpp"
#include "chat_core/ports/file_network.hpp"
#include "chat_core/ports/grapheme_breaker.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "chat_core/ports/picture_shelf.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "msn/server/account_store.hpp"
#include "msn/server/contact_presence.hpp"
#include "msn/server/directory.hpp"
#include "msn/server/metrics.hpp"
#include "msn/server/options.hpp"
#include "msn/server/pacer.hpp"
#include "msn/server/pictures.hpp"
#include "msn/server/switchboard_keys.hpp"
#include "msn/wire/challenge.hpp"
#include "msn/wire/error_code.hpp"

namespace patchcord::msn {

class NotificationSession;
class Principal;
class Switchboard;
class SwitchboardSession;

/// How messages that MSN clients sent are marked in the core.
inline constexpr chat::ProtocolId msn_protocol{2};

/// Finds a nick for somebody on MSN, the same one again after a restart.
class NickNames {
  public:
    virtual ~NickNames() = default;
    /// The nick for `handle`, made from the friendly name when it has none yet. `taken` are refused ones.
    virtual std::string nick_for(std::string_view handle, std::string_view friendly_name,
                                 const std::function<bool(std::string_view)>& is_taken) = 0;
    /// The same for somebody whose friendly name is another now: the nick they have if it could be made from that name,
    /// else a new one, which is theirs from now on. `is_taken` does not count the nick that `handle` bears.
    virtual std::string new_nick_for(std::string_view handle, std::string_view friendly_name,
                                     const std::function<bool(std::string_view)>& is_taken) = 0;
};

/// What the MSN server needs from the rest of the gateway.
struct ServerEnvironment {
    chat::ChatService& service;
    chat::Scheduler& scheduler;
    chat::LogSink& log;
    chat::MetricRegistry& metrics;
    AccountStore& store;
    NickNames& nicks;
    const chat::GraphemeBreaker& graphemes;
    Md5 md5;
    /// The handle a TWN ticket was issued to; nothing for one that is unknown, used or too old.
    std::function<std::optional<std::string>(std::string_view ticket)> redeem_ticket;
    /// So many random lower-case letters and digits, from a source nobody can guess.
    std::function<std::string(std::size_t)> random_text;
    /// Takes from an address what a wrong password costs; false when it has to wait. Not set: nobody counts.
    std::function<bool(std::string_view address)> may_try_password = {};
    /// Gives it back: the password was right.
    std::function<void(std::string_view address)> password_was_right = {};
    /// Keeps messages for people on IRC who are not online; nullptr: nobody does.
    chat::OfflineBox* offline_box = nullptr;
    /// Where files are offered, and the connections for them (MSNFTP); nullptr: none crosses.
    chat::FileDesk* files = nullptr;
    chat::FileNetwork* file_network = nullptr;
    /// Where display pictures are laid for people elsewhere; nullptr: none is fetched.
    chat::PictureShelf* pictures = nullptr;
};

/// An MSN server to its clients, dispatch, notification and switchboard in one: what all sessions share.
class Server final : public chat::ServiceObserver {
  public:
    Server(ServerEnvironment environment, ServerOptions options);
    ~Server() override;

    [[nodiscard]] std::unique_ptr<chat::Protocol> make_notification_session();
    [[nodiscard]] std::unique_ptr<chat::Protocol> make_switchboard_session();
    void reload(ServerOptions options);
    /// Says goodbye to everybody with OUT SSD and closes all connections.
    void shut_down();
    [[nodiscard]] bool shutting_down() const { return shutting_down_; }

    [[nodiscard]] const ServerOptions& options() const { return options_; }
    [[nodiscard]] ServerEnvironment& environment() { return environment_; }
    [[nodiscard]] const ServerEnvironment& environment() const { return environment_; }
    [[nodiscard]] chat::ChatService& service() { return environment_.service; }
    [[nodiscard]] chat::Scheduler& scheduler() { return environment_.scheduler; }
    [[nodiscard]] chat::LogSink& log() { return environment_.log; }
    [[nodiscard]] AccountStore& store() { return environment_.store; }
    [[nodiscard]] ServerMetrics& metrics() { return metrics_; }
    [[nodiscard]] Directory& directory() { return directory_; }
    [[nodiscard]] const Directory& directory() const { return directory_; }
    [[nodiscard]] SwitchboardKeys& keys() { return keys_; }
    [[nodiscard]] PictureFetches& pictures() { return pictures_; }
    [[nodiscard]] chat::WallTime now() const { return environment_.scheduler.wall_now(); }

    // --- who is signed in --------------------------------------------------------------------------------------------

    /// The principal with this (lower-case) handle, if signed in.
    [[nodiscard]] Principal* find_principal(std::string_view handle) const;
    [[nodiscard]] Principal* find_principal(const chat::User& user) const;
    /// Signs an account in over `session`. An earlier session of the account is sent OUT OTH and closed.
    [[nodiscard]] std::unique_ptr<Principal> sign_in(NotificationSession& session, AccountRecord record);

    /// Signs out whoever is here by a handle that is none of these: their account has been removed.
    void keep_only(const std::unordered_set<std::string>& handles);

    /// Somebody's handle; made once for all who are told of one event. Good until the next call.
    [[nodiscard]] const std::string& handle_of(const chat::User& user);

    /// Is this the handle of somebody on IRC who is away, or not quite back, and for whom messages are kept?
    [[nodiscard]] bool is_awaited(std::string_view handle) const;
    /// A message for `handle` goes to the store, and is to be fetched from there.
    void note_kept(std::string_view handle);
    /// How many did; another number than before: what was read from the store may be out of date.
    [[nodiscard]] std::uint64_t kept() const { return kept_; }
    /// A message of somebody on IRC waits in the store; until they log out, answers to it are theirs.
    void note_author(const chat::User& person);
    /// The author of stored messages from `handle`, if they have been online ever since.
    [[nodiscard]] chat::User* author(std::string_view handle) const;

    // --- presence ----------------------------------------------------------------------------------------------------

    /// How `handle` looks to `viewer`: a principal, somebody on IRC or a room. Nothing when offline, hidden, unknown,
    /// or not to be seen by `viewer`.
    [[nodiscard]] std::optional<ContactPresence> presence_of(std::string_view handle, const Principal& viewer) const;
    /// The client id to show in IRO and JOI.
    [[nodiscard]] std::string capabilities_of(std::string_view handle) const;
    /// `viewer` has `handle` on its forward list from now on, or no longer.
    void watch(std::string_view handle, Principal& viewer);
    void unwatch(std::string_view handle, Principal& viewer);
    /// Shows how `handle` looks now to all who have it on their forward list: at most once in `presence_interval`, but
    /// at once to those for whom it is gone.
    void tell_watchers(std::string_view handle);
    /// May the core be told now of a change in this principal? If not, `Principal::tell_core` is called when it may.
    [[nodiscard]] bool may_tell_core(const Principal& principal);

    // --- switchboards ------------------------------------------------------------------------------------------------

    [[nodiscard]] std::shared_ptr<Switchboard> make_switchboard();
    [[nodiscard]] std::shared_ptr<Switchboard> find_switchboard(std::string_view id) const;
    /// The one that stands for a group conversation.
    [[nodiscard]] std::shared_ptr<Switchboard> switchboard_of(const chat::Group& group) const;
    void forget_switchboard(const Switchboard& switchboard);
    /// A switchboard stands for the query of that person from now on, or no longer.
    void conversation_began(const std::string& person, Switchboard& switchboard);
    void conversation_ended(const std::string& person, Switchboard& switchboard);
    /// The `host:port` that `near`, a connection's own end, tells its client to reach switchboards at.
    [[nodiscard]] std::string switchboard_address(std::string_view local_address) const;

    // --- chat::ServiceObserver ---------------------------------------------------------------------------------------

    void user_signed_on(const chat::User& user) override;
    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void user_renamed(const chat::User& user, std::string_view old_name) override;
    void user_changed(const chat::User& user) override;
    void contact_changed(const chat::User& owner, const chat::RosterEntry& before,
                         const chat::RosterEntry& after) override;
    void roster_restored(const chat::User& owner) override;
    void group_created(const chat::Group& group) override { room_changed(group); }
    void group_renamed(const chat::Group& group, std::string_view old_name) override;
    void group_ended(const chat::Group& group) override { room_changed(group); }
    void group_changed(const chat::Group& group) override { room_changed(group); }

  private:
    friend class NotificationSession;
    friend class Principal;
    friend class SwitchboardSession;

    void principal_left(Principal& principal);
    void add_listers(AccountRecord& record);
    void forget_guest_roster(const chat::User& person);
    void person_left(const std::string& handle);
    void person_returned(const chat::User& person, const std::string& handle);
    void room_changed(const chat::Group& group);
    void evicted(std::optional<chat::UserId> from, const std::string& handle);
    void schedule_idle_check();
    void look_for_idle();
    [[nodiscard]] bool is_idle(const chat::User& person) const;
    std::uint64_t next_session() { return ++last_session_; }

    ServerEnvironment environment_;
    ServerOptions options_;
    ServerMetrics metrics_;
    Directory directory_;
    SwitchboardKeys keys_;
    std::unordered_map<std::string, Principal*> principals_;
    std::unordered_map<const chat::User*, Principal*> by_user_;
    std::unordered_map<std::string, std::vector<Principal*>> watchers_;  // by the watched handle
    Pacer watchers_pacer_;
    Pacer core_pacer_;
    std::unordered_map<std::string, std::shared_ptr<Switchboard>> switchboards_;
    std::unordered_set<NotificationSession*> notification_sessions_;
    std::unordered_set<SwitchboardSession*> switchboard_sessions_;
    std::uint64_t last_session_ = 0;
    std::uint64_t kept_ = 0;
    const chat::User* last_user_ = nullptr;  // whose handle is `last_handle_`
    std::string last_handle_;
    std::unordered_map<std::string, std::vector<Switchboard*>> conversations_;  // by the handle of the person on IRC
    std::unordered_map<std::string, chat::UserId> authors_;
    std::unordered_set<std::string> idle_;  // watched people who are shown as idle
    chat::TimerId idle_timer_;
    PictureFetches pictures_{*this};
    bool shutting_down_ = false;
};

}  // namespace patchcord::msn
