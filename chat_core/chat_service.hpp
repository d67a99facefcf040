#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/entrances.hpp"
#include "chat_core/fold.hpp"
#include "chat_core/group.hpp"
#include "chat_core/login.hpp"
#include "chat_core/loop_guard.hpp"
#include "chat_core/name_rules.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/recorder.hpp"
#include "chat_core/result.hpp"
#include "chat_core/roster.hpp"
#include "chat_core/typing_tracker.hpp"
#include "chat_core/user.hpp"
#include "chat_core/watch_list.hpp"

namespace patchcord::chat {

struct ServiceOptions {
    NameRules names;
    bool create_group_on_request = true;  // Twisted's createGroupOnRequest
    bool create_user_on_request = true;   // Twisted's createUserOnRequest
    std::size_t max_groups_per_user = 50;
    std::size_t max_list_entries = 100;  // of each of a group's mask lists
    std::size_t max_invitations = 20;    // pending ones a user; the oldest goes first
    std::size_t max_contacts = 600;      // on a user's contact list
    TypingTracker::Options typing;
    EntranceOptions entrances;
};

/// Several people go, or come, by one cause: the connection to where they are.
struct Split {
    bool joining = false;
    std::string_view there;  // what they are connected to, as a server's name
};

/// Hears of everybody's coming, going and changes; for what an edge must know beyond the groups its clients are in
/// (WHOWAS, contact lists).
class ServiceObserver {
  public:
    virtual ~ServiceObserver() = default;
    virtual void user_signed_on(const User&) {}
    /// Still complete when this is called.
    virtual void user_signed_off(const User&, std::string_view /*reason*/) {}
    virtual void user_renamed(const User&, std::string_view /*old_name*/) {}
    /// Presence or profile are other than before.
    virtual void user_changed(const User&) {}
    /// Somebody who was here already logged in to an account, or out of it.
    virtual void account_changed(const User&) {}
    /// Somebody's contact list has another entry than before; one that is neither listed nor blocked is none.
    virtual void contact_changed(const User& /*owner*/, const RosterEntry& /*before*/, const RosterEntry& /*after*/) {}
    /// Somebody's contact list has come from where it is kept.
    virtual void roster_restored(const User& /*owner*/) {}
    /// What is told of people until `split_ended` belongs together.
    virtual void split_began(const Split&) {}
    virtual void split_ended() {}
    virtual void group_created(const Group&) {}
    virtual void group_renamed(const Group&, std::string_view /*old_name*/) {}
    /// Nobody finds it any more when this is called, but it is still complete.
    virtual void group_ended(const Group&) {}
    /// Who may see it, enter it or speak in it is other than before; lists and roles apart.
    virtual void group_changed(const Group&) {}
};

/// How many people there are, kept up to date so that asking costs nothing.
struct ServiceCounts {
    std::size_t online = 0;
    std::size_t invisible = 0;
    std::size_t operators = 0;
    std::size_t most_online = 0;
};

/// The switchboard in the middle: Twisted's `IChatService`. Owns all users and groups; used by one thread.
class ChatService {
  public:
    ChatService(ServiceOptions options, Scheduler& scheduler);
    ~ChatService();
    ChatService(const ChatService&) = delete;
    ChatService& operator=(const ChatService&) = delete;

    /// `IChatService.getGroup`: the group, made first when `create_group_on_request`. Errors: no_such_group,
    /// invalid_name.
    Result<Group*> get_group(std::string_view name);
    /// `IChatService.lookupGroup`: the group, never made. Error: no_such_group.
    Result<Group*> lookup_group(std::string_view name) const;
    /// `IChatService.createGroup`. Errors: duplicate_group, invalid_name.
    Result<Group*> create_group(std::string_view name);
    /// Another name for a group; its members, its policy and its topic stay. Told to all members. Errors: invalid_name,
    /// duplicate_group, not_supported for a permanent one, whose name is the gateway's own.
    std::error_code rename_group(Group& group, std::string_view name, const User* by, std::string_view reason);
    /// `IChatService.itergroups`.
    [[nodiscard]] std::vector<Group*> groups() const;
    [[nodiscard]] std::size_t group_count() const { return groups_.size(); }
    [[nodiscard]] Group* find_group(GroupId id) const;

