#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/hit_limits.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/token_bucket.hpp"
#include "irc/server/contacts_channel.hpp"
#include "irc/server/label.hpp"
#include "irc/server/replay.hpp"
#include "irc/server/sasl_dialogue.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/caps.hpp"
#include "irc/wire/line_builder.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"
#include "irc/wire/numerics.hpp"

namespace patchcord::irc {

class ClientBatch;
class DccOffers;
class Person;
struct OpenBatch;
struct Registration;

/// One IRC client's connection: lines in, lines out. The `Person` it belongs to is the user's mind in the core.
///
/// What one command answers is in the functions of irc/server/commands/; what the core tells is in session_events.cpp.
class Session final : public chat::Protocol {
  public:
    Session(Server& server, std::uint64_t number);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // --- what commands use -------------------------------------------------------------------------------------------

    [[nodiscard]] Server& server() { return server_; }
    [[nodiscard]] chat::ChatService& service() { return server_.service(); }
    [[nodiscard]] const ServerOptions& options() const { return server_.options(); }
    /// Only once registered. Good throughout a command, also when that very command made the core end the login.
    [[nodiscard]] chat::User& user() const { return *user_; }
    [[nodiscard]] bool registered() const { return registration_ == nullptr; }
    /// Whose connection it is; only once registered.
    [[nodiscard]] Person& person() const { return *person_; }
    /// Registered, and not on its way out.
    [[nodiscard]] bool logged_in() const;
    /// Only before being registered.
    [[nodiscard]] Registration& registration() { return *registration_; }
    /// The nick, or `*` as long as there is none.
    [[nodiscard]] std::string_view nick() const;
    [[nodiscard]] CapSet caps() const { return caps_; }
    [[nodiscard]] bool has(Cap cap) const { return caps_.has(cap); }
    void set_caps(CapSet caps) { caps_ = caps; }
    /// The highest version of capability negotiation the client spoke.
    [[nodiscard]] unsigned cap_version() const { return cap_version_; }
    void set_cap_version(unsigned version) { cap_version_ = static_cast<std::uint16_t>(version); }
    [[nodiscard]] chat::PeerInfo peer() const { return transport_->peer(); }
    /// The client speaks for somebody else, who is `peer()` from now on if that is done.
    [[nodiscard]] chat::Moved speaks_for(std::string_view address, bool secure) {
        return transport_->speaks_for(address, secure);
    }

    /// A numeric reply: parameters behind the nick, then the text with its colon.
    void reply(Numeric numeric, std::initializer_list<std::string_view> params, std::string_view trailing);
    void reply(Numeric numeric, std::initializer_list<std::string_view> params);
    /// FAIL, WARN or NOTE (IRCv3 standard-replies); a NOTICE with the same words for clients without the capability.
    void standard_reply(std::string_view type, std::string_view command, std::string_view code,
                        std::initializer_list<std::string_view> context, std::string_view text);
    /// A line from the server or another source; `build` appends all but the time tag.
    template <class Build>
    void emit(Build&& build);
    /// A line as others see it, rendered already.
    void emit_rendered(std::string_view line) { deliver(line); }
    /// The client's own message as its receivers got it, in their rendering where the capabilities agree; the person's
    /// other clients are shown it, too.
    void echo(const chat::Message& message, chat::RenderCache& cache);
    void echo(const chat::Withdrawal& withdrawal, chat::RenderCache& cache);

    /// The limit was hit: counted, and logged once a connection.
    void limit_hit(Limit limit);
    /// May the client say the password of an account or an operator? Not where it could be read on the way.
    [[nodiscard]] bool takes_passwords() const;
    /// A wrong password was given: counted, and one too many ends the connection.
    void login_failed();
    /// The label of the command in hand, for a reply that puts it where it belongs by itself; empty when there is none.
    /// The reply is not collected any longer.
    [[nodiscard]] std::string take_label();
    [[nodiscard]] bool is_labelled() const { return label_ != nullptr; }
    /// A name for a batch, of which this connection had none before.
    [[nodiscard]] std::string next_batch_reference() { return "b" + std::to_string(++last_batch_); }

    /// What the client is known by among those of its account: how it called itself when it logged in.
    [[nodiscard]] const std::string& device() const { return device_; }
    /// When it was registered.
    [[nodiscard]] chat::WallTime since() const { return since_; }
    /// Up to when it can be taken to have got what it was sent.
    [[nodiscard]] chat::WallTime last_seen() const;
    /// Messages wait from now on until `end_replay` was called as often.
    void begin_replay();
    void end_replay();
    /// What should have been shown could not be read.
    void replay_failed() { replay_failed_ = true; }
    /// Nothing that is older waits to be shown, or failed to be.
    [[nodiscard]] bool has_been_shown_all() const { return !held_ && !replay_failed_; }
    /// Does a message of that id wait?
    [[nodiscard]] bool is_held(const std::string& msgid) const;

