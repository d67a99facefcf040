#pragma once

#include <memory>
#include <string>

#include "gateway/net/stream.hpp"

// OpenSSL's own name, so that its headers stay out of ours.
using SSL_CTX = struct ssl_ctx_st;

namespace patchcord::gateway {

/// Whom we trust when we connect to others over TLS: TLS 1.2 and 1.3, a certificate for the very host that was asked
/// for, signed by somebody in the system's store or in a file.
class TlsClientContext {
  public:
    /// `ca_file` holds certificates in PEM that are trusted instead of the system's: of an authority, or the server's
    /// own. Empty: the system's. Gives an empty string, or what is wrong and in which file.
    [[nodiscard]] static std::string load(const std::string& ca_file, std::shared_ptr<TlsClientContext>& loaded);

    explicit TlsClientContext(std::shared_ptr<SSL_CTX> context) : context_(std::move(context)) {}

    /// A stream for one connection to `host`, a name or a numeric address; its handshake fails with a `NetErrc`. Null
    /// when no certificate can be for such a name.
    [[nodiscard]] std::unique_ptr<Stream> make_stream(std::string host) const;

  private:
    std::shared_ptr<SSL_CTX> context_;
};

}  // namespace patchcord::gateway
