// Configuration files of any content: what is said of their mistakes, and what one without mistakes may hold.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/deceptive_text.hpp"
#include "chat_core/utf8.hpp"
#include "gateway/config/config_load.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/network.hpp"
#include "tests/fuzz/demand.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::gateway;
using fuzz::demand;

using Texts = std::vector<std::string>;

constexpr std::string_view file = "f.toml";
constexpr std::string_view unsafe("\r\n\0", 3);

/// Would a file be read that the text names? It may be one whose reading never ends.
bool may_read_a_file(std::string_view text) {
    const bool has_at = text.find_first_of("@\\") != std::string_view::npos;
    return text.find("motd") != std::string_view::npos && has_at;
}

/// Sanitizers make stacks larger, so that the depth that is allowed is too deep for them.
bool is_deep(std::string_view text) {
    constexpr std::ptrdiff_t most_dots = 1000;
    return std::count(text.begin(), text.end(), '.') > most_dots;
}

std::size_t lines_of(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

void check_error(std::string_view error, std::size_t lines) {
    demand(chat::is_valid_utf8(error), "an error is UTF-8");
    for (std::size_t at = 0; at < error.size();) {
        const char32_t c = chat::next_code_point(error, at);
        demand(c >= 0x20 && (c < 0x7F || c >= 0xA0) && !chat::is_deceptive(c), "an error is one line, as it looks");
    }
    demand(error.starts_with(file), "an error names the file");
    error.remove_prefix(file.size());
    if (!error.starts_with(": ")) {  // which it does where the file says nothing
        demand(error.starts_with(':'), "an error names the line");
        std::size_t line = 0;
        const auto [end, bad] = std::from_chars(error.data() + 1, error.data() + error.size(), line);
        demand(bad == std::errc() && line >= 1 && line <= lines, "the line is one of the file's");
        error.remove_prefix(static_cast<std::size_t>(end - error.data()));
    }
    demand(error.starts_with(": "), "a place is followed by a key");
    error.remove_prefix(2);
    const std::size_t key = error.find(": ");
    demand(key != std::string_view::npos && key + 2 < error.size(), "a key is followed by what is wrong");
}

bool is_one_line(std::string_view text) {
    return text.find_first_of(unsafe) == std::string_view::npos;
}

void check_listen(const Texts& listen) {
    for (const std::string& text : listen)
        demand(parse_endpoint(text).has_value(), "what is listened on is an address");
}

template <class Table>
void check_limits(const Table& table) {
    for (const std::string& text : table.unlimited_addresses) {
        demand(text.find('\0') == std::string::npos, "nothing hides behind an address");
    }
    demand(table.connect_window.count() > 0, "a window is open");
}

/// Strangers are let in from outside only where that is meant.
void check_openness(const Config& config) {
    if (!config.chat.create_user_on_request || config.chat.allow_open) return;
    demand(all_on_loopback(config.msn.listen) && all_on_loopback(config.http.listen), "MSN is for this machine");
    if (!config.irc.password_hash.empty()) return;
    demand(all_on_loopback(config.irc.listen) && all_on_loopback(config.irc.tls.listen), "IRC is for this machine");
    demand(config.irc.proxy_listen.empty() && config.irc.web_gateways.empty(), "nobody brings others");
}

void check_irc(const Config::Irc& irc) {
    check_listen(irc.listen);
    check_listen(irc.tls.listen);
    check_limits(irc);
    demand(is_one_line(irc.network) && !irc.network.empty() && irc.network.size() <= 60, "a network has a name");
    demand(is_one_line(irc.description) && irc.description.size() <= 200, "a description is one line");
    demand(std::all_of(irc.motd.begin(), irc.motd.end(), is_one_line), "lines of the MOTD are lines");
    demand(irc.nick_length >= 9 && irc.nick_length <= 64, "a nick has a length");
    demand(irc.sendq >= 32 * 1024 && irc.readq >= 9 * 1024, "a line has room");
    for (const std::string& text : irc.proxy_from) demand(parse_network(text).has_value(), "a proxy has an address");
    for (const Config::WebGateway& gateway : irc.web_gateways) {
        demand(!gateway.password_hash.empty() && !gateway.addresses.empty(), "a web gateway has a password");
    }
    for (const Config::Operator& entry : irc.operators) {
        demand(!entry.name.empty() && !entry.password_hash.empty(), "an operator has a password");
    }
    demand(irc.tls.listen.empty() || !irc.tls.private_key.empty(), "there is no TLS without a key");
}

void check_config(const Config& config) {
    demand(is_one_line(config.gateway.name) && !config.gateway.name.empty(), "a gateway has a name");
    check_irc(config.irc);
    check_listen(config.msn.listen);
    check_listen(config.msn.switchboard_listen);
    check_listen(config.http.listen);
    check_limits(config.msn);
    check_limits(config.http);
    demand(config.msn.lowest_version >= 2 && config.msn.lowest_version <= config.msn.highest_version &&
               config.msn.highest_version <= 12,
           "versions are from the lowest to the highest");
    for (const Config::Room& room : config.rooms) {
        demand(!room.name.empty() && is_one_line(room.name) && is_one_line(room.topic), "a room has a name");
    }
    check_openness(config);
    demand(config_changes(config.written, config.written).empty(), "what is the same has not changed");
}

/// One more mistake is found where it is.
void check_slip(std::string_view text) {
    const Texts errors = parse_config(std::string(text) + "\n[no_such_table]\n", std::string(file)).errors;
    const std::string where = std::string(file) + ":" + std::to_string(lines_of(text) + 1) + ": no_such_table: ";
    demand(errors.size() == 1 && errors.front().starts_with(where), "a slip is told once, with its line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (may_read_a_file(text) || is_deep(text)) return 0;
    const LoadedConfig loaded = parse_config(text, std::string(file));
    for (const std::string& error : loaded.errors) check_error(error, lines_of(text));
    demand(parse_config(text, std::string(file)).errors == loaded.errors, "the same file has the same mistakes");
    if (!loaded.errors.empty()) return 0;
    check_config(loaded.config);
    check_slip(text);
    return 0;
}
