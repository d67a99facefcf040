#include "gateway/net/tls_context.hpp"

#include <ctime>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "gateway/net/tls_stream.hpp"

namespace patchcord::gateway {
namespace {

/// A self-signed client certificate is as good as any: who it belongs to is decided by its fingerprint.
int accept_any_client_certificate(int, X509_STORE_CTX*) {
    return 1;
}

/// Nobody is there to be asked for one, least of all at a reload.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

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

chat::WallTime TlsContext::expires() const {
    const X509* certificate = SSL_CTX_get0_certificate(context_.get());
    std::tm at{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &at) != 1) return {};
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::from_time_t(::timegm(&at)));
}

std::unique_ptr<Stream> TlsContext::make_stream() const {
    return std::make_unique<TlsStream>(context_.get(), TlsStream::Role::server);
}

}  // namespace patchcord::gateway
