#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/uio.h>

#include "gateway/net/stream.hpp"

namespace patchcord::gateway {
namespace {

IoResult failure(IoResult::Kind would_block) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {would_block, 0, {}};
    return {IoResult::Kind::failed, 0, std::error_code(errno, std::system_category())};
}

class PlainStream final : public Stream {
  public:
    IoResult handshake(Socket&) override { return {}; }

    IoResult read(Socket& socket, std::span<char> into) override {
        const ssize_t count = ::recv(socket.native_handle(), into.data(), into.size(), 0);
        if (count > 0) return {IoResult::Kind::done, static_cast<std::size_t>(count), {}};
        if (count == 0) return {IoResult::Kind::closed, 0, {}};
        return failure(IoResult::Kind::want_read);
    }

    IoResult write(Socket& socket, std::span<const std::string_view> pieces) override {
        const ssize_t count = pieces.size() == 1 ? write_one(socket, pieces.front()) : write_many(socket, pieces);
        if (count >= 0) return {IoResult::Kind::done, static_cast<std::size_t>(count), {}};
        return failure(IoResult::Kind::want_write);
    }

  private:
    static ssize_t write_one(Socket& socket, std::string_view piece) {
        return ::send(socket.native_handle(), piece.data(), piece.size(), MSG_NOSIGNAL);
    }

    static ssize_t write_many(Socket& socket, std::span<const std::string_view> pieces) {
        std::array<iovec, 64> vectors;
        const std::size_t count = std::min(pieces.size(), vectors.size());
        for (std::size_t i = 0; i < count; ++i) {
            vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        }
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = count;
        return ::sendmsg(socket.native_handle(), &message, MSG_NOSIGNAL);
    }
};

}  // namespace

Stream& plain_stream() {
    static PlainStream stream;
    return stream;
}

}  // namespace patchcord::gateway
