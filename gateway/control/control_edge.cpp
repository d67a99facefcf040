#include "gateway/control/control_edge.hpp"

#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <set>
#include <unistd.h>

#include "gateway/control/process_usage.hpp"
#include "gateway/control/status_json.hpp"
#include "gateway/version.hpp"

namespace patchcord::gateway {
namespace {

std::string_view state_name(msn::LinkedAccount::State state) {
    using State = msn::LinkedAccount::State;
    switch (state) {
        case State::idle: return "idle";
        case State::connecting: return "connecting";
        case State::signed_in: return "signed in";
        case State::waiting: return "waiting";
        case State::stopped: break;
    }
    return "stopped";
}

/// systemd's directory for what lives as long as the service: the first, if there are several.
std::string runtime_directory() {
    const char* named = std::getenv("RUNTIME_DIRECTORY");
    const std::string all = named == nullptr ? "" : named;
    return all.substr(0, all.find(':'));
}

}  // namespace

std::string control_socket_path(const Config& config) {
    if (config.control.socket != "auto") return config.control.socket;
    const std::string runtime = runtime_directory();
    return (runtime.empty() ? config.gateway.data_dir : runtime) + "/" + control_socket_name;
}

ControlEdge::ControlEdge(Parts parts) : parts_(std::move(parts)), started_(parts_.loop.now()) {}

std::string ControlEdge::open(const Config& config) {
    const std::string path = control_socket_path(config);
    sockaddr_un address;
    if (path.empty()) return {};
    if (config.control.socket == "auto" && !make_address(path, address)) {
        parts_.log.log(chat::LogLevel::warn, {}, "no control socket: its path is too long", {{"path", path}});
        return {};
    }
    std::unique_ptr<ControlSocket> socket;
    if (std::string problem = ControlSocket::open(path, socket); !problem.empty()) return problem;
    server_ = std::make_unique<ControlServer>(parts_.loop, parts_.log, std::move(socket),
                                              ControlOptions{config.control.max_connections, config.control.timeout},
                                              [this](std::string_view request) { return answer(request); });
    return {};
}

std::string ControlEdge::answer(std::string_view request) const {
    if (request == "status") return boost::json::serialize(status_answer(report()));
    if (request == "reload") return boost::json::serialize(reload_answer(parts_.reload()));
    return control_error("unknown_request", "there are the requests \"status\" and \"reload\"");
}

StatusReport ControlEdge::report() const {
    StatusReport report;
    report.process = process();
    report.people = people();
    report.queues = queues();
    report.storage = storage();
    report.links = links();
    report.certificates = parts_.certificates();
    return report;
}

StatusReport::Process ControlEdge::process() const {
    const ProcessUsage usage = process_usage();
    StatusReport::Process process;
    process.version = version;
    process.pid = ::getpid();
    process.uptime = std::chrono::duration_cast<std::chrono::seconds>(parts_.loop.now() - started_);
    process.stopping = parts_.loop.draining();
    process.resident_bytes = usage.resident_bytes;
    process.open_files = usage.open_files;
    process.connections = parts_.loop.connections();
    return process;
}

StatusReport::People ControlEdge::people() const {
    std::set<std::string_view> accounts;
    for (const chat::User* user : parts_.service.online_users()) {
        if (!user->profile().account.empty()) accounts.insert(user->profile().account);
    }
    StatusReport::People people;
    people.online = parts_.service.counts().online;
    people.accounts = accounts.size();
    people.irc_connections = parts_.irc.metrics().connections.value();
    people.irc_registered = parts_.irc.metrics().registered.value();
    people.msn_connections = parts_.msn.metrics().connections.value();
    people.msn_signed_in = parts_.msn.metrics().signed_in.value();
    people.rooms = parts_.service.group_count();
    people.switchboards = parts_.msn.metrics().switchboards.value();
    return people;
}

StatusReport::Queues ControlEdge::queues() const {
    StatusReport::Queues queues;
    queues.client_bytes = parts_.loop.queued_bytes();
    for (const msn::LinkedAccount* account : parts_.msn.links().accounts())
        queues.held_messages += account->held_messages();
    queues.history_lines = parts_.history == nullptr ? 0 : parts_.history->writer().waiting_lines();
    queues.store_calls = parts_.msn.store().worker().waiting();
    queues.transfers = parts_.files.running();
    queues.file_offers = parts_.files.all().size();
    return queues;
}

std::vector<StatusReport::Storage> ControlEdge::storage() const {
    const StoreWorker& store = parts_.msn.store().worker();
    std::vector<StatusReport::Storage> all{{"patchcord.db", store.trouble(), store.last_error()}};
    if (parts_.history != nullptr) {
        const HistoryWriter& writer = parts_.history->writer();
        all.push_back({"history.db", writer.trouble(), writer.last_error()});
    }
    return all;
}

std::vector<StatusReport::Link> ControlEdge::links() const {
    std::vector<StatusReport::Link> all;
    for (const msn::LinkedAccount* account : parts_.msn.links().accounts()) {
        const msn::LinkOptions& options = account->options();
        all.push_back({options.account.empty() ? options.room : options.account, account->service().options().name,
                       options.handle, std::string(state_name(account->state())), account->since(),
                       account->last_trouble(), account->held_messages()});
    }
    return all;
}

}  // namespace patchcord::gateway
