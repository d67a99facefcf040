#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/chat_service.hpp"
#include "chat_core/ports/history_store.hpp"
#include "irc/server/account_proof.hpp"
#include "irc/server/server.hpp"

namespace patchcord::irc {

class Session;

/// Somebody on IRC: one user of the core behind any number of connections. They share the nick, the channels and the
/// conversations; each has its own capabilities, labels and MONITOR list. A guest has one connection, who is logged in
/// to an account as many as `ServerOptions::max_sessions`.
class Person final : public chat::ChatClient, public std::enable_shared_from_this<Person> {
  public:
    explicit Person(Server& server) : server_(server) {}
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;

    /// The login, of which there is one however many connections come. Errors: those of `ChatService::login`.
    std::error_code log_in(std::string_view nick, chat::Profile profile, bool has_account);
    /// The login of somebody who has no client yet. Errors: as for `log_in`.
    std::error_code restore(const chat::AlwaysOn& who);
    /// By which account the person is here; said before the login, or when they log in to one later.
    void set_proof(const AccountProof& proof) { proof_ = proof; }
    [[nodiscard]] const AccountProof& proof() const { return proof_; }
    /// The account is gone, and its name somebody else's: the person leaves, and nothing of them is kept.
    void account_removed();
    /// nullptr when the login has ended.
    [[nodiscard]] chat::User* user() const { return login_.user(); }

    /// One more connection; it is registered already.
    void attach(Session& session);
    /// It is gone. With the last one the login ends, and others are told `reason`; but not that of somebody who is
    /// always on.
    void detach(Session& session, std::string_view reason);
    [[nodiscard]] const std::vector<Session*>& sessions() const { return sessions_; }
    /// Calls `tell(session)` for every connection; one may be lost meanwhile.
    template <class Tell>
    void for_each(Tell&& tell) const {
        for (std::size_t i = 0; i < sessions_.size(); ++i) tell(*sessions_[i]);
    }
    /// The connection that said something last: where its user sits.
    void note_active(Session& session) { active_ = &session; }

    /// Does the login go on without a connection? What is said meanwhile is in the history.
    [[nodiscard]] bool always_on() const { return always_on_; }
    [[nodiscard]] bool may_be_always_on() const;
    void set_always_on(bool on);
    /// What is remembered of somebody who is always on is not what it was.
    void save_always_on() const;
    /// Ends the login, whoever is connected.
    void end(std::string_view reason);

    /// When the person left a group during this login; nothing when they did not, or that is forgotten.
    [[nodiscard]] std::optional<chat::WallTime> left(const chat::Group& group) const;
    void note_left(const chat::Group& group);

    /// Shows what was said at one connection to the others.
    void mirror(const Session& said_at, const chat::Message& message, chat::RenderCache& cache);
    /// Away when every connection is, and present as soon as one is not.
    void update_presence();
    /// A moment that is remembered for the person, as in `HistoryStore::markers`; for a guest until it leaves.
    [[nodiscard]] std::optional<chat::WallTime> marker(const std::string& name) const;
    /// Only moves forward. False: there are too many already.
    bool set_marker(const std::string& name, chat::WallTime at);
    /// What the store remembers; of two moments under one name the later counts. If it is of an earlier account of that
    /// name, it is forgotten with all that is in the store of it.
    void take_markers(const chat::HistoryStore::Markers& markers);
    /// Does any connection have the name on its MONITOR list?
    [[nodiscard]] bool monitors(std::string_view name) const;

    // --- chat::ChatClient

