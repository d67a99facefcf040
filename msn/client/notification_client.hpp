#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include "msn/client/contact_sync.hpp"
#include "msn/client/login_client.hpp"
#include "msn/client/notification_observer.hpp"
#include "msn/client/roster.hpp"

namespace patchcord::msn {

/// A client's connection to a notification server with MSNP2 to MSNP12 or MSNP15, after Twisted's
/// `NotificationClient`: logs in, keeps the contact list, and tells of presence and of calls. With MSNP15 the lists are
/// in an address book elsewhere, and the server is told of them.
///
/// After `logged_in`: `sync_list`, then `change_status`; before that nobody sees us and nobody can be called.
class NotificationClient final : public LoginClient {
  public:
    /// Requests for a switchboard that may wait; the server is asked for one at a time.
    static constexpr std::size_t max_switchboard_requests = 64;

    NotificationClient(chat::Scheduler& scheduler, TicketSource& tickets, NotificationObserver& observer,
                       NotificationOptions options);

    [[nodiscard]] const std::string& handle() const { return options().handle; }
    /// Our own friendly name. Twisted: factory.screenName.
    [[nodiscard]] const std::string& screen_name() const { return screen_name_; }
    [[nodiscard]] Status status() const { return status_; }
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
    /// Twisted: setPhoneDetails (MSNP5).
    void set_phone_details(Phone phone, std::string_view value, Done done = {});
    /// May everybody see and call us who is not blocked, or only who is allowed? Twisted: setPrivacyMode.
    void set_privacy_mode(bool open_to_all, Done done = {});

    /// Puts somebody on FL, AL or BL. Some servers show presence only of those who were on another list before: AL
    /// comes first. Who waits for a decision (PL) has one when put on AL or BL. Twisted: addContact.
    void add_contact(ListBit list, const std::string& handle, Done done = {});
    /// Twisted: remContact.
    void remove_contact(ListBit list, const std::string& handle, Done done = {});
    /// From AL to BL and back: who is blocked sees us offline and cannot call us.
    void block_contact(const std::string& handle, Done done = {});
    void unblock_contact(const std::string& handle, Done done = {});
    /// Groups of the contact list (MSNP7 to MSNP12), by their id. Twisted: addListGroup, remListGroup, renameListGroup.
    void add_list_group(std::string_view name, Done done = {});
    void remove_list_group(const std::string& group, Done done = {});
    void rename_list_group(const std::string& group, std::string_view name, Done done = {});
    /// Who is on FL may be in several groups.
    void add_to_group(const std::string& handle, const std::string& group, Done done = {});
    void remove_from_group(const std::string& handle, const std::string& group, Done done = {});

    /// Asks for a switchboard to call somebody into. Refusals of their own: `changing_too_rapidly` (800; wait some
    /// seconds), `not_allowed_when_offline` (913; before the first status, or while hidden). Twisted:
    /// requestSwitchboardServer.
    void request_switchboard_server(std::function<void(chat::Result<SwitchboardAddress>)> done);
    /// Asks for a sign of life now; without an answer in time the connection is given up. By itself, this is done
    /// every `ping_interval`.
    void ping();
    /// Twisted: logOut.
    void log_out();

  protected:
    void got_challenge(const Command& command) override;
    void referred(const chat::Endpoint& to) override { observer_.got_notification_referral(to); }
    void login_failed(std::error_code why, std::string_view reason) override { observer_.login_failure(why, reason); }
    void heard() override;
    void handle(const Command& command) override;
    void got_error(ErrorCode code) override { observer_.got_error(code); }
    void got_bad_line(std::string_view line, std::string_view why) override { observer_.got_bad_line(line, why); }
    void got_unknown_command(std::string_view line) override { observer_.got_unknown_command(line); }
    void ended(std::error_code why) override;

  private:
    struct SwitchboardRequest {
        std::function<void(chat::Result<SwitchboardAddress>)> done;
        chat::TimerId timer;
    };
    /// A change that the address book is asked for; `then` tells the server.
    struct BookChange {
        Done done;
        std::function<void(const std::string& guid, Done)> then;
        chat::TimerId timer;
    };
    using SwitchboardRequests = std::list<SwitchboardRequest>;

    void ask_for_ticket(std::string_view challenge, const std::string& nonce);
    void show_ticket(const TicketSource::Ticket& ticket, const std::string& nonce);
    void show_proof(std::string_view proof, std::string_view more = {});
    void finish_login(const Command& ok);

    void chl(const Command& command);
    void list_line(const Command& command);
    void list_change(const Command& command);
    void presence(const Command& command);
    void settings(const Command& command);
    void phone(const Command& command);
    void rng(const Command& command);
    void msg(const Command& command);
    void out(const Command& command);
    void sync_address_book();
    void take_address_book(const AddressBook& book);
    void tell_lists(const AddressBook& book);
    void change_address_book(bool adds, ListBit list, const std::string& handle, Done done);
    void end_book_change(std::uint64_t id, std::error_code why, const std::string& guid = {});
    void tell_change(std::string_view verb, ListBit list, const RosterContact& contact, Done done);
    void list_markup(const Command& command);
    void finish_list_if_complete();
    void end_list(std::error_code why);
    void set_screen_name(std::string_view param);
    void qng(const Command& command);
    void ask_for_switchboard();
    void end_switchboard_request(SwitchboardRequests::iterator which, const chat::Result<SwitchboardAddress>& address);
    void move_contact(const std::string& handle, ListBit from, ListBit to, Done done);
    void decide_pending(const std::string& handle, Done done);
    void change_group(std::string_view verb, const std::string& group, std::string_view name, Done done);
    void change_membership(std::string_view verb, const std::string& handle, const std::string& group, Done done);
    [[nodiscard]] bool is_self(std::string_view handle) const;
    [[nodiscard]] Answered when_changed(Done done);

    TicketSource& tickets_;
    NotificationObserver& observer_;
    bool logged_in_ = false;
    std::string screen_name_;
    Status status_ = Status::offline;
    Roster roster_;
    ContactSync sync_;
    std::string last_listed_;  // whom phone numbers without a handle belong to
    Done list_done_;
    chat::TimerId list_timer_;
    std::chrono::milliseconds ping_pause_;
    chat::TimerId ping_timer_;
    chat::TimerId pong_timer_;
    std::uint64_t address_book_sync_ = 0;  // counts them, to know whose answer comes
    std::uint64_t last_book_change_ = 0;
    std::map<std::uint64_t, BookChange> book_changes_;  // that the address book has not answered
    SwitchboardRequests switchboard_requests_;          // the first is asked for
    bool switchboard_asked_ = false;
};

}  // namespace patchcord::msn
