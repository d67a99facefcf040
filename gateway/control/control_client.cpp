#include "gateway/control/control_client.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/time.h>
#include <sysexits.h>
#include <system_error>

#include "gateway/control/control_socket.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_answer = std::size_t{64} * 1024 * 1024;

ControlReply failed(const std::string& path, int error) {
    const bool nobody = error == ENOENT || error == ECONNREFUSED || error == ENOTDIR;
    if (nobody) return {{}, "no gateway listens on " + path, EX_UNAVAILABLE};
    if (error == EACCES || error == EPERM) return {{}, "you may not ask the gateway at " + path, EX_NOPERM};
    if (error == EAGAIN) return {{}, "the gateway at " + path + " does not answer", EX_UNAVAILABLE};
    return {{}, "cannot ask the gateway at " + path + ": " + std::generic_category().message(error), EX_UNAVAILABLE};
}

bool send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Up to the end of the line; false when that does not come.
bool receive_line(int socket, std::string& line) {
    std::array<char, 16 * 1024> piece{};
    while (line.size() <= longest_answer) {
        const ssize_t got = ::recv(socket, piece.data(), piece.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got == 0) errno = ECONNRESET;
        if (got <= 0) return false;
        line.append(piece.data(), static_cast<std::size_t>(got));
        if (line.back() != '\n') continue;
        line.pop_back();
        return true;
    }
    errno = EMSGSIZE;
    return false;
}

}  // namespace

ControlReply ask_gateway(const std::string& path, const std::string& request, std::chrono::seconds timeout) {
    sockaddr_un address;
    if (!make_address(path, address)) return failed(path, ENAMETOOLONG);
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return failed(path, errno);
    const timeval patience{timeout.count(), 0};
    (void)::setsockopt(socket.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return failed(path, errno);
    }
    ControlReply reply;
    if (!send_all(socket.number(), request + "\n") || !receive_line(socket.number(), reply.answer)) {
        return failed(path, errno);
    }
    return reply;
}

}  // namespace patchcord::gateway
