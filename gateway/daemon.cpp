#include "gateway/daemon.hpp"

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/config/config_load.hpp"
#include "gateway/fixed_keys.hpp"
#include "gateway/irc_wiring.hpp"
#include "gateway/net/address.hpp"
#include "gateway/proxy_wiring.hpp"
#include "gateway/wiring.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::chrono::seconds drain_timeout{10};
constexpr std::chrono::milliseconds drain_poll{50};
constexpr std::size_t boot_id_characters = 13;  // 65 bits: no two runs share one

/// As many descriptors as the system allows: one a client.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct Daemon::Signals {
    explicit Signals(asio::io_context& io) : stop(io, SIGINT, SIGTERM), reload(io, SIGHUP) {}
    asio::signal_set stop;
    asio::signal_set reload;
};

Daemon::Daemon(Config config, std::string config_file)
    : config_(std::move(config)),
      config_file_(std::move(config_file)),
      log_(config_.log.level, config_.log.format),
      passwords_(loop_),
      limiter_(connection_limits(config_.irc)) {
    log_.count_in(metrics_);
    log_.set_budget(config_.log.budget);
    log_.set_scheduler(&loop_);
    loop_.count_ends_in(&end_counters_);
}

Daemon::~Daemon() {
    log_.set_scheduler(nullptr);  // which goes before the log does
}

bool Daemon::open_data_dir() {
    const std::filesystem::path path(config_.gateway.data_dir);
    ::umask(0077);  // whatever is made here is ours alone
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) cloak_ = Cloak::open(path / "cloak.key");
    if (cloak_) return true;
    log_.log(chat::LogLevel::error, {}, "cannot write data_dir", {{"path", config_.gateway.data_dir}});
    return false;
}

void Daemon::make_server() {
    service_ = std::make_unique<chat::ChatService>(service_options(config_), loop_);
    file_connections_ = std::make_unique<FileConnections>(loop_, log_, file_connection_options(config_.files));
    files_ = std::make_unique<chat::FileDesk>(*service_, metrics_, file_options(config_.files));
    irc_ = std::make_unique<irc::Server>(
        irc::ServerEnvironment{*service_, loop_, log_, metrics_, passwords_, graphemes_,
                               [this](std::string_view address) { return (*cloak_)(address); },
                               [this] { return reload().problem(); }, random_base32(boot_id_characters)},
        irc_options(config_));
    irc_->environment().files = files_.get();
    irc_->environment().file_network = file_connections_.get();
    make_rooms();
}

/// Storage in trouble is a matter for operators: chat goes on meanwhile.
void Daemon::watch_storage() {
    storage_health_ = std::make_unique<StorageHealth>(
        metrics_, loop_, [this](const std::string& sentence) { irc_->tell_operators(sentence); });
    if (history_) history_->report_to(*storage_health_);
    msn_->report_storage_to(*storage_health_);
}

bool Daemon::open_history() {
    if (!config_.history.enabled) return true;
    history_metrics_ = std::make_unique<HistoryMetrics>(metrics_);
    const std::string problem = History::open(config_.gateway.data_dir, history_options(config_.history),
                                              {loop_, log_, *history_metrics_}, history_);
    if (!problem.empty()) {
        log_.log(chat::LogLevel::error, {}, "cannot open the history", {{"error", problem}});
        return false;
    }
    loop_.not_before(history_->newest_at_start());
    irc_->keep_history(*history_);
    return true;
}

bool Daemon::make_msn() {
    msn_ = std::make_unique<MsnEdge>(
        MsnEdge::Parts{loop_, log_, metrics_, *service_, passwords_, graphemes_, *files_, *file_connections_});
    const std::string problem = msn_->open(config_);
    if (!problem.empty()) log_.log(chat::LogLevel::error, {}, "cannot open the database", {{"error", problem}});
    if (!problem.empty()) return false;
    irc_->environment().offline_box = &msn_->mailbox();
    irc_->environment().accounts = &msn_->irc_accounts();
    irc_->environment().account_desk = &msn_->account_desk();
    irc_->environment().address_book = &msn_->address_book();
    irc_->environment().links = &msn_->links();
    irc_->environment().uploads = &msn_->uploads();
    irc_->environment().always_on = &msn_->always_on();
    irc_->show_pictures(msn_->pictures());
    msn_->show_pictures_to([this](const chat::User& user) { return irc_->wants_picture(user); },
                           [this](const chat::User& user) { irc_->picture_changed(user); });
    msn_->always_on().load([this](const std::vector<chat::AlwaysOn>& all) {
        for (const chat::AlwaysOn& who : all) irc_->restore(who);
    });
    return true;
}

