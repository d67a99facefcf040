#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "chat_core/log_sink.hpp"
#include "chat_core/ports/account_desk.hpp"
#include "chat_core/ports/account_verifier.hpp"
#include "chat_core/ports/address_book.hpp"
#include "chat_core/ports/always_on_book.hpp"
#include "chat_core/ports/file_network.hpp"
#include "chat_core/ports/history_store.hpp"
#include "chat_core/ports/link_desk.hpp"
#include "chat_core/ports/offline_box.hpp"
#include "chat_core/ports/password_verifier.hpp"
#include "chat_core/ports/picture_shelf.hpp"
#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/upload_desk.hpp"
#include "irc/server/metadata.hpp"
#include "irc/server/metrics.hpp"
#include "irc/server/options.hpp"
#include "irc/server/recent_messages.hpp"
#include "irc/server/whowas.hpp"
#include "irc/wire/text_split.hpp"

namespace patchcord::irc {

class HistoryRecorder;
class People;
class Session;

/// How messages that IRC clients sent are marked in the core.
inline constexpr chat::ProtocolId irc_protocol{1};

/// What the IRC server needs from the rest of the gateway.
struct ServerEnvironment {
    chat::ChatService& service;
    chat::Scheduler& scheduler;
    chat::LogSink& log;
    chat::MetricRegistry& metrics;
    chat::PasswordVerifier& passwords;
    const chat::GraphemeBreaker& graphemes;
    /// The host others see instead of a network address.
    std::function<std::string(std::string_view address)> cloak;
    /// Reads the configuration again; the error in one line when that failed.
    std::function<std::optional<std::string>()> rehash;
    /// Differs from every earlier run's: the first half of each msgid.
    std::string boot_id;
    /// Keeps messages for those who are not online; nullptr: nobody does.
    chat::OfflineBox* offline_box = nullptr;
    /// Who has an account; nullptr: nobody.
    chat::AccountVerifier* accounts = nullptr;
    /// Where people open accounts and change theirs; nullptr: nowhere.
    chat::AccountDesk* account_desk = nullptr;
    /// Knows who can be on a contact list; nullptr: nobody can.
    const chat::AddressBook* address_book = nullptr;
    /// Signs people in to MSN services; nullptr: nobody does.
    chat::LinkDesk* links = nullptr;
    /// Where files are offered, and the connections for them (DCC); nullptr: nobody offers any.
    chat::FileDesk* files = nullptr;
    chat::FileNetwork* file_network = nullptr;
    /// Takes files over HTTP; nullptr: nobody does.
    chat::UploadDesk* uploads = nullptr;
    /// Who stays without a client; nullptr: nobody.
    chat::AlwaysOnBook* always_on = nullptr;
    /// Where conversations are kept; nullptr: nowhere.
    chat::HistoryStore* history = nullptr;
    /// Pictures of people on other protocols; nullptr: there are none.
    chat::PictureShelf* pictures = nullptr;
};

/// The batch around what a split brings about, while one is open (IRCv3 netsplit and netjoin).
struct SplitBatch {
    bool joining = false;
    std::string reference;
    std::string here_and_there;  // both servers' names, as in the reason of those who quit
    std::unordered_set<Session*> told;
    std::unordered_set<Session*> late;  // who opens `&contacts` when all have come
};

/// An IRC server to its clients: what all sessions share.
class Server final : public chat::ServiceObserver {
  public:
    Server(ServerEnvironment environment, ServerOptions options);
    ~Server() override;

    /// A session for a connection that was just accepted.
    [[nodiscard]] std::unique_ptr<chat::Protocol> make_session();
    /// Takes new options at once, and tells clients that were told other values in RPL_ISUPPORT.
    void reload(ServerOptions options);
    /// A notice of the service nick to all operators who are online.
    void tell_operators(std::string_view text);
    /// Says goodbye to everybody with ERROR and closes all connections.
    void shut_down(std::string_view reason);
    [[nodiscard]] bool shutting_down() const { return shutting_down_; }
    /// The line for somebody whose connection is refused.
    [[nodiscard]] std::string refusal(std::string_view reason) const;

