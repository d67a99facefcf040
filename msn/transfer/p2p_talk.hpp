#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>

#include "msn/transfer/p2p_session.hpp"
#include "msn/transfer/p2p_writer.hpp"
#include "msn/wire/mime_message.hpp"

namespace patchcord::msn {

/// What a message over p2p was.
enum class P2pUse : std::uint8_t {
    not_ours,   ///< it is for somebody else
    talk,       ///< about sessions
    file_data,  ///< of a file that is wanted
};

/// Who has the sessions of a conversation.
class P2pSessions {
  public:
    virtual ~P2pSessions() = default;

    /// The first session for which `is_it` holds, or nullptr.
    virtual P2pSession* find_session(const std::function<bool(P2pSession&)>& is_it) = 0;
    /// The peer offers a file. False: what it says makes no sense.
    virtual bool file_offered(const SlpRequest& request) = 0;
};

/// What the peer sends over p2p: put together, acknowledged and given to the session that it is for. Refuses whatever
/// is no file.
class P2pTalk {
  public:
    /// Both outlive it.
    P2pTalk(P2pWriter& writer, P2pSessions& sessions) : writer_(writer), sessions_(sessions) {}

    /// A message of type application/x-msnmsgrp2p.
    P2pUse got(const MimeMessage& message);

  private:
    [[nodiscard]] bool is_for_us(const MimeMessage& message) const;
    P2pUse got_piece(const P2pPiece& piece);
    P2pUse got_content(const P2pPiece& piece);
    void got_signalling(std::string_view text);
    void got_request(const SlpRequest& request);
    void got_invitation(const SlpRequest& request);
    [[nodiscard]] bool is_new(const SlpRequest& request);
    P2pSession* find_call(std::string_view call_id);
    P2pSession* find_number(std::uint32_t session_id);

    P2pWriter& writer_;
    P2pSessions& sessions_;
    SlpAssembler assembler_;
    std::deque<std::size_t> answered_;  // hashes of the last invitations
};

}  // namespace patchcord::msn