    /// `IChatService.getUser`: the user, made first when `create_user_on_request`. Errors: no_such_user, invalid_name.
    Result<User*> get_user(std::string_view name);
    /// The user, never made. Error: no_such_user.
    Result<User*> lookup_user(std::string_view name) const;
    /// The user who is here, if `viewer` may know of them. Error: no_such_user.
    Result<User*> lookup_user(std::string_view name, const User& viewer) const;
    /// May `viewer` know that `user` is here?
    [[nodiscard]] static bool is_known(const User& user, const User& viewer);
    /// `IChatService.createUser`: one who stays when logged out. Errors: duplicate_user, name_reserved, invalid_name.
    Result<User*> create_user(std::string_view name);
    /// A user of somebody else's switchboard, present without a client. Errors: as `create_user`.
    Result<User*> create_puppet(std::string_view name, Profile profile);
    /// Takes a puppet away as if it had logged out.
    void remove_puppet(UserId id, std::string_view reason);
    [[nodiscard]] User* find_user(UserId id) const;
    /// Everybody who is online.
    [[nodiscard]] std::vector<User*> online_users() const;
    [[nodiscard]] const ServiceCounts& counts() const { return counts_; }

    /// Twisted's `requestAvatar`: `client` becomes the mind of the user `name`. Whoever holds the `Login` is logged in.
    /// Errors: already_logged_in, name_reserved, and those of `get_user`. Who has an account is no stranger: they are
    /// let in whatever `create_user_on_request` says.
    Result<Login> login(std::string_view name, ChatClient& client, Profile profile, bool has_account = false);
    /// Keeps a name for somebody who is still signing in. Errors: already_logged_in, name_reserved, invalid_name.
    Result<NameReservation> reserve_name(std::string_view name);

    /// Gives `to` a text that was kept for them. `sender` says who it is from, should nobody be here with the address
    /// `sender.address`. Errors: not_logged_in, not_accepted from somebody they block, and what their client says.
    std::error_code deliver_kept(const User& to, std::string_view sender_name, Profile sender, std::string text,
                                 WallTime sent_at);

    /// `watcher`'s client hears `watched_on` and `watched_off` for `name`, and of changes in whoever bears it.
    void watch(UserId watcher, std::string_view name) { watches_.add(watcher, name); }
    void unwatch(UserId watcher, std::string_view name) { watches_.remove(watcher, name); }

    /// Whoever is here with this address; nullptr: nobody.
    [[nodiscard]] User* find_by_address(std::string_view address) const;
    /// Those who are here and have an address on their contact list.
    [[nodiscard]] std::vector<User*> listers_of(std::string_view address) const;

    /// What is said from now on has a later time than what was said before, by a millisecond at most: for who remembers
    /// up to when somebody heard everything.
    void end_moment() { next_moment_ = scheduler_.wall_now() + std::chrono::milliseconds(1); }

    /// A word from an operator to everybody; their clients decide whether to show it.
    void operator_notice(const User& by, std::string_view text);

    /// Tells the observers of a split, and of its end; what is told meanwhile is of those who belong to it. They do not
    /// nest.
    void begin_split(const Split& split);
    void end_split();

    /// Takes new options; what counts as the same name stays as it was.
    void set_options(ServiceOptions options);
    /// An observer is told until it is taken out; it must be before its end.
    void add_observer(ServiceObserver& observer) { observers_.push_back(&observer); }
    void remove_observer(ServiceObserver& observer) { std::erase(observers_, &observer); }
    /// nullptr: nobody records. It must be taken out before its end.
    void set_recorder(Recorder* recorder) { recorder_ = recorder; }
    [[nodiscard]] const ServiceOptions& options() const { return options_; }
    [[nodiscard]] const FoldTable& fold() const { return *options_.names.fold; }
    [[nodiscard]] Scheduler& scheduler() const { return scheduler_; }
    [[nodiscard]] bool is_user_name(std::string_view name) const { return options_.names.is_user_name(name); }
    [[nodiscard]] bool same_name(std::string_view one, std::string_view other) const {
        return equal_folded(one, other, fold());
    }

  private:
    friend class Broadcast;
    friend class Group;
    friend class Login;
    friend class NameReservation;
    friend class User;

    template <class T>
    using ByName = std::unordered_map<std::string_view, T, FoldHash, FoldEqual>;

