#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/file_offer.hpp"
#include "chat_core/file_stream.hpp"
#include "msn/client/notification_client.hpp"
#include "msn/client/switchboard_client.hpp"
#include "msn/transfer/picture_fetch.hpp"

namespace patchcord::msn {

class Conversation;
class LineFiles;
class LinkedAccount;

/// One switchboard of a conversation, from the wish to have one until its connection is gone. MSN opens and closes
/// them as it likes; a conversation outlives them.
class Line final : public SwitchboardObserver, public std::enable_shared_from_this<Line> {
  public:
    explicit Line(Conversation& conversation);
    ~Line() override;

    /// Asks for a switchboard and calls these into it.
    void open(LinkedAccount& account, const std::vector<std::string>& handles);
    /// Answers a call.
    void answer(LinkedAccount& account, const SwitchboardInvitation& invitation);
    [[nodiscard]] bool answers() const { return answers_; }
    /// Calls one more. The conversation is told when they do not come.
    void call(const std::string& handle);
    /// Leaves; the conversation hears nothing more.
    void drop();
    /// Belongs to another conversation from now on.
    void move_to(Conversation& conversation) { conversation_ = &conversation; }
    /// Whoever called somebody in hears what becomes of that, also when the line is not theirs any more.
    void report_calls_to(std::weak_ptr<Conversation> caller) { caller_ = std::move(caller); }

    /// The client while it is logged in; else nullptr.
    [[nodiscard]] SwitchboardClient* client() const;
    /// Can something be said here now: has everybody who was called come, or not?
    [[nodiscard]] bool ready() const;
    /// An answer did not come: what is said there may vanish. Nothing more is, and it is left when all else is
    /// answered.
    void note_silence() { silent_ = true; }
    [[nodiscard]] bool silent() const { return silent_; }
    [[nodiscard]] bool calling() const { return opening_ || calls_ > 0; }
    /// Has everybody else left, or is it closed?
    [[nodiscard]] bool deserted() const { return client() == nullptr || client()->users().empty(); }
    [[nodiscard]] bool has(std::string_view handle) const;

    /// Offers the one other a file. Error: it cannot be offered here.
    std::error_code offer_file(const chat::FileOffer& offer);
    /// The other offers one.
    chat::Result<chat::FileOfferId> offer_from(const std::string& handle, std::string_view name, std::uint64_t size,
                                               std::unique_ptr<chat::FileSource> source);
    /// Asks the one other for their picture (`LinkedAccount::fetch_picture`).
    bool fetch_picture(const std::string& handle, PictureOrder& order);
    /// Is one offered, or on its way?
    [[nodiscard]] bool has_files() const;
    /// The client id of somebody in it; 0: not known.
    [[nodiscard]] std::uint32_t capabilities_of(const std::string& handle) const;

    void logged_in() override;
    void login_failure(std::error_code why) override;
    void user_joined(const ChatMember& who) override;
    void user_left(const ChatMember& who, bool idle) override;
    void got_text(const ChatMember& from, const chat::StyledText& text, bool complete) override;
    void user_typing(const ChatMember& who) override;
    void got_nudge(const ChatMember& from) override;
    void declined_file(const ChatMember& from, const FileInvitation& file) override;
    bool got_transfer(const ChatMember& from, const MimeMessage& message, BodyKind kind) override;
    void got_message(const ChatMember& from, const MimeMessage& message) override;
    void connection_lost(std::error_code why) override;

  private:
    void connect(LinkedAccount& account, const chat::Endpoint& to, SwitchboardOptions options);
    void fail(std::error_code why);
    void look_for_picture(const std::string& handle);
    [[nodiscard]] std::shared_ptr<LineFiles> files_with(const std::string& handle);

    Conversation* conversation_;           // nullptr: nobody listens any more
    std::weak_ptr<Conversation> caller_;   // had it before, and called those who are called
    SwitchboardClient* client_ = nullptr;  // the transport's
    std::vector<std::string> to_call_;
    std::shared_ptr<LineFiles> files_;  // made with the first file
    bool opening_ = true;
    bool answers_ = false;
    bool silent_ = false;
    std::size_t calls_ = 0;
};

}  // namespace patchcord::msn
