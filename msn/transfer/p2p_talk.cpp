#include "msn/transfer/p2p_talk.hpp"

#include <algorithm>
#include <string>

#include "msn/wire/field_text.hpp"

namespace patchcord::msn {
namespace {

constexpr std::size_t remembered_invitations = 32;

}  // namespace

bool P2pTalk::is_for_us(const MimeMessage& message) const {
    std::string_view to = find_header(message, "P2P-Dest").value_or("");
    to = trim(to.substr(0, to.find(';')));  // newer clients name the machine behind it
    return to.empty() || same_word(to, writer_.wire().own_handle());
}

P2pUse P2pTalk::got(const MimeMessage& message) {
    if (!is_for_us(message)) return P2pUse::not_ours;
    const auto piece = parse_p2p(message.body);
    return piece ? got_piece(*piece) : P2pUse::talk;
}

/// Acknowledgements, errors and what belongs to no session are never acknowledged: that would go on for ever.
P2pUse P2pTalk::got_piece(const P2pPiece& piece) {
    const P2pHeader& header = piece.header;
    if (is_p2p_ack(header)) {
        (void)sessions_.find_session([&](P2pSession& session) { return session.acknowledged(header); });
    } else if (header.session_id != 0) {
        return got_content(piece);
    } else if (const auto text = assembler_.add(piece)) {
        writer_.acknowledge(header);
        got_signalling(*text);
    }
    return P2pUse::talk;
}

P2pUse P2pTalk::got_content(const P2pPiece& piece) {
    P2pSession* session = find_number(piece.header.session_id);
    if (session == nullptr) return P2pUse::talk;
    if (breaks_p2p_session(piece.header)) {
        session->broken();
        return P2pUse::talk;
    }
    return is_p2p_content(piece.header) && session->got_piece(piece) ? P2pUse::file_data : P2pUse::talk;
}

void P2pTalk::got_signalling(std::string_view text) {
    if (const auto request = parse_slp_request(text)) return got_request(*request);
    const auto answer = parse_slp_answer(text);
    if (!answer) return;
    if (P2pSession* session = find_call(answer->call_id)) session->answered(*answer);
}

void P2pTalk::got_request(const SlpRequest& request) {
    if (request.method == SlpRequest::Method::invite) {
        if (is_new(request)) got_invitation(request);
    } else if (P2pSession* session = find_call(request.call_id)) {
        session->said_bye();
    }
}

/// A client that missed the acknowledgement asks again, and has its answer already. aMSN asks for a direct connection
/// with the Via of its offer.
bool P2pTalk::is_new(const SlpRequest& request) {
    const std::size_t hash =
        std::hash<std::string>()(request.call_id + '\n' + request.via + '\n' + request.content_type);
    if (std::find(answered_.begin(), answered_.end(), hash) != answered_.end()) return false;
    answered_.push_back(hash);
    if (answered_.size() > remembered_invitations) answered_.pop_front();
    return true;
}

void P2pTalk::got_invitation(const SlpRequest& request) {
    const std::string& from = writer_.wire().own_handle();
    const std::string& to = writer_.wire().peer_handle();
    if (request.purpose == SlpPurpose::transport && find_call(request.call_id) != nullptr) {
        writer_.send_signalling(format_slp_no_transport(request, from, to));
    } else if (request.purpose != SlpPurpose::file) {
        writer_.send_signalling(format_slp_decline(request, from, to));
    } else if (!sessions_.file_offered(request)) {
        writer_.send_signalling(format_slp_error(request, from, to));
    }
}

P2pSession* P2pTalk::find_call(std::string_view call_id) {
    return sessions_.find_session([&](P2pSession& session) { return same_word(session.call_id(), call_id); });
}

P2pSession* P2pTalk::find_number(std::uint32_t session_id) {
    return sessions_.find_session([&](P2pSession& session) { return session.session_id() == session_id; });
}

}  // namespace patchcord::msn