    struct Slot {
        User* user = nullptr;
        std::uint32_t generation = 0;
    };
    struct Failure {
        UserId user;
        Group* group;
        std::error_code why;
    };

    /// Users and groups that are gone stay in memory until the end of the turn: whoever is in the middle of a call may
    /// still hold one.
    void bury_later();
    Result<User*> add_user(std::string_view name, bool on_request);
    void erase_user(User& user);
    UserId take_slot(User& user);
    std::error_code name_is_free(std::string_view name) const;
    void signed_on(User& user);
    void sign_off(User& user, std::string_view reason);
    void leave_all(User& user);
    std::error_code rename(User& user, std::string_view name);
    void rekey(User& user, std::string_view name);
    /// Groups end here only, when no broadcast runs.
    void end_group_if_empty(Group& group);
    [[nodiscard]] WallTime time_of_message() const;
    MessageId next_message_id() { return MessageId{++last_message_id_}; }
    void count_flags(const UserFlags& flags, int sign);
    void delivery_failed(const User& user, Group* group, std::error_code why);
    void end_broadcast();

    // --- contact lists; in chat_service_rosters.cpp
    // -------------------------------------------------------------------

    void roster_signed_on(User& user);
    void bear(User& user, const std::string& address);
    void bear_no_more(User& user, const std::string& address, std::string_view reason);
    void roster_signed_off(User& user, std::string_view reason);
    std::error_code set_contact(User& owner, RosterEntry entry);
    void restore_roster(User& owner, std::vector<RosterEntry> entries);
    void set_entry(User& owner, RosterEntry entry);
    [[nodiscard]] bool sees(const User& owner, const User& contact) const;
    [[nodiscard]] RosterEntry* entry_of(const User& owner, std::string_view address) const;
    /// Shows or hides `contact` on the list of `owner`, if that is not so already.
    void refresh(User& owner, const User& contact, std::string_view address, RenderCache& cache);
    void refresh_listers(const User& contact, const std::string& address);
    /// Calls `tell(owner, told)` for those whose client shows `user` on their list; `told` when they bear `mark`.
    template <class Tell>
    void for_each_lister(const User& user, std::uint64_t mark, Tell&& tell);
    template <class Tell>
    void for_each_lister_of(const std::string& address, std::uint64_t mark, Tell&& tell);

    /// Calls `tell(client, audience)` once for the client of everybody who shares a group with `user`, watches its
    /// name or shows it on its contact list, but for its own.
    template <class Tell>
    void for_each_acquaintance(User& user, Tell&& tell);
    /// Those who share a group only.
    template <class Tell>
    void for_each_companion(User& user, Tell&& tell);
    /// Those who watch `name` and may know of `user`, who bears it.
    template <class Tell>
    void for_each_watcher(const User& user, std::string_view name, Tell&& tell);
    [[nodiscard]] std::vector<UserId> watchers_of(const User& user, std::string_view name) const;
    template <class Tell>
    void for_each_of(const std::vector<UserId>& watchers, Tell&& tell);

    ServiceOptions options_;
    Scheduler& scheduler_;
    std::vector<ServiceObserver*> observers_;
    Recorder* recorder_ = nullptr;
    ByName<std::unique_ptr<Group>> groups_;
    std::unordered_map<std::uint64_t, Group*> groups_by_id_;
    ByName<std::unique_ptr<User>> users_;
    std::unordered_map<std::string, bool, FoldHash, FoldEqual> reserved_;
    std::vector<std::unique_ptr<User>> departed_;
    std::vector<std::unique_ptr<Group>> departed_groups_;
    TimerId burial_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    WatchList watches_;
    std::unordered_map<std::string, User*> by_address_;
    std::unordered_map<std::string, std::vector<UserId>> listers_;  // by the address on their lists
    TypingTracker typing_;
    Entrances entrances_;
    LoopGuard loops_;
    ServiceCounts counts_;
    WallTime next_moment_{};
    std::uint64_t last_group_id_ = 0;
    std::uint64_t last_message_id_ = 0;
    std::uint64_t last_mark_ = 0;
    int broadcasts_ = 0;
    std::vector<Failure> failures_;
    std::vector<Group*> gapped_groups_;
};

}  // namespace patchcord::chat
