#pragma once

#include <chrono>
#include <string>

namespace patchcord::gateway {

/// An answer of a running gateway, or why there is none.
struct ControlReply {
    std::string answer;   // a line without its end
    std::string problem;  // a sentence; empty when there is an answer
    int code = 0;         // sysexits.h, with a problem
};

/// Asks the gateway that listens on `path`, and waits for its answer.
[[nodiscard]] ControlReply ask_gateway(const std::string& path, const std::string& request,
                                       std::chrono::seconds timeout = std::chrono::seconds(60));

}  // namespace patchcord::gateway
