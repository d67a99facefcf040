#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/ports/connector.hpp"
#include "msn/client/client_base.hpp"
#include "msn/client/contact_sync.hpp"
#include "msn/client/roster.hpp"
#include "msn/wire/challenge.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// Gets Passport tickets; for a login with `TWN` (MSNP8 to MSNP12), over HTTP.
class TicketSource {
  public:
    virtual ~TicketSource() = default;

    struct Ticket {
        std::string ticket;     // goes into `USR … TWN S` as it is
        std::error_code error;  // when there is none: ClientErrc::wrong_password, no_ticket, or of the connection
        std::string reason;     // in the service's words, if it had any
    };
    /// Calls `done` once, from inside this call or later. The challenge is the notification server's and is shown to
    /// the service as it is.
    virtual void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                            std::function<void(Ticket)> done) = 0;
};

struct NotificationOptions {
    std::string handle;
    std::string password;
    Dialect lowest{8};  // what is offered to the server
    Dialect highest{12};
    std::string client_name = "MSNMSGR";  // told in CVR; services refuse what they do not know
    std::string client_version = "7.0.0777";
    std::uint32_t capabilities = 0x20;  // takes messages in chunks; no peer-to-peer
    std::chrono::milliseconds request_timeout{30'000};
    std::chrono::milliseconds list_timeout{120'000};  // for all of a contact list
    std::chrono::milliseconds ping_interval{45'000};
    Md5 md5 = nullptr;  // for the server's challenges, see challenge.hpp
};

/// Where a switchboard is, and the key to it.
struct SwitchboardAddress {
    chat::Endpoint endpoint;
    std::string key;
};

/// Somebody calls.
struct SwitchboardInvitation {
    std::string session_id;  ///< opaque: some servers have numbers, some do not
    SwitchboardAddress address;
    std::string handle;  ///< of the caller
    std::string name;
};

/// Is told what a NotificationClient is. The names are Twisted's, in snake_case, where it has one.
class NotificationObserver {
  public:
    virtual ~NotificationObserver() = default;

    /// The account is signed in, invisible as yet. Twisted: loggedIn.
    virtual void logged_in() {}
    /// The end follows. `reason` is in the service's words and may be empty. Twisted: loginFailure.
    virtual void login_failure(std::error_code why, std::string_view reason) = 0;
    /// The server sends us on: close, connect there, and log in anew. Twisted: gotNotificationReferral. Whoever follows
    /// more than a few in a row goes in circles.
    virtual void got_notification_referral(const chat::Endpoint& to) { (void)to; }
    /// What the server says after the login about the account. Twisted: gotProfile.
    virtual void got_profile(const MimeMessage& message) { (void)message; }
    /// Any other message of the server's own: mail, maintenance. Twisted: gotMessage.
    virtual void got_message(const MimeMessage& message) { (void)message; }

    /// The whole contact list has come. Twisted: listSynchronized.
    virtual void list_synchronized() {}
    /// A contact is not offline, told after our own first status. Twisted: gotContactStatus.
    virtual void got_contact_status(const RosterContact& contact) { (void)contact; }
    /// A contact has another status, name or picture, or the same again. Twisted: contactStatusChanged.
    virtual void contact_status_changed(const RosterContact& contact) { (void)contact; }
    /// Twisted: contactOffline.
    virtual void contact_offline(const RosterContact& contact) { (void)contact; }
    /// A contact's own words changed (MSNP11; UBX).
    virtual void contact_message_changed(const RosterContact& contact) { (void)contact; }
    /// Somebody has us on their list from now on. Twisted: userAddedMe.
    virtual void user_added_me(const std::string& handle, const std::string& name) { (void)handle, (void)name; }
    /// Twisted: userRemovedMe.
    virtual void user_removed_me(const std::string& handle) { (void)handle; }
    /// Our own status or friendly name is another now. Twisted: statusChanged.
    virtual void status_changed() {}

    /// Twisted: gotSwitchboardInvitation.
    virtual void got_switchboard_invitation(const SwitchboardInvitation& invitation) { (void)invitation; }

    /// Signed in elsewhere; the end follows, and a new login would end the other one. Twisted: multipleLogin.
    virtual void multiple_login() {}
    /// The end follows. Twisted: serverGoingDown.
    virtual void server_going_down() {}
    /// A refusal that answers no request. Twisted: gotError.
    virtual void got_error(ErrorCode code) { (void)code; }
    /// The server sent something that is not as the protocol says; whether the connection ends is seen by that. The
    /// line may be empty. Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) { (void)line, (void)why; }
    /// The last call; the client is gone after it. Twisted: connectionLost.
    virtual void connection_lost(std::error_code why) = 0;
};

/// A client's connection to a notification server with MSNP8 to MSNP12, after Twisted's `NotificationClient`: logs in,
/// keeps the contact list, and tells of presence and of calls.
///
/// After `logged_in`: `sync_list`, then `change_status`; before that nobody sees us and nobody can be called.
class NotificationClient final : public ClientBase {
  public:
    NotificationClient(chat::Scheduler& scheduler, TicketSource& tickets, NotificationObserver& observer,
                       NotificationOptions options);

    [[nodiscard]] const std::string& handle() const { return options_.handle; }
    /// Our own friendly name. Twisted: factory.screenName.
    [[nodiscard]] const std::string& screen_name() const { return screen_name_; }
    [[nodiscard]] Status status() const { return status_; }
    [[nodiscard]] Dialect dialect() const { return dialect_; }
    [[nodiscard]] bool is_logged_in() const { return logged_in_; }
    [[nodiscard]] const Roster& roster() const { return roster_; }

    /// Asks for the whole contact list, done when it is there. Twisted: syncList.
    void sync_list(Done done = {});
    /// Twisted: changeStatus.
    void change_status(Status status, Done done = {});
    /// Twisted: changeScreenName.
    void change_screen_name(std::string_view name, Done done = {});
    /// Words for others to read; nothing below MSNP11, which has no place for them.
    void change_personal_message(const PersonalMessage& message, Done done = {});
    /// Puts somebody on FL, AL or BL. Twisted: addContact.
    void add_contact(ListBit list, const std::string& handle, Done done = {});
    /// Twisted: removeContact.
    void remove_contact(ListBit list, const std::string& handle, Done done = {});
    /// May everybody see and call us who is not blocked, or only who is allowed? Twisted: setPrivacyMode.
    void set_privacy_mode(bool open_to_all, Done done = {});
    /// Asks for a switchboard to call somebody into. Twisted: requestSwitchboardServer.
    void request_switchboard_server(std::function<void(chat::Result<SwitchboardAddress>)> done);
    /// Twisted: logOut.
    void log_out();

  protected:
    void opened() override;
    void handle(const Command& command) override;
    void got_error(ErrorCode code) override { observer_.got_error(code); }
    void got_bad_line(std::string_view line, std::string_view why) override { observer_.got_bad_line(line, why); }
    void ended(std::error_code why) override;

  private:
    // Each step of a login ends in the next, or in fail_login.
    void send_ver();
    void send_cvr();
    void ask_for_challenge();
    void ask_for_ticket(std::string_view challenge);
    void show_ticket(const TicketSource::Ticket& ticket);
    void finish_login(const Command& ok);
    void fail_login(std::error_code why, std::string_view reason = {});
    bool refer(const Command& command);

    void chl(const Command& command);
    void list_line(const Command& command);
    void list_change(const Command& command);
    void presence(const Command& command);
    void settings(const Command& command);
    void rng(const Command& command);
    void msg(const Command& command);
    void out(const Command& command);
    void malformed(const Command& command);
    void finish_list_if_complete();
    void end_list(std::error_code why);
    void set_screen_name(std::string_view param);
    void ping();
    [[nodiscard]] bool is_self(std::string_view handle) const;
    [[nodiscard]] Answered when_changed(Done done);

    TicketSource& tickets_;
    NotificationObserver& observer_;
    NotificationOptions options_;
    Dialect dialect_;
    bool logged_in_ = false;
    bool failed_ = false;
    std::string screen_name_;
    Status status_ = Status::offline;
    Roster roster_;
    ContactSync sync_;
    Done list_done_;
    chat::TimerId list_timer_;
    chat::TimerId ping_timer_;
    bool pong_awaited_ = false;
};

/// Reads `host:port`, as in XFR and RNG; `[address]:port` for IPv6. Without a port it is 1863.
[[nodiscard]] std::optional<chat::Endpoint> parse_endpoint(std::string_view text);

}  // namespace patchcord::msn
