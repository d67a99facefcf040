#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "chat_core/file_stream.hpp"
#include "chat_core/ports/file_network.hpp"

namespace patchcord::irc {

struct DccReceiveSetup {
    chat::FileNetwork& network;
    chat::PeerInfo peer;  // the client that has the file
    chat::Endpoint at;    // where it waits for us; port 0: it comes to us (passive)
    std::uint64_t size = 0;
    /// How long a client that comes to us may take.
    std::chrono::milliseconds patience{120'000};
    /// Tells the client where we wait for it. False: it cannot be told any more.
    std::function<bool(const chat::Endpoint& at)> announce;
};

/// A file that an IRC client offers (DCC SEND), taken once somebody wants it. The client is told how many bytes came,
/// as 32 bits, most significant first; of the last ones when the receiver has them, so that a client that believes a
/// file given is right.
class DccReceive final : public chat::FileSource {
  public:
    explicit DccReceive(DccReceiveSetup setup);
    ~DccReceive() override;
    DccReceive(const DccReceive&) = delete;
    DccReceive& operator=(const DccReceive&) = delete;

    void start(chat::FileRelay& relay, std::uint64_t offset) override;
    void pause() override;
    void resume() override;
    void stop(std::error_code why) override;

  private:
    class Connection;
    /// What connections and answers that come late find the source by.
    struct Link {
        DccReceive* source = nullptr;
    };

    [[nodiscard]] chat::FileNetwork::Failed failed();
    void listen();
    void acknowledge();

    DccReceiveSetup setup_;
    std::shared_ptr<Link> link_;
    chat::FileRelay* relay_ = nullptr;
    chat::Transport* transport_ = nullptr;  // while the connection stands
    chat::FileNetwork::ListenId listening_{};
    bool paused_ = false;
};

}  // namespace patchcord::irc
