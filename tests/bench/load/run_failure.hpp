#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

namespace patchcord::bench {

/// The run cannot go on: the server refused a client, vanished, or this machine lacks something. Ends the program.
class RunFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// `what` followed by the text of `error_number` (errno).
inline RunFailure system_failure(const std::string& what, int error_number) {
    return RunFailure(what + ": " + std::generic_category().message(error_number));
}

}  // namespace patchcord::bench