    std::error_code receive(const chat::Message& message, chat::RenderCache& cache) override;
    std::error_code receive_kept(const chat::Message& message, chat::RenderCache& cache) override;
    std::error_code user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) override;
    std::error_code user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                              chat::RenderCache& cache) override;
    std::error_code group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                      chat::RenderCache& cache) override;
    std::error_code group_settings_changed(const chat::Group& group, const chat::User* by,
                                           std::span<const chat::SettingChange> changes,
                                           chat::RenderCache& cache) override;
    void typing(const chat::TypingNotice& notice, chat::RenderCache& cache) override;
    void message_withdrawn(const chat::Withdrawal& withdrawal, chat::RenderCache& cache) override;
    void group_renamed(const chat::Group& group, const chat::Renaming& how, chat::RenderCache& cache) override;
    void presence_changed(const chat::User& user, chat::Audience audience, chat::RenderCache& cache) override;
    void profile_changed(const chat::User& user, chat::ProfileField field, chat::Audience audience,
                         chat::RenderCache& cache) override;
    void host_changed(const chat::User& user, const chat::OldHost& old_host, chat::Audience audience,
                      chat::RenderCache& cache) override;
    void renamed(const chat::User& user, std::string_view old_name, chat::RenderCache& cache) override;
    void signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache) override;
    void watched_on(const chat::User& user, chat::RenderCache& cache) override;
    void watched_off(std::string_view name, chat::RenderCache& cache) override;
    void contact_came(const chat::User& user, chat::RenderCache& cache) override;
    void contact_left(const chat::User& user, std::string_view reason, bool told, chat::RenderCache& cache) override;
    void roster_restored() override;
    void contact_request(std::string_view address, std::string_view name) override;
    void invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                 chat::RenderCache& cache) override;
    void invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why) override;
    void brought_in(const chat::Group& group, std::string_view why) override;
    void disconnected_by(const chat::User& by, std::string_view reason) override;
    void told(std::string_view text) override;
    void operator_notice(const chat::User& by, std::string_view text, chat::RenderCache& cache) override;
    void undelivered(const chat::Message& message, const chat::User& to, std::error_code why) override;
    [[nodiscard]] bool speaks(chat::ProtocolId protocol) const override { return protocol == irc_protocol; }
    std::error_code file_offered(const chat::FileOffer& offer) override;
    void file_offer_changed(const chat::FileOffer& offer) override;

  private:
    /// Calls `tell(session) -> std::error_code` for every connection. An error only when nobody was reached: what ails
    /// one connection is no matter of the others.
    template <class Tell>
    std::error_code reach(Tell&& tell) const;
    [[nodiscard]] bool outlives(std::error_code failed) const;
    void was_removed(const chat::Group& group);
    /// The history, if anything of this person is to be remembered there.
    [[nodiscard]] chat::HistoryStore* store() const;

    Server& server_;
    std::vector<Session*> sessions_;  // the oldest first
    Session* active_ = nullptr;
    chat::HistoryStore::Markers markers_;
    std::unordered_map<std::string, chat::WallTime> left_;  // by the group's folded name
    bool always_on_ = false;
    bool account_removed_ = false;
    AccountProof proof_;
    chat::Login login_;
};

/// Those who are here by an account.
class People {
  public:
    /// nullptr when nobody is logged in to it on IRC.
    [[nodiscard]] std::shared_ptr<Person> find(std::string_view account) const;
    /// Sends away who is here by an earlier account of that name than the one that was proved, which is gone then.
    /// False: it is the proof that is of an earlier one.
    [[nodiscard]] bool make_room(std::string_view account, const AccountProof& proof);
    /// Sends away whoever is here by an account that is none of these: it has been removed.
    void keep_only(const std::unordered_set<std::string>& accounts);
    /// No effect when somebody else is that account already.
    void add(const std::string& account, const std::shared_ptr<Person>& person);
    void remove(const Person& person);
    /// Somebody who is to be there without a connection, until `remove`.
    void keep(const std::shared_ptr<Person>& person) { kept_.insert(person); }
    /// Ends the logins of those who are there without a connection.
    void clear(std::string_view reason);
    /// Is it the nick of one of them?
    [[nodiscard]] bool bear(const chat::ChatService& service, std::string_view nick) const;

  private:
    std::unordered_map<std::string, std::weak_ptr<Person>> by_account_;
    std::unordered_set<std::shared_ptr<Person>> kept_;
};

}  // namespace patchcord::irc
