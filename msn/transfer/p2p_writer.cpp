#include "msn/transfer/p2p_writer.hpp"

#include <utility>

#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

P2pWriter::P2pWriter(TransferWire& wire, std::function<std::uint32_t()> random)
    : wire_(wire), random_(std::move(random)) {}

/// Begins anywhere, low enough to grow for long.
std::uint32_t P2pWriter::next_identifier() {
    if (last_identifier_ == 0) last_identifier_ = random_() & 0x7FFF'FFFFU;
    if (++last_identifier_ == 0) ++last_identifier_;
    return last_identifier_;
}

P2pMark P2pWriter::new_message() {
    const std::uint32_t identifier = next_identifier();
    return {identifier, random_()};
}

P2pMark P2pWriter::send_signalling(std::string_view text) {
    const P2pMark mark = new_message();
    for (const std::string& body : format_p2p_signalling(mark.identifier, mark.ack_id, text)) send(body);
    return mark;
}

void P2pWriter::send_piece(const P2pHeader& header, std::string_view data) {
    send(format_p2p_piece(header, data, p2p_file_application));
}

void P2pWriter::acknowledge(const P2pHeader& header) {
    send(format_p2p_ack(header, next_identifier()));
}

std::string P2pWriter::new_guid() const {
    const std::uint32_t first = random_();
    const std::uint32_t second = random_();
    const std::uint32_t third = random_();
    return format_guid({first, second, third, random_()});
}

/// aMSN reads the number of a session as a signed one.
SlpDialogue P2pWriter::new_dialogue() const {
    std::string branch = new_guid();
    std::string call_id = new_guid();
    const std::uint32_t number = random_() & 0x7FFF'FFFFU;
    return {wire_.own_handle(), wire_.peer_handle(), std::move(branch), std::move(call_id), number == 0 ? 1 : number};
}

void P2pWriter::send(std::string_view body) {
    std::string payload;
    MimeBuilder(payload).content_type("application/x-msnmsgrp2p").header("P2P-Dest", wire_.peer_handle()).body(body);
    wire_.send(payload, true);
}

}  // namespace patchcord::msn
