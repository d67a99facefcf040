#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/utf8.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "msn/server/server.hpp"
#include "msn/wire/command_framer.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/msn_memory_store.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::fuzz {

/// What a server's key and the session it belongs to were, in a RNG or an XFR.
struct MsnKey {
    std::string session;  // empty: of an XFR
    std::string key;
};

/// One client's connection. Checks what the server sends, command by command, and against what the client said.
class MsnPeer final : public chat::Transport {
  public:
    explicit MsnPeer(std::unique_ptr<chat::Protocol> protocol) : protocol_(std::move(protocol)) {
        protocol_->connection_made(*this);
    }
    MsnPeer(const MsnPeer&) = delete;
    MsnPeer& operator=(const MsnPeer&) = delete;
    ~MsnPeer() override { protocol_->connection_lost({}); }

    void send(std::string_view bytes) {
        if (closed_) return;
        note_sent(bytes);
        protocol_->data_received(std::string(bytes));  // a copy that ends with the call
    }
    void stall() { stalled_ = !stalled_; }
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] std::size_t commands() const { return commands_; }
    /// The last of an XFR or of a RNG.
    [[nodiscard]] const MsnKey& opening() const { return opening_; }
    [[nodiscard]] const MsnKey& ring() const { return ring_; }

    std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
    std::error_code write(std::string_view bytes) override {
        if (closed_) return chat::Errc::client_gone;
        if (stalled_) {
            if (queued_ + bytes.size() > limit_) return chat::Errc::send_queue_exceeded;
            queued_ += bytes.size();
        }
        msn::CommandFramer framer(msn::Direction::to_client);
        framer.feed(bytes);
        msn::Command command;
        while (framer.next(command) == msn::CommandFramer::Outcome::command) check(command);
        demand(framer.error() == msn::FramingError::none, "a client can read it");
        demand(framer.pending() == 0, "whole commands are written");
        return {};
    }
    void close(const chat::CloseReason&) override { closed_ = true; }
    void close_now(const chat::CloseReason&) override { closed_ = true; }
    void pause_reading() override {}
    void resume_reading() override {}
    void set_send_queue_limit(std::size_t bytes) override { limit_ = bytes; }
    [[nodiscard]] std::size_t send_queue_size() const override { return queued_; }
    void notify_when_drained() override {}
    [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", "", false, "192.0.2.9"}; }

  private:
    /// Which messages may be answered with ACK or NAK.
    void note_sent(std::string_view bytes) {
        said_.feed(bytes);
        msn::Command command;
        while (said_.next(command) == msn::CommandFramer::Outcome::command) {
            if (command.verb == "MSG") ++unanswered_[std::string(command.param(0))];
        }
        said_.keep();
    }
    void check(const msn::Command& command) {
        ++commands_;
        const bool number = command.verb.front() >= '0' && command.verb.front() <= '9';
        demand(number || msn::find_verb(msn::Direction::to_client, command.verb) != nullptr, "a client knows the verb");
        for (const std::string_view param : command.params()) {
            demand(chat::is_valid_utf8(param), "a parameter is UTF-8");
            for (const char c : param) demand(static_cast<unsigned char>(c) > 0x20, "a parameter holds no controls");
        }
        if (command.verb == "ACK" || command.verb == "NAK") {
            demand(unanswered_[std::string(command.param(0))]-- > 0, "each message is answered at most once");
        } else if (command.verb == "XFR" && command.param(1) == "SB") {
            opening_ = {{}, std::string(command.param(4))};
        } else if (command.verb == "RNG") {
            ring_ = {std::string(command.param(0)), std::string(command.param(3))};
        }
    }

    std::unique_ptr<chat::Protocol> protocol_;
    msn::CommandFramer said_{msn::Direction::to_server};
    std::map<std::string, int> unanswered_;
    MsnKey opening_;
    MsnKey ring_;
    std::size_t commands_ = 0;
    bool closed_ = false;
    bool stalled_ = false;
    std::size_t limit_ = 0;
    std::size_t queued_ = 0;
};

/// A whole MSN server with three accounts, a room, and people on the other side of the core.
class MsnWorld : public msn::NickNames, public chat::LogSink {
  public:
    static constexpr std::array<std::string_view, 3> names{"ana", "bob", "carol"};

    MsnWorld() {
        for (const std::string_view name : names) {
            store.add(handle_of(name), std::string(name));
            store.set_legacy_password(handle_of(name), "secret");
        }
        (*service.create_group("#a"))->set_permanent(true);
    }

