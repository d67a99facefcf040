#pragma once

#include "gateway/config/table_reader.hpp"

namespace patchcord::gateway {

/// Reads who may speak for others: irc.proxy_listen and irc.proxy_from, and the tables [[irc.gateway]].
/// Where the server listens has been read already.
void read_proxies(TableReader& reader, Config::Irc& irc, ConfigErrors& errors);

/// Reads what [irc.tls] says of strict transport security; `irc.tls.listen` has been read already.
void read_sts(TableReader& reader, Config::Irc& irc);

}  // namespace patchcord::gateway
