#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/bench/load/line_connection.hpp"
#include "tests/bench/load/speaker.hpp"

namespace patchcord::bench {

class IrcClient;

/// Is told what happens to clients.
class ClientEvents {
  public:
    virtual ~ClientEvents() = default;

    /// Registered, and in its channel if it has one.
    virtual void on_ready(IrcClient& client) = 0;

    /// A PRIVMSG came; `text` dies on return.
    virtual void on_text(IrcClient& client, std::string_view text, Nanoseconds at) = 0;

    /// The connection is gone; also the answer to quit().
    virtual void on_gone(IrcClient& client, std::string_view why) = 0;
};

/// A client that registers, joins at most one channel, answers PING, and hands on the messages it gets.
class IrcClient final : public LineConnection, public Speaker {
  public:
    /// `number` is the caller's own name for this client; `channel` may be empty.
    IrcClient(EventLoop& loop, ClientEvents& events, std::size_t number, std::string nick, std::string channel);

    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] const std::string& nick() const { return nick_; }
    [[nodiscard]] const std::string& channel() const { return channel_; }
    [[nodiscard]] bool is_quitting() const { return state_ == State::quitting; }

    /// A closed client may come back as somebody else.
    void rename(std::string nick) { nick_ = std::move(nick); }

    void quit();

    void begin_message(std::string& batch, std::size_t length) override;
    void end_message(std::string& batch) override;
    void send(std::string_view batch) override { LineConnection::send(batch); }

  protected:
    void on_connected() override;
    void on_line(std::string_view line, Nanoseconds at) override;
    void on_disconnected(std::string_view why) override;

  private:
    enum class State { registering, joining, ready, quitting };

    void on_command(std::string_view line, std::string_view command, std::string_view parameters);
    void on_numeric(std::string_view line, std::string_view numeric);
    void become_ready();

    ClientEvents& events_;
    std::size_t number_;
    std::string nick_;
    std::string channel_;
    State state_ = State::registering;
};

}  // namespace patchcord::bench
