#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/net/stream.hpp"
#include "gateway/websocket/frames.hpp"
#include "gateway/websocket/handshake.hpp"

namespace patchcord::gateway {

/// Lines of IRC over a WebSocket, over plain text or TLS: what is above sees a stream of lines.
///
/// Beast has WebSockets, too, but waits for whole reads and writes of its own, with buffers for each connection, where
/// a `Stream` is asked when the socket is ready; its parser of frames cannot be had alone.
class WebsocketStream final : public Stream {
  public:
    /// `below` is null for plain text.
    WebsocketStream(std::unique_ptr<Stream> below, std::shared_ptr<const WebsocketRules> rules);

    /// TLS first, if there is any, then the upgrade of HTTP. Who is refused gets an answer, and then `parted`.
    IoResult handshake(Socket& socket) override;
    IoResult read(Socket& socket, std::span<char> into) override;
    IoResult write(Socket& socket, std::span<const std::string_view> pieces) override;
    void say_goodbye() override;
    /// By TLS; when a proxy speaks for somebody, all the way to them. Between a proxy on this machine and us it may be
    /// without.
    [[nodiscard]] bool secure() const override;
    [[nodiscard]] std::string fingerprint() const override;
    [[nodiscard]] std::optional<asio::ip::address> speaks_for(const asio::ip::address& peer) override;
    void turn_away(Refusal why) override;
    [[nodiscard]] chat::CloseReason why_parted() const override;

  private:
    enum class State : unsigned char { beginning, header, answering, refused, open, parted };

    [[nodiscard]] Stream& below() const { return below_ ? *below_ : plain_stream(); }
    IoResult read_header(Socket& socket);
    IoResult drain();
    IoResult take(std::string_view bytes, std::span<char> into);
    IoResult part();
    [[nodiscard]] WebsocketMessage kind() const;

    std::unique_ptr<Stream> below_;
    std::shared_ptr<const WebsocketRules> rules_;
    Socket* socket_ = nullptr;
    WebsocketDecoder decoder_;
    std::string input_;                        // the header; then what came with it
    std::string out_;                          // whole frames ...
    std::size_t written_ = 0;                  // ... of which so much is gone ...
    std::size_t consumed_ = 0;                 // ... and which stand for so many bytes from above
    std::unique_ptr<WebsocketAnswer> answer_;  // until it is known whom the peer speaks for
    std::optional<WebsocketMessage> agreed_;
    WebsocketClose close_code_ = WebsocketClose::normal;
    State state_ = State::beginning;
    bool replies_wait_ = false;  // in `out_`; nothing is read until they are gone
    bool for_another_ = false;
    bool other_secure_ = false;
};

}  // namespace patchcord::gateway
