#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/patchcord_msn/conversation.hpp"

namespace patchcord::tools {

struct MessengerOptions {
    msn::NotificationOptions login;
    chat::Endpoint server;
    bool answer_calls = true;
    bool one_by_one = false;  ///< each line of input waits until the one before has had its effect, for scripts
};

/// What the messenger needs from the program around it.
struct MessengerPorts {
    chat::Scheduler& scheduler;
    chat::Connector& connector;
    msn::TicketSource& tickets;
    std::function<void(const std::string& line)> print;
    std::function<void(bool wanted)> want_input;  ///< shall lines be given to `input`?
    std::function<void()> done;                   ///< all is over, see `failed`
};

/// An MSN client whose user types lines and reads lines.
class Messenger final : public msn::NotificationObserver {
  public:
    /// Redirections in a row that are followed.
    static constexpr int max_referrals = 5;
    /// Calls of others answered at the same time.
    static constexpr std::size_t max_conversations = 50;

    Messenger(MessengerPorts ports, MessengerOptions options);
    ~Messenger() override;

    void start();
    /// A line the user typed: a command that begins with `/`, else what is said in the current conversation.
    void input(const std::string& line);
    /// No line follows: signs out when all that was said has arrived.
    void finish();
    /// Signs out at once.
    void quit();
    /// Did it end otherwise than the user wished?
    [[nodiscard]] bool failed() const { return failed_; }

    void logged_in() override;
    void login_failure(std::error_code why, std::string_view reason) override;
    void got_notification_referral(const chat::Endpoint& to) override;
    void got_contact_status(const msn::RosterContact& contact) override;
    void contact_status_changed(const msn::RosterContact& contact) override;
    void contact_offline(const msn::RosterContact& contact) override;
    void contact_message_changed(const msn::RosterContact& contact) override;
    void user_added_me(const std::string& handle, const std::string& name) override;
    void user_removed_me(const std::string& handle) override;
    void got_switchboard_invitation(const msn::SwitchboardInvitation& invitation) override;
    void multiple_login() override;
    void server_going_down() override;
    void got_error(msn::ErrorCode code) override;
    void got_bad_line(std::string_view line, std::string_view why) override;
    void connection_lost(std::error_code why) override;

  private:
    friend struct Commands;

    void connect();
    void ready();
    void say(const std::string& text);
    Conversation& chat_with(const std::string& handle);
    [[nodiscard]] std::shared_ptr<Conversation> find(std::string_view name) const;
    void conversation_ended();
    /// Something that was waited for is done: more input is welcome, or it is time to go.
    void progress();
    [[nodiscard]] bool busy() const;
    /// Counts a request and tells when it failed.
    msn::ClientBase::Done report(const std::string& what);
    void show_contact(const msn::RosterContact& contact);
    void note(const std::string& what) { ports_.print("* " + what); }
    void trouble(const std::string& what) { ports_.print("! " + what); }
    void end();

    MessengerPorts ports_;
    MessengerOptions options_;
    ConversationPorts conversation_ports_;
    msn::NotificationClient* client_ = nullptr;                 // the transport's
    std::vector<std::shared_ptr<Conversation>> conversations_;  // the one used last at the end
    std::string current_;
    chat::Style style_;
    std::size_t requests_ = 0;
    int referrals_ = 0;
    bool referred_ = false;
    bool ready_ = false;
    bool finishing_ = false;
    bool quitting_ = false;
    bool failed_ = false;
    bool ended_ = false;
};

/// The commands, one a line, for people.
[[nodiscard]] std::string_view command_help();

}  // namespace patchcord::tools