    /// No MD5, but as good here: the targets link no library.
    static std::array<std::uint8_t, 16> digest(std::string_view bytes) {
        std::array<std::uint8_t, 16> sum{};
        std::uint8_t last = 7;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            last = static_cast<std::uint8_t>(last * 31U + static_cast<unsigned char>(bytes[i]));
            sum[i % sum.size()] = static_cast<std::uint8_t>(sum[i % sum.size()] + last);
        }
        return sum;
    }
    [[nodiscard]] static std::string handle_of(std::string_view name) { return std::string(name) + "@example.com"; }
    void run() { scheduler.advance(std::chrono::milliseconds(0)); }

    /// Somebody on IRC, under this nick if it is free.
    std::unique_ptr<tests::Visitor> visitor(const std::string& nick) {
        const auto user = service.lookup_user(nick);
        if (user && (*user)->online()) return nullptr;
        return std::make_unique<tests::Visitor>(service, nick);
    }
    std::unique_ptr<MsnPeer> notification() { return std::make_unique<MsnPeer>(server.make_notification_session()); }
    std::unique_ptr<MsnPeer> switchboard() { return std::make_unique<MsnPeer>(server.make_switchboard_session()); }
    /// Somebody online.
    std::unique_ptr<MsnPeer> online(std::string_view name, unsigned dialect) {
        auto peer = notification();
        const std::string version = "MSNP" + std::to_string(dialect);
        const std::string handle = handle_of(name);
        peer->send("VER 1 " + version + " CVR0\r\nUSR 2 TWN I " + handle + "\r\nUSR 3 TWN S t=" + handle + "\r\n");
        run();
        peer->send("CHG 4 NLN 0\r\n");
        run();
        return peer;
    }
    /// Whatever happened before, once all have gone nothing is left, and who comes then is served.
    void demand_alive() {
        scheduler.advance(std::chrono::minutes(10));
        demand(server.metrics().connections.value() == 0, "no connection is left");
        demand(server.metrics().switchboards.value() == 0, "no switchboard is left");
        demand(server.metrics().signed_in.value() == 0, "nobody is signed in");
        demand(service.counts().online == 0, "nobody is online");
        demand(service.group_count() <= 1, "no group conversation is left");
        store.answer_again();
        store.stop_failing();
        run();
        const auto last = online("ana", 8);
        const std::size_t before = last->commands();
        last->send("PNG\r\n");
        demand(!last->closed() && last->commands() == before + 1, "the server is alive");
    }

    std::string nick_for(std::string_view handle, std::string_view,
                         const std::function<bool(std::string_view)>& is_taken) override {
        std::string nick(handle.substr(0, handle.find('@')));
        while (is_taken(nick)) nick += '_';
        return nick;
    }
    std::string new_nick_for(std::string_view handle, std::string_view name,
                             const std::function<bool(std::string_view)>& is_taken) override {
        return nick_for(handle, name, is_taken);
    }
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return false; }
    void log(chat::LogLevel, std::string_view, std::string_view, std::initializer_list<chat::LogField>) override {}

  private:
    static chat::ServiceOptions service_options() {
        chat::ServiceOptions options;
        options.names.fold = &irc::fold_table(irc::Casemapping::ascii);
        options.names.is_user_name = [](std::string_view name) { return irc::is_valid_nick(name, 30); };
        options.names.is_group_name = [](std::string_view name) { return irc::is_valid_channel(name, 64); };
        options.max_groups_per_user = 3;
        return options;
    }
    static msn::ServerOptions server_options() {
        msn::ServerOptions options;
        options.name = "msn.test";
        options.flood = {1000, 1000};
        options.calls = {1000, 1000};
        options.sendq = 16 * 1024;
        options.challenge = true;
        options.max_contacts = 4;
        options.max_groups = 3;
        options.max_switchboards = 5;
        options.max_participants = 4;
        options.max_queued_messages = 3;
        options.listed_rooms = {"#a"};
        return options;
    }
    static std::optional<std::string> redeem(std::string_view ticket) {
        if (!ticket.starts_with("t=")) return std::nullopt;
        return std::string(ticket.substr(2));
    }
    std::string random_text(std::size_t length) {
        std::string text = std::to_string(++last_random_);
        text.resize(std::max(length, text.size()), 'x');
        return text;
    }

    std::uint64_t last_random_ = 0;

  public:
    tests::ManualScheduler scheduler;
    chat::ChatService service{service_options(), scheduler};
    chat::MetricRegistry metrics;
    tests::MsnMemoryStore store{scheduler};
    chat::CodePointBreaker graphemes;
    msn::Server server{{service, scheduler, *this, metrics, store, *this, graphemes, digest, redeem,
                        [this](std::size_t length) { return random_text(length); }},
                       server_options()};
};

}  // namespace patchcord::fuzz
