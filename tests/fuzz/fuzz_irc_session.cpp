// A whole server with three sessions; the input says who sends what, when time passes, and who stops reading. Somebody
// who is not on IRC offers them files, and can be offered some.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "chat_core/ports/file_network.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/utf8.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/names.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_client.hpp"

namespace {

using namespace patchcord;
using patchcord::fuzz::demand;

struct NoLog final : chat::LogSink {
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return false; }
    void log(chat::LogLevel, std::string_view, std::string_view, std::initializer_list<chat::LogField>) override {}
};

/// Answers at the next turn; the password "right" is right.
struct Passwords final : chat::PasswordVerifier {
    explicit Passwords(chat::Scheduler& with) : scheduler(with) {}
    void verify(std::string password, std::string, std::function<void(Answer)> done) override {
        scheduler.after(std::chrono::milliseconds(0), [right = password == "right", done = std::move(done)] {
            done(right ? Answer::right : Answer::wrong);
        });
    }
    chat::Scheduler& scheduler;
};

/// The only account is eve's; answers like `Passwords`. An exchange asks once more before it ends, so that all its
/// turns are taken.
struct Accounts final : chat::AccountVerifier {
    explicit Accounts(chat::Scheduler& with) : scheduler(with) {}

    struct Exchange final : chat::LoginExchange {
        explicit Exchange(chat::Scheduler& with) : scheduler(with) {}
        void respond(std::string message, Done done) override {
            Step step{asked ? Step::Kind::wrong : Step::Kind::challenge, std::string(message.size() * 7 % 1000, 'x')};
            if (asked && message.find("right") != std::string::npos) step = {Step::Kind::right, {}, {"eve", "phone"}};
            asked = true;
            scheduler.after(std::chrono::milliseconds(0), [step, done = std::move(done)] { done(step); });
        }
        chat::Scheduler& scheduler;
        bool asked = false;
    };

    void check(Attempt attempt, Done done) override {
        const bool right = attempt.name == "eve" && attempt.password == "right";
        scheduler.after(std::chrono::milliseconds(0), [right, done = std::move(done)] {
            done(right ? Answer::right : Answer::wrong, {right ? "eve" : "", {}});
        });
    }
    [[nodiscard]] std::vector<std::string> mechanisms(const Peer&) const override { return {"PLAIN", "SCRAM-SHA-256"}; }
    [[nodiscard]] std::unique_ptr<chat::LoginExchange> begin(std::string_view mechanism, Peer, MayOpen) override {
        const bool known = mechanism == "PLAIN" || mechanism == "SCRAM-SHA-256";
        return known ? std::make_unique<Exchange>(scheduler) : nullptr;
    }
    [[nodiscard]] bool is_account(std::string_view name) const override { return name == "eve"; }
    chat::Scheduler& scheduler;
};

/// Opens every account but one, and finds fault with all else.
struct Desk final : chat::AccountDesk {
    explicit Desk(chat::Scheduler& with) : scheduler(with) {}
    void open(chat::AccountVerifier::Attempt wanted,
              std::function<void(Opened, const chat::AccountIdentity&)> done) override {
        const bool exists = wanted.name == "eve" || !wanted.may_open;
        scheduler.after(std::chrono::milliseconds(0), [exists, name = wanted.name, done = std::move(done)] {
            done(exists ? Opened::exists : Opened::done, {exists ? std::string() : name, {}});
        });
    }
    void change_password(PasswordChange, Done done) override { refuse(std::move(done)); }
    void certificates(std::string, std::function<void(chat::Result<std::vector<std::string>>)> done) override {
        scheduler.after(std::chrono::milliseconds(0),
                        [done = std::move(done)] { done(std::vector<std::string>{std::string(64, 'a')}); });
    }
    void add_certificate(std::string, std::string, Done done) override { refuse(std::move(done)); }
    void remove_certificate(std::string, std::string, Done done) override { refuse(std::move(done)); }
    void refuse(Done done) {
        scheduler.after(std::chrono::milliseconds(0), [done = std::move(done)] { done("no"); });
    }
    chat::Scheduler& scheduler;
};

/// Checks what the server sends, line by line.
class Peer final : public chat::Transport {
  public:
    Peer(irc::Server& server, std::string nick) : protocol_(server.make_session()), nick_(std::move(nick)) {
        protocol_->connection_made(*this);
    }
    ~Peer() override { protocol_->connection_lost({}); }

