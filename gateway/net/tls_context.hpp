#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat_core/clock.hpp"
#include "gateway/net/stream.hpp"

// OpenSSL's own name, so that its headers stay out of ours.
using SSL_CTX = struct ssl_ctx_st;

namespace patchcord::gateway {

/// Where something in PEM is: in a file, or in memory.
struct PemSource {
    PemSource(std::string path) : name(std::move(path)) {}
    PemSource(std::string called, std::string_view pem) : name(std::move(called)), text(pem) {}

    std::string name;                      // a path, or what errors call the text
    std::optional<std::string_view> text;  // none: it is in the file
};

/// Certificate and rules of a TLS listener: TLS 1.2 and 1.3, no compression, no renegotiation; a client certificate is
/// asked for but need not be trusted, since only its fingerprint counts.
class TlsContext {
  public:
    /// Loads a PEM chain and its key. Gives an empty string, or what is wrong and in which file.
    [[nodiscard]] static std::string load(const PemSource& certificate, const PemSource& private_key,
                                          std::shared_ptr<TlsContext>& loaded);

    explicit TlsContext(std::shared_ptr<SSL_CTX> context) : context_(std::move(context)) {}

    /// Until when its certificate is good.
    [[nodiscard]] chat::WallTime expires() const;

    /// A stream for one accepted connection; it keeps the certificate it began with when another is loaded.
    [[nodiscard]] std::unique_ptr<Stream> make_stream() const;

  private:
    std::shared_ptr<SSL_CTX> context_;
};

}  // namespace patchcord::gateway
