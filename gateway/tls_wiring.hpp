#pragma once

#include <memory>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/tls_context.hpp"

namespace patchcord::gateway {

/// Loads the certificate and the key that the configuration names, from files or from credentials of systemd. Gives an
/// empty string, or what is wrong and where; then `into` stays as it is.
[[nodiscard]] std::string load_tls(const Config::Tls& tls, std::shared_ptr<TlsContext>& into);

}  // namespace patchcord::gateway
