// Which rights the daemon has, and gives up.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/daemon.hpp"
#include "gateway/files/file_descriptor.hpp"
#include "gateway/net/address.hpp"
#include "gateway/os/rights.hpp"
#include "gateway/os/syscall_filter.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::uint16_t first_port_for_all = 1024;

/// Made as root, it has to be the user's. One that is there is whose it is.
std::string make_data_dir_for(const SystemUser& user, std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();  // behind which a link would be followed
    if (::mkdir(path.c_str(), S_IRWXU) != 0) return {};  // it is there; or what is wrong will be said when it is used
    // Not by its name: whoever may write beside it could have put a link to something of root's there meanwhile.
    const FileDescriptor made(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (made && ::fchown(made.number(), user.user, user.group) == 0) return {};
    return "cannot give data_dir to the user";
}

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
    const std::string& name = config_.gateway.user;
    const auto user = find_system_user(name);
    if (!user) return "gateway.user: there is no user \"" + name + '"';
    if (user->user == 0) return "gateway.user: root is who the gateway must not be";
    if (!is_root()) return is_wholly(*user) ? "" : "gateway.user: only root can become another user";
    std::string problem = make_data_dir_for(*user, config_.gateway.data_dir);
    if (problem.empty()) problem = open_low_ports();
    return problem.empty() ? become(*user) : problem;
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
