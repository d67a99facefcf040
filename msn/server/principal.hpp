#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat_core/chat_client.hpp"
#include "chat_core/login.hpp"
#include "msn/server/account_store.hpp"
#include "msn/server/contact_list.hpp"
#include "msn/server/contact_presence.hpp"
#include "msn/server/pictures.hpp"
#include "msn/server/render.hpp"
#include "msn/wire/error_code.hpp"

namespace patchcord::msn {

class NotificationSession;
class Server;
class Switchboard;
class SwitchboardSession;

/// Somebody who is signed in, a *principal* in MSN's words: the account's lists, its presence, and the mind of its user
/// in the core. Lives as long as the notification session's login.
class Principal final : public chat::ChatClient {
  public:
    Principal(Server& server, NotificationSession& session, AccountRecord record);
    ~Principal() override;
    Principal(const Principal&) = delete;
    Principal& operator=(const Principal&) = delete;

    [[nodiscard]] const std::string& handle() const { return handle_; }
    /// Never empty: the handle when no name is set.
    [[nodiscard]] const std::string& friendly_name() const;
    [[nodiscard]] NotificationSession& session() const { return session_; }
    /// Expires with the sign-in; what belongs to one must not act for the next.
    [[nodiscard]] std::weak_ptr<char> token() const { return alive_; }
    /// Is `token` this sign-in's?
    [[nodiscard]] bool is_of(const std::weak_ptr<char>& token) const {
        return !token.owner_before(alive_) && !alive_.owner_before(token);
    }
    [[nodiscard]] ContactList& contacts() { return contacts_; }
    [[nodiscard]] const ContactList& contacts() const { return contacts_; }
    /// The user in the core; nullptr before the first CHG and while hidden.
    [[nodiscard]] chat::User* user() const { return login_.user(); }

    /// Puts the rooms on the lists of an account that was never changed, so that they are there to be double-clicked.
    void list_rooms();

    // --- presence: the notification session's commands call these ---------------------------------------------------

    /// How it looks to those who may see it. `Status::offline` before the first CHG.
    [[nodiscard]] const ContactPresence& presence() const { return presence_; }
    /// CHG. Everybody who may know is told. Returns a 9xx/7xx error when the core has no room for the user.
    std::optional<ErrorCode> set_status(Status status, std::string_view capabilities, std::string_view object);
    /// REA of oneself, PRP MFN; already stored.
    void friendly_name_changed();
    /// UUX: a UBX payload.
    void set_personal_message(std::string_view payload);
    /// The core learns of status, personal message and name as they are now.
    void tell_core();

    /// The display picture, for people elsewhere.
    [[nodiscard]] OwnPicture& picture() { return picture_; }

    /// Says a file's offer with its link, where files cannot be offered. Error: there is no link, or nobody to see it.
    std::error_code show_link(const chat::FileOffer& offer);

    /// May `handle` see this principal and talk to it (BLP, AL, BL)?
    [[nodiscard]] bool allows(std::string_view handle) const;
    /// `handle` was put on the forward list, or taken off; the list has changed already.
    void contact_added(std::string_view handle);
    void contact_removed(std::string_view handle);
    /// AL, BL or BLP changed: whoever sees something else now is told.
    void privacy_changed();
    /// The presence of everybody on the forward list who can be seen now, for ILN; from now on changes are told.
    [[nodiscard]] std::vector<ContactPresence> visible_contacts();
    /// The same of one contact, for the ILN that follows ADD and ADC.
    [[nodiscard]] std::optional<ContactPresence> visible_contact(std::string_view handle);

    /// Shows how a contact looks now; sends nothing when that is what was shown last.
    void show(const ContactPresence& presence, chat::RenderCache& cache);
    void show_offline(std::string_view handle, chat::RenderCache& cache);

    // --- conversations -----------------------------------------------------------------------------------------------

