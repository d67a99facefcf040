#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/client/switchboard_client.hpp"

namespace patchcord::tools {

/// What a conversation needs from the program around it.
struct ConversationPorts {
    chat::Scheduler& scheduler;
    chat::Connector& connector;
    std::function<void(const std::string& line)> print;  ///< what is printed is made harmless there
    std::function<void()> progress;                      ///< something that was waited for is done
    std::function<void(const std::string& name)> ended;  ///< never from inside a call
};

/// A conversation with a person, a room or several: a switchboard, and what waits until somebody is there to hear it.
class Conversation final : public msn::SwitchboardObserver, public std::enable_shared_from_this<Conversation> {
  public:
    /// Things said before anybody has come. More are refused.
    static constexpr std::size_t max_waiting = 64;

    /// `name` is the handle it is known by: whom we called, or who called.
    Conversation(ConversationPorts& ports, std::string own_handle, std::string name);

    /// Calls `name` in a switchboard of our own, once `address` is known; an error ends the conversation.
    void open(const chat::Result<msn::SwitchboardAddress>& address);
    /// Answers a call.
    void answer(const msn::SwitchboardInvitation& invitation);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool over() const { return over_; }
    /// Does something wait to be done or answered?
    [[nodiscard]] bool busy() const { return !over_ && (!waiting_.empty() || unanswered_ > 0 || calling_); }
    [[nodiscard]] std::size_t backlog() const { return waiting_.size() + unanswered_; }

    void say(const std::string& text, const chat::Style& style);
    void nudge();
    void typing();
    void invite(const std::string& handle);
    void list_users();
    void leave();

    void logged_in() override;
    void login_failure(std::error_code why) override;
    void user_joined(const msn::ChatMember& who) override;
    void user_left(const msn::ChatMember& who, bool idle) override;
    void got_text(const msn::ChatMember& from, const chat::StyledText& text, bool complete) override;
    void user_typing(const msn::ChatMember& who) override;
    void got_nudge(const msn::ChatMember& from) override;
    void got_message(const msn::ChatMember& from, const msn::MimeMessage& message) override;
    void got_error(msn::ErrorCode code) override;
    void got_bad_line(std::string_view line, std::string_view why) override;
    void connection_lost(std::error_code why) override;

  private:
    /// What the user wants done, once somebody is there.
    struct Deed {
        enum class Kind { text, nudge, typing, invite };
        Kind kind = Kind::text;
        chat::StyledText text;
        std::string handle;
    };

    void connect(const chat::Endpoint& to, msn::SwitchboardOptions options);
    void put(Deed deed);
    void flush();
    void carry_out(const Deed& deed);
    void failed(const Deed& deed, std::error_code why);
    void fail(std::error_code why);
    void end();
    void note(const std::string& what);
    void trouble(const std::string& what);

    ConversationPorts& ports_;
    std::string own_handle_;
    std::string name_;
    msn::SwitchboardClient* client_ = nullptr;  // the transport's
    std::deque<Deed> waiting_;
    std::size_t unanswered_ = 0;
    bool calls_out_ = false;  // we have called, not they
    bool calling_ = true;     // and nobody has come yet
    bool over_ = false;
};

/// What to tell of a line of the server's that is not as the protocol says.
[[nodiscard]] std::string describe_bad_line(std::string_view line, std::string_view why);

}  // namespace patchcord::tools
