#include "gateway/fixed_keys.hpp"

namespace patchcord::gateway {
namespace {

/// What the file said of `key` stays what is in force, so that the next reload still tells of the difference.
void keep_written(ConfigValues& next, const ConfigValues& now, const std::string& key) {
    const auto found = now.find(key);
    if (found == now.end()) {
        next.erase(key);
    } else {
        next[key] = found->second;
    }
}

class Keeper {
  public:
    Keeper(Config& next, const Config& now) : next_(next), now_(now) {}

    template <class Value>
    void keep(const char* key, Value& next, const Value& now) {
        if (next == now) return;
        next = now;
        keep_written(next_.written, now_.written, key);
        kept_.emplace_back(key);
    }
    [[nodiscard]] std::vector<std::string> kept() { return std::move(kept_); }

  private:
    Config& next_;
    const Config& now_;
    std::vector<std::string> kept_;
};

}  // namespace

std::vector<std::string> keep_fixed_keys(Config& next, const Config& now) {
    Keeper keeper(next, now);
    keeper.keep("gateway.name", next.gateway.name, now.gateway.name);
    keeper.keep("gateway.data_dir", next.gateway.data_dir, now.gateway.data_dir);
    keeper.keep("gateway.user", next.gateway.user, now.gateway.user);
    keeper.keep("gateway.seccomp", next.gateway.seccomp, now.gateway.seccomp);
    keeper.keep("irc.listen", next.irc.listen, now.irc.listen);
    keeper.keep("irc.tls.listen", next.irc.tls.listen, now.irc.tls.listen);
    keeper.keep("irc.websocket.listen", next.irc.websocket.listen, now.irc.websocket.listen);
    keeper.keep("irc.websocket.tls_listen", next.irc.websocket.tls_listen, now.irc.websocket.tls_listen);
    keeper.keep("irc.proxy_listen", next.irc.proxy_listen, now.irc.proxy_listen);
    keeper.keep("irc.casemapping", next.irc.casemapping, now.irc.casemapping);
    keeper.keep("msn.listen", next.msn.listen, now.msn.listen);
    keeper.keep("msn.switchboard_listen", next.msn.switchboard_listen, now.msn.switchboard_listen);
    keeper.keep("http.listen", next.http.listen, now.http.listen);
    keeper.keep("http.tls.listen", next.http.tls.listen, now.http.tls.listen);
    keeper.keep("http.base_url", next.http.base_url, now.http.base_url);
    keeper.keep("history.enabled", next.history.enabled, now.history.enabled);
    keeper.keep("control.socket", next.control.socket, now.control.socket);
    keeper.keep("control.max_connections", next.control.max_connections, now.control.max_connections);
    keeper.keep("control.timeout", next.control.timeout, now.control.timeout);
    return keeper.kept();
}

}  // namespace patchcord::gateway
