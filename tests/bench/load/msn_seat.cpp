#include "tests/bench/load/msn_seat.hpp"

#include "tests/bench/load/msn_words.hpp"
#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

/// What clients of that time put in front of each text.
constexpr std::string_view text_header =
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=UTF-8\r\n"
    "X-MMS-IM-Format: FN=Arial; EF=; CO=0; CS=0; PF=22\r\n"
    "\r\n";

constexpr std::string_view header_end = "\r\n\r\n";

}  // namespace

MsnSeat::MsnSeat(EventLoop& loop, SeatEvents& events, std::size_t number, std::string handle,
                 std::vector<std::string> callees)
    : LineConnection(loop),
      events_(events),
      number_(number),
      handle_(std::move(handle)),
      callees_(std::move(callees)),
      awaited_(callees_.begin(), callees_.end()) {}

void MsnSeat::begin(std::uint16_t port, std::string_view key) {
    greeting_.assign("USR 1 ").append(handle_).append(" ").append(key).append("\r\n");
    open(port, 1);
}

void MsnSeat::answer(std::uint16_t port, std::string_view key, std::string_view session) {
    greeting_.assign("ANS 1 ").append(handle_).append(" ").append(key).append(" ").append(session).append("\r\n");
    open(port, 1);
}

void MsnSeat::on_connected() {
    send(greeting_);
}

void MsnSeat::opened() {
    std::string calls;
    for (const std::string& callee : callees_) {
        calls.append("CAL ").append(std::to_string(++transaction_)).append(" ").append(callee).append("\r\n");
    }
    send(calls);
    if (awaited_.empty()) events_.on_seated(*this);
}

void MsnSeat::leave() {
    leaving_ = true;
    send("OUT\r\n");
}

void MsnSeat::begin_message(std::string& batch, std::size_t length) {
    batch.append("MSG ").append(std::to_string(++transaction_)).append(" N ");
    batch.append(std::to_string(text_header.size() + length)).append("\r\n").append(text_header);
}

void MsnSeat::on_line(std::string_view line, Nanoseconds) {
    if (line.starts_with("MSG ")) {
        expect_payload(payload_length(line));
    } else {
        on_command(line);
    }
}

void MsnSeat::on_payload(std::string_view payload, Nanoseconds at) {
    const std::size_t end = payload.find(header_end);
    if (end == std::string_view::npos) throw RunFailure(handle_ + " was sent a message without a header");
    const bool is_text = payload.substr(0, end).find("text/plain") != std::string_view::npos;
    if (is_text) events_.on_seat_text(*this, payload.substr(end + header_end.size()), at);
}

void MsnSeat::on_command(std::string_view line) {
    const auto words = split_words(line);
    const std::string_view verb = words[0];
    if ((is_msn_error(verb) || verb == "NAK") && !leaving_) {
        throw RunFailure("a switchboard refused " + handle_ + ": " + std::string(line));
    }
    if ((verb == "USR" || verb == "ANS") && words.size() >= 3 && words[2] == "OK") {
        opened();
    } else if (verb == "JOI" && words.size() >= 2) {
        const auto called = awaited_.find(words[1]);
        if (called == awaited_.end()) return;
        awaited_.erase(called);
        if (awaited_.empty()) events_.on_seated(*this);
    }
}

void MsnSeat::on_disconnected(std::string_view why) {
    events_.on_seat_gone(*this, why);
}

}  // namespace patchcord::bench
