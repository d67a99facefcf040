#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace patchcord::bench {

/// Something with a file descriptor that wants to be told when it can be read or written. Must outlive the poll() in
/// which it is removed.
class Pollable {
  public:
    Pollable() = default;
    Pollable(const Pollable&) = delete;
    Pollable& operator=(const Pollable&) = delete;
    virtual ~Pollable() = default;

    /// `events` are epoll's (EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR).
    virtual void on_events(std::uint32_t events) = 0;
};

/// epoll and one read buffer for all connections.
class EventLoop {
  public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    void add(int descriptor, Pollable& pollable, std::uint32_t events);
    void change(int descriptor, Pollable& pollable, std::uint32_t events);

    /// Waits for at most `timeout` and serves what is ready. Returns whether anything was.
    bool poll(std::chrono::milliseconds timeout);

    [[nodiscard]] std::vector<char>& read_buffer() { return read_buffer_; }

  private:
    int epoll_ = -1;
    std::vector<char> read_buffer_;
};

}  // namespace patchcord::bench
