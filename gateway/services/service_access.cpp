#include "gateway/services/service_access.hpp"

namespace patchcord::gateway {
namespace {

AddressClass class_of(const std::string& address) {
    boost::system::error_code bad;
    const auto parsed = asio::ip::make_address(address, bad);
    return bad ? AddressClass::public_address : classify(parsed);
}

DialOptions dial_options(std::shared_ptr<TlsClientContext> tls) {
    DialOptions options;
    options.tls = std::move(tls);
    return options;
}

PassportClientOptions passport_options(const Config::MsnService& config) {
    PassportClientOptions options;
    options.nexus_url = config.nexus_url;
    options.login_url = config.login_url;
    options.insecure = config.insecure;
    options.timeout = config.request_timeout;
    return options;
}

}  // namespace

std::string ServiceAccess::open(EventLoop& loop, chat::LogSink& log, const Config::MsnService& config,
                                std::unique_ptr<ServiceAccess>& opened) {
    std::shared_ptr<TlsClientContext> tls;
    std::string problem = TlsClientContext::load(config.ca_file, tls);
    if (problem.empty()) opened = std::make_unique<ServiceAccess>(loop, log, config, std::move(tls));
    return problem;
}

ServiceAccess::ServiceAccess(EventLoop& loop, chat::LogSink& log, const Config::MsnService& config,
                             std::shared_ptr<TlsClientContext> tls)
    : loop_(loop),
      log_(log),
      allow_private_(config.allow_private),
      dialer_(loop, log, dial_options(std::move(tls))),
      passport_(dialer_, loop, passport_options(config)) {}

chat::Connector& ServiceAccess::onward(const std::string& server_address) {
    const AddressClass where = class_of(server_address);
    std::unique_ptr<Dialer>& dialer = onward_[where];
    if (dialer == nullptr) {
        DialOptions options;
        options.allowed = rule_for_named_addresses(where, allow_private_);
        dialer = std::make_unique<Dialer>(loop_, log_, std::move(options));
    }
    return *dialer;
}

}  // namespace patchcord::gateway