    /// Charges more than one token for a dear command.
    void charge(double tokens) { bucket_.charge(options().flood, server_.scheduler().now(), tokens); }

    /// Ends the connection: ERROR to the client, `quit_reason` to the others. The session does nothing more.
    /// `log_reason` must hold nobody's words.
    void close(std::string_view error, std::string_view quit_reason, const chat::CloseReason& log_reason);
    /// The same for a reason of the server's own.
    void close(const chat::CloseReason& reason) { close(reason.words, reason.words, reason); }
    /// The same for a limit that was hit.
    void close(Limit limit, std::string_view reason);
    /// Ends the login; no effect when it has ended.
    void log_out();

    /// No further command is run until `resume`, because an answer is still being found. The reply to the command in
    /// hand goes on then, label and all.
    void suspend();
    void resume();
    /// Suspends; whoever finds the answer hands the rest of the command to what this gives. Nothing happens when the
    /// session is gone by then.
    [[nodiscard]] std::function<void(const std::function<void()>& rest)> await_answer();
    /// A long answer in slices: `step` sends a few lines (`lines_a_slice`) and says whether there are more. Never
    /// overruns the send queue; no further command is run meanwhile. A second one follows the first.
    void stream(std::function<bool()> step);
    [[nodiscard]] bool streaming() const { return stream_ != nullptr; }
    /// To who gives a password where it is not taken.
    static constexpr std::string_view tls_only = "Passwords are taken over TLS only";
    /// What fits the smallest send queue on top of the quarter that may be full, tags included.
    static constexpr std::size_t lines_a_slice = 25;

    /// Goes on with registration if all that is needed has come.
    void try_to_register();
    /// The account this client is logged in to; empty without one.
    [[nodiscard]] std::string_view account() const;
    /// It is logged in to it from now on: others are told. Error: already_logged_in when somebody is that account
    /// already, whom a connection joins only while it registers.
    std::error_code set_account(const chat::AccountIdentity& who);
    /// Is the nick nobody's account, or the one this client is logged in to?
    [[nodiscard]] bool may_bear(std::string_view nick) const;
    /// Asks whether the password is the account's; `then` is part of the command in hand, as with `check_password`.
    void check_account(std::string name, std::string password, chat::AccountVerifier::Done then);
    /// May the name become this client's account? Not while somebody else goes by it.
    [[nodiscard]] bool may_open_account(std::string_view name);
    /// Where this client logs in from, and the mechanisms of SASL that it may use.
    [[nodiscard]] chat::AccountVerifier::Peer login_peer() const;
    [[nodiscard]] std::vector<std::string> sasl_mechanisms() const;
    /// The exchange of SASL that is open; nullptr between two of them.
    [[nodiscard]] SaslDialogue* sasl() const { return sasl_.get(); }
    void begin_sasl(std::unique_ptr<chat::LoginExchange> with) {
        sasl_ = std::make_unique<SaslDialogue>(std::move(with));
    }
    void end_sasl() { sasl_.reset(); }
    void send_isupport();
    /// Compares a password with a hash; `then` is part of the command in hand, and no further command is run before it.
    void check_password(std::string password, std::string hash,
                        std::function<void(chat::PasswordVerifier::Answer)> then);

    /// What to call when a message for `name` was kept, or could not be. No further command is run before it, so that
    /// what is answered later was sent later; `tell` is part of the command in hand.
    [[nodiscard]] std::function<void(std::error_code)> when_kept(std::string name,
                                                                 void (*tell)(Session&, const std::string& name,
                                                                              std::error_code));
    /// Is it the first message kept for `name`? The sender is told once.
    [[nodiscard]] bool first_kept_for(const std::string& name);

    /// MONITOR's names, in the client's spelling, the same when they fold to the same.
    using MonitorList = std::unordered_set<std::string, chat::FoldHash, chat::FoldEqual>;
    [[nodiscard]] MonitorList& monitored();
    [[nodiscard]] bool has_monitored(std::string_view name) const;
    /// Takes a name off the list.
    void unmonitor(std::string_view name);

