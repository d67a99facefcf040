#include "msn/wire/p2p.hpp"

#include <utility>

namespace patchcord::msn {
namespace {

constexpr std::string_view no_application("\0\0\0\0", 4);  // the number behind signalling
constexpr std::uint32_t ack_flag = 0x2;
constexpr std::uint32_t not_data = 0x1CF;  // acknowledgements, errors, ends of a session, handshakes

/// Takes an unsigned number off the front.
template <class Number>
void take(std::string_view& bytes, Number& number) {
    number = 0;
    for (std::size_t i = sizeof(Number); i-- > 0;) {
        number = static_cast<Number>(number << 8U | static_cast<unsigned char>(bytes[i]));
    }
    bytes.remove_prefix(sizeof(Number));
}

template <class Number>
void append(std::string& out, Number number) {
    for (std::size_t i = 0; i < sizeof(Number); ++i) out += static_cast<char>(number >> (8U * i) & 0xFFU);
}

/// Calls `visit` for each field, in the order of the wire.
template <class Header, class Visit>
void for_each_field(Header& header, Visit&& visit) {
    visit(header.session_id);
    visit(header.identifier);
    visit(header.offset);
    visit(header.total_size);
    visit(header.length);
    visit(header.flags);
    visit(header.ack_id);
    visit(header.ack_uid);
    visit(header.ack_size);
}

std::string format_body(const P2pHeader& header, std::string_view data) {
    std::string body;
    body.reserve(p2p_header_bytes + data.size() + no_application.size());
    for_each_field(header, [&](auto number) { append(body, number); });
    return body.append(data).append(no_application);
}

}  // namespace

std::optional<P2pPiece> parse_p2p(std::string_view body) {
    if (body.size() < p2p_header_bytes) return std::nullopt;
    P2pPiece piece;
    for_each_field(piece.header, [&](auto& number) { take(body, number); });
    const P2pHeader& header = piece.header;
    if (header.length > body.size()) return std::nullopt;
    if (header.length > 0 && (header.offset > header.total_size || header.length > header.total_size - header.offset)) {
        return std::nullopt;
    }
    piece.data = body.substr(0, header.length);
    return piece;
}

std::string format_p2p(P2pHeader header, std::string_view data) {
    header.offset = 0;
    header.total_size = data.size();
    header.length = static_cast<std::uint32_t>(data.size());
    return format_body(header, data);
}

std::string format_p2p_ack(const P2pHeader& acknowledged, std::uint32_t identifier) {
    P2pHeader header;
    header.session_id = acknowledged.session_id;
    header.identifier = identifier;
    header.total_size = acknowledged.total_size;
    header.flags = ack_flag;
    header.ack_id = acknowledged.identifier;
    header.ack_uid = acknowledged.ack_id;
    header.ack_size = acknowledged.total_size;
    return format_body(header, {});
}

std::optional<std::string> SlpAssembler::add(const P2pPiece& piece) {
    const P2pHeader& header = piece.header;
    if (header.session_id != 0 || (header.flags & not_data) != 0 || piece.data.empty()) return std::nullopt;
    if (header.offset == 0) {
        text_.clear();
        identifier_ = header.identifier;
        total_size_ = header.total_size;
    }
    const bool follows =
        header.identifier == identifier_ && header.total_size == total_size_ && header.offset == text_.size();
    if (!follows || header.total_size > max_slp_bytes) {
        text_ = {};
        return std::nullopt;
    }
    text_.append(piece.data);
    if (text_.size() < total_size_) return std::nullopt;
    return std::exchange(text_, {});
}

}  // namespace patchcord::msn
