#include "gateway/control/status_json.hpp"

#include <boost/json/array.hpp>

#include "gateway/http/dates.hpp"
#include "gateway/log/escape.hpp"

namespace patchcord::gateway {
namespace {

namespace json = boost::json;

/// Some of it comes from services and from files: it is made harmless here, for all who show it.
json::string text(std::string_view said) {
    return json::string(escape_controls(said));
}

json::string time(chat::WallTime at) {
    return json::string(format_xml_date(at));
}

json::object process(const StatusReport::Process& of) {
    return {{"version", of.version},
            {"pid", of.pid},
            {"uptime_seconds", of.uptime.count()},
            {"stopping", of.stopping},
            {"resident_bytes", of.resident_bytes},
            {"open_files", of.open_files},
            {"connections", of.connections}};
}

json::object people(const StatusReport::People& of) {
    return {{"online", of.online},
            {"accounts", of.accounts},
            {"irc_connections", of.irc_connections},
            {"irc_registered", of.irc_registered},
            {"msn_connections", of.msn_connections},
            {"msn_signed_in", of.msn_signed_in},
            {"rooms", of.rooms},
            {"switchboards", of.switchboards}};
}

json::object queues(const StatusReport::Queues& of) {
    return {{"client_bytes", of.client_bytes}, {"held_messages", of.held_messages}, {"history_lines", of.history_lines},
            {"store_calls", of.store_calls},   {"transfers", of.transfers},         {"file_offers", of.file_offers}};
}

json::array storage(const std::vector<StatusReport::Storage>& all) {
    json::array list;
    for (const StatusReport::Storage& one : all) {
        list.push_back(json::object{{"name", one.name},
                                    {"ok", one.trouble.empty()},
                                    {"trouble", text(one.trouble)},
                                    {"last_error", text(one.last_error)}});
    }
    return list;
}

json::array links(const std::vector<StatusReport::Link>& all) {
    json::array list;
    for (const StatusReport::Link& one : all) {
        list.push_back(json::object{{"owner", text(one.owner)},
                                    {"service", text(one.service)},
                                    {"handle", text(one.handle)},
                                    {"state", one.state},
                                    {"since", time(one.since)},
                                    {"last_error", text(one.last_error)},
                                    {"held_messages", one.held_messages}});
    }
    return list;
}

json::array certificates(const std::vector<StatusReport::Certificate>& all) {
    json::array list;
    for (const StatusReport::Certificate& one : all) {
        list.push_back(json::object{{"listener", one.listener}, {"expires", time(one.expires)}});
    }
    return list;
}

json::array texts(const std::vector<std::string>& all) {
    json::array list;
    for (const std::string& one : all) list.push_back(text(one));
    return list;
}

}  // namespace

json::object status_answer(const StatusReport& report) {
    return {{"ok", true},
            {"process", process(report.process)},
            {"people", people(report.people)},
            {"queues", queues(report.queues)},
            {"storage", storage(report.storage)},
            {"links", links(report.links)},
            {"certificates", certificates(report.certificates)}};
}

json::object reload_answer(const ReloadReport& report) {
    json::array changes;
    for (const ConfigChange& change : report.changes) {
        changes.push_back(
            json::object{{"key", text(change.key)}, {"before", text(change.before)}, {"after", text(change.after)}});
    }
    return {{"ok", report.errors.empty()},
            {"file", text(report.file)},
            {"errors", texts(report.errors)},
            {"changes", std::move(changes)},
            {"need_restart", texts(report.need_restart)}};
}

}  // namespace patchcord::gateway
