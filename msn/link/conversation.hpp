#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/error.hpp"
#include "chat_core/ids.hpp"
#include "chat_core/message.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/receipt.hpp"
#include "chat_core/token_bucket.hpp"
#include "msn/client/switchboard_client.hpp"
#include "msn/link/line.hpp"
#include "msn/wire/reading.hpp"

namespace patchcord::chat {
class Group;
class User;
}  // namespace patchcord::chat

namespace patchcord::msn {

class LinkedAccount;

/// A conversation of an account with people of its service: with one, which is a query to its owner; or with several,
/// or in a room, and then it stands for a group of the core.
///
/// It outlives its switchboards: the next message opens one. What is said waits until there is somebody to hear it,
/// and is reported to whoever said it when that does not happen.
class Conversation final : public std::enable_shared_from_this<Conversation> {
  public:
    explicit Conversation(LinkedAccount& account);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    [[nodiscard]] bool stands_for_group() const { return group_ != chat::GroupId{}; }
    [[nodiscard]] chat::Group* group() const;
    /// Is it with them, and with no other?
    [[nodiscard]] bool is_query_of(std::string_view handle) const;
    /// Messages that wait in it.
    [[nodiscard]] std::size_t held_messages() const { return held_.size(); }
    /// Does it reach them?
    [[nodiscard]] bool has(std::string_view handle) const { return people_.contains(handle); }

    /// Is with `handle` from now on, who is called when there is something to say.
    void add(const std::string& handle, std::string_view name = {});
    /// Stands for a room or a group from now on.
    void attach(const chat::Group& group);
    /// Switchboards that are kept: people open a second one when they think that the first is lost.
    static constexpr std::size_t max_lines = 3;
    /// Answers a call; not when there are so many switchboards already, and none of them can be left.
    void answer(const SwitchboardInvitation& invitation);
    /// Calls somebody in; `by` is told when they do not come.
    void invite(const std::string& handle, const chat::User& by);

    /// What the owner says to the one other. Error: queue_full.
    std::error_code send(const chat::Message& message);
    /// What is said in the group, by whoever; once, however many are here to hear it. Error: queue_full.
    std::error_code relay(const chat::Message& message);
    void typing(const chat::User& who);
    /// Offers the one other a file, behind what was said before. Error: queue_full.
    std::error_code offer_file(const chat::FileOffer& offer);
    /// Nothing happens in it, and it is no room: no switchboard is open or wanted.
    [[nodiscard]] bool is_spare() const;
    [[nodiscard]] chat::Now last_used() const { return last_used_; }
    /// Asks somebody for their picture (`LinkedAccount::fetch_picture`).
    bool fetch_picture(const std::string& handle, PictureOrder& order);
    /// What the owner wrote before is on its way here, each with a receipt: nothing is said until `older_are_here` was
    /// called as often.
    void expect_older() { ++expects_older_; }
    void older_are_here();
    /// Somebody left the group: with the owner, it ends.
    void somebody_left();
    /// The account is signed in again.
    void pump();
    /// Nothing more is said here. What waits is reported.
    void end(std::error_code why);

    // --- what its lines tell

    void line_ready(Line& line);
    void line_failed(Line& line, std::error_code why);
    void line_lost(Line& line);
    void called(Line& line, const std::string& handle, std::error_code why);
    /// The same on a line that has become another conversation's.
    void called_elsewhere(const std::string& handle, std::error_code why);
    void joined(Line& line, const ChatMember& who);
    void went(Line& line, const ChatMember& who, bool idle);
    void got_text(Line& line, const ChatMember& from, const chat::StyledText& text, bool complete);
    void got(Line& line, const ChatMember& from, chat::MessageKind kind, chat::StyledText text);
    /// Nudges, winks and whatever else is no text: of many at once only some are shown.
    void got_deed(Line& line, const ChatMember& from, chat::MessageKind kind, chat::StyledText text);
    void user_typing(const ChatMember& who);
    /// Somebody offers a file. The error is for them.
    chat::Result<chat::FileOfferId> got_file(Line& line, const ChatMember& from, std::string_view name,
                                             std::uint64_t size, std::unique_ptr<chat::FileSource> source);
    [[nodiscard]] LinkedAccount& account() const { return account_; }

