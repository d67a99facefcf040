#include "gateway/net/net_error.hpp"

#include <string>

namespace patchcord::gateway {
namespace {

const char* describe(NetErrc code) {
    switch (code) {
        case NetErrc::host_not_found: return "no host has this name";
        case NetErrc::lookup_failed: return "the host's address cannot be looked up";
        case NetErrc::address_not_allowed: return "the host's address may not be connected to";
        case NetErrc::tls_failed: return "TLS could not be agreed on";
        case NetErrc::certificate_expired: return "the host's certificate has expired";
        case NetErrc::certificate_not_yet_valid: return "the host's certificate is not valid yet";
        case NetErrc::certificate_self_signed: return "the host's certificate is signed by itself and not trusted";
        case NetErrc::certificate_unknown_issuer: return "nobody trusted has signed the host's certificate";
        case NetErrc::certificate_wrong_name: return "the host's certificate is for another name";
        case NetErrc::certificate_invalid: return "the host's certificate is not valid";
    }
    return "unknown error";
}

class NetCategory final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "patchcord.net"; }
    [[nodiscard]] std::string message(int value) const override { return describe(static_cast<NetErrc>(value)); }
};

}  // namespace

const std::error_category& net_category() {
    static const NetCategory category;
    return category;
}

std::error_code make_error_code(NetErrc code) {
    return {static_cast<int>(code), net_category()};
}

}  // namespace patchcord::gateway
