#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msn/wire/file_invitation.hpp"
#include "msn/wire/mime_message.hpp"
#include "msn/wire/p2p.hpp"
#include "msn/wire/slp.hpp"

namespace patchcord::msn {

/// A message over p2p: what is in front of the data, and the data or, of signalling, the text.
struct P2pSaid {
    P2pHeader header;
    std::string data;
};

inline P2pSaid read_p2p(std::string_view payload) {
    const auto message = parse_mime(payload);
    const auto piece = message ? parse_p2p(message->body) : std::nullopt;
    if (!piece) {
        ADD_FAILURE() << "no p2p: " << testing::PrintToString(std::string(payload));
        return {};
    }
    return {piece->header, std::string(piece->data)};
}

/// The first line of each message; "ack" and "data" of others.
inline std::vector<std::string> summary(const std::vector<std::string>& payloads) {
    std::vector<std::string> lines;
    for (const std::string& payload : payloads) {
        const P2pSaid said = read_p2p(payload);
        if (is_p2p_ack(said.header)) {
            lines.emplace_back("ack");
        } else if (said.header.session_id != 0) {
            lines.emplace_back("data");
        } else {
            lines.push_back(said.data.substr(0, said.data.find("\r\n")));
        }
    }
    return lines;
}

/// A client of MSNSLP that says what a test makes it say.
class P2pPeer {
  public:
    explicit P2pPeer(std::string to = "ana@example.com", std::string from = "bob@example.com")
        : to_(std::move(to)), from_(std::move(from)) {}

    [[nodiscard]] std::string payload(std::string_view body) const {
        std::string out;
        MimeBuilder(out).content_type("application/x-msnmsgrp2p").header("P2P-Dest", to_).body(body);
        return out;
    }
    /// Signalling that fits one piece.
    [[nodiscard]] std::string text(std::string_view words) {
        P2pHeader header;
        header.identifier = ++identifier;
        header.ack_id = 4711;
        return payload(format_p2p(header, words));
    }
    [[nodiscard]] std::string ack(const P2pHeader& header) { return payload(format_p2p_ack(header, ++identifier)); }
    [[nodiscard]] std::string invite(std::uint32_t session, std::uint64_t size, std::string_view name = "cat.png") {
        return invite_with(session, format_file_context(name, size));
    }
    [[nodiscard]] std::string invite_with(std::uint32_t session, std::string_view context) {
        SlpDialogue with = dialogue(session);
        return text(format_slp_file_invite(with, context));
    }
    [[nodiscard]] std::string bye(std::uint32_t session) { return text(format_slp_bye(dialogue(session))); }
    [[nodiscard]] std::string data(std::uint32_t session, std::uint64_t offset, std::uint64_t total,
                                   std::string_view bytes, std::uint32_t flags = p2p_file_flags) {
        P2pHeader header;
        header.session_id = session;
        header.identifier = 77;
        header.ack_id = 99;
        header.offset = offset;
        header.total_size = total;
        header.flags = flags;
        return payload(format_p2p_piece(header, bytes, p2p_file_application));
    }
    /// An answer to an invitation of ours, which `invitation` was.
    [[nodiscard]] std::string answer(const std::string& invitation, std::uint32_t status) {
        const auto request = parse_slp_request(read_p2p(invitation).data);
        if (!request) return {};
        if (status == 200) return text(format_slp_accept(*request, from_, to_));
        return text(status == 603 ? format_slp_decline(*request, from_, to_) : format_slp_error(*request, from_, to_));
    }
    [[nodiscard]] SlpDialogue dialogue(std::uint32_t session) const {
        return {from_, to_, format_guid({session, 1, 0, 0}), format_guid({session, 0, 0, 0}), session};
    }

    std::uint32_t identifier = 1000;

  private:
    std::string to_;
    std::string from_;
};

}  // namespace patchcord::msn
