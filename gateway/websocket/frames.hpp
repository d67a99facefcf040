#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// Why a WebSocket ends (RFC 6455 section 7.4.1).
enum class WebsocketClose : std::uint16_t {
    normal = 1000,
    protocol_error = 1002,
    bad_text = 1007,  // not UTF-8, or not one line
    policy = 1008,
    too_big = 1009,
};

/// What kind of message a frame begins (RFC 6455 section 5.6).
enum class WebsocketMessage : unsigned char { text = 1, binary = 2 };

struct WebsocketLimits {
    /// Bytes of one message: the longest line that clients may have to take, 8191 of tags and 512 of body. What is
    /// shorter and still too long for a line is answered as on any other connection.
    std::size_t message = 8191 + 512;
    /// Frames that carry no text (pings, empty ones), from one message to the next.
    std::size_t empty_frames = 1000;
};

/// Turns what a client sends after the handshake into lines with CRLF, one of each message (RFC 6455 section 5, and
/// IRCv3's "WebSocket transport").
///
/// Holds what there is of a message, which is checked for its size before its first byte is taken. A message that is
/// not one line ends the connection, so that nobody can hide a command behind another.
class WebsocketDecoder {
  public:
    explicit WebsocketDecoder(WebsocketLimits limits) : limits_(limits) {}

    /// Takes bytes of the stream, in any cut. Appends lines to `lines`, and frames that are due as an answer to
    /// `replies`. At most `held() + bytes.size() + 2` bytes of lines come of it. False: the connection is to end with
    /// `close_code()`; no more is taken then.
    [[nodiscard]] bool feed(std::string_view bytes, std::string& lines, std::string& replies);
    /// Bytes of the message that has begun.
    [[nodiscard]] std::size_t held() const { return message_.size(); }
    [[nodiscard]] WebsocketClose close_code() const { return close_code_; }
    /// It is the client who wants to end, in good order.
    [[nodiscard]] bool closed_by_peer() const { return closed_by_peer_; }
    /// Of the last message that began.
    [[nodiscard]] WebsocketMessage kind() const { return kind_; }
    /// Has any message begun?
    [[nodiscard]] bool has_begun() const { return has_begun_; }

  private:
    enum class Step : unsigned char { header, payload, ended };

    bool fail(WebsocketClose code);
    bool take_header(std::string_view& bytes);
    [[nodiscard]] std::size_t header_size() const;
    bool check_begin();
    bool check_length();
    void take_payload(std::string_view& bytes);
    bool finish_frame(std::string& lines, std::string& replies);
    bool finish_control(std::string& replies);
    bool finish_close();
    bool finish_message(std::string& lines);
    [[nodiscard]] bool is_control() const { return (header_[0] & 0x8U) != 0; }

    WebsocketLimits limits_;
    std::string message_;  // of data frames
    std::string control_;  // of the control frame, which may come between those
    std::uint64_t left_ = 0;
    std::size_t empty_frames_ = 0;
    std::uint32_t mask_at_ = 0;
    std::array<unsigned char, 14> header_{};
    unsigned char header_taken_ = 0;
    Step step_ = Step::header;
    WebsocketMessage kind_ = WebsocketMessage::text;
    bool in_message_ = false;
    bool has_begun_ = false;
    bool closed_by_peer_ = false;
    WebsocketClose close_code_ = WebsocketClose::normal;
};

/// Appends the frames of all whole lines at the front of `pieces`, of about 16 KiB at a time, each without its line
/// end. Text frames hold valid UTF-8, whatever the lines hold. Gives the number of bytes that have become frames, which
/// is more than none.
[[nodiscard]] std::size_t append_line_frames(std::string& out, std::span<const std::string_view> pieces,
                                             WebsocketMessage kind);

/// Appends the last frame of a connection.
void append_close_frame(std::string& out, WebsocketClose code);

}  // namespace patchcord::gateway
