#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::tests {

inline constexpr unsigned continuation_frame = 0x0;
inline constexpr unsigned text_frame = 0x1;
inline constexpr unsigned binary_frame = 0x2;
inline constexpr unsigned close_frame = 0x8;
inline constexpr unsigned ping_frame = 0x9;
inline constexpr unsigned pong_frame = 0xA;

/// The first bytes of a frame: `first` is FIN and opcode, as in 0x81.
inline std::string frame_header(unsigned first, std::uint64_t length, bool masked) {
    std::string out(1, static_cast<char>(first));
    const unsigned bytes = length < 126 ? 1 : length <= 0xFFFF ? 2 : 8;
    const unsigned mask = masked ? 0x80 : 0;
    if (bytes > 1) out += static_cast<char>(mask | (bytes == 2 ? 126U : 127U));
    for (unsigned i = bytes; i-- > 0;) out += static_cast<char>((length >> (8 * i) & 0xFFU) | (bytes == 1 ? mask : 0));
    return out;
}

/// A frame as a client sends it.
inline std::string client_frame(unsigned opcode, std::string_view payload, bool last = true) {
    static constexpr std::string_view mask = "\x37\xfa\x21\x3d";
    std::string out = frame_header(opcode | (last ? 0x80U : 0U), payload.size(), true);
    out += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ static_cast<unsigned char>(mask[i % 4]));
    }
    return out;
}

/// A frame as a server sends it.
inline std::string server_frame(unsigned opcode, std::string_view payload) {
    return frame_header(opcode | 0x80U, payload.size(), false) + std::string(payload);
}

inline std::string close_payload(unsigned code) {
    return {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
}

/// The opening handshake of a client, with these lines in place of the usual ones if they name the same header, and
/// without those whose value is empty.
inline std::string websocket_request(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
    std::vector<std::pair<std::string, std::string>> headers{{"Host", "irc.lab.test"},
                                                             {"Upgrade", "websocket"},
                                                             {"Connection", "keep-alive, Upgrade"},
                                                             {"Origin", "https://chat.lab.test"},
                                                             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                                             {"Sec-WebSocket-Version", "13"}};
    for (const auto& change : changes) {
        std::erase_if(headers, [&](const auto& header) { return header.first == change.first; });
    }
    headers.insert(headers.end(), changes.begin(), changes.end());
    std::string out = "GET /socket HTTP/1.1\r\n";
    for (const auto& [name, value] : headers) {
        if (!value.empty()) out.append(name).append(": ").append(value).append("\r\n");
    }
    return out + "\r\n";
}

}  // namespace patchcord::tests
