// What single steps of a message's way cost.

#include <benchmark/benchmark.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/outbox.hpp"
#include "chat_core/ports/transport.hpp"
#include "chat_core/turn_buffer.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/line_builder.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"
#include "irc/wire/names.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace {

using namespace patchcord;

constexpr std::string_view plain_line = "PRIVMSG #lobby :what people write is about sixty-four bytes long, so is this";
constexpr std::string_view tagged_line =
    "@label=17;+reply=abcdefghijklm-12;+typing=done PRIVMSG #lobby :the same with tags in front of it";

void frame_and_parse(benchmark::State& state, std::string_view line) {
    std::string input;
    for (int i = 0; i < 64; ++i) input.append(line).append("\r\n");
    irc::LineFramer framer(10 * 1024);
    for (auto _ : state) {
        framer.feed(input);
        std::string_view one;
        while (framer.next(one) == irc::LineFramer::Outcome::line) benchmark::DoNotOptimize(irc::parse_message(one));
        framer.keep();
    }
    state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK_CAPTURE(frame_and_parse, plain, plain_line);
BENCHMARK_CAPTURE(frame_and_parse, tagged, tagged_line);

void build_line(benchmark::State& state) {
    std::string out;
    for (auto _ : state) {
        out.clear();
        irc::LineBuilder line(out);
        line.tag("time", "2026-11-22T03:04:05.678Z").tag("msgid", "abcdefghijklm-1234567");
        line.source("somebody", "~user", "abcdefghijkl.ip")
            .command("PRIVMSG")
            .param("#lobby")
            .trailing(plain_line)
            .finish();
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(build_line);

void format_styles(benchmark::State& state) {
    const std::string text =
        "\x02"
        "bold\x02 and \x03"
        "04red\x03 in a line of usual length, and so on to the end";
    for (auto _ : state)
        benchmark::DoNotOptimize(irc::format_formatting(irc::parse_formatting(text), irc::ColourForm::palette));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(format_styles);

struct NoLog final : chat::LogSink {
    [[nodiscard]] bool enabled(chat::LogLevel) const override { return false; }
    void log(chat::LogLevel, std::string_view, std::string_view, std::initializer_list<chat::LogField>) override {}
};

struct NoPasswords final : chat::PasswordVerifier {
    void verify(std::string, std::string, std::function<void(Answer)>) override {}
};

/// Queues like a connection, and everything is taken at the end of the turn.
class Receiver final : public chat::Transport {
  public:
    Receiver(irc::Server& server, chat::TurnBuffer& turn) : turn_(turn), protocol_(server.make_session()) {
        protocol_->connection_made(*this);
    }
    ~Receiver() override { protocol_->connection_lost({}); }
    std::error_code write(const chat::WireBytes& bytes) override { return answer(outbox_.push(bytes, turn_)); }
    std::error_code write(std::string_view bytes) override { return answer(outbox_.push(bytes, turn_)); }
    void close(const chat::CloseReason&) override {}
    void close_now(const chat::CloseReason&) override {}
    void pause_reading() override {}
    void resume_reading() override {}
    void set_send_queue_limit(std::size_t bytes) override { outbox_.set_limit(bytes); }
    [[nodiscard]] std::size_t send_queue_size() const override { return outbox_.size(); }
    void notify_when_drained() override {}
    [[nodiscard]] chat::PeerInfo peer() const override { return {"127.0.0.1", "", false}; }
    void send(std::string_view bytes) { protocol_->data_received(bytes); }
    void end_turn() { outbox_.consume(outbox_.size()); }

  private:
    static std::error_code answer(bool queued) {
        return queued ? std::error_code{} : make_error_code(chat::Errc::send_queue_exceeded);
    }
    chat::TurnBuffer& turn_;
    chat::Outbox outbox_{0};
    std::unique_ptr<chat::Protocol> protocol_;
};

chat::ServiceOptions service_options() {
    chat::ServiceOptions options;
    options.names.fold = &irc::fold_table(irc::Casemapping::ascii);
    options.names.is_user_name = [](std::string_view name) { return irc::is_valid_nick(name, 30); };
    options.names.is_group_name = [](std::string_view name) { return irc::is_valid_channel(name, 64); };
    return options;
}

/// One line a time from one sender to so many receivers, from bytes in to bytes queued, without the kernel.
void fan_out(benchmark::State& state) {
    tests::ManualScheduler scheduler;
    chat::ChatService service(service_options(), scheduler);
    NoLog log;
    NoPasswords passwords;
    chat::MetricRegistry metrics;
    chat::CodePointBreaker graphemes;
    irc::ServerOptions options;
    options.flood.per_second = 0;
    irc::Server server({service,
                        scheduler,
                        log,
                        metrics,
                        passwords,
                        graphemes,
                        [](std::string_view) { return std::string("abcdefghijkl.ip"); },
                        {},
                        "abcdefghijklm"},
                       options);
    chat::TurnBuffer turn;
    std::vector<std::unique_ptr<Receiver>> all;
    const auto count = static_cast<std::size_t>(state.range(0));
    for (std::size_t i = 0; i <= count; ++i) {
        all.push_back(std::make_unique<Receiver>(server, turn));
        all.back()->send("NICK b" + std::to_string(i) + "\r\nUSER u 0 * :r\r\nJOIN #lobby\r\n");
        for (const auto& receiver : all) receiver->end_turn();
        turn.next_turn();
    }
    const std::string line = std::string(plain_line) + "\r\n";
    for (auto _ : state) {
        all.front()->send(line);
        for (const auto& receiver : all) receiver->end_turn();
        turn.next_turn();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fan_out)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace
