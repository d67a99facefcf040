#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "chat_core/styled_text.hpp"
#include "msn/client/client_base.hpp"
#include "msn/wire/chunks.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

struct SwitchboardOptions {
    std::string handle;
    std::string key;         // from XFR or RNG
    std::string session_id;  // from RNG, to answer a call; empty to begin a conversation
    std::string name = {};   // shown with what we write by MSN Messenger 7 and later; empty: the contact's name
    std::chrono::milliseconds request_timeout{30'000};
    std::chrono::milliseconds answer_timeout{45'000};  // how long a called person may take to come
};

/// Somebody else in a switchboard.
struct ChatMember {
    std::string handle;
    std::string name;  ///< friendly name, or the one that goes with this message; the handle when there is none
    friend bool operator==(const ChatMember&, const ChatMember&) = default;
};

/// Is told what a SwitchboardClient is. The names are Twisted's, in snake_case, where it has one.
class SwitchboardObserver {
  public:
    virtual ~SwitchboardObserver() = default;

    /// We are in; when a call was answered, `users` has those who were there. Twisted: loggedIn, gotChattingUsers.
    virtual void logged_in() = 0;
    /// The key was not taken; the end follows.
    virtual void login_failure(std::error_code why) = 0;
    /// Twisted: userJoined.
    virtual void user_joined(const ChatMember& who) = 0;
    /// `idle`: the server has closed a silent conversation, which says nothing about the person. Twisted: userLeft.
    virtual void user_left(const ChatMember& who, bool idle) = 0;
    /// `complete` is false when parts of a message never came. Twisted: gotMessage.
    virtual void got_text(const ChatMember& from, const chat::StyledText& text, bool complete) = 0;
    /// Twisted: userTyping.
    virtual void user_typing(const ChatMember& who) = 0;
    virtual void got_nudge(const ChatMember& from) = 0;
    /// Anything else that somebody sent: a wink, an offer of a file. Twisted: gotMessage, gotSendRequest.
    virtual void got_message(const ChatMember& from, const MimeMessage& message) { (void)from, (void)message; }
    /// A refusal that answers no request. Twisted: gotError.
    virtual void got_error(ErrorCode code) { (void)code; }
    /// Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) { (void)line, (void)why; }
    /// The last call; the client is gone after it. Twisted: connectionLost.
    virtual void connection_lost(std::error_code why) = 0;
};

/// A client's connection to a switchboard, after Twisted's `SwitchboardClient`: one conversation of two or more.
class SwitchboardClient final : public ClientBase {
  public:
    /// A server that names more is not believed.
    static constexpr std::size_t max_users = 1000;
    /// Calls that may wait for somebody to come.
    static constexpr std::size_t max_calls = 32;
    /// Messages that one text may take.
    static constexpr std::size_t max_messages_per_text = 64;

    SwitchboardClient(chat::Scheduler& scheduler, SwitchboardObserver& observer, SwitchboardOptions options);

    /// The others, by handle. Whom we called is there once they came. Twisted: userHandles of gotChattingUsers.
    [[nodiscard]] const std::map<std::string, ChatMember, std::less<>>& users() const { return users_; }
    [[nodiscard]] bool is_logged_in() const { return logged_in_; }

    /// Calls somebody in, done when they came: that the server rings says nothing. Twisted: inviteUser, which is done
    /// with the ringing.
    void invite_user(const std::string& handle, Done done = {});
    /// Done when the server has passed all of it on, which it also says when nobody was there to hear it: so this fails
    /// at once then. Twisted: sendMessage.
    void send_text(const chat::StyledText& text, Done done = {});
    void send_nudge(Done done = {});
    /// Not oftener than each 4 seconds; others show it for about 10. Twisted: sendTypingNotification.
    void send_typing_notification();
    /// Takes us out of the conversation, once what was said before is sent.
    void leave();

  protected:
    void opened() override;
    void handle(const Command& command) override;
    void got_error(ErrorCode code) override { observer_.got_error(code); }
    void got_bad_line(std::string_view line, std::string_view why) override { observer_.got_bad_line(line, why); }
    void ended(std::error_code why) override;

  private:
    struct Call {
        Done done;
        chat::TimerId timer;
    };

    void finish_login(const Answer& answer);
    void user(const Command& command, std::size_t at);
    void bye(const Command& command);
    void msg(const Command& command);
    void take_chunk(const ChatMember& from, const MimeMessage& part);
    void take_message(const ChatMember& from, const MimeMessage& message, bool complete);
    void expire_chunks();
    void refuse_invitation(const MimeMessage& message);
    void send_payload(std::string_view letter, std::string_view payload, Answered answered);
    void end_call(const std::string& handle, std::error_code why);
    void malformed(const Command& command);

    SwitchboardObserver& observer_;
    SwitchboardOptions options_;
    bool logged_in_ = false;
    std::map<std::string, ChatMember, std::less<>> users_;
    std::map<std::string, Call, std::less<>> calls_;
    ChunkAssembler chunks_;
    chat::TimerId chunk_timer_;
};

}  // namespace patchcord::msn