    [[nodiscard]] const ServerOptions& options() const { return options_; }
    [[nodiscard]] ServerEnvironment& environment() { return environment_; }
    [[nodiscard]] const chat::GraphemeBreaker& graphemes() const { return environment_.graphemes; }
    [[nodiscard]] chat::ChatService& service() { return environment_.service; }
    [[nodiscard]] const chat::ChatService& service() const { return environment_.service; }
    [[nodiscard]] chat::Scheduler& scheduler() { return environment_.scheduler; }
    [[nodiscard]] chat::LogSink& log() { return environment_.log; }
    [[nodiscard]] ServerMetrics& metrics() { return metrics_; }
    [[nodiscard]] WhowasHistory& whowas() { return whowas_; }
    /// Records what is said from now on, and lets clients ask for it.
    void keep_history(chat::HistoryStore& store);
    /// Shows people's pictures by their links from now on.
    void show_pictures(chat::PictureShelf& shelf);
    /// Would anybody be told of the picture of `user`? It is another now: they are.
    [[nodiscard]] bool wants_picture(const chat::User& user);
    void picture_changed(const chat::User& user);
    /// Brings back somebody who was here without a client when the gateway ended.
    void restore(const chat::AlwaysOn& who);
    /// nullptr: no history is kept.
    [[nodiscard]] HistoryRecorder* recorder() { return recorder_.get(); }
    [[nodiscard]] People& people() { return *people_; }
    [[nodiscard]] MetadataStore& metadata() { return metadata_; }
    /// All clients, whether they are registered or not.
    template <class Tell>
    void for_each_session(Tell&& tell) {
        for (Session* session : sessions_) tell(*session);
    }
    /// The messages whose msgid clients were told of late.
    [[nodiscard]] RecentMessages& recent_messages() { return recent_messages_; }
    [[nodiscard]] const chat::FoldTable& fold() const { return environment_.service.fold(); }
    /// The lines of RPL_ISUPPORT for a connection with TLS, or without.
    [[nodiscard]] const std::vector<std::string>& isupport(bool secure = false) const {
        return isupport_[secure ? 1 : 0];
    }
    [[nodiscard]] chat::WallTime started_at() const { return started_at_; }
    [[nodiscard]] std::size_t unregistered() const { return unregistered_; }
    /// Is `session` still there, and the one that had this number?
    [[nodiscard]] bool is_open(Session* session, std::uint64_t number) const;

    /// The msgid tag's value for a message (IRCv3 message-ids).
    [[nodiscard]] std::string msgid(chat::MessageId id) const;
    /// The reverse; nothing for what this run of the server has not given out.
    [[nodiscard]] std::optional<chat::MessageId> parse_msgid(std::string_view msgid) const;
    /// The time tag's value, and that of now (IRCv3 server-time); good until the next call.
    [[nodiscard]] std::string_view time_tag(chat::WallTime at) const;
    [[nodiscard]] std::string_view time_tag() const { return time_tag(now()); }
    [[nodiscard]] chat::WallTime now() const { return environment_.scheduler.wall_now(); }

    /// Is `target`, the server a command is addressed to, this one (by name or mask, or by the nick of somebody on it)?
    [[nodiscard]] bool is_this_server(std::string_view target) const;

    [[nodiscard]] const SplitBatch* split() const { return split_ ? &*split_ : nullptr; }
    /// `session` is told something in it: opened for those who understand it.
    void enter_split(Session& session);
    /// `session` opens `&contacts` at its end, so that all who come are in one list.
    void open_contacts_after_split(Session& session) { split_->late.insert(&session); }

    /// A string to build lines in, so that replies need no memory of their own.
    [[nodiscard]] std::string& scratch() { return scratch_; }

    void user_signed_off(const chat::User& user, std::string_view reason) override;
    void user_renamed(const chat::User& user, std::string_view old_name) override;
    void split_began(const chat::Split& split) override;
    void split_ended() override;
    void group_ended(const chat::Group& group) override { metadata_.forget(group); }

  private:
    friend class Session;

    /// The connection stands; before that a session counts nowhere.
    void session_opened(Session& session);
    void session_closed(Session& session);
    void session_registered();
    /// It is not closed yet, but counts no more.
    void session_left(const Session& session);
    using IsupportLines = std::array<std::vector<std::string>, 2>;  // without TLS and with it
    [[nodiscard]] std::vector<std::string> make_isupport(bool secure) const;
    [[nodiscard]] IsupportLines make_all_isupport() const { return {make_isupport(false), make_isupport(true)}; }
    void remember(const chat::User& user, std::string_view nick);

    ServerEnvironment environment_;
    ServerOptions options_;
    ServerMetrics metrics_;
    WhowasHistory whowas_;
    MetadataStore metadata_;
    RecentMessages recent_messages_;
    chat::WallTime started_at_;
    IsupportLines isupport_;
    std::unique_ptr<People> people_;
    std::unique_ptr<HistoryRecorder> recorder_;
    std::unordered_set<Session*> sessions_;
    std::uint64_t last_session_ = 0;
    std::size_t unregistered_ = 0;  // open and not yet registered
    std::string scratch_;
    bool shutting_down_ = false;
    std::optional<SplitBatch> split_;
    std::uint64_t last_split_ = 0;
    mutable std::string time_tag_;
    mutable long long time_tag_second_ = -1;
};

}  // namespace patchcord::irc
