#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_offer.hpp"
#include "msn/server/render.hpp"
#include "msn/server/server.hpp"

namespace patchcord::msn {

/// A switchboard session: MSN clients in one conversation, and what of the core belongs to it.
///
/// Among MSN clients alone, messages go from one to the other here. With one person on IRC it is that person's query.
/// With a room, or as soon as a third takes part beside somebody on IRC, it stands for a group of the core, and
/// messages go through there.
class Switchboard final : public std::enable_shared_from_this<Switchboard> {
  public:
    Switchboard(Server& server, std::string id);
    ~Switchboard();
    Switchboard(const Switchboard&) = delete;
    Switchboard& operator=(const Switchboard&) = delete;

    /// A room has its own contact, and a switchboard for each client; a group conversation shares one.
    [[nodiscard]] static bool is_room(const chat::Group& group);

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::vector<SwitchboardSession*>& sessions() const { return sessions_; }
    /// The group it stands for; nullptr when it stands for none (any more).
    [[nodiscard]] chat::Group* group() const;
    [[nodiscard]] bool stands_for_group() const { return group_ != chat::GroupId{}; }
    [[nodiscard]] bool stands_for(const chat::Group& group) const { return group_ == group.id(); }
    /// The person on IRC in a conversation of two; nobody otherwise, or when they are gone.
    [[nodiscard]] chat::User* person() const;
    [[nodiscard]] const std::string& person_handle() const { return person_; }

    /// The person on IRC is there (again), and `session` is shown that.
    void person_came(const chat::User& person, SwitchboardSession& session);
    /// The person on IRC is back, under the same account; whom they block is not to see that.
    void person_returned(const chat::User& person);
    /// The person on IRC is gone; nothing is sent to whoever takes their nick next.
    void person_left();
    /// A principal signed out while being rung, or before it was: what waits for it does not reach it.
    void callee_gone(const std::string& handle);

    /// USR: a client begins.
    void open(SwitchboardSession& session);
    /// ANS: a client answers; it is told who is there (IRO), the others that it came.
    void answer(SwitchboardSession& session, std::string_view trid);
    /// One of the clients has all that was sent to it, or is gone: whoever was held back for it may go on.
    void somebody_caught_up();
    /// A client is gone. A room is told why: `left` when it closed the window, `connection lost`, `idle` when its
    /// sign-in was ended for its silence, or what else made the server end it.
    void leave(SwitchboardSession& session, std::string_view reason);

    /// CAL: answers RINGING, then shows who came. Or the error to answer with.
    std::optional<ErrorCode> call(SwitchboardSession& by, std::string_view trid, const std::string& handle);

    /// Stands for `group` from now on; for a switchboard whose clients join later.
    void attach(const chat::Group& group);
    /// Stands for the query of `person`; the same.
    void attach(const chat::User& person);
    /// Stands for the query of somebody on IRC who may not be there (any more); the same.
    void attach_absent(Identity person);
    /// Rings a principal in the name of `caller`.
    void ring(Principal& callee, const Identity& caller, chat::UserId inviter = {});
    [[nodiscard]] bool ringing(std::string_view handle) const;
    /// Something is said here to somebody who is away: whoever says it may stay alone for longer.
    void note_said_to_absent();

    /// Nobody comes who was called, or was to be: who waits for that is told. Stored messages stay in the store.
    void not_answered(const std::string& handle, std::error_code why);

    /// Keeps a stored message until the called principal answers; then the store may forget it. It comes before those
    /// that are not from the store.
    void queue_stored(std::string commands, std::uint64_t stored_id);
    [[nodiscard]] bool holds_stored(std::uint64_t stored_id) const;
    /// What waits here is sent to `session`, and nobody is called any more.
    void hand_over(SwitchboardSession& session);
    /// What waits here waits in `other` from now on, stored messages in front.
    void merge_into(Switchboard& other);
    /// Keeps a message for `callee` until they answer. Error: queue_full.
    std::error_code queue(const chat::Message& message, const chat::User& callee, std::string commands);
    /// Keeps a file's offer likewise.
    std::error_code queue_offer(chat::FileOfferId offer);

  private:
    struct Ring {
        std::string handle;
        std::string key;
        chat::TimerId timer;
        chat::UserId inviter;  // who is told when nobody answers; of a room's or group's invitation
    };
    struct Waiting {
        std::string commands;
        chat::UserId sender;
        chat::UserId receiver;
        chat::MessageKind kind;
        chat::StyledText text;
        std::uint64_t stored_id = 0;  // of one that the store keeps until it is delivered
    };

    std::optional<ErrorCode> call_person(SwitchboardSession& by, std::string_view trid, const std::string& handle);
    std::optional<ErrorCode> call_absent(SwitchboardSession& by, std::string_view trid, const std::string& handle);
    std::optional<ErrorCode> call_room(SwitchboardSession& by, std::string_view trid, const std::string& handle);
    std::optional<ErrorCode> call_into_group(SwitchboardSession& by, std::string_view trid, chat::User& callee);
    bool join_group(SwitchboardSession& session);
    /// False, and nothing changed, when nobody could be in it.
    bool become_group();
    void set_person(std::string handle);
    void forget_gone_person();
    void take_over_ringing(SwitchboardSession& session);
    void bring_in(chat::Group& group, chat::User& person, chat::User& by);
    void send_roster(SwitchboardSession& session, std::string_view trid);
    [[nodiscard]] std::vector<Identity> roster_for(const SwitchboardSession& session) const;
    [[nodiscard]] bool present(std::string_view handle) const;
    [[nodiscard]] bool has_session_of(std::string_view handle) const;
    [[nodiscard]] std::size_t participants() const;
    void stop_ringing(std::string_view handle);
    void refuse_answer(SwitchboardSession& session, std::string_view trid);
    void flush(SwitchboardSession& session);
    void report_undelivered(const Waiting& waiting, std::error_code why);
    void not_delivered(const std::string& handle);
    void fail_waiting(std::error_code why);
    void flush_offers(SwitchboardSession& session);
    void end_if_empty();
    [[nodiscard]] bool alone() const;
    void look_for_company();

    Server& server_;
    std::string id_;
    std::vector<SwitchboardSession*> sessions_;
    std::string person_;      // handle of the one person on IRC; empty: none
    chat::UserId person_id_;  // while they are there
    Identity absent_;         // who a stored message is from, should they not be there
    chat::GroupId group_{};
    std::vector<Ring> rings_;
    std::deque<Waiting> waiting_;
    std::vector<chat::FileOfferId> waiting_offers_;
    chat::TimerId alone_timer_;  // while one client is here with nobody to talk to
};

}  // namespace patchcord::msn
