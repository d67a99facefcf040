#pragma once

#include <cstdio>
#include <memory>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::tests {

/// A self-signed certificate and its key, made anew.
class Certificate {
  public:
    /// Good for a day around now; or long expired.
    explicit Certificate(bool expired = false) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        X509_set_version(certificate_.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), expired ? -172'800 : -3'600);
        X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), expired ? -86'400 : 86'400);
        X509_NAME* name = X509_get_subject_name(certificate_.get());
        const auto* text = reinterpret_cast<const unsigned char*>("localhost");
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
        X509_set_issuer_name(certificate_.get(), name);
        X509_set_pubkey(certificate_.get(), key_.get());
        if (X509_sign(certificate_.get(), key_.get(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
    }

    [[nodiscard]] X509* x509() const { return certificate_.get(); }
    [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }

    /// SHA-256 over the DER form, in lower-case hex.
    [[nodiscard]] std::string fingerprint() const { return fingerprint_of(certificate_.get()); }
    static std::string fingerprint_of(X509* certificate) {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        X509_digest(certificate, EVP_sha256(), digest, &length);
        std::string text;
        char two[3];
        for (unsigned i = 0; i < length; ++i) {
            std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(digest[i]));
            text += two;
        }
        return text;
    }

    /// Writes both as PEM and gives the path of the certificate or of the key.
    [[nodiscard]] std::string write_certificate(const TemporaryDirectory& to, const std::string& name) const {
        return write(to, name, [this](FILE* out) { PEM_write_X509(out, certificate_.get()); });
    }
    /// The key is encrypted when there is a passphrase.
    [[nodiscard]] std::string write_key(const TemporaryDirectory& to, const std::string& name,
                                        const std::string& passphrase = {}) const {
        return write(to, name, [&](FILE* out) {
            const auto* secret = reinterpret_cast<const unsigned char*>(passphrase.data());
            PEM_write_PrivateKey(out, key_.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                 passphrase.empty() ? nullptr : secret, static_cast<int>(passphrase.size()), nullptr,
                                 nullptr);
        });
    }

  private:
    template <class Body>
    static std::string write(const TemporaryDirectory& to, const std::string& name, const Body& body) {
        std::string path = to.file(name);
        FILE* out = std::fopen(path.c_str(), "w");
        if (out == nullptr) throw std::runtime_error("cannot write " + path);
        (void)::fchmod(::fileno(out), 0600);
        body(out);
        std::fclose(out);
        return path;
    }

    template <class Type, void (*release)(Type*)>
    struct Release {
        void operator()(Type* object) const { release(object); }
    };
    std::unique_ptr<EVP_PKEY, Release<EVP_PKEY, EVP_PKEY_free>> key_;
    std::unique_ptr<X509, Release<X509, X509_free>> certificate_;
};

}  // namespace patchcord::tests
