#include "tests/bench/load/line_connection.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

sockaddr_in loopback(std::uint8_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl((127U << 24U) | host);
    return address;
}

void set_flag(int descriptor, int level, int option) {
    const int on = 1;
    if (setsockopt(descriptor, level, option, &on, sizeof on) != 0) throw system_failure("setsockopt", errno);
}

void bind_source(int descriptor, std::uint8_t host) {
    set_flag(descriptor, IPPROTO_IP,
             IP_BIND_ADDRESS_NO_PORT);  // the port is chosen by connect(): more of them to go round
    const sockaddr_in source = loopback(host, 0);
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) {
        throw system_failure("bind", errno);
    }
}

int pending_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    return error;
}

}  // namespace

LineConnection::~LineConnection() {
    close();
}

void LineConnection::open(std::uint16_t port, std::uint8_t source_host) {
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) throw system_failure("socket", errno);
    set_flag(descriptor_, IPPROTO_TCP, TCP_NODELAY);
    if (source_host != 1) bind_source(descriptor_, source_host);
    const sockaddr_in server = loopback(1, port);
    const int result = connect(descriptor_, reinterpret_cast<const sockaddr*>(&server), sizeof server);
    if (result != 0 && errno != EINPROGRESS) throw system_failure("connect", errno);
    connecting_ = true;
    wants_writable_ = true;
    loop_.add(descriptor_, *this, EPOLLIN | EPOLLOUT);
}

void LineConnection::close() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    descriptor_ = -1;
    payload_bytes_ = 0;
    unread_.clear();
    unsent_.clear();
}

void LineConnection::disconnect(std::string_view why) {
    close();
    on_disconnected(why);
}

void LineConnection::send(std::string_view bytes) {
    if (!is_open()) return;
    unsent_.append(bytes);
    if (!wants_writable_) flush();
}

void LineConnection::flush() {
    const ssize_t count = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count > 0) unsent_.erase(0, static_cast<std::size_t>(count));
    want_writable(!unsent_.empty());  // a broken connection is noticed by the read that follows
}

void LineConnection::want_writable(bool wanted) {
    if (wants_writable_ == wanted) return;
    wants_writable_ = wanted;
    loop_.change(descriptor_, *this, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void LineConnection::on_events(std::uint32_t events) {
    if (!is_open()) return;
    if (connecting_) {
        finish_connecting();
        return;
    }
    if ((events & EPOLLOUT) != 0) flush();
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
}

void LineConnection::finish_connecting() {
    const int error = pending_error(descriptor_);
    if (error != 0) {
        disconnect("connect: " + std::generic_category().message(error));
        return;
    }
    connecting_ = false;
    want_writable(false);
    on_connected();
}

void LineConnection::receive() {
    std::vector<char>& buffer = loop_.read_buffer();
    const ssize_t count = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        split({buffer.data(), static_cast<std::size_t>(count)}, now());
    } else if (count == 0) {
        disconnect("closed by the server");
    } else if (errno != EAGAIN && errno != EINTR) {
        disconnect(std::generic_category().message(errno));
    }
}

void LineConnection::split(std::string_view bytes, Nanoseconds at) {
    if (unread_.empty()) {
        const std::size_t used = deliver(bytes, at);
        if (is_open()) unread_.assign(bytes.substr(used));
        return;
    }
    std::string joined = std::move(unread_);
    joined.append(bytes);
    unread_.clear();
    const std::size_t used = deliver(joined, at);
    if (is_open()) unread_.assign(joined, used);
}

/// Hands on all that is whole; returns how many bytes that were.
std::size_t LineConnection::deliver(std::string_view bytes, Nanoseconds at) {
    std::size_t used = 0;
    while (is_open()) {
        const std::string_view rest = bytes.substr(used);
        const std::size_t taken = payload_bytes_ > 0 ? deliver_payload(rest, at) : deliver_line(rest, at);
        if (taken == 0) break;
        used += taken;
    }
    return used;
}

std::size_t LineConnection::deliver_line(std::string_view bytes, Nanoseconds at) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return 0;
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    on_line(line, at);
    return end + 1;
}

std::size_t LineConnection::deliver_payload(std::string_view bytes, Nanoseconds at) {
    if (bytes.size() < payload_bytes_) return 0;
    const std::size_t length = std::exchange(payload_bytes_, 0);
    on_payload(bytes.substr(0, length), at);
    return length;
}

}  // namespace patchcord::bench