void Daemon::make_rooms() {
    for (const Config::Room& room : config_.rooms) {
        const std::string name = "#" + room.name;
        auto group = service_->lookup_group(name);
        const bool is_new = !group;
        if (is_new) group = service_->create_group(name);
        if (!group) continue;
        (*group)->set_permanent(true);
        if (is_new && !room.topic.empty()) {
            (*group)->set_metadata(nullptr, room.topic, config_.gateway.name, loop_.wall_now());
        }
    }
}

/// Both or neither, so that a bad one changes nothing. Gives what is wrong, as the configuration's errors.
std::vector<std::string> Daemon::load_all_tls(const Config& config) {
    std::shared_ptr<TlsContext> irc;
    std::shared_ptr<TlsContext> http;
    std::vector<std::string> errors;
    const auto load = [&](std::string_view where, const Config::Tls& tls, std::shared_ptr<TlsContext>& into) {
        if (tls.listen.empty()) return;
        const std::string error = TlsContext::load(tls.certificate, tls.private_key, into);
        if (!error.empty()) errors.push_back(config_file_ + ": " + std::string(where) + ": " + error);
    };
    load("irc.tls", config.irc.tls, irc);
    load("http.tls", config.http.tls, http);
    if (!errors.empty()) return errors;
    irc_tls_ = std::move(irc);
    http_tls_ = std::move(http);
    return {};
}

bool Daemon::listen(std::string_view kind, const std::vector<std::string>& addresses, const Service& service,
                    ConnectionLimiter& limiter, const TlsSettings& tls) {
    const std::vector<std::string>& proxied = config_.irc.proxy_listen;
    for (const std::string& address : addresses) {
        auto listener = std::make_unique<Listener>(loop_, log_, limiter, service);
        listener->set_door(door_named(kind));
        if (tls.context) listener->set_tls(tls.context, tls.handshake_timeout);
        const bool behind_proxy =
            kind.starts_with("irc") && std::find(proxied.begin(), proxied.end(), address) != proxied.end();
        if (behind_proxy) listener->set_proxies(proxy_networks(config_.irc), config_.irc.tls.handshake_timeout);
        if (is_websocket(kind)) set_websocket(*listener, config_.irc, *irc_);
        if (const std::error_code error = open(*listener, *parse_endpoint(address))) {
            log_.log(chat::LogLevel::error, {}, "cannot listen", {{"address", address}, {"error", error.message()}});
            return false;
        }
        listeners_.push_back({std::string(kind), std::move(listener), behind_proxy});
    }
    return true;
}

/// At a socket that was passed for it, else at one of its own.
std::error_code Daemon::open(Listener& listener, const asio::ip::tcp::endpoint& endpoint) {
    FileDescriptor passed = passed_sockets_.take(endpoint);
    return passed ? listener.adopt(std::move(passed), endpoint.protocol()) : listener.listen(endpoint);
}

bool Daemon::passed_sockets_are_right(const std::string& problem) {
    if (!problem.empty()) log_.log(chat::LogLevel::error, {}, "cannot serve a passed socket", {{"error", problem}});
    return problem.empty();
}

/// The port of the first listener of a kind; 0 when there is none.
std::uint16_t Daemon::port_of(std::string_view kind) const {
    for (const Opened& opened : listeners_) {
        if (opened.kind == kind) return opened.listener->endpoint().port();
    }
    return 0;
}

