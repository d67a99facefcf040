#include "gateway/websocket/stream.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace patchcord::gateway {
namespace {

chat::WallTime wall_now() {
    return std::chrono::time_point_cast<chat::WallTime::duration>(std::chrono::system_clock::now());
}

}  // namespace

WebsocketStream::WebsocketStream(std::unique_ptr<Stream> below, std::shared_ptr<const WebsocketRules> rules)
    : below_(std::move(below)), rules_(std::move(rules)), decoder_(rules_->limits) {}

IoResult WebsocketStream::handshake(Socket& socket) {
    socket_ = &socket;
    if (state_ == State::beginning) {
        if (const IoResult result = below().handshake(socket); result.kind != IoResult::Kind::done) return result;
        state_ = State::header;
    }
    if (state_ == State::header) {
        if (const IoResult result = read_header(socket); result.kind != IoResult::Kind::done) return result;
    }
    if (const IoResult result = drain(); result.kind != IoResult::Kind::done) return result;
    if (state_ == State::refused) return part();
    state_ = State::open;
    return {};
}

/// Up to an answer to it.
IoResult WebsocketStream::read_header(Socket& socket) {
    while (true) {
        std::array<char, 2048> bytes;
        const IoResult result = below().read(socket, bytes);
        if (result.kind != IoResult::Kind::done) return result;
        input_.append(bytes.data(), result.bytes);
        WebsocketAnswer answer = answer_handshake(input_, *rules_, wall_now());
        if (answer.text.empty()) continue;
        out_ = std::move(answer.text);
        state_ = answer.accepted ? State::answering : State::refused;
        input_ = answer.accepted ? input_.substr(answer.taken) : std::string();
        agreed_ = answer.kind;
        if (answer.accepted) answer_ = std::make_unique<WebsocketAnswer>(std::move(answer));
        return {};
    }
}

IoResult WebsocketStream::read(Socket& socket, std::span<char> into) {
    if (state_ != State::open) return part();
    if (replies_wait_) {
        if (const IoResult result = drain(); result.kind != IoResult::Kind::done) return result;
    }
    if (!input_.empty()) return take(std::exchange(input_, {}), into);
    const std::size_t room = into.size() - decoder_.held() - 2;  // for the lines that may come of it
    const IoResult result = below().read(socket, into.first(room));
    if (result.kind != IoResult::Kind::done) return result;
    return take({into.data(), result.bytes}, into);
}

/// `bytes` may lie in `into`. Frames without text make a read of nothing: they do not count as a sign of life, or who
/// pings would never be asked for a line, which is where counting them begins anew.
IoResult WebsocketStream::take(std::string_view bytes, std::span<char> into) {
    static thread_local std::string lines;
    lines.clear();
    std::string replies;
    if (!decoder_.feed(bytes, lines, replies)) {
        state_ = State::parted;
        close_code_ = decoder_.close_code();
        if (rules_->limit_hit && !decoder_.closed_by_peer()) rules_->limit_hit(close_code_);
        if (lines.empty()) return part();
    }
    if (!replies.empty()) {
        out_ += replies;
        replies_wait_ = true;
        (void)drain();
    }
    std::copy(lines.begin(), lines.end(), into.begin());
    return {IoResult::Kind::done, lines.size(), {}};
}

IoResult WebsocketStream::part() {
    const bool in_order = state_ == State::refused || decoder_.closed_by_peer();
    return {IoResult::Kind::parted, 0, in_order ? std::error_code() : std::make_error_code(std::errc::protocol_error)};
}

/// Bytes from above count as written when the last of their frames is, so that what waits is counted there.
IoResult WebsocketStream::write(Socket&, std::span<const std::string_view> pieces) {
    if (const IoResult result = drain(); result.kind != IoResult::Kind::done) return result;
    if (consumed_ == 0) {
        consumed_ = append_line_frames(out_, pieces, kind());
        if (const IoResult result = drain(); result.kind != IoResult::Kind::done) return result;
    }
    return {IoResult::Kind::done, std::exchange(consumed_, 0), {}};
}

IoResult WebsocketStream::drain() {
    while (written_ < out_.size()) {
        const std::string_view piece = std::string_view(out_).substr(written_);
        const IoResult result = below().write(*socket_, {&piece, 1});
        if (result.kind != IoResult::Kind::done) return result;
        written_ += result.bytes;
    }
    std::string().swap(out_);
    written_ = 0;
    replies_wait_ = false;
    return {};
}

void WebsocketStream::say_goodbye() {
    if (state_ == State::open || state_ == State::parted) {
        append_close_frame(out_, close_code_);
        (void)drain();
    }
    below().say_goodbye();
}

bool WebsocketStream::secure() const {
    return for_another_ ? other_secure_ : below().secure();
}

std::string WebsocketStream::fingerprint() const {
    return for_another_ ? std::string() : below().fingerprint();
}

std::optional<asio::ip::address> WebsocketStream::speaks_for(const asio::ip::address& peer) {
    const std::unique_ptr<WebsocketAnswer> answer = std::move(answer_);
    if (!answer) return std::nullopt;
    const auto other = last_stranger(answer->forwarded_for, peer, rules_->proxies);
    for_another_ = other.has_value();
    other_secure_ = answer->forwarded_secure && (below().secure() || peer.is_loopback());
    return other;
}

void WebsocketStream::turn_away(Refusal why) {
    const std::string line = rules_->refuse ? rules_->refuse(why) : std::string();
    const std::string_view piece = line;
    if (!line.empty()) (void)append_line_frames(out_, {&piece, 1}, kind());
    close_code_ = WebsocketClose::policy;
    state_ = State::parted;
}

chat::CloseReason WebsocketStream::why_parted() const {
    using Kind = chat::CloseKind;
    if (state_ == State::refused) return {Kind::protocol, "WebSocket refused"};
    if (decoder_.closed_by_peer()) return {Kind::client, "WebSocket closed"};
    if (close_code_ == WebsocketClose::too_big) return {Kind::limit, "WebSocket message too long", "websocket_message"};
    if (close_code_ == WebsocketClose::policy) {
        return {Kind::limit, "too many frames without text", "irc.websocket.max_empty_frames"};
    }
    return {Kind::protocol, "not WebSocket"};
}

/// As agreed; else as the client does it.
WebsocketMessage WebsocketStream::kind() const {
    if (agreed_) return *agreed_;
    return decoder_.has_begun() ? decoder_.kind() : WebsocketMessage::text;
}

}  // namespace patchcord::gateway
