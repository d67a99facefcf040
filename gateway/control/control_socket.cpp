#include "gateway/control/control_socket.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>

namespace patchcord::gateway {
namespace {

constexpr int backlog = 16;

std::string reason(int error) {
    return std::generic_category().message(error);
}

FileDescriptor make_socket() {
    return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// Does a process accept there? One that is too busy to do so counts.
bool is_alive(const sockaddr_un& address) {
    const FileDescriptor probe = make_socket();
    return ::connect(probe.number(), generic(address), sizeof address) == 0 || errno == EAGAIN;
}

/// No moment goes by in which others could connect: the mode is that of the socket's birth.
int bind_privately(int socket, const sockaddr_un& address) {
    const mode_t before = ::umask(0177);
    const int result = ::bind(socket, generic(address), sizeof address);
    const int error = result == 0 ? 0 : errno;
    ::umask(before);
    return error;
}

}  // namespace

bool make_address(const std::string& path, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.data(), path.size());
    return true;
}

bool may_control(uid_t peer, uid_t own) {
    return peer == own || peer == 0;
}

std::string ControlSocket::open(const std::string& path, std::unique_ptr<ControlSocket>& into) {
    const std::string lock_path = path + ".lock";
    FileDescriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) return "cannot open " + lock_path + ": " + reason(errno);
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) return "another gateway listens on " + path;
    std::unique_ptr<ControlSocket> made(new ControlSocket(path, std::move(lock)));
    std::string problem = made->bind();
    if (problem.empty()) into = std::move(made);
    return problem;
}

std::string ControlSocket::bind() {
    sockaddr_un address;
    if (!make_address(path_, address)) return "the path " + path_ + " is too long for a socket";
    struct stat status {};
    const bool is_there = ::lstat(path_.c_str(), &status) == 0;
    if (is_there && !S_ISSOCK(status.st_mode)) return path_ + " is there, and is no socket";
    if (is_there && is_alive(address)) return "another process listens on " + path_;
    if (is_there && ::unlink(path_.c_str()) != 0) return "cannot replace " + path_ + ": " + reason(errno);
    socket_ = make_socket();
    if (!socket_) return "cannot make a socket: " + reason(errno);
    if (const int error = bind_privately(socket_.number(), address)) {
        return "cannot listen on " + path_ + ": " + reason(error);
    }
    bound_ = true;
    if (::listen(socket_.number(), backlog) != 0) return "cannot listen on " + path_ + ": " + reason(errno);
    return {};
}

ControlSocket::~ControlSocket() {
    if (bound_) ::unlink(path_.c_str());  // the lock says that it is still ours
}

}  // namespace patchcord::gateway