    /// What AWAY said at this connection, `*` for one that no human sits at (IRCv3 pre-away, for those who know it);
    /// nullptr: it is not away.
    [[nodiscard]] const std::string* away_message() const { return away_.get(); }
    [[nodiscard]] bool is_machine() const { return away_ != nullptr && *away_ == "*" && has(Cap::pre_away); }
    /// Empty: not away. The person is when all of its connections are.
    void set_away(std::string_view message);

    /// The keys of metadata whose changes the client is told.
    using MetadataSubs = std::set<std::string, std::less<>>;
    [[nodiscard]] MetadataSubs& metadata_subs() { return metadata_subs_; }

    /// What belongs to the contact list; made when first asked for.
    /// Whoever asks for it cancels it when the connection is lost.
    chat::TimerId run_later(std::chrono::milliseconds delay, std::function<void()> then);
    [[nodiscard]] ContactsState& contacts();
    /// nullptr as long as there is nothing to remember.
    [[nodiscard]] const ContactsState* contacts_if_any() const { return contacts_.get(); }
    /// Is the client in `&contacts`?
    [[nodiscard]] bool in_contacts() const { return contacts_ != nullptr && contacts_->joined; }

    /// Files that are offered to the client and by it, as DCC; only where the gateway passes any on.
    [[nodiscard]] DccOffers& dcc();

    // A message of several lines that is coming in (IRCv3 draft/multiline); in session_batch.cpp.

    /// FAIL BATCH; whoever knows of such batches knows FAIL.
    void fail_batch(std::string_view code, std::initializer_list<std::string_view> context, std::string_view text);
    void open_batch(ClientBatch batch);
    /// Is it open, or what is passed over of one that was refused?
    [[nodiscard]] bool in_batch(std::string_view reference) const;
    /// Refuses the one that is open. What follows of it is passed over.
    void refuse_batch(std::string_view code, std::initializer_list<std::string_view> context, std::string_view text);
    /// Ends it: the answer to the command in hand is that to the whole batch. nullptr when there is none.
    [[nodiscard]] std::unique_ptr<OpenBatch> end_batch();

    /// The name of the connection in the log, "irc#17".
    [[nodiscard]] std::string log_name() const;
    [[nodiscard]] chat::LogIdentity log_identity() const override;
    [[nodiscard]] std::uint64_t number() const { return number_; }

    // --- chat::Protocol ----------------------------------------------------------------------------------------------

    void connection_made(chat::Transport& transport) override;
    void data_received(std::string_view bytes) override;
    void connection_lost(std::error_code why) override;

    // --- what the core tells the person ------------------------------------------------------------------------------

