#include "gateway/services/service_access.hpp"

#include <sodium.h>

#include "gateway/services/address_book_client.hpp"

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

RstClientOptions rst_options(const Config::MsnService& config) {
    RstClientOptions options{config.login_url, config.insecure, config.request_timeout};
    const auto add = [&](std::string_view address, std::string_view policy) {
        options.more.push_back({std::string(address), std::string(policy)});
    };
    if (!config.oim_url.empty()) add(reading_address, reading_policy);
    if (!config.oim_store_url.empty()) add(storing_address, storing_policy);
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
      config_(config),
      dialer_(loop, log, dial_options(std::move(tls))),
      passport_(dialer_, loop, passport_options(config)),
      kept_(passport_),
      rst_(dialer_, loop, rst_options(config)) {}

std::string ServiceAccess::read_trust() {
    std::shared_ptr<TlsClientContext> tls;
    std::string problem = TlsClientContext::load(config_.ca_file, tls);
    if (problem.empty()) dialer_.set_tls(std::move(tls));
    return problem;
}

msn::TicketSource& ServiceAccess::tickets() {
    if (config_.auth == Config::Auth::sso) return rst_;
    if (!config_.oim_url.empty()) return kept_;
    return passport_;
}

std::unique_ptr<msn::AddressBookSource> ServiceAccess::address_book(const msn::LinkOptions& link) {
    if (config_.auth != Config::Auth::sso) return nullptr;
    return std::make_unique<AddressBookClient>(
        AddressBookClient::Parts{dialer_, loop_, log_, rst_},
        AddressBookClientOptions{config_.name, config_.contacts_url, config_.insecure, config_.request_timeout},
        AddressBookClient::Account{link.handle,
                                   [read = link.password](std::string& password) { return read(password).words; }});
}

std::unique_ptr<msn::OfflineMessageSource> ServiceAccess::offline_messages(const msn::LinkOptions& link) {
    if (config_.oim_url.empty()) return nullptr;
    return std::make_unique<OfflineMailClient>(OfflineMailClient::Parts{dialer_, loop_, log_, web_tickets(link)},
                                               OfflineMailOptions{config_.name, config_.oim_url, config_.oim_store_url,
                                                                  config_.insecure, config_.request_timeout},
                                               link.handle);
}

/// Where accounts sign in by TWN, the ticket they did it with is the one, and the next comes with the next sign-in.
OfflineMailClient::Tickets ServiceAccess::web_tickets(const msn::LinkOptions& link) {
    if (config_.auth != Config::Auth::sso) {
        return {[this, handle = link.handle](std::string_view) { return kept_.ticket_of(handle); },
                [](std::string_view, const std::function<void(bool)>& done) { done(false); }};
    }
    return {[this, handle = link.handle](std::string_view address) { return rst_.ticket_for(handle, address); },
            [this, handle = link.handle, read = link.password](std::string_view address,
                                                               const std::function<void(bool)>& done) {
                std::string password;
                if (!read(password).words.empty()) return done(false);
                rst_.renew_ticket(handle, password, address,
                                  [done](const msn::TicketSource::Ticket& ticket) { done(!ticket.error); });
                sodium_memzero(password.data(), password.size());
            }};
}

void ServiceAccess::hang_up() {
    dialer_.hang_up();
    for (const auto& [where, dialer] : onward_) dialer->hang_up();
}

chat::Connector& ServiceAccess::onward(const std::string& server_address) {
    const AddressClass where = class_of(server_address);
    std::unique_ptr<Dialer>& dialer = onward_[where];
    if (dialer == nullptr) {
        DialOptions options;
        options.allowed = rule_for_named_addresses(where, config_.allow_private);
        dialer = std::make_unique<Dialer>(loop_, log_, std::move(options));
    }
    return *dialer;
}

}  // namespace patchcord::gateway
