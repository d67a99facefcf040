#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/ports/protocol.hpp"
#include "chat_core/ports/transport.hpp"

namespace patchcord::tests {

/// What one scripted protocol was told; outlives it.
struct Session {
    chat::Transport* transport = nullptr;  // null before connection_made and after connection_lost
    std::string received;
    std::size_t calls = 0;  // of data_received
    std::size_t drained = 0;
    std::size_t lost = 0;  // calls of connection_lost
    std::error_code why;   // of the last
    chat::PeerInfo peer;   // when it was made
    bool destroyed = false;
    chat::LogIdentity identity = {};
    bool inside = false;            // a call of the script runs
    bool lost_from_inside = false;  // connection_lost came during another call
};

/// What protocols do when told something; each may be left empty, and may throw.
struct Script {
    std::function<void(Session&)> made;
    std::function<void(Session&, std::string_view)> data;
    std::function<void(Session&)> lost;
    std::function<void(Session&)> drained = {};
};

/// A protocol that writes down what it is told and does as its script says.
class ScriptedProtocol final : public chat::Protocol {
  public:
    ScriptedProtocol(std::shared_ptr<Session> session, Script script)
        : session_(std::move(session)), script_(std::move(script)) {}
    ~ScriptedProtocol() override { session_->destroyed = true; }

    void connection_made(chat::Transport& transport) override {
        session_->transport = &transport;
        session_->peer = transport.peer();
        const Inside inside(*session_);
        if (script_.made) script_.made(*session_);
    }
    void data_received(std::string_view bytes) override {
        ++session_->calls;
        session_->received += bytes;
        const Inside inside(*session_);
        if (script_.data) script_.data(*session_, bytes);
    }
    void drained() override {
        ++session_->drained;
        const Inside inside(*session_);
        if (script_.drained) script_.drained(*session_);
    }
    void connection_lost(std::error_code why) override {
        session_->lost_from_inside |= session_->inside;
        ++session_->lost;
        session_->why = why;
        session_->transport = nullptr;
        if (script_.lost) script_.lost(*session_);
    }
    [[nodiscard]] chat::LogIdentity log_identity() const override { return session_->identity; }

  private:
    struct Inside {
        explicit Inside(Session& session) : session_(session) { session_.inside = true; }
        ~Inside() { session_.inside = false; }
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;
        Session& session_;
    };

    std::shared_ptr<Session> session_;
    Script script_;
};

}  // namespace patchcord::tests