    std::error_code write(const chat::WireBytes& bytes) override { return write(std::string_view(*bytes)); }
    std::error_code write(std::string_view bytes) override {
        if (closed_) return chat::Errc::client_gone;
        if (stalled_) {
            if (queued_ + bytes.size() > limit_) return chat::Errc::send_queue_exceeded;
            queued_ += bytes.size();
        }
        demand(bytes.size() >= 2 && bytes.ends_with("\r\n"), "whole lines are written");
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::size_t end = rest.find("\r\n");
            check_line(rest.substr(0, end));
            rest.remove_prefix(end + 2);
        }
        return {};
    }
    void close(const chat::CloseReason&) override { closed_ = true; }
    void close_now(const chat::CloseReason&) override { closed_ = true; }
    void pause_reading() override {}
    void resume_reading() override {}
    void set_send_queue_limit(std::size_t bytes) override { limit_ = bytes; }
    [[nodiscard]] std::size_t send_queue_size() const override { return queued_; }
    void notify_when_drained() override {}
    [[nodiscard]] chat::PeerInfo peer() const override { return {"192.0.2.1", "", false}; }

    void send(std::string_view bytes) { protocol_->data_received(bytes); }
    void register_now() {
        send("CAP REQ :message-tags batch labeled-response echo-message\r\nNICK " + nick_ +
             "\r\nUSER u 0 * :r\r\nCAP END\r\nJOIN #a\r\n");
    }
    void stall() { stalled_ = !stalled_; }
    [[nodiscard]] bool closed() const { return closed_; }

  private:
    static void check_line(std::string_view line) {
        demand(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
               "no CR, LF or NUL in a line");
        std::size_t body = 0;
        if (line.starts_with('@')) {
            body = line.find(' ') + 1;
            demand(body <= irc::max_tag_block_bytes, "tags keep within their limit");
        }
        demand(line.size() - body <= irc::max_body_bytes - 2, "a body keeps within its limit");
        demand(chat::is_valid_utf8(line), "all is UTF-8");
    }

    std::unique_ptr<chat::Protocol> protocol_;
    std::string nick_;
    bool closed_ = false;
    bool stalled_ = false;
    std::size_t limit_ = 0;
    std::size_t queued_ = 0;
};

/// Nobody comes, and nobody is there.
struct Network final : chat::FileNetwork {
    explicit Network(chat::Scheduler& with) : scheduler(with) {}
    void connect(const chat::Endpoint&, const chat::PeerInfo&, std::unique_ptr<chat::Protocol>,
                 Failed failed) override {
        scheduler.after(std::chrono::milliseconds(0),
                        [failed = std::move(failed)] { failed(chat::FileErrc::unreachable); });
    }
    chat::Result<Listening> listen(const chat::PeerInfo&, const Wait& wait, std::unique_ptr<chat::Protocol>,
                                   Failed failed) override {
        scheduler.after(wait.within, [failed = std::move(failed)] { failed(chat::FileErrc::unreachable); });
        ++last;
        return Listening{ListenId{last}, {"192.0.2.254", static_cast<std::uint16_t>(6890 + last)}};
    }
    void stop_listening(ListenId id) override { demand(static_cast<std::uint64_t>(id) <= last, "it was listened"); }
    [[nodiscard]] bool can_listen() const override { return true; }
    chat::Scheduler& scheduler;
    std::uint64_t last = 0;
};

chat::ServiceOptions service_options() {
    chat::ServiceOptions options;
    options.names.fold = &irc::fold_table(irc::Casemapping::ascii);
    options.names.is_user_name = [](std::string_view name) { return irc::is_valid_nick(name, 30); };
    options.names.is_group_name = [](std::string_view name) { return irc::is_valid_channel(name, 64); };
    options.max_list_entries = 3;
    return options;
}

irc::ServerOptions server_options() {
    irc::ServerOptions options;
    options.flood = {1000, 1000};
    options.sendq = 64 * 1024;
    options.account_registration = true;
    options.operators.push_back({"oper", "hash"});
    return options;
}

struct World {
    tests::ManualScheduler scheduler;
    chat::ChatService service{service_options(), scheduler};
    NoLog log;
    chat::MetricRegistry metrics;
    Passwords passwords{scheduler};
    Accounts accounts{scheduler};
    Desk desk{scheduler};
    chat::CodePointBreaker graphemes;
    irc::Server server{irc::ServerEnvironment{service, scheduler, log, metrics, passwords, graphemes,
                                              [](std::string_view) { return std::string("cloak.ip"); },
                                              [] { return std::optional<std::string>(); }, "boot"},
                       server_options()};
    Network network{scheduler};
    chat::FileDesk files{service, metrics, {}};
    tests::Visitor robo{service, "robo"};
    std::array<std::unique_ptr<Peer>, 3> peers;

    World() {
        server.environment().accounts = &accounts;
        server.environment().account_desk = &desk;
        server.environment().files = &files;
        server.environment().file_network = &network;
        constexpr std::array nicks{"ana", "bob", "carol"};
        for (std::size_t i = 0; i < peers.size(); ++i) peers[i] = std::make_unique<Peer>(server, nicks[i]);
        for (std::size_t i = 0; i + 1 < peers.size(); ++i) peers[i]->register_now();
        for (const char* name : {"cat.jpg", "my dog.jpg"}) {
            (void)files.offer(robo.user(), {nullptr, *service.lookup_user("ana"), {}}, name, 100,
                              std::make_unique<tests::ManualSource>(std::make_shared<tests::FileEnd>(), true));
        }
    }
    ~World() {
        for (auto& peer : peers) peer.reset();
    }
};

}  // namespace

// Each step of the input: a byte that says who and what, then, for text, everything up to a byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    World world;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    while (!rest.empty()) {
        const auto step = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        auto& peer = world.peers[step % world.peers.size()];
        switch (step / 3 % 8) {
            case 0: world.scheduler.advance(std::chrono::milliseconds(1000)); break;
            case 1: world.scheduler.advance(std::chrono::seconds(95)); break;
            case 2: peer->stall(); break;
            case 3:
                peer = std::make_unique<Peer>(world.server, "dave");
                peer->register_now();
                break;
            default: {
                const std::size_t end = std::min(rest.find('\xFF'), rest.size());
                peer->send(rest.substr(0, end));
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        }
    }
    // Whatever happened, the server still serves.
    Peer last(world.server, "zoe");
    last.register_now();
    demand(!last.closed(), "the server is alive");
    return 0;
}
