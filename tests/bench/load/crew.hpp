#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

#include "tests/bench/load/event_loop.hpp"
#include "tests/bench/load/irc_client.hpp"
#include "tests/bench/load/options.hpp"

namespace patchcord::bench {

/// The clients that stay for the whole run: brings them in, a few at a time, and says goodbye at the end. A connection
/// that the server ends in between throws RunFailure.
class Crew final : public ClientEvents {
  public:
    using TextHandler = std::function<void(IrcClient&, std::string_view text, Nanoseconds at)>;

    Crew(const Options& options, EventLoop& loop, TextHandler on_text);

    /// Adds a client that is not connected yet; clients are numbered from 0 in this order.
    IrcClient& add(std::string channel);

    /// Connects all clients, at most `concurrency` of them on the way at a time, and returns when all are ready and the
    /// server has had nothing more to say for a while.
    void assemble();

    /// Sends QUIT from everybody and waits, not for ever, until the server has closed the connections.
    void dismiss();

    [[nodiscard]] IrcClient& client(std::size_t number) { return clients_[number]; }
    [[nodiscard]] std::size_t size() const { return clients_.size(); }

    void on_ready(IrcClient& client) override;
    void on_text(IrcClient& client, std::string_view text, Nanoseconds at) override;
    void on_gone(IrcClient& client, std::string_view why) override;

  private:
    const Options& options_;
    EventLoop& loop_;
    TextHandler on_text_;
    std::deque<IrcClient> clients_;
    std::size_t ready_ = 0;
    std::size_t gone_ = 0;
    bool dismissed_ = false;
};

/// Serves the loop until nothing has come for a while: JOIN lines of the last comers are still under way.
void settle(EventLoop& loop);

/// The last byte of the address 127.0.0.x that connection number `number` comes from.
std::uint8_t source_host(const Options& options, std::size_t number);

}  // namespace patchcord::bench
