#include "gateway/os/passed_sockets.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>
#include <systemd/sd-daemon.h>
#include <utility>

#include "gateway/net/address.hpp"
#include "gateway/net/listener.hpp"

namespace patchcord::gateway {
namespace {

bool listens_for_tcp(int socket) {
    return ::sd_is_socket_inet(socket, AF_UNSPEC, SOCK_STREAM, 1, 0) > 0;
}

bool make_non_blocking(int socket) {
    const int flags = ::fcntl(socket, F_GETFL);
    return flags >= 0 && ::fcntl(socket, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool read_endpoint(int socket, asio::ip::tcp::endpoint& endpoint) {
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(socket, endpoint.data(), &size) != 0) return false;
    endpoint.resize(size);
    return true;
}

}  // namespace

PassedSockets::PassedSockets() {
    const int count = ::sd_listen_fds(1);  // which also makes them close-on-exec
    if (count < 0) {
        problem_ = "the sockets that LISTEN_FDS promises are not there: " + std::generic_category().message(-count);
        return;
    }
    for (int number = SD_LISTEN_FDS_START; number < SD_LISTEN_FDS_START + count; ++number) {
        add(FileDescriptor(number));
    }
}

void PassedSockets::add(FileDescriptor socket) {
    const int number = socket.number();
    asio::ip::tcp::endpoint endpoint;
    if (!listens_for_tcp(number) || !make_non_blocking(number) || !read_endpoint(number, endpoint)) {
        problem_ = "descriptor " + std::to_string(number) +
                   ", which the service manager passed, is not a TCP socket that is listened on";
        return;
    }
    all_.push_back({endpoint, std::move(socket)});
}

std::error_code PassedSockets::open(const asio::ip::tcp::endpoint& endpoint) {
    asio::io_context unused;
    Acceptor acceptor(unused.get_executor());
    if (const std::error_code error = open_port(acceptor, endpoint)) return error;
    boost::system::error_code error;
    FileDescriptor socket(acceptor.release(error));
    if (!error) all_.push_back({endpoint, std::move(socket)});
    return error;
}

FileDescriptor PassedSockets::take(const asio::ip::tcp::endpoint& endpoint) {
    const auto found =
        std::find_if(all_.begin(), all_.end(), [&](const Passed& passed) { return passed.endpoint == endpoint; });
    if (found == all_.end()) return {};
    FileDescriptor socket = std::move(found->socket);
    all_.erase(found);
    return socket;
}

std::string PassedSockets::left_over() const {
    if (all_.empty()) return {};
    return "the service manager passed a socket at " + format_endpoint(all_.front().endpoint) +
           ", but no listener in the configuration has this address";
}

}  // namespace patchcord::gateway
