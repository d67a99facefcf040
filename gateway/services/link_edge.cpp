#include "gateway/services/link_edge.hpp"

#include <algorithm>
#include <sodium.h>
#include <utility>

#include "gateway/auth/md5.hpp"
#include "gateway/auth/sso_crypto.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

double random_share() {
    return static_cast<double>(randombytes_uniform(1'000'000)) / 1'000'000;
}

msn::Auth auth_of(Config::Auth auth) {
    switch (auth) {
        case Config::Auth::md5: return msn::Auth::md5;
        case Config::Auth::twn: break;
        case Config::Auth::sso: return msn::Auth::sso;
    }
    return msn::Auth::twn;
}

msn::FarServiceOptions far_options(const Config::MsnService& config) {
    msn::FarServiceOptions options;
    options.name = config.name;
    options.server = config.server;
    options.login.lowest = msn::Dialect(static_cast<unsigned>(config.lowest_version));
    options.login.highest = msn::Dialect(static_cast<unsigned>(config.highest_version));
    options.login.request_timeout = config.request_timeout;
    options.login.list_timeout = 4 * config.request_timeout;  // a long list comes in many lines
    options.login.ping_interval = config.ping_interval;
    options.login.auth = auth_of(config.auth);
    options.login.md5 = md5;
    options.login.sso = {hmac_sha1, triple_des_cbc, random_bytes};
    if (options.login.auth == msn::Auth::sso) options.login.client_version = "8.5.1302";  // the last of MSNP15
    options.backoff.first = config.reconnect_min;
    options.backoff.longest = config.reconnect_max;
    options.connect_rate = config.connect_rate;
    options.hold_time = config.hold_time;
    options.hold_messages = config.hold_messages;
    options.max_conversations = config.max_conversations;
    options.max_participants = config.max_participants;
    options.max_message_lines = config.max_message_lines;
    return options;
}

std::string describe(const msn::LinkedAccount& account) {
    using State = msn::LinkedAccount::State;
    switch (account.state()) {
        case State::idle: return "not signed in";
        case State::connecting: return "signing in";
        case State::signed_in: return "signed in";
        case State::waiting: return "cannot be reached: " + account.trouble();
        case State::stopped: return "stopped: " + account.trouble();
    }
    return {};
}

}  // namespace

LinkEdge::LinkEdge(Parts parts)
    : parts_(std::move(parts)), metrics_(parts_.metrics), stored_(parts_.store.take_links()) {}

LinkEdge::~LinkEdge() = default;

// --- configuration ---------------------------------------------------------------------------------------------------

void LinkEdge::reload(const Config& config) {
    std::vector<std::unique_ptr<Service>> before = std::exchange(services_, {});
    for (const Config::MsnService& wanted : config.msn_services) {
        const auto same = std::find_if(before.begin(), before.end(),
                                       [&](const auto& known) { return known != nullptr && known->config == wanted; });
        std::unique_ptr<Service> service = same == before.end() ? make(wanted) : refresh(std::move(*same));
        if (service != nullptr) services_.push_back(std::move(service));
    }
    for (auto& service : before) retire(std::move(service));
    const std::vector<Config::Link> links_before = std::exchange(configured_, config.links);
    for (const Config::Link& link : links_before) {
        if (std::find(configured_.begin(), configured_.end(), link) == configured_.end()) remove_configured(link);
    }
    apply_links();
}

void LinkEdge::keep_only(const std::unordered_set<std::string>& accounts) {
    std::erase_if(stored_, [&](const StoredLink& link) { return !accounts.contains(link.account); });
    apply_links();
}

/// The file of those who are trusted may be another one under the same name.
std::unique_ptr<LinkEdge::Service> LinkEdge::refresh(std::unique_ptr<Service> service) {
    if (const std::string problem = service->access->read_trust(); !problem.empty()) {
        parts_.log.log(chat::LogLevel::error, {}, "an MSN service's certificates stay as they were",
                       {{"service", service->config.name}, {"error", problem}});
    }
    return service;
}

