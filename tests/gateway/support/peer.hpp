#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/net/asio.hpp"

namespace patchcord::tests {

/// The other end of a connection: a client that never waits. What it is to send goes out and what comes is read
/// whenever `pump` is called.
class Peer {
  public:
    /// Connects, which a listening socket lets it do at once. `receive_buffer` in bytes makes it a slow reader.
    explicit Peer(const gateway::asio::ip::tcp::endpoint& to, int receive_buffer = 0) {
        fd_ = ::socket(to.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer != 0) {
            (void)::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        if (fd_ < 0 || ::connect(fd_, to.data(), static_cast<socklen_t>(to.size())) != 0) {
            if (fd_ >= 0) ::close(fd_);
            throw std::runtime_error("cannot connect");
        }
        const int yes = 1;
        (void)::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        (void)::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
    }
    virtual ~Peer() { close(); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void send(std::string_view bytes) {
        outgoing_ += bytes;
        pump();
    }
    /// Sends and reads what can be sent and read now.
    void pump() {
        if (fd_ < 0) return;
        while (!outgoing_.empty()) {
            const std::ptrdiff_t count = write_some(outgoing_);
            if (count <= 0) break;
            outgoing_.erase(0, static_cast<std::size_t>(count));
        }
        if (outgoing_.empty() && half_close_ && !half_closed_) {
            half_closed_ = true;
            ::shutdown(fd_, SHUT_WR);
        }
        for (std::size_t budget = appetite_; reading_ && budget > 0 && !ended_;) {
            char buffer[16 * 1024];
            const std::ptrdiff_t count = read_some(buffer, std::min(sizeof buffer, budget));
            if (count <= 0) break;
            received_.append(buffer, static_cast<std::size_t>(count));
            budget -= static_cast<std::size_t>(count);
        }
    }

    /// Ends its own direction once all is sent.
    void half_close() {
        half_close_ = true;
        pump();
    }
    /// Ends with a reset.
    void reset() {
        const linger hard{1, 0};
        (void)::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    virtual void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    void stop_reading() { reading_ = false; }
    void start_reading() { reading_ = true; }
    /// Reads no more than this at a time.
    void set_appetite(std::size_t bytes) { appetite_ = bytes; }

    [[nodiscard]] const std::string& received() const { return received_; }
    /// The other end has ended the stream, in good order or not.
    [[nodiscard]] bool ended() const { return ended_; }
    /// It did so with a reset.
    [[nodiscard]] bool was_reset() const { return reset_; }
    [[nodiscard]] std::size_t unsent() const { return outgoing_.size(); }

  protected:
    /// As `send` and `recv`: a count, 0 at the end, or less when it would have to wait.
    virtual std::ptrdiff_t write_some(std::string_view bytes) {
        return checked(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    virtual std::ptrdiff_t read_some(char* into, std::size_t size) {
        const std::ptrdiff_t count = checked(::recv(fd_, into, size, 0));
        if (count == 0) ended_ = true;
        return count;
    }

    std::ptrdiff_t checked(std::ptrdiff_t result) {
        if (result < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            ended_ = true;
            reset_ = errno == ECONNRESET || errno == EPIPE;
        }
        return result;
    }

    int fd_ = -1;
    bool ended_ = false;

  private:
    std::string outgoing_;
    std::string received_;
    std::size_t appetite_ = 1024 * 1024;
    bool reading_ = true;
    bool reset_ = false;
    bool half_close_ = false;
    bool half_closed_ = false;
};

}  // namespace patchcord::tests
