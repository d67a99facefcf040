#include "gateway/net/network_watch.hpp"

#include <array>
#include <cstring>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "gateway/net/address_class.hpp"

namespace patchcord::gateway {
namespace {

asio::ip::address to_address(const sockaddr& from) {
    if (from.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &from, sizeof v4);
        return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &from, sizeof v6);
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes);
}

bool reaches_others(const asio::ip::address& address) {
    const AddressClass kind = classify(address);
    return kind == AddressClass::private_network || kind == AddressClass::public_address;
}

}  // namespace

OwnAddresses own_addresses() {
    OwnAddresses found;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return found;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, ::freeifaddrs);
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        const bool is_ip =
            one->ifa_addr != nullptr && (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6);
        if (!is_ip || (one->ifa_flags & IFF_RUNNING) == 0) continue;
        const asio::ip::address address = to_address(*one->ifa_addr);
        if (reaches_others(address)) found.insert(address.to_string());
    }
    return found;
}

int open_address_events() {
    const int events = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (events < 0) return -1;
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (::bind(events, reinterpret_cast<const sockaddr*>(&groups), sizeof groups) == 0) return events;
    const int why = errno;
    ::close(events);
    errno = why;
    return -1;
}

NetworkWatch::NetworkWatch(EventLoop& loop, int events, std::function<OwnAddresses()> addresses,
                           std::function<void()> changed)
    : loop_(loop),
      events_(loop.io().get_executor(), events),
      addresses_(std::move(addresses)),
      changed_(std::move(changed)),
      known_(addresses_()) {
    events_.non_blocking(true);
    wait();
}

NetworkWatch::~NetworkWatch() {
    loop_.cancel(timer_);
}

void NetworkWatch::wait() {
    events_.async_wait(decltype(events_)::wait_read, [this](const boost::system::error_code& error) {
        if (error) return;
        drain();
        if (!timer_) timer_ = loop_.after(settle_time, [this] { look(); });
    });
}

/// Events that did not fit into the socket are lost, which does not matter: that there were some is known.
void NetworkWatch::drain() {
    std::array<char, 4096> unused;
    while (::recv(events_.native_handle(), unused.data(), unused.size(), MSG_DONTWAIT) > 0) {
    }
}

/// Only then the next events are waited for: an interface that flaps costs one look in that time.
void NetworkWatch::look() {
    timer_ = {};
    drain();
    wait();
    if (OwnAddresses now = addresses_(); now != known_) {
        known_ = std::move(now);
        changed_();
    }
}

}  // namespace patchcord::gateway
