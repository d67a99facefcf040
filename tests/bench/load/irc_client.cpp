#include "tests/bench/load/irc_client.hpp"

#include <algorithm>

#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

/// Takes the text up to the next space off the front of `rest`, and the space.
std::string_view take_word(std::string_view& rest) {
    const std::size_t length = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    return word;
}

bool is_refusal(std::string_view numeric) {
    return numeric[0] == '4' || numeric[0] == '5';
}

}  // namespace

IrcClient::IrcClient(EventLoop& loop, ClientEvents& events, std::size_t number, std::string nick, std::string channel)
    : LineConnection(loop), events_(events), number_(number), nick_(std::move(nick)), channel_(std::move(channel)) {}

void IrcClient::on_connected() {
    state_ = State::registering;
    send("NICK " + nick_ + "\r\nUSER " + nick_ + " 0 * :" + nick_ + "\r\n");
}

void IrcClient::on_line(std::string_view line, Nanoseconds at) {
    std::string_view rest = line;
    if (rest.starts_with(':')) take_word(rest);
    const std::string_view command = take_word(rest);
    if (command != "PRIVMSG") {
        on_command(line, command, rest);
        return;
    }
    take_word(rest);  // the target
    if (rest.starts_with(':')) rest.remove_prefix(1);
    events_.on_text(*this, rest, at);
}

void IrcClient::on_command(std::string_view line, std::string_view command, std::string_view parameters) {
    if (command == "PING") {
        send("PONG " + std::string(parameters) + "\r\n");
    } else if (command == "ERROR" && state_ != State::quitting) {
        throw RunFailure(nick_ + " was turned out: " + std::string(line));
    } else if (command.size() == 3 && command[0] >= '0' && command[0] <= '9') {
        on_numeric(line, command);
    }
}

void IrcClient::on_numeric(std::string_view line, std::string_view numeric) {
    const bool end_of_greeting = numeric == "376" || numeric == "422";  // RPL_ENDOFMOTD, ERR_NOMOTD: RFC 2812 section 5
    if (state_ == State::registering && end_of_greeting) {
        if (channel_.empty()) {
            become_ready();
        } else {
            state_ = State::joining;
            send("JOIN " + channel_ + "\r\n");
        }
    } else if (state_ == State::joining && numeric == "366") {  // RPL_ENDOFNAMES
        become_ready();
    } else if (is_refusal(numeric) && !end_of_greeting && state_ != State::quitting) {
        throw RunFailure("the server refused " + nick_ + ": " + std::string(line));
    }
}

void IrcClient::become_ready() {
    state_ = State::ready;
    events_.on_ready(*this);
}

void IrcClient::quit() {
    state_ = State::quitting;
    send("QUIT :done\r\n");
}

void IrcClient::begin_message(std::string& batch, std::size_t) {
    batch.append("PRIVMSG ").append(channel_).append(" :");
}

void IrcClient::end_message(std::string& batch) {
    batch.append("\r\n");
}

void IrcClient::on_disconnected(std::string_view why) {
    events_.on_gone(*this, why);
}

}  // namespace patchcord::bench
