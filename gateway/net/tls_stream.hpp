#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/net/stream.hpp"

// OpenSSL's own names, so that its headers stay out of ours.
using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace patchcord::gateway {

/// An OpenSSL session on a non-blocking socket.
class TlsStream final : public Stream {
  public:
    enum class Role { server, client };

    TlsStream(SSL_CTX* context, Role role);
    ~TlsStream() override;

    /// The first call begins the session on that socket. For a client, an error is a `NetErrc` that says what is wrong
    /// with the server's certificate, if that is the reason.
    IoResult handshake(Socket& socket) override;
    IoResult read(Socket& socket, std::span<char> into) override;
    IoResult write(Socket& socket, std::span<const std::string_view> pieces) override;
    void say_goodbye() override;
    [[nodiscard]] bool secure() const override { return true; }
    [[nodiscard]] std::string fingerprint() const override;

    /// For settings of this session alone, before the handshake.
    [[nodiscard]] SSL* session() const { return session_.get(); }

  private:
    IoResult failure(int result);
    [[nodiscard]] std::error_code reason() const;

    struct Release {
        void operator()(SSL* session) const;
    };
    std::unique_ptr<SSL, Release> session_;
    Role role_;
};

/// The oldest error OpenSSL has noted, in words; forgets all of them.
[[nodiscard]] std::string last_openssl_error();

}  // namespace patchcord::gateway
