#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "msn/wire/invitation.hpp"
#include "msn/wire/msnftp.hpp"
#include "tests/msn/transfer/talk_fixture.hpp"

namespace patchcord::msn {

/// The peer's end of the connection: keeps what comes, says what a test wants.
class RawPeer final : public chat::Protocol {
  public:
    struct End {
        chat::Transport* transport = nullptr;
        std::string heard;
        bool lost = false;
        void say(std::string_view bytes) const {
            if (transport != nullptr) (void)transport->write(bytes);
        }
        std::string take() { return std::exchange(heard, {}); }
    };
    explicit RawPeer(std::shared_ptr<End> end) : end_(std::move(end)) {}
    void connection_made(chat::Transport& transport) override { end_->transport = &transport; }
    void data_received(std::string_view bytes) override { end_->heard += bytes; }
    void connection_lost(std::error_code) override {
        end_->transport = nullptr;
        end_->lost = true;
    }

  private:
    std::shared_ptr<End> end_;
};

class MsnftpPeer : public testing::Test {
  protected:
    MsnftpPeer() { side_.slp = false; }
    static std::string invitation(const std::string& fields) {
        return "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n" + fields + "\r\n";
    }
    /// What we say to it: values of the field that tells most, such as "ACCEPT" or "CANCEL REJECT".
    tests::Log say(const std::string& payload) {
        side_.hear(payload);
        return said();
    }
    tests::Log said() {
        tests::Log lines;
        for (const std::string& payload : side_.sent()) {
            last_ = *parse_invitation(*parse_mime(payload));
            const std::string command = last_.fields.at("invitation-command");
            lines.push_back(last_.cancel_code.empty() ? command : command + " " + last_.cancel_code);
        }
        return lines;
    }
    /// The peer connects to where we wait.
    void connect() {
        ASSERT_EQ(network_.waiting(), 1U);
        network_.visit(std::make_unique<RawPeer>(peer_));
        network_.run();
    }
    std::string exchange(std::string_view bytes) {
        peer_->say(bytes);
        network_.run();
        while (side_.settle()) network_.run();
        return peer_->take();
    }

    tests::ManualScheduler scheduler_;
    tests::MemoryFileNetwork network_;
    TalkSide side_{scheduler_, network_, "ana@example.com", "bob@example.com"};
    std::shared_ptr<RawPeer::End> peer_ = std::make_shared<RawPeer::End>();
    Invitation last_;
};

}  // namespace patchcord::msn
