#include "gateway/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace patchcord::gateway {
namespace {

std::string last_openssl_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(code)) return std::system_category().message(ERR_GET_REASON(code));
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

/// A self-signed client certificate is as good as any: who it belongs to is decided by its fingerprint.
int accept_any_client_certificate(int, X509_STORE_CTX*) {
    return 1;
}

/// Nobody is there to be asked for one, least of all at a reload.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

std::string hex(const unsigned char* bytes, unsigned count) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xFU];
    }
    return text;
}

class TlsStream final : public Stream {
  public:
    explicit TlsStream(SSL_CTX* context) : ssl_(SSL_new(context), &SSL_free) {}

    IoResult handshake(Socket& socket) override {
        if (SSL_get_fd(ssl_.get()) < 0) {
            SSL_set_fd(ssl_.get(), socket.native_handle());
            SSL_set_accept_state(ssl_.get());
        }
        ERR_clear_error();
        const int result = SSL_do_handshake(ssl_.get());
        return result == 1 ? IoResult{} : failure(result);
    }

    IoResult read(Socket&, std::span<char> into) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
        return result == 1 ? IoResult{IoResult::Kind::done, count, {}} : failure(result);
    }

    IoResult write(Socket&, std::span<const std::string_view> pieces) override {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_.get(), pieces.front().data(), pieces.front().size(), &count);
        return result == 1 ? IoResult{IoResult::Kind::done, count, {}} : failure(result);
    }

    void say_goodbye() override {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }

    [[nodiscard]] bool secure() const override { return true; }

    [[nodiscard]] std::string fingerprint() const override {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl_.get()),
                                                                      &X509_free);
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest, &length) != 1) return {};
        return hex(digest, length);
    }

  private:
    IoResult failure(int result) {
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ: return {IoResult::Kind::want_read, 0, {}};
            case SSL_ERROR_WANT_WRITE: return {IoResult::Kind::want_write, 0, {}};
            case SSL_ERROR_ZERO_RETURN: return {IoResult::Kind::closed, 0, {}};
            default:
                ERR_clear_error();
                return {IoResult::Kind::failed, 0, std::make_error_code(std::errc::protocol_error)};
        }
    }

    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace

std::string TlsContext::load(const std::string& certificate, const std::string& private_key,
                             std::shared_ptr<TlsContext>& loaded) {
    ERR_clear_error();
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!context) return last_openssl_error();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, accept_any_client_certificate);
    SSL_CTX_set_verify_depth(context.get(), 4);
    SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
    static constexpr unsigned char session_id_context[] = "patchcord";
    SSL_CTX_set_session_id_context(context.get(), session_id_context, sizeof session_id_context - 1);
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
        return certificate + ": " + last_openssl_error();
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return private_key + ": " + last_openssl_error();
    }
    if (SSL_CTX_check_private_key(context.get()) != 1) return private_key + ": does not belong to " + certificate;
    loaded = std::make_shared<TlsContext>(context);
    return {};
}

std::unique_ptr<Stream> TlsContext::make_stream() const {
    return std::make_unique<TlsStream>(context_.get());
}

}  // namespace patchcord::gateway
