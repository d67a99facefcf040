#include "gateway/tls_wiring.hpp"

#include <sodium.h>

#include "gateway/config/secret_source.hpp"

namespace patchcord::gateway {
namespace {

/// What one key of the configuration names. Nothing of it is left in memory.
class Pem {
  public:
    explicit Pem(const std::string& named) : named_(named) {}
    ~Pem() { sodium_memzero(text_.data(), text_.size()); }
    Pem(const Pem&) = delete;
    Pem& operator=(const Pem&) = delete;

    /// Of a credential, reads it; what is wrong, or nothing.
    [[nodiscard]] std::string read() {
        if (!SecretSource::is_credential(named_)) return {};
        const std::string problem = SecretSource(named_, {}, SecretSource::max_pem_bytes).read(text_);
        return problem.empty() ? problem : named_ + ": " + problem;
    }
    [[nodiscard]] PemSource source() const {
        return SecretSource::is_credential(named_) ? PemSource(named_, text_) : PemSource(named_);
    }

  private:
    const std::string& named_;
    std::string text_;
};

}  // namespace

std::string load_tls(const Config::Tls& tls, std::shared_ptr<TlsContext>& into) {
    Pem certificate(tls.certificate);
    Pem private_key(tls.private_key);
    for (Pem* pem : {&certificate, &private_key}) {
        if (std::string problem = pem->read(); !problem.empty()) return problem;
    }
    return TlsContext::load(certificate.source(), private_key.source(), into);
}

}  // namespace patchcord::gateway
