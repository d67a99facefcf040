#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/metrics.hpp"
#include "gateway/auth/cloak.hpp"
#include "gateway/auth/passwords.hpp"
#include "gateway/config/config.hpp"
#include "gateway/control/control_edge.hpp"
#include "gateway/control/reload_report.hpp"
#include "gateway/history/history.hpp"
#include "gateway/log/log.hpp"
#include "gateway/msn_edge.hpp"
#include "gateway/net/connection_end.hpp"
#include "gateway/net/event_loop.hpp"
#include "gateway/net/file_connections.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/memory_guard.hpp"
#include "gateway/os/passed_sockets.hpp"
#include "gateway/os/service_manager.hpp"
#include "gateway/text/icu_graphemes.hpp"
#include "irc/server/server.hpp"

namespace patchcord::gateway {

/// Exit codes (sysexits.h where it has one).
enum class Exit : int {
    done = 0,
    usage = 64,
    cannot_listen = 69,
    cannot_write_data = 74,
    no_rights = 77,
    bad_config = 78
};

/// The whole gateway: wires the rooms together, runs until it is told to stop.
class Daemon {
  public:
    /// `config_file` is read again at SIGHUP; empty when there is none.
    Daemon(Config config, std::string config_file);
    ~Daemon();

    [[nodiscard]] Exit run();

  private:
    struct TlsSettings {
        std::shared_ptr<TlsContext> context;  // nullptr: plain text
        std::chrono::milliseconds handshake_timeout{};
    };

    [[nodiscard]] bool open_data_dir();
    [[nodiscard]] std::vector<std::string> load_all_tls(const Config& config);
    [[nodiscard]] bool open_listeners();
    /// `problem` is a sentence of theirs; empty is well.
    [[nodiscard]] bool passed_sockets_are_right(const std::string& problem);
    [[nodiscard]] std::error_code open(Listener& listener, const asio::ip::tcp::endpoint& endpoint);
    /// `kind` names them in the readiness line.
    [[nodiscard]] bool listen(std::string_view kind, const std::vector<std::string>& addresses, const Service& service,
                              ConnectionLimiter& limiter, const TlsSettings& tls);
    [[nodiscard]] std::uint16_t port_of(std::string_view kind) const;
    void make_server();
    [[nodiscard]] bool open_history();
    [[nodiscard]] bool make_msn();
    [[nodiscard]] std::size_t memory_beside_passwords() const;
    void set_memory_ceiling();
    [[nodiscard]] std::string open_low_ports();
    [[nodiscard]] std::string become_user();
    [[nodiscard]] bool give_up_rights();
    void watch_storage();
    void make_rooms();
    [[nodiscard]] irc::ServerOptions irc_options_now() const;
    void watch_signals();
    void stop();
    void wait_for_goodbyes();
    ReloadReport reload();
    void use_certificates(const Config& config);
    void apply(Config next);
    [[nodiscard]] bool open_control();
    void say_ready();
    void run_loop();

    Config config_;
    std::string config_file_;
    PassedSockets passed_sockets_;  // before whatever opens files or starts threads
    Log log_;
    chat::MetricRegistry metrics_;
    ConnectionEndCounters end_counters_{metrics_};
    EventLoop loop_;
    ServiceManager service_manager_{loop_};
    Passwords passwords_;
    MemoryGuard memory_guard_;
    IcuGraphemes graphemes_;
    ConnectionLimiter limiter_;
    std::optional<Cloak> cloak_;
    std::unique_ptr<chat::ChatService> service_;
    std::unique_ptr<FileConnections> file_connections_;
    std::unique_ptr<chat::FileDesk> files_;
    std::unique_ptr<StorageHealth> storage_health_;
    std::unique_ptr<HistoryMetrics> history_metrics_;
    std::unique_ptr<History> history_;  // nullptr: none is kept
    std::unique_ptr<irc::Server> irc_;
    std::unique_ptr<MsnEdge> msn_;
    struct Opened {
        std::string kind;
        std::unique_ptr<Listener> listener;
        bool behind_proxy = false;
    };
    std::vector<Opened> listeners_;
    std::shared_ptr<TlsContext> irc_tls_;
    std::shared_ptr<TlsContext> http_tls_;
    std::unique_ptr<ControlEdge> control_;
    struct Signals;
    std::unique_ptr<Signals> signals_;
    bool stopping_ = false;
};

}  // namespace patchcord::gateway
