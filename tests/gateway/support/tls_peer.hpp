#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>

#include "tests/gateway/support/certificate.hpp"
#include "tests/gateway/support/peer.hpp"

namespace patchcord::tests {

/// How a client speaks TLS.
struct TlsManner {
    int lowest = TLS1_2_VERSION;
    int highest = TLS1_3_VERSION;
    const Certificate* certificate = nullptr;  // shown when the server asks
    std::string_view before = {};              // sent in plain text first
};

/// A peer that speaks TLS and trusts anybody.
class TlsPeer final : public Peer {
  public:
    explicit TlsPeer(const gateway::asio::ip::tcp::endpoint& to, TlsManner manner = {}, int receive_buffer = 0)
        : Peer(to, receive_buffer),
          context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
          ssl_(nullptr, &SSL_free) {
        SSL_CTX_set_security_level(context_.get(), 0);  // or it would not even offer the old versions
        SSL_CTX_set_min_proto_version(context_.get(), manner.lowest);
        SSL_CTX_set_max_proto_version(context_.get(), manner.highest);
        SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        if (manner.certificate != nullptr) {
            SSL_CTX_use_certificate(context_.get(), manner.certificate->x509());
            SSL_CTX_use_PrivateKey(context_.get(), manner.certificate->key());
        }
        (void)!::send(fd_, manner.before.data(), manner.before.size(), MSG_NOSIGNAL);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), fd_);
        SSL_set_connect_state(ssl_.get());
    }
    ~TlsPeer() override { ssl_.reset(); }

    /// Says goodbye as TLS asks, then closes.
    void close_politely() {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        close();
    }

    [[nodiscard]] bool connected() const { return SSL_is_init_finished(ssl_.get()) == 1; }
    [[nodiscard]] int version() const { return SSL_version(ssl_.get()); }
    /// The server said goodbye as TLS asks, so that nothing can have been cut off.
    [[nodiscard]] bool was_told_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    /// Of the server's certificate.
    [[nodiscard]] std::string fingerprint() const {
        X509* certificate = SSL_get0_peer_certificate(ssl_.get());
        return certificate == nullptr ? std::string() : Certificate::fingerprint_of(certificate);
    }

  protected:
    std::ptrdiff_t write_some(std::string_view bytes) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
        return result == 1 ? static_cast<std::ptrdiff_t>(count) : judged(result);
    }
    std::ptrdiff_t read_some(char* into, std::size_t size) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(ssl_.get(), into, size, &count);
        return result == 1 ? static_cast<std::ptrdiff_t>(count) : judged(result);
    }

  private:
    std::ptrdiff_t judged(int result) {
        const int error = SSL_get_error(ssl_.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) ended_ = true;
        return -1;
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace patchcord::tests
