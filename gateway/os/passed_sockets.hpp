#pragma once

#include <string>
#include <system_error>
#include <vector>

#include "gateway/files/file_descriptor.hpp"
#include "gateway/net/asio.hpp"

namespace patchcord::gateway {

/// The sockets that the service manager listens on for this process, by the protocol of sd_listen_fds(3); none when
/// there is no such manager. So a gateway without privileges serves ports below 1024, and nobody who connects while it
/// starts is turned away.
class PassedSockets {
  public:
    /// Takes them all, and the variables that name them. Only the first one made in a process finds any; it is to be
    /// made before there are threads, and before files are opened that would have the numbers of sockets that are
    /// missing.
    PassedSockets();

    /// What cannot be served, as a sentence; empty when all is well.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    /// Makes one itself, for later, as long as there are rights to. Gives why that cannot be done.
    [[nodiscard]] std::error_code open(const asio::ip::tcp::endpoint& endpoint);
    /// The one at exactly this address, which is then no longer here; nothing when there is none.
    [[nodiscard]] FileDescriptor take(const asio::ip::tcp::endpoint& endpoint);
    /// Whom nobody took, as a sentence; empty when all were.
    [[nodiscard]] std::string left_over() const;

  private:
    struct Passed {
        asio::ip::tcp::endpoint endpoint;
        FileDescriptor socket;
    };

    void add(FileDescriptor socket);

    std::vector<Passed> all_;
    std::string problem_;
};

}  // namespace patchcord::gateway
