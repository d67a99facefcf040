#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chat_core/ports/protocol.hpp"
#include "chat_core/utf8.hpp"
#include "irc/wire/formatting.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"
#include "msn/wire/command_framer.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/text_message.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::fuzz {

/// A connection whose other end notes what it is told. Whoever derives from it begins and ends the connection.
class End : public tests::TestTransport {
  public:
    void say(const std::string& bytes) {
        demand(!closed(), "nobody is thrown out for words");
        protocol_->data_received(bytes);
    }
    /// What was said since the last time, put together.
    std::string take() { return std::exchange(heard_, {}); }

  protected:
    explicit End(std::unique_ptr<chat::Protocol> protocol) : protocol_(std::move(protocol)) {}
    void begin() { protocol_->connection_made(*this); }
    void end() { protocol_->connection_lost({}); }

    std::string heard_;

  private:
    std::unique_ptr<chat::Protocol> protocol_;
};

/// Somebody called zoe, who knows ana and bob.
class IrcEnd final : public End {
  public:
    explicit IrcEnd(std::unique_ptr<chat::Protocol> protocol) : End(std::move(protocol)) { begin(); }
    ~IrcEnd() override { end(); }
    IrcEnd(const IrcEnd&) = delete;
    IrcEnd& operator=(const IrcEnd&) = delete;

  private:
    void note(std::string_view bytes) override {
        demand(bytes.ends_with("\r\n"), "whole lines are written");
        for (; !bytes.empty(); bytes.remove_prefix(bytes.find("\r\n") + 2)) check(bytes.substr(0, bytes.find("\r\n")));
    }
    void check(std::string_view line) {
        const auto message = irc::parse_message(line);
        demand(message && line.size() <= irc::max_body_bytes - 2 && chat::is_valid_utf8(line), "a line is one");
        if (message->command == "PING") return;
        const std::string_view nick = message->source.substr(0, message->source.find('!'));
        constexpr std::array<std::string_view, 4> known{"irc.test", "zoe", "ana", "bob"};
        demand(std::count(known.begin(), known.end(), nick) == 1, "a line is from somebody who is here");
        if (message->command == "PRIVMSG" && nick != "zoe") hear(message->param(1));
    }
    void hear(std::string_view text) {
        constexpr std::string_view wrapping =
            "\x01"
            "ACTION";
        const bool action = text.starts_with(wrapping);
        demand(action || text.find('\x01') == std::string_view::npos, "no words are a CTCP");
        if (action) {
            demand(text.ends_with('\x01') && std::count(text.begin(), text.end(), '\x01') == 2, "an action is one");
            text = text.substr(wrapping.size(), text.size() - wrapping.size() - 1);
            if (text.starts_with(' ')) text.remove_prefix(1);
        }
        heard_ += irc::strip_formatting(text);
    }
};

/// A switchboard.
class MsnEnd final : public End {
  public:
    explicit MsnEnd(std::unique_ptr<chat::Protocol> protocol) : End(std::move(protocol)) { begin(); }
    ~MsnEnd() override { end(); }
    MsnEnd(const MsnEnd&) = delete;
    MsnEnd& operator=(const MsnEnd&) = delete;

    [[nodiscard]] bool called() const { return called_; }
    /// Was the last message taken?
    std::optional<bool> take_answer() { return std::exchange(answer_, {}); }

  private:
    void note(std::string_view bytes) override {
        msn::CommandFramer framer(msn::Direction::to_client);
        framer.feed(bytes);
        msn::Command command;
        while (framer.next(command) == msn::CommandFramer::Outcome::command) check(command);
        demand(framer.error() == msn::FramingError::none && framer.pending() == 0, "whole commands are written");
    }
    void check(const msn::Command& command) {
        constexpr std::array<std::string_view, 6> known{"USR", "CAL", "JOI", "ACK", "NAK", "MSG"};
        demand(std::count(known.begin(), known.end(), command.verb) == 1, "no words are a command");
        for (const std::string_view param : command.params()) {
            demand(chat::is_valid_utf8(param) && msn::one_line(param) == param, "a parameter is text");
        }
        called_ = called_ || command.verb == "CAL";
        if (command.verb == "ACK" || command.verb == "NAK") answer_ = command.verb == "ACK";
        if (command.verb != "MSG") return;
        const auto mime = msn::parse_mime(command.payload);
        demand(command.payload.size() <= msn::max_message_payload, "a payload fits");
        demand(mime && mime->headers.size() <= 4, "no words are a header");
        demand(mime->body.find('\0') == std::string_view::npos && chat::is_valid_utf8(mime->body), "a body is text");
        heard_ += msn::parse_text(*mime).text();
    }

    bool called_ = false;
    std::optional<bool> answer_;
};

}  // namespace patchcord::fuzz