    void switchboard_entered(SwitchboardSession& session);
    void switchboard_left(SwitchboardSession& session);
    /// The client says something there: answers go to the same place.
    void note_used(SwitchboardSession& session);
    [[nodiscard]] std::size_t switchboard_count() const { return switchboards_.size(); }
    /// The user goes from the core; conversations that go through there end.
    void leave_core();
    /// Ends the conversations that go through the core; rooms are told that reason, a constant.
    void end_conversations(std::string_view reason);
    /// The store has messages that were not delivered: they come before the next one.
    void note_messages_remain() { messages_remain_ = true; }
    /// Fetches stored messages that were not delivered, if there are any.
    void fetch_remaining();
    /// May one more ring it? If not, that is counted.
    [[nodiscard]] bool takes_ring();
    /// It was rung from there, and has not answered yet.
    void note_ringing(std::shared_ptr<Switchboard> switchboard);
    /// The one in which nobody is yet, from which somebody on IRC rings it.
    [[nodiscard]] std::shared_ptr<Switchboard> ringing_switchboard(std::string_view person) const;
    /// The session that sends a message now, if one does: it hears what became of it.
    void set_sending(SwitchboardSession* session) { sending_ = session; }
    /// The client's latest connection that stands for `group`; nullptr when there is none.
    [[nodiscard]] SwitchboardSession* session_for(const chat::Group& group) const;

    // --- chat::ChatClient --------------------------------------------------------------------------------------------

    std::error_code receive(const chat::Message& message, chat::RenderCache& cache) override;
    std::error_code user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) override;
    std::error_code user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                              chat::RenderCache& cache) override;
    std::error_code group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                      chat::RenderCache& cache) override;
    void typing(const chat::TypingNotice& notice, chat::RenderCache& cache) override;
    void signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache) override;
    void invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                 chat::RenderCache& cache) override;
    [[nodiscard]] bool is_visible_to(const chat::User& owner) const override;
    void disconnected_by(const chat::User& by, std::string_view reason) override;
    void undelivered(const chat::Message& message, const chat::User& to, std::error_code why) override;
    std::error_code file_offered(const chat::FileOffer& offer) override;
    void file_offer_changed(const chat::FileOffer& offer) override;

  private:
    std::optional<ErrorCode> sign_on_to_core();
    [[nodiscard]] OwnPicture::Owner picture_owner();
    /// A conversation in which the client can be asked for its picture; nullptr when there is none.
    [[nodiscard]] SwitchboardSession* session_to_ask() const;
    void forget_old_rings();
    void changed();
    [[nodiscard]] std::string find_nick();
    /// The friendly name as others see it: nothing in it deceives the eye.
    [[nodiscard]] std::string real_name() const;
    void log_refusal(std::error_code why);
    void fetch_messages();
    /// Keeps a message until those that wait in the store are on their way.
    std::error_code hold(const chat::Message& message, const Identity& sender, std::string commands);
    void pass_on(Switchboard& switchboard, const Identity& sender);
    void deliver(const std::vector<OfflineMessage>& messages);
    void add_contact(const Contact& contact);
    std::error_code receive_directly(const chat::Message& message, chat::RenderCache& cache);
    /// All of the client's windows that show `group`.
    [[nodiscard]] std::vector<SwitchboardSession*> sessions_for(const chat::Group& group) const;
    /// Where somebody rings it, from now on if nobody did; nullptr: too many do.
    [[nodiscard]] std::shared_ptr<Switchboard> ringing_or_ring(const chat::User& caller, const Identity& identity);
    [[nodiscard]] bool is_rung_for(const chat::Group& group) const;
    [[nodiscard]] SwitchboardSession* session_with(std::string_view handle) const;

    Server& server_;
    NotificationSession& session_;
    std::string handle_;
    bool messages_remain_;  // the store has some that were not delivered
    ContactList contacts_;
    ContactPresence presence_;
    OwnPicture picture_;
    chat::Login login_;
    std::unordered_map<std::string, chat::WireBytes> shown_;  // how contacts look that look online on the client
    bool renamed_ = false;                           // the friendly name is another, and the nick may have to follow
    bool refusal_logged_ = false;                    // that the core has no room
    std::vector<SwitchboardSession*> switchboards_;  // most recently used last
    std::vector<std::weak_ptr<Switchboard>> ringing_;
    /// Messages from somebody that wait while the store is being asked.
    struct Held {
        Identity sender;
        std::shared_ptr<Switchboard> switchboard;
    };
    bool fetching_ = false;             // the store is being asked for messages
    std::map<std::string, Held> held_;  // by the sender's handle
    SwitchboardSession* sending_ = nullptr;
    std::string goodbye_ = "Signed out";                      // what IRC sees at the end
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for answers that come after the end
};

}  // namespace patchcord::msn
