#pragma once

#include <array>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "chat_core/ports/scheduler.hpp"
#include "chat_core/turn_buffer.hpp"
#include "gateway/net/asio.hpp"
#include "gateway/net/timer_wheel.hpp"
#include "gateway/net/wall_clock.hpp"

namespace patchcord::gateway {

class Connection;
class ConnectionEndCounters;
class MemoryGuard;

/// How the loop finds its connections without memory of its own.
using ConnectionHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// The one thread's loop, and what its connections share: the clock and its timers, the buffer they read into, and the
/// list of those with something to send, which is sent once a turn.
class EventLoop final : public chat::Scheduler {
  public:
    static constexpr std::size_t read_bytes = 16 * 1024;
    /// Bytes; who has less to take is not who fills the memory.
    static constexpr std::size_t long_queue = 16 * 1024;

    EventLoop();
    ~EventLoop() override;

    void run() { io_.run(); }
    void stop() { io_.stop(); }
    [[nodiscard]] asio::io_context& io() { return io_; }
    [[nodiscard]] std::array<char, read_bytes>& read_buffer() { return read_buffer_; }
    /// Where what is sent in this turn lies; emptied when all has been flushed.
    [[nodiscard]] chat::TurnBuffer& turn() { return turn_; }
    /// Sends what `connection` has queued at the end of this turn.
    void flush_later(std::shared_ptr<Connection> connection);
    void opened(Connection& connection);
    void closed() { --connections_; }
    /// How many connections there are.
    [[nodiscard]] std::size_t connections() const { return connections_; }
    /// Where it is counted how they ended; null: nowhere.
    void count_ends_in(ConnectionEndCounters* counters) { end_counters_ = counters; }
    [[nodiscard]] ConnectionEndCounters* end_counters() const { return end_counters_; }
    /// Bytes that wait for their sockets.
    [[nodiscard]] std::size_t queued_bytes() const;
    struct Shed {
        std::size_t connections = 0;
        std::size_t bytes = 0;
    };
    /// Closes those who are behind most, until what waited for them was `bytes`.
    Shed shed_queues(std::size_t bytes);
    /// So many bytes were put by for somebody whose socket takes nothing.
    void put_by(std::size_t bytes);
    /// Told of each flush and of what is put by, and asked by connections and listeners; null: nobody.
    void set_memory_guard(MemoryGuard* guard) { memory_guard_ = guard; }
    [[nodiscard]] MemoryGuard* memory_guard() const { return memory_guard_; }
    /// Ends all of them; for when the loop runs no more.
    void abandon_connections();
    /// Connections that close need not wait long for their peers any more, and handshakes not at all.
    void set_draining();
    [[nodiscard]] bool draining() const { return draining_; }

    [[nodiscard]] chat::Now now() const override;
    /// Never goes back by less than a day: see `WallClock`.
    [[nodiscard]] chat::WallTime wall_now() const override;
    /// No `wall_now` is before this, which an earlier run has told already.
    void not_before(chat::WallTime told) { wall_.not_before(told, now()); }
    chat::TimerId after(std::chrono::milliseconds delay, std::function<void()> then) override;
    void cancel(chat::TimerId id) override { wheel_.cancel(id); }

  private:
    void flush();
    void post_flush();
    void arm();
    void fire();

    // Before io_, whose end is the end of the last handlers and with them of the last connections.
    std::size_t connections_ = 0;
    ConnectionEndCounters* end_counters_ = nullptr;
    MemoryGuard* memory_guard_ = nullptr;
    std::size_t put_by_ = 0;  // since the guard was told
    boost::intrusive::list<ConnectionHook, boost::intrusive::constant_time_size<false>> open_;
    asio::io_context io_{1};
    TimerWheel wheel_;
    Timer timer_;
    chat::Now armed_for_ = chat::Now::max();
    bool firing_ = false;
    bool flush_posted_ = false;
    bool draining_ = false;
    std::vector<std::shared_ptr<Connection>> dirty_;
    std::vector<std::shared_ptr<Connection>> flushing_;
    chat::TurnBuffer turn_;
    std::array<char, read_bytes> read_buffer_{};
    mutable WallClock wall_;  // it remembers what it told
};

}  // namespace patchcord::gateway
