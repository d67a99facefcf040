#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>

#include "chat_core/clock.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "gateway/net/event_loop.hpp"

namespace patchcord::gateway {

/// Addresses of this machine, in text, by which it reaches others.
using OwnAddresses = std::set<std::string>;

/// Those it has now; neither loopback nor link-local ones.
[[nodiscard]] OwnAddresses own_addresses();

/// A socket of the kernel's that can be read when an address of this machine comes or goes (rtnetlink(7)); -1 with
/// errno when there is none to be had.
[[nodiscard]] int open_address_events();

/// Tells when this machine's addresses are others than before: a network came, or went, or is another one. Costs
/// nothing in between.
class NetworkWatch {
  public:
    /// What happens together is told once, so long after it began. Routes come a moment after their addresses.
    static constexpr std::chrono::milliseconds settle_time{1'000};

    /// Takes the socket `events`, whose contents do not matter: `addresses` are compared with those before.
    NetworkWatch(EventLoop& loop, int events, std::function<OwnAddresses()> addresses, std::function<void()> changed);
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

  private:
    void wait();
    void drain();
    void look();

    EventLoop& loop_;
    asio::posix::basic_stream_descriptor<Executor> events_;
    std::function<OwnAddresses()> addresses_;
    std::function<void()> changed_;
    OwnAddresses known_;
    chat::TimerId timer_;
};

}  // namespace patchcord::gateway
