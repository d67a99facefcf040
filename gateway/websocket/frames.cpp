#include "gateway/websocket/frames.hpp"

#include <algorithm>

#include "chat_core/utf8.hpp"

namespace patchcord::gateway {
namespace {

constexpr unsigned char final_frame = 0x80;
constexpr unsigned char reserved_bits = 0x70;
constexpr unsigned char masked = 0x80;
constexpr unsigned char continuation = 0x0;
constexpr unsigned char close_frame = 0x8;
constexpr unsigned char ping_frame = 0x9;
constexpr unsigned char pong_frame = 0xA;
constexpr unsigned char short_length = 126;  // the length is in the next two bytes
constexpr unsigned char long_length = 127;   // ... or eight
constexpr std::size_t longest_control = 125;
constexpr std::size_t batch = 16 * 1024;

void append_frame(std::string& out, unsigned char opcode, std::string_view payload) {
    out += static_cast<char>(final_frame | opcode);
    const auto append_length = [&](unsigned bytes) {
        while (bytes-- > 0) out += static_cast<char>(payload.size() >> (8 * bytes) & 0xFFU);
    };
    if (payload.size() < short_length) {
        append_length(1);
    } else if (payload.size() <= 0xFFFF) {
        out += static_cast<char>(short_length);
        append_length(2);
    } else {
        out += static_cast<char>(long_length);
        append_length(8);
    }
    out += payload;
}

std::string repaired(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) chat::append_utf8(out, chat::next_code_point(text, at));
    return out;
}

void append_line_frame(std::string& out, std::string_view line, WebsocketMessage kind) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return;
    const auto opcode = static_cast<unsigned char>(kind);
    if (kind == WebsocketMessage::text && !chat::is_valid_utf8(line)) {
        append_frame(out, opcode, repaired(line));
    } else {
        append_frame(out, opcode, line);
    }
}

/// May an endpoint send this code (RFC 6455 section 7.4, and the codes registered since)?
bool is_close_code(unsigned code) {
    const bool of_protocol = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    return of_protocol || (code >= 3000 && code < 5000);
}

}  // namespace

bool WebsocketDecoder::feed(std::string_view bytes, std::string& lines, std::string& replies) {
    while (step_ != Step::ended) {
        if (step_ == Step::header) {
            if (bytes.empty()) return true;
            if (!take_header(bytes)) return false;
        } else {
            take_payload(bytes);
            if (left_ > 0) return true;
            if (!finish_frame(lines, replies)) return false;
        }
    }
    return false;
}

bool WebsocketDecoder::fail(WebsocketClose code) {
    step_ = Step::ended;
    close_code_ = code;
    std::string().swap(message_);
    std::string().swap(control_);
    return false;
}

/// How long the header of the frame is, as far as that is known: its length and its mask make it longer.
std::size_t WebsocketDecoder::header_size() const {
    constexpr std::size_t mask = 4;
    if (header_taken_ < 2) return 2;
    const unsigned length = header_[1] & 0x7FU;
    return 2 + mask + (length == long_length ? 8 : length == short_length ? 2 : 0);
}

bool WebsocketDecoder::take_header(std::string_view& bytes) {
    while (header_taken_ < header_size()) {
        if (bytes.empty()) return true;
        header_[header_taken_++] = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        if (header_taken_ == 2 && !check_begin()) return false;
        if (header_taken_ == header_size() - 4 && !check_length()) return false;
    }
    mask_at_ = 0;
    step_ = Step::payload;
    return true;
}

/// The first two bytes.
bool WebsocketDecoder::check_begin() {
    const unsigned opcode = header_[0] & 0xFU;
    const bool known = opcode <= 2 || (opcode >= close_frame && opcode <= pong_frame);
    if ((header_[0] & reserved_bits) != 0 || !known || (header_[1] & masked) == 0) {
        return fail(WebsocketClose::protocol_error);
    }
    if (is_control()) {
        const bool fits = (header_[0] & final_frame) != 0 && (header_[1] & 0x7FU) <= longest_control;
        return fits || fail(WebsocketClose::protocol_error);
    }
    if (in_message_ != (opcode == continuation)) return fail(WebsocketClose::protocol_error);
    return true;
}

