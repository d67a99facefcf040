#include "gateway/msn_edge.hpp"

#include "gateway/auth/cloak.hpp"
#include "gateway/auth/md5.hpp"
#include "gateway/http/status_routes.hpp"
#include "gateway/net/asio.hpp"
#include "gateway/version.hpp"
#include "gateway/wiring.hpp"

namespace patchcord::gateway {
namespace {

msn::Limit to_limit(Refusal why) {
    switch (why) {
        case Refusal::memory:
        case Refusal::clients: return msn::Limit::clients;
        case Refusal::clients_per_address: return msn::Limit::clients_per_address;
        case Refusal::connects_per_address: return msn::Limit::connects_per_address;
    }
    return msn::Limit::clients;
}

std::vector<std::string> passport_addresses(const Config::Http& http) {
    if (!http.base_url.empty()) return {nexus_address(http.base_url)};
    std::vector<std::string> addresses;
    for (const std::string& host : http.tls.listen) addresses.push_back(nexus_address("https://" + host));
    for (const std::string& host : http.listen) addresses.push_back(nexus_address("http://" + host));
    return addresses;
}

StatusInfo status_info(const Config& config) {
    StatusInfo info;
    info.name = config.gateway.name;
    info.version = version;
    info.irc = config.irc.listen;
    info.irc_tls = config.irc.tls.listen;
    info.msn = config.msn.listen;
    info.passport = passport_addresses(config.http);
    return info;
}

}  // namespace

MsnEdge::MsnEdge(const Parts& parts) : parts_(parts) {}

MsnEdge::~MsnEdge() {
    parts_.files.shut_down();
    parts_.files.set_drop(nullptr);
    if (names_) parts_.service.remove_observer(*names_);
}

std::string MsnEdge::open(const Config& config) {
    const std::string& data_dir = config.gateway.data_dir;
    std::string problem = Store::open(database_in(data_dir), secrets_in(data_dir), parts_.loop, parts_.log, store_);
    if (!problem.empty()) return problem;
    store_->set_person_domain("irc." + config.gateway.name);
    tickets_ = std::make_unique<Tickets>(parts_.loop);
    make_names(config);
    msn_ = std::make_unique<msn::Server>(
        msn::ServerEnvironment{parts_.service, parts_.loop, parts_.log, parts_.metrics, *store_, *names_,
                               parts_.graphemes, md5,
                               [this](std::string_view ticket) { return tickets_->redeem(ticket); }, random_base32},
        msn_options(config));
    msn_->environment().files = &parts_.files;
    msn_->environment().file_network = &parts_.file_network;
    make_bridge();
    make_accounts(config);
    links_ = std::make_unique<LinkEdge>(
        LinkEdge::Parts{parts_.loop, parts_.log, parts_.metrics, parts_.service, *names_, parts_.graphemes, *store_,
                        [this](const std::string& handle) { return is_ours(handle) || names_->nick_of(handle); },
                        [this](const chat::User& owner, const chat::User& contact, const std::string& address,
                               std::function<void()> done) {
                            return far_mail_->contact_came(owner, contact, address, std::move(done));
                        },
                        &parts_.files, &parts_.file_network, &msn_->pictures()});
    watch_network();
    http_metrics_ = std::make_unique<HttpMetrics>(parts_.metrics);
    problem = make_files(config);
    if (!problem.empty()) return problem;
    make_http(config);
    reload(config);
    return {};
}

/// Services of others are reached by way of it.
void MsnEdge::watch_network() {
    const int events = open_address_events();
    if (events < 0) {
        parts_.log.log(chat::LogLevel::warn, {}, "changes of the network are not noticed",
                       {{"error", std::error_code(errno, std::generic_category()).message()}});
        return;
    }
    network_ = std::make_unique<NetworkWatch>(parts_.loop, events, own_addresses, [this] {
        parts_.log.log(chat::LogLevel::info, {}, "the network has changed", {});
        links_->network_changed();
    });
}

void MsnEdge::make_names(const Config& config) {
    const auto save = [this](std::string handle, std::string nick, NameMap::Saved done) {
        store_->save_nick(std::move(handle), std::move(nick), std::move(done));
    };
    names_ = std::make_unique<NameMap>(parts_.service.fold(), save, parts_.log, NameMapOptions{config.irc.nick_length});
    parts_.service.add_observer(*names_);
    names_->load(store_->take_nicks());
    contacts_ = std::make_unique<ContactBook>(ContactBook::Parts{
        parts_.service, *names_, *store_, [this](const std::string& handle) { return is_ours(handle); }, parts_.log,
        std::chrono::milliseconds(5'000),
        [this](std::string_view handle, const chat::User& asker) {
            return links_->address_on_service(handle, asker);
        }});
    account_names_ = std::make_unique<AccountNames>(parts_.service.fold());
    account_names_->replace(store_->take_account_names());
    names_->set_accounts(
        [this](std::string_view nick, std::string_view handle) { return account_names_->is_anothers(nick, handle); });
}

bool MsnEdge::is_ours(const std::string& handle) const {
    return msn_->directory().is_person(handle) || msn_->directory().is_room(handle);
}

void MsnEdge::make_bridge() {
    mail_ = std::make_unique<AccountMail>(AccountMail::Parts{
        parts_.service, *store_, *msn_, [this](std::string_view nick) { return account_names_->find(nick); }});
    far_mail_ = std::make_unique<FarMail>(
        FarMail::Parts{
            parts_.service, *names_, *store_,
            [this](const chat::User& from, std::string_view address) { return links_->has_way(from, address); },
            [this](const chat::User& from, std::string_view address, const std::string& text,
                   std::function<void(std::error_code)> done) {
                return links_->leave(from, address, text, std::move(done));
            }},
        store_->take_far_receivers());
    mailbox_ = std::make_unique<Mailbox>(parts_.service, *names_, *store_, *msn_, *mail_, *far_mail_);
    msn_->environment().offline_box = mail_.get();
    msn_->environment().may_try_password = [this](std::string_view address) {
        return throttle_.begin(address, parts_.loop.now());
    };
    msn_->environment().password_was_right = [this](std::string_view address) {
        throttle_.forgive(address, parts_.loop.now());
    };
}

void MsnEdge::make_accounts(const Config& config) {
    account_metrics_ = std::make_unique<AccountMetrics>(parts_.metrics);
    accounts_ = std::make_unique<AccountCheck>(
        AccountCheck::Parts{*store_, parts_.passwords, parts_.loop, parts_.log, *account_metrics_},
        [this](const std::string& handle) { return !is_ours(handle); });
    login_book_ = std::make_unique<LoginBook>(
        LoginBook::Parts{*account_names_, guard_, parts_.loop, parts_.log, *account_metrics_});
    irc_accounts_ = std::make_unique<IrcAccounts>(
        IrcAccounts::Parts{*accounts_, *account_names_, *login_book_, *store_}, "irc." + config.gateway.name,
        [this](std::string_view name) { return parts_.service.is_user_name(name); },
        [this](std::string_view name) { return names_->handle_of(name).has_value() && !far_mail_->receiver(name); });
    always_on_ = std::make_unique<AlwaysOnList>(*store_);
    account_desk_ = std::make_unique<IrcAccountDesk>(
        IrcAccountDesk::Parts{*irc_accounts_, *accounts_, *login_book_, parts_.passwords, *store_, parts_.log});
}

std::string MsnEdge::make_files(const Config& config) {
    std::unique_ptr<SpoolDirectory> directory;
    std::string problem = SpoolDirectory::open(config.gateway.data_dir, directory);
    if (!problem.empty()) return problem;
    const Spool::Index index{
        [this](SpooledFile file, Spool::Done done) { store_->save_spooled_file(std::move(file), std::move(done)); },
        [this](std::string token) { store_->remove_spooled_file(std::move(token), [](std::error_code) {}); }};
    spool_ = std::make_unique<Spool>(Spool::Parts{parts_.loop, parts_.log, parts_.metrics, std::move(directory), index},
                                     spool_options(config.files));
    spool_->load(store_->take_spooled_files());
    drop_ = std::make_unique<HttpFileDrop>(
        HttpFileDrop::Parts{parts_.loop, parts_.log, parts_.files, *spool_, link_throttle_,
                            [&io = parts_.loop.io()](std::function<void()> then) { asio::post(io, std::move(then)); }});
    uploads_ = std::make_unique<UploadService>(UploadService::Parts{
        parts_.loop, parts_.log, parts_.service, parts_.files, *spool_, *drop_, link_throttle_, *irc_accounts_});
    pictures_ = std::make_unique<HttpPictureShelf>(
        HttpPictureShelf::Parts{parts_.service, parts_.loop, *spool_, link_throttle_});
    msn_->environment().pictures = pictures_.get();
    return {};
}

void MsnEdge::show_pictures_to(std::function<bool(const chat::User&)> is_wanted,
                               std::function<void(const chat::User&)> changed) {
    const auto fetch = [this](const chat::User& user) {
        msn_->pictures().want(user);
        links_->want_picture(user);
    };
    pictures_->set_edges({fetch, std::move(is_wanted), std::move(changed)});
}

/// Without links there is no drop, and so no way to offer a file to a room.
void MsnEdge::reload_files(const Config& config) {
    spool_->set_options(spool_options(config.files));
    drop_->set_base_url(config.files.links ? http_address_ : std::string());
    parts_.files.set_drop(drop_->base_url().empty() ? nullptr : drop_.get());
    pictures_->set_base_url(config.msn.avatars ? http_address_ : std::string());
    pictures_->set_most(config.msn.max_avatars);
    uploads_->set_plaintext_passwords(config.irc.plaintext_passwords);
    link_throttle_.set_rate({static_cast<double>(config.http.login_burst), config.http.login_rate});
    HttpOptions http = http_->options();
    http.stall_time = config.files.stall_time;
    http_->set_options(http);
}

void MsnEdge::make_http(const Config& config) {
    PassportOptions options;
    options.base_url = config.http.base_url;
    const auto check = [this](std::string handle, std::string password, std::function<void(Verdict)> done) {
        accounts_->check(std::move(handle), std::move(password), std::move(done));
    };
    passport_ = std::make_unique<PassportService>(parts_.loop, parts_.log, *http_metrics_, *tickets_, throttle_, check,
                                                  options);
    HttpRoutes routes;
    passport_->add_routes(routes);
    add_status_routes(routes, status_info(config), parts_.metrics);
    drop_->add_routes(routes);
    uploads_->add_routes(routes);
    pictures_->add_routes(routes);
    http_ = std::make_unique<HttpServer>(parts_.loop, parts_.log, *http_metrics_, HttpOptions{}, std::move(routes));
}

void MsnEdge::reload(const Config& config) {
    msn_limiter_.set_limits(connection_limits(config.msn));
    http_limiter_.set_limits(connection_limits(config.http));
    TicketOptions tickets;
    tickets.lifetime = config.http.ticket_lifetime;
    tickets_->set_options(tickets);
    accounts_->set_create_on_request(config.chat.create_user_on_request);
    accounts_->set_new_accounts({static_cast<double>(config.chat.account_burst), config.chat.account_rate});
    store_->account_names([this](const chat::Result<Store::Names>& names) {
        if (names) accounts_are(*names);
    });
    names_->set_options({config.irc.nick_length});
    throttle_.set_rate({static_cast<double>(config.http.login_burst), config.http.login_rate});
    guard_.set_rate({static_cast<double>(config.http.login_burst), config.http.login_rate});
    msn::ServerOptions options = msn_options(config);
    options.notification_port = notification_port_;
    options.switchboard_port = switchboard_port_;
    msn_->reload(std::move(options));
    links_->reload(config);
    reload_files(config);
}

/// Whoever is here by an account that has been removed is here no longer.
void MsnEdge::accounts_are(const Store::Names& all) {
    account_names_->replace(all);
    std::unordered_set<std::string> names;
    std::unordered_set<std::string> handles;
    for (const auto& [name, handle] : all) {
        names.insert(name);
        handles.insert(handle);
    }
    msn_->keep_only(handles);
    links_->keep_only(names);
    if (accounts_changed_) accounts_changed_(names);
}

void MsnEdge::shut_down() {
    msn_->shut_down();
    http_->shut_down();
}

void MsnEdge::set_ports(std::uint16_t notification, std::uint16_t switchboard) {
    notification_port_ = notification;
    switchboard_port_ = switchboard;
    msn::ServerOptions options = msn_->options();
    options.notification_port = notification;
    options.switchboard_port = switchboard;
    msn_->reload(std::move(options));
}

/// Nothing is said: MSNP has no word for it before a command has come.
std::string MsnEdge::refuse(Refusal why) {
    msn_->metrics().limit_hits(to_limit(why)).add();
    return {};
}

Service MsnEdge::notification_service() {
    return {[this] { return msn_->make_notification_session(); }, [this](Refusal why) { return refuse(why); }};
}

Service MsnEdge::switchboard_service() {
    return {[this] { return msn_->make_switchboard_session(); }, [this](Refusal why) { return refuse(why); }};
}

Service MsnEdge::http_service() {
    return {[this] { return http_->make_session(); },
            [this](Refusal) { return http_->refusal("Too many connections"); }};
}

}  // namespace patchcord::gateway
