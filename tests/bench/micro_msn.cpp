// What single steps of a message's way to and from MSN clients cost.

#include <benchmark/benchmark.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/outbox.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/turn_buffer.hpp"
#include "gateway/auth/md5.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/names.hpp"
#include "msn/server/server.hpp"
#include "msn/wire/command_framer.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/text_message.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/msn_memory_store.hpp"

namespace {

using namespace patchcord;

constexpr std::string_view text = "what people write is about sixty-four bytes long, and so is this";
constexpr std::string_view header =
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=UTF-8\r\n"
    "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r\n"
    "\r\n";

std::string msg_command() {
    return "MSG 7 N " + std::to_string(header.size() + text.size()) + "\r\n" + std::string(header) + std::string(text);
}

void frame_and_parse_msn(benchmark::State& state) {
    std::string input;
    for (int i = 0; i < 64; ++i) input += msg_command();
    msn::CommandFramer framer(msn::Direction::to_server);
    for (auto _ : state) {
        framer.feed(input);
        msn::Command command;
        while (framer.next(command) == msn::CommandFramer::Outcome::command) benchmark::DoNotOptimize(command);
        framer.keep();
    }
    state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(frame_and_parse_msn);

void read_text_payload(benchmark::State& state) {
    const std::string payload = std::string(header) + std::string(text);
    for (auto _ : state) {
        const auto mime = msn::parse_mime(payload);
        benchmark::DoNotOptimize(msn::parse_text(*mime));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_text_payload);

void write_text_payload(benchmark::State& state) {
    const chat::StyledText styled{std::string(text)};
    for (auto _ : state) benchmark::DoNotOptimize(msn::format_text(styled));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(write_text_payload);

struct NoLog final : chat::LogSink {
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return false; }
    void log(chat::LogLevel, std::string_view, std::string_view, std::initializer_list<chat::LogField>) override {}
};

struct NoPasswords final : chat::PasswordVerifier {
    void verify(std::string, std::string, std::function<void(Answer)>) override {}
};

struct NicksFromHandles final : msn::NickNames {
    std::string nick_for(std::string_view handle, std::string_view,
                         const std::function<bool(std::string_view)>&) override {
        return std::string(handle.substr(0, handle.find('@')));
    }
    std::string new_nick_for(std::string_view handle, std::string_view name,
                             const std::function<bool(std::string_view)>& is_taken) override {
        return nick_for(handle, name, is_taken);
    }
};

/// Queues like a connection, and everything is taken at the end of the turn.
class Client final : public chat::Transport {
  public:
    Client(std::unique_ptr<chat::Protocol> protocol, chat::TurnBuffer& turn)
        : turn_(turn), protocol_(std::move(protocol)) {
        protocol_->connection_made(*this);
    }
    ~Client() override { protocol_->connection_lost({}); }
    std::error_code write(const chat::WireBytes& bytes) override { return answer(outbox_.push(bytes, turn_)); }
    std::error_code write(std::string_view bytes) override {
        if (bytes.starts_with("XFR ")) transfer_ = bytes;
        return answer(outbox_.push(bytes, turn_));
    }
    void close(const chat::CloseReason&) override {}
    void close_now(const chat::CloseReason&) override {}
    void pause_reading() override {}
    void resume_reading() override {}
    void set_send_queue_limit(std::size_t bytes) override { outbox_.set_limit(bytes); }
    [[nodiscard]] std::size_t send_queue_size() const override { return outbox_.size(); }
    void notify_when_drained() override {}
    [[nodiscard]] chat::PeerInfo peer() const override { return {"127.0.0.1", "", false, "127.0.0.1"}; }
    void send(std::string_view bytes) { protocol_->data_received(bytes); }
    void end_turn() { outbox_.consume(outbox_.size()); }

    /// The key in the last XFR.
    [[nodiscard]] std::string key() const {
        const std::size_t begin = transfer_.rfind(' ') + 1;
        return transfer_.substr(begin, transfer_.find('\r') - begin);
    }

  private:
    static std::error_code answer(bool queued) {
        return queued ? std::error_code{} : make_error_code(chat::Errc::send_queue_exceeded);
    }
    chat::TurnBuffer& turn_;
    chat::Outbox outbox_{0};
    std::string transfer_;
    std::unique_ptr<chat::Protocol> protocol_;
};

chat::ServiceOptions service_options() {
    chat::ServiceOptions options;
    options.names.fold = &irc::fold_table(irc::Casemapping::ascii);
    options.names.is_user_name = [](std::string_view name) { return irc::is_valid_nick(name, 30); };
    options.names.is_group_name = [](std::string_view name) { return irc::is_valid_channel(name, 64); };
    return options;
}

irc::ServerOptions irc_options() {
    irc::ServerOptions options;
    options.flood.per_second = 0;
    return options;
}

msn::ServerOptions msn_options() {
    msn::ServerOptions options;
    options.name = "bench";
    options.flood.per_second = 0;
    options.calls.per_second = 0;
    options.max_participants = 10'000;
    return options;
}

/// Both servers on one core, without the kernel, and a room.
class House {
  public:
    House() { (void)service_.create_group("#lobby"); }

    /// Somebody on IRC in the room.
    Client& add_irc() {
        Client& client = add_member(irc_.make_session());
        client.send("NICK i" + std::to_string(clients_.size()) + "\r\nUSER u 0 * :r\r\nJOIN #lobby\r\n");
        end_turn();
        return client;
    }

    /// Somebody on MSN in the room: their switchboard.
    Client& add_msn() {
        const std::string handle = "m" + std::to_string(clients_.size()) + "@example.com";
        store_.add(handle);
        Client& notification = add(msn_.make_notification_session());
        notification.send("VER 1 MSNP8 CVR0\r\nUSR 2 TWN I " + handle + "\r\nUSR 3 TWN S " + handle + "\r\n");
        scheduler_.advance(std::chrono::milliseconds(0));
        notification.send("CHG 4 NLN 0\r\nXFR 5 SB\r\n");
        notification.end_turn();
        Client& client = add_member(msn_.make_switchboard_session());
        client.send("USR 1 " + handle + " " + notification.key() + "\r\nCAL 2 lobby@rooms.bench\r\n");
        end_turn();
        return client;
    }

    void end_turn() {
        for (Client* client : members_) client->end_turn();
        turn_.next_turn();
    }

    /// Whether as many are in the room.
    [[nodiscard]] bool has(std::size_t count) {
        const auto room = service_.lookup_group("#lobby");
        return room && (*room)->size() == count;
    }

  private:
    Client& add(std::unique_ptr<chat::Protocol> protocol) {
        return *clients_.emplace_back(std::make_unique<Client>(std::move(protocol), turn_));
    }

    Client& add_member(std::unique_ptr<chat::Protocol> protocol) {
        return *members_.emplace_back(&add(std::move(protocol)));
    }

    tests::ManualScheduler scheduler_;
    chat::ChatService service_{service_options(), scheduler_};
    NoLog log_;
    NoPasswords passwords_;
    NicksFromHandles nicks_;
    chat::MetricRegistry irc_metrics_;
    chat::MetricRegistry msn_metrics_;
    chat::CodePointBreaker graphemes_;
    tests::MsnMemoryStore store_{scheduler_};
    irc::Server irc_{{service_,
                      scheduler_,
                      log_,
                      irc_metrics_,
                      passwords_,
                      graphemes_,
                      [](std::string_view) { return std::string("abcdefghijkl.ip"); },
                      {},
                      "abcdefghijklm"},
                     irc_options()};
    std::uint64_t randoms_ = 0;
    msn::Server msn_{{service_, scheduler_, log_, msn_metrics_, store_, nicks_, graphemes_, gateway::md5,
                      [](std::string_view ticket) { return std::string(ticket); },
                      [this](std::size_t) { return "r" + std::to_string(++randoms_); }},
                     msn_options()};
    chat::TurnBuffer turn_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<Client*> members_;  // the connections that are in the room
};

/// One message a time from one sender to so many receivers in a room, from bytes in to bytes queued.
void fan_out_across(benchmark::State& state, bool from_msn, bool to_msn) {
    House house;
    const auto count = static_cast<std::size_t>(state.range(0));
    Client& sender = from_msn ? house.add_msn() : house.add_irc();
    for (std::size_t i = 0; i < count; ++i) to_msn ? house.add_msn() : house.add_irc();
    if (!house.has(count + 1)) state.SkipWithError("not everybody came into the room");
    const std::string message = from_msn ? msg_command() : "PRIVMSG #lobby :" + std::string(text) + "\r\n";
    for (auto _ : state) {
        sender.send(message);
        house.end_turn();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(fan_out_across, irc_to_irc, false, false)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK_CAPTURE(fan_out_across, msn_to_irc, true, false)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK_CAPTURE(fan_out_across, irc_to_msn, false, true)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK_CAPTURE(fan_out_across, msn_to_msn, true, true)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace
