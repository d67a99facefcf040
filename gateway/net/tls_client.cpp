#include "gateway/net/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "gateway/net/tls_stream.hpp"

namespace patchcord::gateway {
namespace {

bool is_numeric(const std::string& host) {
    boost::system::error_code bad;
    (void)asio::ip::make_address(host, bad);
    return !bad;
}

/// Names are told to the server, which may have several certificates (RFC 6066 section 3); addresses are not.
bool expect(SSL* session, const std::string& host) {
    if (is_numeric(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

}  // namespace

std::string TlsClientContext::load(const std::string& ca_file, std::shared_ptr<TlsClientContext>& loaded) {
    ERR_clear_error();
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    if (!context) return last_openssl_error();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context.get()) != 1) return last_openssl_error();
    } else {
        if (SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) return ca_file + ": " + last_openssl_error();
        // A server's own certificate is enough, whoever signed it.
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
    }
    loaded = std::make_shared<TlsClientContext>(context);
    return {};
}

std::unique_ptr<Stream> TlsClientContext::make_stream(std::string host) const {
    if (host.ends_with('.')) host.pop_back();  // certificates are for names without it
    if (host.empty() || host.find('\0') != std::string::npos) return nullptr;
    auto stream = std::make_unique<TlsStream>(context_.get(), TlsStream::Role::client);
    if (stream->session() == nullptr || !expect(stream->session(), host)) return nullptr;
    return stream;
}

}  // namespace patchcord::gateway
