#pragma once

#include <cstdio>
#include <memory>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

#include "tests/gateway/support/temporary_directory.hpp"

namespace patchcord::tests {

class Certificate;

/// What a certificate says.
struct CertificateText {
    int hours_from = -1;  // from now
    int hours_to = 24;
    std::string name = "localhost";          // CN
    std::string names = {};                  // as openssl writes it: "DNS:a.example,IP:127.0.0.1"; empty: none
    bool authority = false;                  // may sign others
    const Certificate* signed_by = nullptr;  // null: by itself
};

/// A certificate and its key, made anew.
class Certificate {
  public:
    /// Signed by itself; good for a day around now, or long expired.
    explicit Certificate(bool expired = false) : Certificate(expired ? CertificateText{-48, -24} : CertificateText{}) {}
    explicit Certificate(const CertificateText& text) : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
        constexpr long hour = 3'600;
        X509_set_version(certificate_.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), text.hours_from * hour);
        X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), text.hours_to * hour);
        X509_NAME* name = X509_get_subject_name(certificate_.get());
        const auto* common = reinterpret_cast<const unsigned char*>(text.name.c_str());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
        const Certificate& issuer = text.signed_by == nullptr ? *this : *text.signed_by;
        X509_set_issuer_name(certificate_.get(), X509_get_subject_name(issuer.x509()));
        X509_set_pubkey(certificate_.get(), key_.get());
        if (!text.names.empty()) extend(NID_subject_alt_name, text.names);
        if (text.authority) extend(NID_basic_constraints, "critical,CA:TRUE");
        if (X509_sign(certificate_.get(), issuer.key(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
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
    void extend(int kind, const std::string& value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        if (extension == nullptr) throw std::runtime_error("no such extension: " + value);
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

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
