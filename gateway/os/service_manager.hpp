#pragma once

#include <chrono>
#include <string>

#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

/// What the service manager that started this process is told, by the protocol of sd_notify(3); nothing when there is
/// none. A watchdog that it has set hears from the loop itself, at half its interval: a loop that hangs falls silent.
class ServiceManager {
  public:
    explicit ServiceManager(EventLoop& loop) : loop_(loop) {}
    ~ServiceManager() { loop_.cancel(timer_); }
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    /// It serves, and the watchdog begins.
    void ready();
    /// A configuration is being read; `ready` follows.
    static void reloading();
    static void stopping();

  private:
    void keep_alive();

    EventLoop& loop_;
    std::chrono::milliseconds interval_{};  // 0: no watchdog
    chat::TimerId timer_;
};

}  // namespace patchcord::gateway
