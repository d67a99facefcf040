#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "irc/server/server.hpp"
#include "tests/support/memory_transport.hpp"

namespace patchcord::tests {

/// One IRC client of a server under test: what it sends goes straight into its session, what it is sent is kept.
class IrcClient {
  public:
    explicit IrcClient(irc::Server& server, chat::PeerInfo peer = {"192.0.2.1", "", false})
        : transport_(std::make_unique<MemoryTransport>(std::move(peer))), session_(server.make_session()) {
        session_->connection_made(*transport_);
    }
    IrcClient(IrcClient&&) noexcept = default;
    IrcClient& operator=(IrcClient&&) = delete;
    ~IrcClient() { hang_up(); }

    /// Sends a line.
    void send(std::string_view line) { send_raw(std::string(line) + "\r\n"); }
    /// Sends bytes as they are.
    void send_raw(std::string_view bytes) {
        // A copy that ends with the call, as a reader's buffer does.
        if (session_) session_->data_received(std::string(bytes));
    }
    /// The lines received since the last time.
    Lines take() { return transport_->take(); }
    /// Sends a line and gives what came back.
    Lines ask(std::string_view line) {
        take();
        send(line);
        return take();
    }
    /// The connection is gone, and the session with it.
    void hang_up(std::error_code why = {}) {
        if (!session_) return;
        session_->connection_lost(why);
        session_.reset();
    }

    [[nodiscard]] MemoryTransport& transport() { return *transport_; }
    [[nodiscard]] bool closed() const { return transport_->closed(); }

  private:
    std::unique_ptr<MemoryTransport> transport_;
    std::unique_ptr<chat::Protocol> session_;
};

}  // namespace patchcord::tests
