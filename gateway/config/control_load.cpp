#include "gateway/config/control_load.hpp"

#include <sys/un.h>

namespace patchcord::gateway {

void read_control(TableReader& reader, Config::Control& control) {
    reader.read("socket", control.socket);
    if (control.socket.size() >= sizeof(sockaddr_un::sun_path) || control.socket.find('\0') != std::string::npos) {
        reader.error("socket", "must be a path of at most " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
                                   " bytes, \"auto\" or \"\"");
    }
    reader.read("max_connections", control.max_connections, 1, 1'000);
    reader.read("timeout", control.timeout);
}

}  // namespace patchcord::gateway
