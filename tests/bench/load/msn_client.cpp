#include "tests/bench/load/msn_client.hpp"

#include "tests/bench/load/md5.hpp"
#include "tests/bench/load/msn_words.hpp"
#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

MsnSeat* take_first(std::deque<MsnSeat*>& seats) {
    if (seats.empty()) return nullptr;
    MsnSeat* seat = seats.front();
    seats.pop_front();
    return seat;
}

}  // namespace

MsnClient::MsnClient(EventLoop& loop, MsnEvents& events, std::string handle, std::string password)
    : LineConnection(loop), events_(events), handle_(std::move(handle)), password_(std::move(password)) {}

void MsnClient::begin(MsnSeat& seat) {
    for_transfers_.push_back(&seat);
    send("XFR 10 SB\r\n");
}

void MsnClient::sign_out() {
    leaving_ = true;
    send("OUT\r\n");
}

void MsnClient::on_connected() {
    send("VER 1 MSNP7 CVR0\r\n");
}

void MsnClient::on_line(std::string_view line, Nanoseconds) {
    const auto words = split_words(line);
    if (words[0] == "MSG" || words[0] == "NOT") {
        expect_payload(payload_length(line));
    } else {
        on_command(line, words);
    }
}

void MsnClient::on_command(std::string_view line, const std::vector<std::string_view>& words) {
    const std::string_view verb = words[0];
    if ((is_msn_error(verb) || verb == "OUT") && !leaving_) {
        throw RunFailure("the server refused " + handle_ + ": " + std::string(line));
    }
    if (verb == "VER") {
        send("INF 2\r\n");
    } else if (verb == "INF") {
        send("USR 3 MD5 I " + handle_ + "\r\n");
    } else if (verb == "USR") {
        on_usr(words);
    } else if (verb == "CHG") {
        events_.on_signed_in(*this);
    } else if (verb == "XFR") {
        on_transfer(words);
    } else if (verb == "RNG") {
        on_call(words);
    }
}

/// `USR trid MD5 S challenge`, and in the end `USR trid OK handle name`.
void MsnClient::on_usr(const std::vector<std::string_view>& words) {
    if (words.size() >= 5 && words[3] == "S") {
        send("USR 4 MD5 S " + md5_hex(std::string(words[4]) + password_) + "\r\n");
    } else if (words.size() >= 3 && words[2] == "OK") {
        send("CHG 5 NLN\r\n");
    }
}

/// `XFR trid SB host:port CKI key`.
void MsnClient::on_transfer(const std::vector<std::string_view>& words) {
    MsnSeat* seat = take_first(for_transfers_);
    if (seat == nullptr || words.size() < 6 || words[2] != "SB") throw RunFailure(handle_ + " was sent elsewhere");
    seat->begin(port_of(words[3]), words[5]);
}

/// `RNG session host:port CKI key handle name`.
void MsnClient::on_call(const std::vector<std::string_view>& words) {
    MsnSeat* seat = take_first(for_calls_);
    if (seat == nullptr || words.size() < 6) throw RunFailure(handle_ + " was called and should not have been");
    seat->answer(port_of(words[2]), words[4], words[1]);
}

void MsnClient::on_disconnected(std::string_view why) {
    events_.on_client_gone(*this, why);
}

}  // namespace patchcord::bench