bool Daemon::open_listeners() {
    if (!passed_sockets_are_right(passed_sockets_.problem())) return false;
    const Config& c = config_;
    const TlsSettings plain;
    const TlsSettings irc_tls{irc_tls_, c.irc.tls.handshake_timeout};
    const TlsSettings http_tls{http_tls_, c.http.tls.handshake_timeout};
    if (!listen("irc", c.irc.listen, irc_service(*irc_), limiter_, plain) ||
        !listen("irc-tls", c.irc.tls.listen, irc_service(*irc_), limiter_, irc_tls) ||
        !listen(websocket_kind, c.irc.websocket.listen, websocket_service(*irc_), limiter_, plain) ||
        !listen(secure_websocket_kind, c.irc.websocket.tls_listen, websocket_service(*irc_), limiter_, irc_tls)) {
        return false;
    }
    if (!listen("msn-sb", c.msn.switchboard_listen, msn_->switchboard_service(), msn_->msn_limiter(), plain) ||
        !listen("msn", c.msn.listen, msn_->notification_service(), msn_->msn_limiter(), plain)) {
        return false;
    }
    msn_->set_ports(port_of("msn"), port_of("msn-sb"));
    if (!listen("http", c.http.listen, msn_->http_service(), msn_->http_limiter(), plain) ||
        !listen("http-tls", c.http.tls.listen, msn_->http_service(), msn_->http_limiter(), http_tls)) {
        return false;
    }
    if (!passed_sockets_are_right(passed_sockets_.left_over())) return false;
    std::vector<std::uint16_t> ports;
    for (const Opened& opened : listeners_) ports.push_back(opened.listener->endpoint().port());
    file_connections_->set_own_ports(std::move(ports));
    msn_->set_http_address(http_address(c, port_of("http"), port_of("http-tls")));
    msn_->reload(c);
    irc_->reload(irc_options_now());
    return true;
}

/// Where files can be sent to, and where TLS is spoken, is known only when the ports are.
irc::ServerOptions Daemon::irc_options_now() const {
    irc::ServerOptions options = irc_options(config_);
    options.file_host = msn_->uploads().address();
    offer_sts(options, config_.irc.sts, port_of("irc-tls"));
    return options;
}

bool Daemon::open_control() {
    const auto certificates = [this] {
        std::vector<StatusReport::Certificate> all;
        if (irc_tls_) all.push_back({"irc.tls", irc_tls_->expires()});
        if (http_tls_) all.push_back({"http.tls", http_tls_->expires()});
        return all;
    };
    control_ = std::make_unique<ControlEdge>(ControlEdge::Parts{
        loop_, log_, *service_, *files_, *irc_, *msn_, history_.get(), [this] { return reload(); }, certificates});
    const std::string problem = control_->open(config_);
    if (!problem.empty()) log_.log(chat::LogLevel::error, {}, "no control socket", {{"error", problem}});
    return problem.empty();
}

void Daemon::say_ready() {
    std::string line = "patchcord ready";
    for (const std::string_view kind : {"irc", "irc-tls", "irc-ws", "irc-wss", "msn", "msn-sb", "http", "http-tls"}) {
        std::string list;
        for (const Opened& opened : listeners_) {
            if (opened.kind != kind) continue;
            list += (list.empty() ? "" : ",") + format_endpoint(opened.listener->endpoint());
        }
        if (!list.empty()) line += " " + std::string(kind) + "=" + list;
    }
    line += '\n';
    (void)!::write(STDERR_FILENO, line.data(), line.size());
    service_manager_.ready();
}

void Daemon::watch_signals() {
    signals_ = std::make_unique<Signals>(loop_.io());
    signals_->stop.async_wait([this](const boost::system::error_code& error, int) {
        if (error) return;
        stop();
        signals_->stop.async_wait([this](const boost::system::error_code& again, int) {
            if (!again) loop_.stop();
        });
    });
    const auto on_hangup = [this](const auto& self) -> void {
        signals_->reload.async_wait([this, self](const boost::system::error_code& error, int) {
            if (error) return;
            (void)reload();
            self(self);
        });
    };
    on_hangup(on_hangup);
}

