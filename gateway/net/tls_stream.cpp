#include "gateway/net/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "gateway/net/net_error.hpp"

namespace patchcord::gateway {
namespace {

std::string hex(const unsigned char* bytes, unsigned count) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0xFU];
    }
    return text;
}

NetErrc certificate_error(long verdict) {
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return NetErrc::certificate_expired;
        case X509_V_ERR_CERT_NOT_YET_VALID: return NetErrc::certificate_not_yet_valid;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return NetErrc::certificate_wrong_name;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return NetErrc::certificate_self_signed;
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_UNTRUSTED: return NetErrc::certificate_unknown_issuer;
        default: return NetErrc::certificate_invalid;
    }
}

}  // namespace

std::string last_openssl_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (ERR_SYSTEM_ERROR(code)) return std::system_category().message(ERR_GET_REASON(code));
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

void TlsStream::Release::operator()(SSL* session) const {
    SSL_free(session);
}

TlsStream::TlsStream(SSL_CTX* context, Role role) : session_(SSL_new(context)), role_(role) {}

TlsStream::~TlsStream() = default;

IoResult TlsStream::handshake(Socket& socket) {
    if (SSL_get_fd(session()) < 0) {
        SSL_set_fd(session(), socket.native_handle());
        if (role_ == Role::server) {
            SSL_set_accept_state(session());
        } else {
            SSL_set_connect_state(session());
        }
    }
    ERR_clear_error();
    const int result = SSL_do_handshake(session());
    return result == 1 ? IoResult{} : failure(result);
}

IoResult TlsStream::read(Socket&, std::span<char> into) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(session(), into.data(), into.size(), &count);
    return result == 1 ? IoResult{IoResult::Kind::done, count, {}} : failure(result);
}

IoResult TlsStream::write(Socket&, std::span<const std::string_view> pieces) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(session(), pieces.front().data(), pieces.front().size(), &count);
    return result == 1 ? IoResult{IoResult::Kind::done, count, {}} : failure(result);
}

void TlsStream::say_goodbye() {
    ERR_clear_error();
    SSL_shutdown(session());
}

std::string TlsStream::fingerprint() const {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(session()), &X509_free);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest, &length) != 1) return {};
    return hex(digest, length);
}

IoResult TlsStream::failure(int result) {
    switch (SSL_get_error(session(), result)) {
        case SSL_ERROR_WANT_READ: return {IoResult::Kind::want_read, 0, {}};
        case SSL_ERROR_WANT_WRITE: return {IoResult::Kind::want_write, 0, {}};
        case SSL_ERROR_ZERO_RETURN: return {IoResult::Kind::closed, 0, {}};
        default: ERR_clear_error(); return {IoResult::Kind::failed, 0, reason()};
    }
}

std::error_code TlsStream::reason() const {
    if (role_ == Role::server || SSL_is_init_finished(session()) == 1) {
        return std::make_error_code(std::errc::protocol_error);
    }
    const long verdict = SSL_get_verify_result(session());
    return verdict == X509_V_OK ? NetErrc::tls_failed : certificate_error(verdict);
}

}  // namespace patchcord::gateway
