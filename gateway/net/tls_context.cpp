#include "gateway/net/tls_context.hpp"

#include <ctime>
#include <openssl/err.h>
#include <openssl/pem.h>
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

std::shared_ptr<SSL_CTX> make_context() {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!context) return context;
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(),
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, accept_any_client_certificate);
    SSL_CTX_set_verify_depth(context.get(), 4);
    static constexpr unsigned char session_id_context[] = "patchcord";
    SSL_CTX_set_session_id_context(context.get(), session_id_context, sizeof session_id_context - 1);
    return context;
}

template <auto free>
struct Free {
    template <class T>
    void operator()(T* owned) const {
        free(owned);
    }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

/// Null, with an error of OpenSSL, when the file cannot be opened.
Bio open_pem(const PemSource& source) {
    if (!source.text) return Bio(BIO_new_file(source.name.c_str(), "r"));
    return Bio(BIO_new_mem_buf(source.text->data(), static_cast<int>(source.text->size())));
}

/// Was the end reached, and not something that is no certificate?
bool is_at_end() {
    const unsigned long error = ERR_peek_last_error();
    const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    if (at_end) ERR_clear_error();
    return at_end;
}

/// The server's own certificate, then those that lead from it to one that is trusted.
bool use_chain(SSL_CTX* context, const PemSource& source) {
    const Bio in = open_pem(source);
    if (!in) return false;
    const Certificate own(PEM_read_bio_X509_AUX(in.get(), nullptr, no_passphrase, nullptr));
    if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
    while (Certificate next{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)}) {
        if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return false;
        (void)next.release();
    }
    return is_at_end();
}

bool use_key(SSL_CTX* context, const PemSource& source) {
    const Bio in = open_pem(source);
    if (!in) return false;
    const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
    return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

std::string TlsContext::load(const PemSource& certificate, const PemSource& private_key,
                             std::shared_ptr<TlsContext>& loaded) {
    ERR_clear_error();
    const std::shared_ptr<SSL_CTX> context = make_context();
    if (!context) return last_openssl_error();
    if (!use_chain(context.get(), certificate)) return certificate.name + ": " + last_openssl_error();
    if (!use_key(context.get(), private_key)) return private_key.name + ": " + last_openssl_error();
    if (SSL_CTX_check_private_key(context.get()) != 1) {
        return private_key.name + ": does not belong to " + certificate.name;
    }
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
