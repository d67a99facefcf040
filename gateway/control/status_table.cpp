#include "gateway/control/status_table.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "gateway/control/text_table.hpp"

namespace patchcord::gateway {
namespace {

namespace json = boost::json;

const json::object& object_in(const json::object& object, std::string_view key) {
    static const json::object nothing;
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    const json::object* found = value == nullptr ? nullptr : value->if_object();
    return found == nullptr ? nothing : *found;
}

const json::array& array_in(const json::object& object, std::string_view key) {
    static const json::array nothing;
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    const json::array* found = value == nullptr ? nullptr : value->if_array();
    return found == nullptr ? nothing : *found;
}

std::uint64_t number_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    if (value == nullptr) return 0;
    if (const auto* whole = value->if_int64()) return static_cast<std::uint64_t>(std::max<std::int64_t>(*whole, 0));
    const auto* large = value->if_uint64();
    return large == nullptr ? 0 : *large;
}

std::string count_in(const json::object& object, std::string_view key) {
    return std::to_string(number_in(object, key));
}

std::string two_digits(std::uint64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// "3d 04:05:06".
std::string span(std::uint64_t seconds) {
    const std::string days = seconds < 86'400 ? "" : std::to_string(seconds / 86'400) + "d ";
    return days + two_digits(seconds / 3'600 % 24) + ":" + two_digits(seconds / 60 % 60) + ":" +
           two_digits(seconds % 60);
}

std::string size(std::uint64_t bytes) {
    constexpr std::uint64_t kib = 1024;
    if (bytes < 10 * kib) return std::to_string(bytes) + " B";
    if (bytes < 10 * kib * kib) return std::to_string(bytes / kib) + " KiB";
    return std::to_string(bytes / kib / kib) + " MiB";
}

std::vector<TextRow> overview(const json::object& answer) {
    const json::object& process = object_in(answer, "process");
    const json::object& people = object_in(answer, "people");
    const json::object& queues = object_in(answer, "queues");
    const auto stopping = process.if_contains("stopping");
    const bool ends = stopping != nullptr && stopping->is_bool() && stopping->get_bool();
    return {
        {"patchcord", text_in(process, "version") + ", pid " + count_in(process, "pid") + ", up " +
                          span(number_in(process, "uptime_seconds")) + (ends ? ", stopping" : "")},
        {"people", count_in(people, "online") + " online, " + count_in(people, "accounts") + " accounts"},
        {"irc",
         count_in(people, "irc_registered") + " sessions of " + count_in(people, "irc_connections") + " connections"},
        {"msn", count_in(people, "msn_signed_in") + " sessions of " + count_in(people, "msn_connections") +
                    " connections, " + count_in(people, "switchboards") + " switchboards"},
        {"rooms", count_in(people, "rooms")},
        {"waiting", size(number_in(queues, "client_bytes")) + " for clients, " + count_in(queues, "held_messages") +
                        " messages for services, " + count_in(queues, "history_lines") + " lines of history, " +
                        count_in(queues, "store_calls") + " calls of the database"},
        {"files", count_in(queues, "transfers") + " on their way, " + count_in(queues, "file_offers") + " offers"},
        {"machine", size(number_in(process, "resident_bytes")) + " of memory, " + count_in(process, "open_files") +
                        " open files, " + count_in(process, "connections") + " connections"},
    };
}

std::string state_of_storage(const json::object& storage) {
    const std::string trouble = text_in(storage, "trouble");
    const std::string last = text_in(storage, "last_error");
    if (!trouble.empty()) return "does not work: " + trouble;
    return last.empty() ? "ok" : "ok; last error: " + last;
}

std::vector<TextRow> link_rows(const json::array& links) {
    std::vector<TextRow> rows{{"link", "service", "handle", "state", "since", "held", "last error"}};
    for (const json::value& value : links) {
        const json::object* link = value.if_object();
        if (link == nullptr) continue;
        rows.push_back({text_in(*link, "owner"), text_in(*link, "service"), text_in(*link, "handle"),
                        text_in(*link, "state"), text_in(*link, "since"), count_in(*link, "held_messages"),
                        text_in(*link, "last_error")});
    }
    return rows;
}

void add_texts(std::string& text, const json::array& all, const std::string& what) {
    for (const json::value& value : all) {
        if (const json::string* one = value.if_string()) text += format_table({{what + std::string(*one)}});
    }
}

}  // namespace

std::string text_in(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(json::string_view(key.data(), key.size()));
    const json::string* found = value == nullptr ? nullptr : value->if_string();
    return found == nullptr ? "" : std::string(*found);
}

std::string format_status(const json::object& answer) {
    std::vector<TextRow> rows = overview(answer);
    for (const json::value& value : array_in(answer, "storage")) {
        if (const json::object* storage = value.if_object())
            rows.push_back({text_in(*storage, "name"), state_of_storage(*storage)});
    }
    for (const json::value& value : array_in(answer, "certificates")) {
        if (const json::object* one = value.if_object())
            rows.push_back({text_in(*one, "listener"), "certificate good until " + text_in(*one, "expires")});
    }
    const json::array& links = array_in(answer, "links");
    return format_table(rows) + (links.empty() ? "" : "\n" + format_table(link_rows(links)));
}

std::string format_reload(const json::object& answer) {
    std::string text;
    add_texts(text, array_in(answer, "errors"), "");
    if (!text.empty()) return text;
    std::vector<TextRow> rows;
    for (const json::value& value : array_in(answer, "changes")) {
        const json::object* change = value.if_object();
        if (change == nullptr) continue;
        rows.push_back({text_in(*change, "key"), text_in(*change, "before") + " -> " + text_in(*change, "after")});
    }
    text = rows.empty() ? "read again; no key has changed\n" : format_table(rows);
    add_texts(text, array_in(answer, "need_restart"), "needs a restart: ");
    return text;
}

}  // namespace patchcord::gateway
