#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/backoff.hpp"
#include "chat_core/file_offer.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/message.hpp"
#include "chat_core/ports/connector.hpp"
#include "chat_core/result.hpp"
#include "chat_core/roster.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/transfer/picture_fetch.hpp"

namespace patchcord::chat {
class Group;
class User;
}  // namespace patchcord::chat

namespace patchcord::msn {

class Conversation;
class FarService;
class OfflineInbox;

/// Why a password cannot be had.
struct PasswordProblem {
    std::string words;     ///< a sentence for people; empty: there is none
    bool passing = false;  ///< the machine is short of something: it may be had later

    PasswordProblem() = default;
    PasswordProblem(std::string what, bool passes = false)  // NOLINT(google-explicit-constructor)
        : words(std::move(what)), passing(passes) {}
};

/// Who signs in to a service as whom.
struct LinkOptions {
    std::string account;  ///< on this gateway; empty: the room's
    std::string room;     ///< a channel's name, such as `#lobby`
    std::string handle;   ///< on the service
    /// Reads the password, each time one is needed.
    std::function<PasswordProblem(std::string& password)> password;
    /// Handles that may speak in the room; empty: everybody.
    std::set<std::string> speakers = {};
    /// Who speaks in the room is shown as the sender's name (P4-Context), which newer clients know; else in the text.
    bool names_by_p4 = false;
};

/// An account on a service that is signed in there for somebody of ours, who is that person on MSN; or for a room,
/// in whose name it answers and speaks.
///
/// Stays signed in as long as its owner is here: tries again with growing waits, but not where that would do harm.
class LinkedAccount final : public NotificationObserver, public std::enable_shared_from_this<LinkedAccount> {
  public:
    enum class State : std::uint8_t {
        idle,        ///< the owner is not here
        connecting,  ///< or logging in
        signed_in,
        waiting,  ///< for the next try
        stopped,  ///< until the owner says `connect`
    };
    /// Redirections in a row that are followed.
    static constexpr int max_referrals = 5;
    /// Changes of the contact list that wait for the service to take those before.
    static constexpr std::size_t max_pending_changes = 100;

    LinkedAccount(FarService& service, LinkOptions options);
    ~LinkedAccount() override;

    [[nodiscard]] FarService& service() const { return service_; }
    [[nodiscard]] const LinkOptions& options() const { return options_; }
    [[nodiscard]] const std::string& handle() const { return options_.handle; }
    [[nodiscard]] State state() const { return state_; }
    /// Since when it has been in that state.
    [[nodiscard]] chat::WallTime since() const { return since_; }
    /// Why it is waiting or stopped, for people.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    /// The last such reason, also when it is over.
    [[nodiscard]] const std::string& last_trouble() const { return last_trouble_; }
    /// Messages that wait for the service.
    [[nodiscard]] std::size_t held_messages() const;
    /// Whose it is, while they are here; nullptr for a room's.
    [[nodiscard]] chat::User* owner() const;
    /// The room it speaks for; nullptr: somebody's account.
    [[nodiscard]] chat::Group* room() const;
    [[nodiscard]] const Roster* roster() const { return client_ == nullptr ? nullptr : &client_->roster(); }

    /// The owner is here: signs in.
    void attach(chat::User& owner);
    /// A room is always here.
    void attach_room();
    /// The owner is gone: signs out.
    void detach();
    /// The same while they are on the way out, and hear nothing of it.
    void owner_leaves() {
        owner_leaves_ = true;
        detach();
        owner_leaves_ = false;
    }
    /// Does somebody still hear what is told to `user`?
    [[nodiscard]] bool can_be_told(const chat::User* user) const {
        return user != nullptr && !(owner_leaves_ && user == owner());
    }
    /// Signs in now, also when stopped. Nothing while signed in or about to be.
    void connect();
    /// What is waited for is tried now, and begins with short waits again; a connection has to show that it lives.
    void network_changed();
    /// Signs out until `connect`.
    void disconnect();

    // --- what the owner does

    /// A message to somebody of the service. Error: queue_full; what fails later is told by `undelivered`.
    std::error_code send(const std::string& handle, const chat::Message& message);
    /// A file for somebody of the service. Error: queue_full; then the desk is told.
    std::error_code offer_file(const std::string& handle, const chat::FileOffer& offer);
    /// Leaves a text with the service for somebody who is not there; without an error in `done`, which comes from
    /// inside the call or later, it is the service's to deliver. False: nothing can be left there now.
    bool leave(const std::string& handle, const std::string& text, ClientBase::Done done);
    void typing(const std::string& handle);
    void invite(const chat::Group& group, const std::string& handle, const chat::User& by);
    void presence_changed();
    void contact_changed(const chat::RosterEntry& before, const chat::RosterEntry& after);
    void roster_restored();

    // --- for conversations