void Daemon::stop() {
    if (std::exchange(stopping_, true)) return;
    ServiceManager::stopping();
    log_.log(chat::LogLevel::info, {}, "stopping", {{"connections", loop_.connections()}});
    for (const Opened& opened : listeners_) opened.listener->stop();
    loop_.set_draining();
    files_->shut_down();
    msn_->end_links();  // while there is somebody to tell what was not sent
    irc_->shut_down("Server shutting down");
    msn_->shut_down();
    loop_.after(drain_timeout, [this] { loop_.stop(); });
    wait_for_goodbyes();
}

void Daemon::wait_for_goodbyes() {
    if (loop_.connections() == 0) {
        loop_.stop();
    } else {
        loop_.after(drain_poll, [this] { wait_for_goodbyes(); });
    }
}

ReloadReport Daemon::reload() {
    if (config_file_.empty()) return {.file = {}, .errors = {"there is no configuration file to read again"}};
    ServiceManager::reloading();
    LoadedConfig loaded = load_config(config_file_);
    ReloadReport report{.file = config_file_, .errors = std::move(loaded.errors)};
    if (report.errors.empty()) report.errors = load_all_tls(loaded.config);
    for (const std::string& error : report.errors)
        log_.log(chat::LogLevel::error, {}, "configuration not reloaded", {{"error", error}});
    if (report.errors.empty()) {
        report.changes = config_changes(config_.written, loaded.config.written);
        use_certificates(loaded.config);
        report.need_restart = keep_fixed_keys(loaded.config, config_);
        for (const std::string& key : report.need_restart)
            log_.log(chat::LogLevel::warn, {}, "this key needs a restart", {{"key", key}});
        apply(std::move(loaded.config));
        log_.log(chat::LogLevel::info, {}, "configuration reloaded", {});
    }
    service_manager_.ready();
    return report;
}

void Daemon::use_certificates(const Config& config) {
    for (const Opened& opened : listeners_) {
        if (opened.behind_proxy)
            opened.listener->set_proxies(proxy_networks(config.irc), config.irc.tls.handshake_timeout);
        if (is_websocket(opened.kind)) set_websocket(*opened.listener, config.irc, *irc_);
        if ((opened.kind == "irc-tls" || opened.kind == secure_websocket_kind) && irc_tls_) {
            opened.listener->set_tls(irc_tls_, config.irc.tls.handshake_timeout);
        } else if (opened.kind == "http-tls" && http_tls_) {
            opened.listener->set_tls(http_tls_, config.http.tls.handshake_timeout);
        }
    }
}

void Daemon::apply(Config next) {
    config_ = std::move(next);
    log_.set(config_.log.level, config_.log.format);
    log_.set_budget(config_.log.budget);
    limiter_.set_limits(connection_limits(config_.irc));
    service_->set_options(service_options(config_));
    file_connections_->set_options(file_connection_options(config_.files));
    files_->set_options(file_options(config_.files));
    if (history_) history_->set_options(history_options(config_.history));
    msn_->reload(config_);
    irc_->reload(irc_options_now());
    make_rooms();
}

/// What escapes from a timer or a connection is a bug of that session: it is reported, and the others go on.
void Daemon::run_loop() {
    while (true) {
        try {
            loop_.run();
            return;
        } catch (const std::exception& error) {
            log_.log(chat::LogLevel::error, {}, "unexpected failure", {{"error", error.what()}});
        }
    }
}

Exit Daemon::run() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more fails alone
    raise_descriptor_limit();
    if (!open_data_dir()) return Exit::cannot_write_data;
    make_server();
    if (!open_history() || !make_msn()) return Exit::cannot_write_data;
    watch_storage();
    const std::vector<std::string> bad_certificates = load_all_tls(config_);
    for (const std::string& error : bad_certificates)
        log_.log(chat::LogLevel::error, {}, "cannot load the certificate", {{"error", error}});
    if (!bad_certificates.empty()) return Exit::bad_config;
    if (!open_listeners() || !open_control()) return Exit::cannot_listen;
    watch_signals();
    say_ready();
    run_loop();
    loop_.abandon_connections();  // those that did not say goodbye in time
    log_.log(chat::LogLevel::info, {}, "stopped", {});
    return Exit::done;
}

}  // namespace patchcord::gateway
