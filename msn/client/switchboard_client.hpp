#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/ports/grapheme_breaker.hpp"
#include "chat_core/styled_text.hpp"
#include "msn/client/client_base.hpp"
#include "msn/client/invitations.hpp"
#include "msn/wire/chunks.hpp"
#include "msn/wire/control_message.hpp"
#include "msn/wire/file_invitation.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/p2p.hpp"

namespace patchcord::msn {

struct SwitchboardOptions {
    std::string handle;      // Twisted: userHandle
    std::string key;         // from XFR or RNG
    std::string session_id;  // from RNG, to answer a call; empty to begin a conversation
    std::string name = {};   // shown with what we write by MSN Messenger 7 and later; empty: the contact's name
    std::chrono::milliseconds request_timeout{30'000};
    std::chrono::milliseconds answer_timeout{45'000};  // how long a called person may take to come
    std::chrono::milliseconds offer_timeout{300'000};  // how long somebody may think about a file
    bool chunks = true;       // a long text is sent in chunks to those who take them, and not as several messages
    bool decline_p2p = true;  // answers what others offer over MSNSLP, see `got_message`
    const chat::GraphemeBreaker* graphemes = nullptr;  // where a long text may be cut, see TextOptions
};

/// Somebody else in a switchboard.
struct ChatMember {
    std::string handle;
    std::string name;  ///< friendly name, or the one that goes with this message; the handle when there is none
    std::uint32_t capabilities = 0;  ///< what their client can do; servers tell it from MSNP12
    friend bool operator==(const ChatMember&, const ChatMember&) = default;
};

/// What the server is to say about a message: the letter of MSG.
enum class Acknowledge : char {
    never = 'U',
    failure = 'N',  // NAK, and nothing when it is delivered
    always = 'A',   // ACK or NAK
    data = 'D',     // ACK, NAK or 282; for application/x-msnmsgrp2p
};

/// Is told what a SwitchboardClient is. The names are Twisted's, in snake_case, where it has one.
class SwitchboardObserver {
  public:
    virtual ~SwitchboardObserver() = default;

    /// Who was there before us, when a call is answered: once, before `logged_in`. Twisted: gotChattingUsers.
    virtual void got_chatting_users(const std::vector<ChatMember>& users) { (void)users; }
    /// We are in; `users` has those who are there. Twisted: loggedIn.
    virtual void logged_in() = 0;
    /// The key was not taken; the end follows.
    virtual void login_failure(std::error_code why) = 0;
    /// Twisted: userJoined.
    virtual void user_joined(const ChatMember& who) = 0;
    /// `idle`: the server has closed a silent conversation, which says nothing about the person. They can be called
    /// again in any case. Twisted: userLeft.
    virtual void user_left(const ChatMember& who, bool idle) = 0;
    /// `complete` is false when parts of a message never came. Twisted: gotMessage.
    virtual void got_text(const ChatMember& from, const chat::StyledText& text, bool complete) = 0;
    /// Twisted: userTyping.
    virtual void user_typing(const ChatMember& who) = 0;
    virtual void got_nudge(const ChatMember& from) = 0;
    /// Somebody would like to send a file, in a conversation of two. True when `file_invitation_reply` answers that,
    /// now or later; else it is declined at once and told to `got_message`, too. Twisted: gotSendRequest.
    virtual bool got_send_request(const SendRequest& request) {
        (void)request;
        return false;
    }
    /// Somebody offered a file over MSNSLP, which was declined.
    virtual void declined_file(const ChatMember& from, const FileInvitation& file) { (void)from, (void)file; }
    /// Somebody takes back what they offered, or breaks off what was agreed on.
    virtual void invitation_cancelled(const ChatMember& from, const std::string& cookie, const std::string& code) {
        (void)from, (void)cookie, (void)code;
    }
    /// Something by which clients agree on a file and send it: text/x-msmsgsinvite or application/x-msnmsgrp2p, before
    /// anything is made of it. True: it was dealt with, and nothing is told or answered.
    virtual bool got_transfer(const ChatMember& from, const MimeMessage& message, BodyKind kind) {
        (void)from, (void)message, (void)kind;
        return false;
    }
    /// Anything else that somebody sent, such as a wink. What they offer over MSNSLP (application/x-msnmsgrp2p), in a
    /// conversation of two, has been declined already, for they would wait for ever. Twisted: gotMessage.
    virtual void got_message(const ChatMember& from, const MimeMessage& message) { (void)from, (void)message; }
    /// A refusal that answers no request. Twisted: gotError.
    virtual void got_error(ErrorCode code) { (void)code; }
    /// The server sent something that is not as the protocol says. The line may be empty. Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) { (void)line, (void)why; }
    /// A command nobody knows, which is passed over.
    virtual void got_unknown_command(std::string_view line) { (void)line; }
    /// The last call; the client is gone after it. Twisted: connectionLost.
    virtual void connection_lost(std::error_code why) = 0;
};

/// A client's connection to a switchboard, after Twisted's `SwitchboardClient`: one conversation of two or more.
///
/// What is said ends in one of three ways, which `delivery_of` reads from the error: delivered, refused (nothing has
/// arrived) or in doubt. Nothing is repeated here.
class SwitchboardClient final : public ClientBase {
  public:
    /// A server that names more is not believed.
    static constexpr std::size_t max_users = 1000;
    /// Calls that may wait for somebody to come, and those who wait for one call.
    static constexpr std::size_t max_calls = 32;
    /// Messages that one text may take.
    static constexpr std::size_t max_messages_per_text = 64;

    SwitchboardClient(chat::Scheduler& scheduler, SwitchboardObserver& observer, SwitchboardOptions options);

    /// What lets us in: from XFR or RNG. Twisted: key.
    [[nodiscard]] const std::string& key() const { return options_.key; }
    /// Our own handle. Twisted: userHandle.
    [[nodiscard]] const std::string& user_handle() const { return options_.handle; }
    /// The conversation's name at the server: of any form, and empty in one of our own before the first call. Twisted:
    /// sessionID.
    [[nodiscard]] const std::string& session_id() const { return options_.session_id; }
    /// Do we answer a call? Twisted: reply.
    [[nodiscard]] bool reply() const { return reply_; }
    /// The others, by handle. Whom we called is there once they came. Twisted: userHandles of gotChattingUsers.
    [[nodiscard]] const std::map<std::string, ChatMember, std::less<>>& users() const { return users_; }
    [[nodiscard]] bool is_logged_in() const { return logged_in_; }

    /// Calls somebody in, done when they came, were refused, or did not come within `answer_timeout`: that the server
    /// rings says nothing. Who is called already is not called twice, and both wait for the same. Twisted: inviteUser,
    /// which is done with the ringing.
    void invite_user(const std::string& handle, Done done = {});
    /// Sends a payload as it is: a head, an empty line, a body. With `never` done when it is sent, with `failure` when
    /// no NAK came within `request_timeout`. An ACK counts only while somebody is there: servers acknowledge what
    /// nobody hears. Twisted: sendMessage.
    void send_message(std::string_view payload, Acknowledge acknowledge, Done done = {});
    void send_message(const MimeMessage& message, Acknowledge acknowledge, Done done = {});
    /// Done when the server has passed all of it on. `partly_delivered` when it took several messages and some of them
    /// were refused. `name`, if there is one, is shown instead of `SwitchboardOptions::name`.
    void send_text(const chat::StyledText& text, Done done = {}, std::string_view name = {});
    void send_nudge(Done done = {});
    /// Not oftener than each 4 seconds; others show it for about 10. Twisted: sendTypingNotification.
    void send_typing_notification();

    /// Offers a file to the one other person, done when they accept or cancel, with all they said; `not_answered`
    /// after `offer_timeout`, and the offer is then taken back. Who accepts waits for `send_transfer_info`. Twisted:
    /// sendFileInvitation. Gives the offer's cookie, empty when nothing was sent.
    std::string send_file_invitation(std::string_view name, std::uint64_t size, InvitationAnswered done);
    /// Answers `got_send_request`. Done when whoever offered says where the file is (`Invitation::address`) or cancels,
    /// at the latest after `request_timeout`; at once when we decline. Twisted: fileInvitationReply.
    void file_invitation_reply(const SendRequest& request, bool accept, InvitationAnswered done = {});
    /// Tells who accepted our offer where to get the file. Twisted: sendTransferInfo.
    void send_transfer_info(const std::string& cookie, const TransferAddress& where);
    /// Takes an offer back, or breaks off what was agreed on. Codes are `OUTBANDCANCEL`, `FTTIMEOUT`, `FAIL` and others
    /// of their kind.
    void cancel_invitation(const std::string& cookie, std::string_view code);

    /// Takes us out of the conversation, once what was said before is sent.
    void leave();

  protected:
    void opened() override;
    void handle(const Command& command) override;
    void got_error(ErrorCode code) override { observer_.got_error(code); }
    void got_bad_line(std::string_view line, std::string_view why) override { observer_.got_bad_line(line, why); }
    void got_unknown_command(std::string_view line) override { observer_.got_unknown_command(line); }
    void ended(std::error_code why) override;

  private:
    struct Call {
        std::vector<Done> done;
        chat::TimerId timer;
    };

    void finish_login(const Answer& answer);
    void tell_who_is_there();
    void iro(const Command& command);
    void user(const Command& command, std::size_t at);
    void bye(const Command& command);
    void msg(const Command& command);
    void take_chunk(const ChatMember& from, const MimeMessage& part);
    void take_message(const ChatMember& from, const MimeMessage& message, bool complete);
    bool take_invitation(const ChatMember& from, const MimeMessage& message);
    void answer_p2p(const ChatMember& from, const MimeMessage& message);
    void send_p2p(const std::string& to, std::string_view body);
    void expire_chunks();
    void put(Acknowledge acknowledge, std::string_view payload, Done done);
    [[nodiscard]] std::error_code result_of(Acknowledge acknowledge, const Answer& answer) const;
    [[nodiscard]] std::vector<std::string> payloads_of(const chat::StyledText& text, std::string_view name);
    void answered_later(const std::string& handle, const std::string& cookie, std::chrono::milliseconds within,
                        InvitationAnswered done);
    void end_call(const std::string& handle, std::error_code why);
    void malformed(const Command& command);

    SwitchboardObserver& observer_;
    SwitchboardOptions options_;
    bool reply_;
    bool logged_in_ = false;
    bool told_who_is_there_;
    std::map<std::string, ChatMember, std::less<>> users_;
    std::map<std::string, Call, std::less<>> calls_;
    Invitations invitations_;
    SlpAssembler slp_;
    std::uint32_t last_p2p_identifier_;
    ChunkAssembler chunks_;
    chat::TimerId chunk_timer_;
    std::uint32_t last_message_id_ = 0;
};

}  // namespace patchcord::msn