  private:
    /// What was said and has not been sent.
    struct Held {
        chat::MessageKind kind = chat::MessageKind::text;
        chat::StyledText text;
        chat::UserId sender;
        chat::UserId receiver;
        std::string to;  // the name of that or of the group; they may be gone when there is something to tell of it
        chat::WallTime written{};
        chat::Now since{};
        bool again = false;                          // it was sent before, and cannot have arrived
        std::uint64_t number = 0;                    // in the order in which they were sent
        std::optional<chat::FileOfferId> file = {};  // that is to be offered, instead of words
        std::shared_ptr<chat::Receipt> receipt = {};
    };
    struct Invitation {
        std::string handle;
        chat::UserId by;
    };

    void say_file(Line& line, chat::FileOfferId id);
    [[nodiscard]] Held words_for(const chat::FileOffer& offer) const;

    static constexpr chat::TokenRate deed_rate{5, 0.1};
    /// Somebody it is with.
    struct Person {
        bool held = false;  // in the core on our account
        bool in_group = false;
        bool local = false;                        // one of ours, who has an account there too
        chat::TokenBucket deeds{deed_rate.burst};  // that are shown
    };

    // --- who is here; in conversation_people.cpp

    chat::User* keep(const std::string& handle, std::string_view name);
    void let_go(const std::string& handle);
    void remove(const std::string& handle, std::string_view reason);
    void become_group(Line& line);
    void take_over(const std::shared_ptr<Line>& line, const std::string& caller);
    bool make_group(chat::User& first);
    void note_session(const std::string& session);
    [[nodiscard]] bool is_full() const;
    void bring_in_owner(const chat::User& first);
    void enter_group(Line& line, const std::string& handle);
    void prune();
    [[nodiscard]] bool on_any_line(std::string_view handle) const;
    void settle_invitation(const std::string& handle, std::error_code why);

    // --- what is said

    [[nodiscard]] Line* speaking_line() const;
    void use(Line& line);
    void drop(Line& line);
    std::shared_ptr<Line> forget(const Line& line);
    void open();
    bool leave_one();
    [[nodiscard]] bool calls_somebody() const;
    std::error_code hold(const chat::Message& message, const chat::User* receiver);
    void say(Line& line, Held held);
    void said(Held held, std::error_code why);
    void all_answered();
    [[nodiscard]] chat::StyledText words_of(const Held& held) const;
    void delivered(const Held& held) const;
    void report(const Held& held, std::error_code why) const;
    void fail_held(std::error_code why);
    void fail_sent(std::error_code why);
    bool leave(const Held& held);
    void later(void (Conversation::*what)());
    void touch();
    void check_idle();
    void check_held();
    void arm_held_timer();
    void give_up() { end(chat::Errc::not_a_member); }
    void stop_typing(const std::string& handle);
    [[nodiscard]] chat::Target target() const;
    [[nodiscard]] bool is_room() const;
    /// Of several conversations of ours in one switchboard session, one tells what the others see as well.
    [[nodiscard]] bool leads() const;
    [[nodiscard]] bool speaks_here(const chat::User& user) const;
    [[nodiscard]] bool is_heard_elsewhere(const std::string& handle) const;

    LinkedAccount& account_;
    chat::Scheduler& scheduler_;  // there even when the account is gone, whose last answer may have kept this
    chat::GroupId group_{};
    std::string session_;                                // of its switchboard, while it stands for an ad-hoc group
    std::map<std::string, Person, std::less<>> people_;  // by handle
    std::vector<std::shared_ptr<Line>> lines_;           // the one used last at the end
    std::weak_ptr<Line> taken_;                          // became a group's while it still called our one
    std::deque<Held> held_;
    std::map<std::uint64_t, Held> in_flight_;  // sent, by number, and not answered yet
    std::vector<Held> unheard_;                // sent, but nobody was there any more
    std::vector<Invitation> invitations_;
    std::map<std::string, chat::TimerId> typing_timers_;
    chat::MessageId last_relayed_{};
    std::uint64_t last_number_ = 0;
    chat::Now last_used_{};
    chat::Now last_typing_{};
    chat::TimerId idle_timer_;
    chat::TimerId held_timer_;
    bool prune_due_ = false;
    bool ended_ = false;
    std::size_t expects_older_ = 0;  // how often they are being looked for
    bool left_told_ = false;         // that what is said waits with the service
};

}  // namespace patchcord::msn
