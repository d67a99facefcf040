#include "gateway/control_command.hpp"

#include <boost/json/parse.hpp>
#include <csignal>
#include <optional>
#include <ostream>
#include <sysexits.h>
#include <unistd.h>

#include "gateway/control/backup.hpp"
#include "gateway/control/control_client.hpp"
#include "gateway/control/control_edge.hpp"
#include "gateway/control/status_table.hpp"
#include "gateway/log/escape.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* usual_runtime_directory = "/run/patchcord";

int fail(const ControlConsole& console, int code, const std::string& why) {
    console.errors << escape_controls(why) << '\n';
    return code;
}

/// systemd tells only the gateway where its directory is: who asks looks at the usual place, too.
std::string socket_of(const Config& config, const ControlTarget& target) {
    if (!target.socket.empty()) return target.socket;
    const std::string path = control_socket_path(config);
    const std::string usual = std::string(usual_runtime_directory) + "/" + control_socket_name;
    const bool elsewhere = config.control.socket == "auto" && ::access(path.c_str(), F_OK) != 0;
    return elsewhere && ::access(usual.c_str(), F_OK) == 0 ? usual : path;
}

std::optional<boost::json::object> parse_answer(const std::string& answer) {
    boost::json::error_code bad;
    boost::json::value value = boost::json::parse(answer, bad);
    if (bad || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

/// Asks, and gives the answer; without one, `code` says why.
std::optional<boost::json::object> ask(const Config& config, const ControlTarget& target, const std::string& request,
                                       const ControlConsole& console, int& code) {
    const std::string socket = socket_of(config, target);
    if (socket.empty()) {
        code = fail(console, EX_UNAVAILABLE, "control.socket is \"\": the gateway cannot be asked");
        return std::nullopt;
    }
    const ControlReply reply = ask_gateway(socket, request);
    if (!reply.problem.empty()) {
        code = fail(console, reply.code, reply.problem);
        return std::nullopt;
    }
    auto answer = parse_answer(reply.answer);
    const std::string refusal = answer ? text_in(*answer, "error") : "the answer is no JSON";
    if (!refusal.empty()) {
        const std::string words = answer ? text_in(*answer, "text") : refusal;
        const int refused = refusal == "busy" ? EX_UNAVAILABLE : EX_PROTOCOL;
        code = fail(console, refusal == "not_allowed" ? EX_NOPERM : refused, words);
        return std::nullopt;
    }
    if (target.as_json) console.out << reply.answer << '\n';
    return answer;
}

/// Ctrl-C and the like wait until what is half done has been cleared away.
class SignalsWait {
  public:
    SignalsWait() {
        sigset_t all;
        ::sigemptyset(&all);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&all, signal);
        ::pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~SignalsWait() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsWait(const SignalsWait&) = delete;
    SignalsWait& operator=(const SignalsWait&) = delete;

  private:
    sigset_t before_{};
};

bool is_ok(const boost::json::object& answer) {
    const boost::json::value* ok = answer.if_contains("ok");
    return ok != nullptr && ok->is_bool() && ok->get_bool();
}

}  // namespace

int control_status(const Config& config, const ControlTarget& target, const ControlConsole& console) {
    int code = EX_OK;
    const auto answer = ask(config, target, "status", console, code);
    if (answer && !target.as_json) console.out << format_status(*answer);
    return code;
}

int control_reload(const Config& config, const ControlTarget& target, const ControlConsole& console) {
    int code = EX_OK;
    const auto answer = ask(config, target, "reload", console, code);
    if (!answer) return code;
    const bool ok = is_ok(*answer);
    if (!target.as_json) (ok ? console.out : console.errors) << format_reload(*answer);
    return ok ? EX_OK : EX_CONFIG;
}

int backup(const Config& config, const std::string& file, const ControlConsole& console) {
    const SignalsWait while_writing;
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no more is an error like others
    const BackupResult result = make_backup(config.gateway.data_dir, file);
    if (!result.problem.empty()) return fail(console, result.exists ? EX_CANTCREAT : EX_IOERR, result.problem);
    console.out << escape_controls(file) << ':';
    for (const std::string& name : result.files) console.out << ' ' << name;
    console.out << '\n';
    return EX_OK;
}

}  // namespace patchcord::gateway