std::unique_ptr<LinkEdge::Service> LinkEdge::make(const Config::MsnService& config) {
    auto service = std::make_unique<Service>();
    service->config = config;
    if (const std::string problem = ServiceAccess::open(parts_.loop, parts_.log, config, service->access);
        !problem.empty()) {
        parts_.log.log(chat::LogLevel::error, {}, "an MSN service cannot be used",
                       {{"service", config.name}, {"error", problem}});
        return nullptr;
    }
    ServiceAccess* access = service->access.get();
    service->far = std::make_unique<msn::FarService>(
        msn::FarServiceEnvironment{
            parts_.service, parts_.loop, parts_.log, parts_.nicks, parts_.graphemes, access->tickets(),
            access->connector(),
            [access](const std::string& address) -> chat::Connector& { return access->onward(address); }, echoes_,
            metrics_, random_share, parts_.contact_came,
            [access](const msn::LinkOptions& link) { return access->address_book(link); },
            [access](const msn::LinkOptions& link) { return access->offline_messages(link); }, parts_.files,
            parts_.file_network, [] { return randombytes_uniform(0xFFFF'FFFF) + 1; }, parts_.pictures},
        far_options(config));
    return service;
}

void LinkEdge::want_picture(const chat::User& user) {
    for (const auto& service : services_) service->far->want_picture(user);
}

void LinkEdge::retire(std::unique_ptr<Service> service) {
    if (service == nullptr) return;
    for (const auto& account : std::vector(service->far->accounts())) service->far->remove(*account);
    retired_.push_back(std::move(service));
}

/// Signs out who is linked no more, signs in who is.
void LinkEdge::apply_links() {
    for (const auto& service : services_) {
        for (const auto& account : std::vector(service->far->accounts())) {
            if (!is_linked(*account, service->config.name)) service->far->remove(*account);
        }
    }
    for (const Config::Link& link : configured_) add_configured(link);
    for (const StoredLink& link : stored_) add_stored(link);
}

/// By the configuration, which comes first, or by their own wish.
bool LinkEdge::is_linked(const msn::LinkedAccount& account, const std::string& service) const {
    const auto same = [&](const auto& link) { return link.service == service && link.handle == account.handle(); };
    if (std::any_of(configured_.begin(), configured_.end(), same)) return true;
    const auto stored = std::find_if(stored_.begin(), stored_.end(), same);
    return stored != stored_.end() && stored->account == account.options().account &&
           !is_configured(stored->account, service);
}

void LinkEdge::add_configured(const Config::Link& link) {
    Service* service = find(link.service);
    if (service == nullptr || service->far->account_with(link.handle) != nullptr) return;
    service->far->add({link.account,
                       link.room.empty() ? std::string() : "#" + link.room,
                       link.handle,
                       [source = link.password](std::string& password) {
                           msn::PasswordProblem problem;
                           problem.words = source.read(password, problem.passing);
                           return problem;
                       },
                       {link.speakers.begin(), link.speakers.end()},
                       link.show_names == Config::ShowNames::p4});
}

void LinkEdge::remove_configured(const Config::Link& link) {
    Service* service = find(link.service);
    msn::LinkedAccount* account = service == nullptr ? nullptr : service->far->account_with(link.handle);
    if (account != nullptr) service->far->remove(*account);
}

void LinkEdge::add_stored(const StoredLink& link) {
    Service* service = find(link.service);
    if (service == nullptr || is_configured(link.account, link.service)) return;
    if (service->far->account_with(link.handle) != nullptr) return;
    service->far->add({link.account,
                       {},
                       link.handle,
                       [this, link](std::string& password) {
                           return parts_.store.open_link(link, password)
                                      ? std::string()
                                      : std::string("its password cannot be read; \"link\" takes it again");
                       },
                       {}});
}

void LinkEdge::network_changed() {
    for (const auto& service : services_) service->far->network_changed();
}

void LinkEdge::shut_down() {
    for (const auto& service : services_) service->far->shut_down();
}

LinkEdge::Service* LinkEdge::find(std::string_view name) const {
    const auto found = std::find_if(services_.begin(), services_.end(),
                                    [&](const auto& service) { return service->config.name == name; });
    return found == services_.end() ? nullptr : found->get();
}

bool LinkEdge::is_configured(std::string_view account, std::string_view service) const {
    return std::any_of(configured_.begin(), configured_.end(), [&](const Config::Link& link) {
        return link.service == service && link.account == account && !link.account.empty();
    });
}

// --- whom people mean ------------------------------------------------------------------------------------------------

std::optional<std::string> LinkEdge::address_on_service(std::string_view text, const chat::User& asker) const {
    const std::size_t slash = text.rfind('/');
    const bool named = slash != std::string_view::npos && slash > text.find('@');
    const auto handle = msn::parse_handle(text.substr(0, named ? slash : text.size()));
    if (!handle) return std::nullopt;
    if (named) {
        const Service* service = find(text.substr(slash + 1));
        if (service == nullptr) return std::nullopt;
        return service->far->address_of(*handle);
    }
    const std::vector<Link> links = links_of(asker);
    if (links.size() != 1 || parts_.is_known_here(*handle)) return std::nullopt;
    return find(links.front().service)->far->address_of(*handle);
}

bool LinkEdge::has_way(const chat::User& from, std::string_view address) const {
    const msn::LinkedAccount* account = account_of(from, address.substr(address.rfind('/') + 1));
    return account != nullptr && account->state() != msn::LinkedAccount::State::stopped;
}

bool LinkEdge::leave(const chat::User& from, std::string_view address, const std::string& text,
                     std::function<void(std::error_code)> done) {
    const std::size_t slash = address.rfind('/');
    msn::LinkedAccount* account = account_of(from, address.substr(slash + 1));
    return account != nullptr && account->owner() == &from &&
           account->leave(std::string(address.substr(0, slash)), text, std::move(done));
}

// --- chat::LinkDesk --------------------------------------------------------------------------------------------------

std::vector<std::string> LinkEdge::services() const {
    std::vector<std::string> names;
    for (const auto& service : services_) names.push_back(service->config.name);
    return names;
}

msn::LinkedAccount* LinkEdge::account_of(const chat::User& user, std::string_view service) const {
    const Service* known = find(service);
    return known == nullptr ? nullptr : known->far->account_for(user.profile().account);
}

std::vector<chat::LinkDesk::Link> LinkEdge::links_of(const chat::User& user) const {
    std::vector<Link> links;
    for (const auto& service : services_) {
        const msn::LinkedAccount* account = account_of(user, service->config.name);
        if (account != nullptr) links.push_back({service->config.name, account->handle(), describe(*account)});
    }
    return links;
}

std::string LinkEdge::problem_with(const chat::User& user, const std::string& service,
                                   const std::string& address) const {
    const Service* known = find(service);
    if (known == nullptr) return "There is no service of that name; \"links\" shows them";
    const auto handle = msn::parse_handle(address);
    if (!handle) return "A handle looks like ana@example.com";
    if (is_configured(user.profile().account, service)) return "That account stands in the gateway's configuration";
    const msn::LinkedAccount* taken = known->far->account_with(*handle);
    if (taken != nullptr && taken->options().account != user.profile().account)
        return "Somebody else here has that account";
    return {};
}

void LinkEdge::link(const chat::User& user, std::string service, std::string address, std::string password, Done done) {
    if (std::string problem = problem_with(user, service, address); !problem.empty()) {
        parts_.loop.after(std::chrono::milliseconds(0), [done, problem] { done(problem); });
        return;
    }
    StoredLink link{user.profile().account, std::move(service), *msn::parse_handle(address), {}};
    parts_.store.save_link(std::move(link), std::move(password),
                           [this, alive = std::weak_ptr(alive_), done](const chat::Result<StoredLink>& stored) {
                               if (alive.expired()) return;
                               if (stored) keep(*stored);
                               done(stored ? std::string() : "That was not stored: " + stored.error().message());
                           });
}

void LinkEdge::keep(const StoredLink& link) {
    std::erase_if(stored_, [&](const StoredLink& known) {
        return known.account == link.account && known.service == link.service;
    });
    Service* service = find(link.service);
    msn::LinkedAccount* before = service == nullptr ? nullptr : service->far->account_for(link.account);
    if (before != nullptr) service->far->remove(*before);
    stored_.push_back(link);
    add_stored(link);
}

void LinkEdge::unlink(const chat::User& user, std::string service, Done done) {
    const std::string account = user.profile().account;
    if (is_configured(account, service)) {
        parts_.loop.after(std::chrono::milliseconds(0), [done] {
            done("That account stands in the gateway's configuration; \"disconnect\" signs you out");
        });
        return;
    }
    parts_.store.remove_link(account, service,
                             [this, alive = std::weak_ptr(alive_), account, service, done](std::error_code error) {
                                 if (alive.expired()) return;
                                 if (!error) {
                                     std::erase_if(stored_, [&](const StoredLink& known) {
                                         return known.account == account && known.service == service;
                                     });
                                     apply_links();
                                 }
                                 done(error ? "That was not stored: " + error.message() : std::string());
                             });
}

std::vector<const msn::LinkedAccount*> LinkEdge::accounts() const {
    std::vector<const msn::LinkedAccount*> all;
    for (const auto& service : services_) {
        for (const auto& account : service->far->accounts()) all.push_back(account.get());
    }
    return all;
}

bool LinkEdge::connect(const chat::User& user, std::string_view service) {
    msn::LinkedAccount* account = account_of(user, service);
    if (account != nullptr) account->connect();
    return account != nullptr;
}

bool LinkEdge::disconnect(const chat::User& user, std::string_view service) {
    msn::LinkedAccount* account = account_of(user, service);
    if (account != nullptr) account->disconnect();
    return account != nullptr;
}

}  // namespace patchcord::gateway
