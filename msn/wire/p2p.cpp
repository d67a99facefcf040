#include "msn/wire/p2p.hpp"

#include <utility>

namespace patchcord::msn {
namespace {

constexpr std::uint32_t ack_flag = 0x2;
constexpr std::size_t footer_bytes = 4;

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

/// The number behind the data is the only one whose most significant byte comes first.
std::string format_body(const P2pHeader& header, std::string_view data, std::uint32_t application = 0) {
    std::string body;
    body.reserve(p2p_header_bytes + data.size() + footer_bytes);
    for_each_field(header, [&](auto number) { append(body, number); });
    body += data;
    for (std::size_t i = footer_bytes; i-- > 0;) body += static_cast<char>(application >> (8U * i) & 0xFFU);
    return body;
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

std::string format_p2p_piece(P2pHeader header, std::string_view data, std::uint32_t application) {
    header.length = static_cast<std::uint32_t>(data.size());
    return format_body(header, data, application);
}

std::vector<std::string> format_p2p_signalling(std::uint32_t identifier, std::uint32_t ack_id, std::string_view text) {
    std::vector<std::string> bodies;
    P2pHeader header;
    header.identifier = identifier;
    header.total_size = text.size();
    header.ack_id = ack_id;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, max_p2p_data_bytes);
        bodies.push_back(format_p2p_piece(header, piece, 0));
        header.offset += piece.size();
        text.remove_prefix(piece.size());
    }
    return bodies;
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
    if (header.session_id != 0 || !is_p2p_content(header) || piece.data.empty()) return std::nullopt;
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

P2pFileOrder::Verdict P2pFileOrder::add(const P2pPiece& piece) {
    const P2pHeader& header = piece.header;
    if (header.total_size != size_) return Verdict::wrong_size;
    if (complete_ || header.offset != received_ || piece.data.size() > size_ - received_) return Verdict::out_of_order;
    if (piece.data.empty() && size_ > 0) return Verdict::out_of_order;  // it could go on for ever
    received_ += piece.data.size();
    complete_ = received_ == size_;
    return complete_ ? Verdict::last : Verdict::next;
}

}  // namespace patchcord::msn
