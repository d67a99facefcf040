#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/load/clock.hpp"
#include "tests/bench/load/event_loop.hpp"

namespace patchcord::bench {

/// One TCP connection to a server on loopback that reads lines, and payloads of announced length, and writes bytes.
class LineConnection : public Pollable {
  public:
    explicit LineConnection(EventLoop& loop) : loop_(loop) {}
    ~LineConnection() override;

    /// Begins to connect to 127.0.0.1:`port` from 127.0.0.`source_host`. The connection must be closed.
    void open(std::uint16_t port, std::uint8_t source_host);

    /// Sends at once what the socket takes, the rest when it can be written again. Does nothing when closed.
    void send(std::string_view bytes);

    void close();

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

    void on_events(std::uint32_t events) final;

  protected:
    virtual void on_connected() = 0;

    /// `line` has no line end and dies on return; it was read at `at`. The callee may close the connection.
    virtual void on_line(std::string_view line, Nanoseconds at) = 0;

    /// What expect_payload() asked for; dies on return. Such bytes are no lines.
    virtual void on_payload(std::string_view, Nanoseconds) {}

    /// From on_line(): the next `bytes` bytes are a payload.
    void expect_payload(std::size_t bytes) { payload_bytes_ = bytes; }

    /// The connection failed or the other side closed it; not called after close().
    virtual void on_disconnected(std::string_view why) = 0;

  private:
    void finish_connecting();
    void flush();
    void receive();
    void split(std::string_view bytes, Nanoseconds at);
    std::size_t deliver(std::string_view bytes, Nanoseconds at);
    std::size_t deliver_line(std::string_view bytes, Nanoseconds at);
    std::size_t deliver_payload(std::string_view bytes, Nanoseconds at);
    void disconnect(std::string_view why);
    void want_writable(bool wanted);

    EventLoop& loop_;
    int descriptor_ = -1;
    bool connecting_ = false;
    bool wants_writable_ = false;
    std::size_t payload_bytes_ = 0;  // still to come, before the next line
    std::string unread_;             // the beginning of a line or payload whose end has not come yet
    std::string unsent_;
};

}  // namespace patchcord::bench
