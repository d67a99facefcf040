// Which rights the daemon has, and gives up.

#include "gateway/daemon.hpp"
#include "gateway/data_rights.hpp"
#include "gateway/net/address.hpp"
#include "gateway/os/rights.hpp"
#include "gateway/os/syscall_filter.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::uint16_t first_port_for_all = 1024;

}  // namespace

/// All that is configured, on ports that only root can open.
std::string Daemon::open_low_ports() {
    const Config& c = config_;
    for (const auto* listen : {&c.irc.listen, &c.irc.tls.listen, &c.irc.websocket.listen, &c.irc.websocket.tls_listen,
                               &c.msn.listen, &c.msn.switchboard_listen, &c.http.listen, &c.http.tls.listen}) {
        for (const std::string& address : *listen) {
            const auto endpoint = *parse_endpoint(address);
            if (endpoint.port() == 0 || endpoint.port() >= first_port_for_all) continue;
            if (const std::error_code error = passed_sockets_.open(endpoint))
                return "cannot listen at " + address + ": " + error.message();
        }
    }
    return {};
}

std::string Daemon::become_user() {
    SystemUser user;
    std::string problem = find_configured_user(config_.gateway.user, user);
    if (!problem.empty()) return problem;
    if (!is_root()) return is_wholly(user) ? "" : "gateway.user: only root can become another user";
    problem = make_data_dir_for(user, config_.gateway.data_dir);
    if (problem.empty()) problem = open_low_ports();
    return problem.empty() ? become(user) : problem;
}

/// Before anything is opened, read or made, and before there is a second thread.
bool Daemon::give_up_rights() {
    if (config_.gateway.user.empty()) {
        if (is_root())
            log_.log(chat::LogLevel::warn, {}, "runs as root: gateway.user names who it should be instead", {});
    } else if (const std::string problem = become_user(); !problem.empty()) {
        log_.log(chat::LogLevel::error, {}, "cannot give up root's rights", {{"error", problem}});
        return false;
    }
    harden_process();
    if (!config_.gateway.seccomp || !can_filter_syscalls()) return true;
    if (const std::string problem = filter_syscalls(); !problem.empty())
        log_.log(chat::LogLevel::warn, {}, "no filter of system calls", {{"error", problem}});
    return true;
}

}  // namespace patchcord::gateway
