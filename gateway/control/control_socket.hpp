#pragma once

#include <memory>
#include <string>
#include <sys/types.h>
#include <sys/un.h>

#include "gateway/files/file_descriptor.hpp"

namespace patchcord::gateway {

/// The name of the socket in a directory.
inline constexpr const char* control_socket_name = "control.sock";

/// A path as the system wants it; false when it is too long.
[[nodiscard]] bool make_address(const std::string& path, sockaddr_un& address);

/// May somebody with that user id ask? Whoever the gateway runs as, and root.
[[nodiscard]] bool may_control(uid_t peer, uid_t own);

/// A Unix socket that is listened on, mode 0600 from its first moment on, and gone at the end. A lock beside it tells
/// the socket of a gateway that died, which is replaced, from that of one that runs.
class ControlSocket {
  public:
    /// Gives an error as a sentence, or nothing.
    [[nodiscard]] static std::string open(const std::string& path, std::unique_ptr<ControlSocket>& into);
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

    /// Does not block; given away once, to who accepts.
    [[nodiscard]] FileDescriptor take() { return std::move(socket_); }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    ControlSocket(std::string path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    [[nodiscard]] std::string bind();

    std::string path_;
    FileDescriptor lock_;
    FileDescriptor socket_;
    bool bound_ = false;
};

}  // namespace patchcord::gateway