    std::error_code receive(const chat::Message& message, chat::RenderCache& cache);
    std::error_code receive_kept(const chat::Message& message, chat::RenderCache& cache);
    std::error_code user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache);
    std::error_code user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                              chat::RenderCache& cache);
    std::error_code group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                      chat::RenderCache& cache);
    std::error_code group_settings_changed(const chat::Group& group, const chat::User* by,
                                           std::span<const chat::SettingChange> changes, chat::RenderCache& cache);
    void typing(const chat::TypingNotice& notice, chat::RenderCache& cache);
    void message_withdrawn(const chat::Withdrawal& withdrawal, chat::RenderCache& cache);
    void group_renamed(const chat::Group& group, const chat::Renaming& how, chat::RenderCache& cache);
    void presence_changed(const chat::User& user, chat::Audience audience, chat::RenderCache& cache);
    void profile_changed(const chat::User& user, chat::ProfileField field, chat::Audience audience,
                         chat::RenderCache& cache);
    void host_changed(const chat::User& user, const chat::OldHost& old_host, chat::Audience audience,
                      chat::RenderCache& cache);
    void renamed(const chat::User& user, std::string_view old_name, chat::RenderCache& cache);
    void signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache);
    void watched_on(const chat::User& user);
    void watched_off(std::string_view name);
    void contact_came(const chat::User& user, chat::RenderCache& cache);
    void contact_left(const chat::User& user, std::string_view reason, bool told, chat::RenderCache& cache);
    void roster_restored();
    void contact_request(std::string_view address, std::string_view name);
    void invited(const chat::Group& group, const chat::User& by, const chat::User& invitee, chat::RenderCache& cache);
    void invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why);
    void brought_in(const chat::Group& group, std::string_view why);
    void disconnected_by(const chat::User& by, std::string_view reason);
    void told(std::string_view text);
    void operator_notice(const chat::User& by, std::string_view text, chat::RenderCache& cache);
    void undelivered(const chat::Message& message, const chat::User& to, std::error_code why);
    /// `by_dcc`: the client may be offered a connection for it.
    std::error_code file_offered(const chat::FileOffer& offer, bool by_dcc);
    void file_offer_changed(const chat::FileOffer& offer);

  private:
    /// All that had to be checked was right.
    void admit();
    [[nodiscard]] bool take_nick();
    void log_in_by_pass();
    void log_in();
    /// One more connection of somebody who is here.
    void join_person(std::shared_ptr<Person> person);
    void enter(std::shared_ptr<Person> person);
    void welcome();
    void refuse_password(std::string_view why);
    void continue_command(const std::function<void()>& answer);
    void answer_came(const std::function<void()>& rest);
    void process_input();
    void run_line(std::string_view line);
    void run_message(const Message& message);
    /// True: the line was one of a batch, or out of place because of one.
    bool take_batch_line(const Message& message, std::string_view line);
    void add_to_batch(const Message& message);
    void await_batch_end();
    void begin_label(const Message& message);
    void end_label();
    void overrun();
    void hold_back();
    void check_flood_timeout();
    bool spend_registration_line();
    void check_liveness();
    /// A failure in here ends this session only.
    void guarded(const std::function<void()>& call);
    void schedule_liveness(std::chrono::milliseconds delay);
    void run_stream();
    /// True: the message waits until all that is older was shown.
    bool hold_message(const chat::Message& message, const chat::WireBytes& line);
    /// It was taken back before it was shown.
    void drop_held(std::string_view msgid);
    void release_held();
    void note_delivered(const chat::Message& message);
    /// Asks for what is remembered of the account, and goes on with `admit`.
    void fetch_markers();
    std::error_code deliver(std::string_view line);
    std::error_code deliver(const chat::WireBytes& line);
    std::error_code check(std::error_code written);
    /// Why nothing can be sent any more.
    [[nodiscard]] std::error_code gone() const;
    /// Sends what `render` makes for this client's dialect, made once for all who share it. `variant` tells apart
    /// several renderings of one event.
    template <class Render>
    std::error_code share(chat::RenderCache& cache, CapSet relevant, std::uint64_t variant, Render&& render);
    void begin_numeric(LineBuilder& line, Numeric numeric) const;
    /// Is the client told what becomes of somebody it knows by these?
    [[nodiscard]] bool follows(const chat::User& user, chat::Audience audience) const;

    enum class State : std::uint8_t { open, closing, gone };

    Server& server_;
    std::uint64_t number_;
    chat::Transport* transport_ = nullptr;
    State state_ = State::open;
    bool suspended_ = false;
    bool processing_ = false;
    bool reading_paused_ = false;
    bool pinged_ = false;
    bool collecting_ = false;
    bool logged_out_ = false;
    bool lost_ = false;  // without a goodbye
    bool replay_failed_ = false;
    std::uint32_t last_batch_ = 0;
    std::uint32_t awaited_ = 0;  // answers, before whose last no further command is run
    std::uint16_t cap_version_ = 0;
    std::uint16_t failed_logins_ = 0;
    chat::HitLimits<Limit> limits_;
    CapSet caps_;
    LineFramer framer_;
    chat::TokenBucket bucket_;
    chat::Now heard_{};
    chat::TimerId liveness_timer_;
    chat::TimerId flood_timer_;
    std::shared_ptr<Person> person_;
    chat::User* user_ = nullptr;
    chat::UserId user_id_;
    std::string quit_reason_;
    std::unique_ptr<Registration> registration_;
    std::unique_ptr<LabelledReply> label_;
    std::unique_ptr<OpenBatch> batch_;
    std::unique_ptr<SaslDialogue> sasl_;
    std::unique_ptr<std::function<bool()>> stream_;
    std::unique_ptr<chat::Now>
        ahead_since_;  // when flood control first had to stop reading, while it still holds lines
    std::unique_ptr<HeldMessages> held_;
    std::string device_;
    chat::WallTime since_{};
    chat::WallTime delivered_{};  // when the last message was sent that the client got
    std::unique_ptr<MonitorList> monitored_;
    std::unique_ptr<std::string> away_;
    std::unique_ptr<std::unordered_set<std::string>> kept_for_;
    MetadataSubs metadata_subs_;
    std::unique_ptr<ContactsState> contacts_;
    std::unique_ptr<DccOffers> dcc_;
};

template <class Build>
void Session::emit(Build&& build) {
    std::string& out = server_.scratch();
    out.clear();
    LineBuilder line(out);
    if (has(Cap::server_time)) line.tag("time", server_.time_tag());
    build(line);
    line.finish();
    deliver(std::string_view(out));
}

}  // namespace patchcord::irc
