#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat_core/ports/connector.hpp"
#include "chat_core/ports/protocol.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::tests {

/// Connects to servers that the test plays.
class ScriptedConnector final : public chat::Connector {
  public:
    /// The server's end of one connection, or of a try.
    class Line final : public TestTransport {
      public:
        Line(std::string to, std::unique_ptr<chat::Protocol> protocol, std::function<void(std::error_code)> failed)
            : to_(std::move(to)), protocol_(std::move(protocol)), failed_(std::move(failed)) {}

        /// "example.com:443 tls"
        [[nodiscard]] const std::string& to() const { return to_; }
        [[nodiscard]] const std::string& received() const { return received_; }
        [[nodiscard]] bool gone() const { return protocol_ == nullptr; }

        void stand() { protocol_->connection_made(*this); }
        void fail(std::error_code why) {
            protocol_.reset();
            failed_(why);
        }
        void say(std::string_view bytes) { protocol_->data_received(bytes); }
        void end(std::error_code why = {}) {
            protocol_->connection_lost(why);
            protocol_.reset();
        }

      private:
        void note(std::string_view bytes) override { received_ += bytes; }

        std::string to_;
        std::string received_;
        std::unique_ptr<chat::Protocol> protocol_;
        std::function<void(std::error_code)> failed_;
    };

    void connect(chat::Endpoint to, chat::Security security, std::unique_ptr<chat::Protocol> protocol,
                 std::function<void(std::error_code)> failed) override {
        lines.emplace_back(
            to.host + ":" + std::to_string(to.port) + (security == chat::Security::tls ? " tls" : " plain"),
            std::move(protocol), std::move(failed));
        if (!hesitating) lines.back().stand();
    }

    std::deque<Line> lines;
    bool hesitating = false;  // connections stand when the test says so
};

}  // namespace patchcord::tests
