#include "gateway/config/websocket_load.hpp"

#include <algorithm>

#include "gateway/net/address.hpp"

namespace patchcord::gateway {
namespace {

/// As browsers write it (RFC 6454 section 6.2): in small letters, with the port only where it is not the usual one.
bool is_origin(std::string_view text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
    if (text == "*") return true;
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return false;
    const std::string_view scheme = text.substr(0, end);
    const std::string_view host = text.substr(end + 3);
    if (scheme.empty() || scheme.find_first_not_of(letters) != std::string_view::npos) return false;
    if (host.empty() || host.find_first_not_of(host_characters) != std::string_view::npos) return false;
    const bool usual_port =
        (scheme == "https" && host.ends_with(":443")) || (scheme == "http" && host.ends_with(":80"));
    return !usual_port;
}

void read_listen(TableReader& reader, std::string_view key, std::vector<std::string>& listen, bool admits_anybody) {
    reader.read(key, listen);
    for (const std::string& text : listen) {
        if (!parse_endpoint(text))
            reader.error(key, "must hold numeric addresses with a port, such as \"127.0.0.1:8067\" or \"[::1]:8067\"");
    }
    if (!listen.empty() && !admits_anybody) {
        reader.error(key, "lets nobody in as long as origins is empty and allow_missing_origin is false");
    }
}

}  // namespace

void read_websocket(TableReader& reader, Config::Irc& irc) {
    Config::Websocket& websocket = irc.websocket;
    reader.read("origins", websocket.origins);
    for (const std::string& text : websocket.origins) {
        if (is_origin(text)) continue;
        reader.error("origins",
                     "must hold pages as browsers name them, such as \"https://chat.example.org\", without "
                     "a path and the usual port, or \"*\"");
    }
    reader.read("allow_missing_origin", websocket.allow_missing_origin);
    reader.read("max_empty_frames", websocket.max_empty_frames, 10, 1'000'000);
    const bool admits_anybody = !websocket.origins.empty() || websocket.allow_missing_origin;
    read_listen(reader, "listen", websocket.listen, admits_anybody);
    read_listen(reader, "tls_listen", websocket.tls_listen, admits_anybody);
    if (!websocket.tls_listen.empty() && irc.tls.listen.empty()) {
        reader.error("tls_listen", "needs irc.tls.listen, whose certificate is shown here, too");
    }
}

bool websocket_is_private(const Config::Irc& irc) {
    const Config::Websocket& websocket = irc.websocket;
    if (websocket.listen.empty() && websocket.tls_listen.empty()) return true;
    const bool any_page = std::find(websocket.origins.begin(), websocket.origins.end(), "*") != websocket.origins.end();
    return !any_page && irc.proxy_from.empty() && all_on_loopback(websocket.listen) &&
           all_on_loopback(websocket.tls_listen);
}

}  // namespace patchcord::gateway