bool WebsocketDecoder::check_length() {
    const unsigned first = header_[1] & 0x7FU;
    left_ = first;
    if (first >= short_length) {
        left_ = 0;
        for (std::size_t i = 2; i < header_taken_; ++i) left_ = left_ << 8U | header_[i];
        const std::uint64_t least = first == short_length ? short_length : 0x10000;
        if (left_ < least) return fail(WebsocketClose::protocol_error);
    }
    if (is_control()) return true;
    if (left_ > limits_.message - message_.size()) return fail(WebsocketClose::too_big);
    return true;
}

void WebsocketDecoder::take_payload(std::string_view& bytes) {
    std::string& into = is_control() ? control_ : message_;
    const std::size_t count = std::min<std::size_t>(left_, bytes.size());
    const unsigned char* mask = header_.data() + header_taken_ - 4;
    for (const char byte : bytes.substr(0, count)) {
        into += static_cast<char>(static_cast<unsigned char>(byte) ^ mask[mask_at_++ & 3U]);
    }
    left_ -= count;
    bytes.remove_prefix(count);
}

bool WebsocketDecoder::finish_frame(std::string& lines, std::string& replies) {
    const bool carries_text = !is_control() && mask_at_ > 0;
    step_ = Step::header;
    header_taken_ = 0;
    if (!carries_text && ++empty_frames_ > limits_.empty_frames) return fail(WebsocketClose::policy);
    if (is_control()) return finish_control(replies);
    const unsigned opcode = header_[0] & 0xFU;
    if (opcode != continuation) kind_ = static_cast<WebsocketMessage>(opcode);
    has_begun_ = true;
    in_message_ = (header_[0] & final_frame) == 0;
    return in_message_ || finish_message(lines);
}

bool WebsocketDecoder::finish_control(std::string& replies) {
    const unsigned opcode = header_[0] & 0xFU;
    if (opcode == close_frame) return finish_close();
    if (opcode == ping_frame) append_frame(replies, pong_frame, control_);
    std::string().swap(control_);
    return true;
}

bool WebsocketDecoder::finish_close() {
    if (control_.empty()) {
        closed_by_peer_ = true;
        return fail(WebsocketClose::normal);
    }
    if (control_.size() < 2) return fail(WebsocketClose::protocol_error);
    const unsigned code =
        static_cast<unsigned>(static_cast<unsigned char>(control_[0])) << 8U | static_cast<unsigned char>(control_[1]);
    if (!is_close_code(code)) return fail(WebsocketClose::protocol_error);
    if (!chat::is_valid_utf8(std::string_view(control_).substr(2))) return fail(WebsocketClose::bad_text);
    closed_by_peer_ = true;
    return fail(static_cast<WebsocketClose>(code));
}

bool WebsocketDecoder::finish_message(std::string& lines) {
    std::string_view line = message_;
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        return fail(WebsocketClose::bad_text);
    }
    if (kind_ == WebsocketMessage::text && !chat::is_valid_utf8(line)) return fail(WebsocketClose::bad_text);
    if (!line.empty()) {
        empty_frames_ = 0;
        lines += line;
        lines += "\r\n";
    }
    std::string().swap(message_);
    return true;
}

std::size_t append_line_frames(std::string& out, std::span<const std::string_view> pieces, WebsocketMessage kind) {
    std::string joined;
    for (std::size_t i = 0; pieces.size() > 1 && i < pieces.size() && joined.size() < batch; ++i) joined += pieces[i];
    std::string_view lines = pieces.size() > 1 ? std::string_view(joined) : pieces.front();
    if (const std::size_t end = lines.substr(0, batch).rfind('\n'); end != std::string_view::npos) {
        lines = lines.substr(0, end + 1);
    }
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size() - 1) + 1;
        append_line_frame(out, lines.substr(at, end - at), kind);
        at = end;
    }
    return lines.size();
}

void append_close_frame(std::string& out, WebsocketClose code) {
    const auto number = static_cast<unsigned>(code);
    const std::array<char, 2> payload{static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
    append_frame(out, close_frame, {payload.data(), payload.size()});
}

}  // namespace patchcord::gateway