    [[nodiscard]] NotificationClient* client() const { return state_ == State::signed_in ? client_ : nullptr; }
    /// Connects to a switchboard.
    [[nodiscard]] chat::Connector& connector() const;
    [[nodiscard]] Conversation* conversation_with(std::string_view handle) const;
    Conversation* make_conversation();
    void bring_older(const std::string& handle);
    /// May what they say be heard in the room?
    [[nodiscard]] bool may_speak(const std::string& handle) const {
        return options_.speakers.empty() || options_.speakers.contains(handle);
    }
    /// Is somebody in a conversation of this account?
    [[nodiscard]] bool talks_to(std::string_view handle) const;
    /// Asks somebody for their picture. False, and the order is untouched: no switchboard with them alone is open.
    bool fetch_picture(const std::string& handle, PictureOrder& order);
    void conversation_ended(Conversation& conversation);
    /// The service and the handle there, for people.
    [[nodiscard]] std::string title() const;
    /// A word to the owner, or to the log for a room's.
    void tell(const std::string& text) const;

    // --- NotificationObserver

    void logged_in() override;
    void got_mail_notice(const MailNotice& notice) override;
    void login_failure(std::error_code why, std::string_view reason) override;
    void got_notification_referral(const chat::Endpoint& to) override;
    void got_contact_status(const RosterContact& contact) override { contact_seen(contact); }
    void contact_status_changed(const RosterContact& contact) override { contact_seen(contact); }
    void contact_message_changed(const RosterContact& contact) override { contact_seen(contact); }
    void contact_offline(const RosterContact& contact) override;
    void user_added_me(const std::string& handle, const std::string& name) override;
    void got_switchboard_invitation(const SwitchboardInvitation& invitation) override;
    void multiple_login() override;
    void server_going_down() override;
    void got_bad_line(std::string_view line, std::string_view why) override;
    void connection_lost(std::error_code why) override;

  private:
    void enter(State state);
    void forget_timers();
    bool end_spare_conversation();
    void set_timer(chat::TimerId& timer, std::chrono::milliseconds delay, void (LinkedAccount::*then)());
    void sign_out();
    void begin_sign_in();
    void dial();
    void not_connected(std::error_code why);
    void list_came(std::error_code why);
    void ready(std::error_code why);
    void steady();
    void try_again(const std::string& why);
    void stop(const std::string& why);
    void split();
    void arrive();
    void lose_sight(const std::string& handle, std::string_view reason);
    void contact_seen(const RosterContact& contact);
    void show(const RosterContact& contact);
    void apply_roster();
    [[nodiscard]] chat::Result<Conversation*> query_with(const std::string& handle);
    void apply_contact(const RosterContact& contact);
    [[nodiscard]] std::vector<std::string> gone_contacts(const std::map<std::string, chat::RosterEntry>& unsaid) const;
    [[nodiscard]] bool has_nobody_left() const;
    void ask_about(const RosterContact& contact);
    void push(const std::string& handle, const chat::RosterEntry& before, const chat::RosterEntry& after);
    void change_next();
    void verify(const std::string& handle);
    ClientBase::Done report(const std::string& what);
    void send_status();
    void rested();

    FarService& service_;
    LinkOptions options_;
    State state_ = State::idle;
    chat::WallTime since_;
    std::string trouble_;
    std::string last_trouble_;
    bool trouble_told_ = false;   // the owner knows that it does not work
    bool counted_ = false;        // among those signed in
    Dialect offered_{2};          // the highest one, at the last try
    bool lower_version_ = false;  // signs in at once with an older dialect
    bool again_ = false;          // signs in when the last connection is gone
    bool flapping_ = false;       // it was lost, is back, and may be lost again at once
    bool greeted_ = false;
    bool list_full_told_ = false;
    bool list_wanted_ = false;  // the owner's own list has not come yet
    bool arriving_ = false;     // presence comes in one burst
    bool applying_ = false;     // the owner's list is being made as the service's is
    int referrals_ = 0;
    std::optional<chat::Endpoint> referral_;
    chat::UserId owner_;
    std::unique_ptr<AddressBookSource> address_book_;
    NotificationClient* client_ = nullptr;  // the transport's
    std::string server_address_;            // where it is connected to
    chat::Backoff backoff_;
    chat::TimerId retry_timer_;
    chat::TimerId steady_timer_;
    chat::TimerId split_timer_;
    chat::TimerId arrival_timer_;
    chat::TimerId status_timer_;
    bool status_due_ = false;
    bool owner_leaves_ = false;
    std::set<std::string> sighted_;                  // whom this account sees
    std::map<std::string, RosterContact> arrivals_;  // by handle, while arriving
    std::map<std::string, chat::RosterEntry>
        unsaid_;  // changes of the list that the service has not been told, as before
    /// A change of the service's list that waits for those before.
    using Change = std::function<void(NotificationClient&, ClientBase::Done)>;
    std::deque<Change> changes_;
    bool changing_ = false;
    std::error_code change_trouble_;
    std::vector<std::shared_ptr<Conversation>> conversations_;
    std::unique_ptr<OfflineInbox> inbox_;  // nullptr: the service has none, or it is a room's account
};

}  // namespace patchcord::msn
