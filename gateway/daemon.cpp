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
#include "gateway/os/resident_memory.hpp"
#include "gateway/proxy_wiring.hpp"
#include "gateway/tls_wiring.hpp"
#include "gateway/wiring.hpp"
#include "irc/server/person.hpp"

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
      memory_guard_(loop_, log_, metrics_, {[this] { return memory_beside_passwords(); }, give_back_memory}),
      limiter_(connection_limits(config_.irc)) {
    log_.count_in(metrics_);
    log_.set_budget(config_.log.budget);
    log_.set_scheduler(&loop_);
    loop_.count_ends_in(&end_counters_);
    set_memory_ceiling();
}

Daemon::~Daemon() {
    log_.set_scheduler(nullptr);  // which goes before the log does
}

/// What passwords take comes and goes within a tenth of a second, and is bounded: room is kept for it beside the rest.
std::size_t Daemon::memory_beside_passwords() const {
    const std::size_t resident = resident_memory();
    return resident - std::min(resident, passwords_.bytes_in_use());
}

void Daemon::set_memory_ceiling() {
    const std::size_t most = config_.gateway.max_memory;
    memory_guard_.set_ceiling(most - std::min(most, Passwords::most_bytes));
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
    msn_->tell_of_accounts([this](const std::unordered_set<std::string>& names) { irc_->people().keep_only(names); });
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
        const std::string error = load_tls(tls, into);
        if (!error.empty()) errors.push_back(config_file_ + ": " + std::string(where) + ": " + error);
    };
    load("irc.tls", config.irc.tls, irc);
    load("http.tls", config.http.tls, http);
    if (!errors.empty()) return errors;
    irc_tls_ = std::move(irc);
    http_tls_ = std::move(http);
    return {};
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
    set_memory_ceiling();
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
    give_back_large_memory();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more fails alone
    raise_descriptor_limit();
    if (!give_up_rights()) return Exit::no_rights;
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
