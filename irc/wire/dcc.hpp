#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchcord::irc {

/// What two clients say to each other about a file, in CTCP DCC: the original SEND, mIRC's RESUME and ACCEPT, its
/// passive form with a token, and REJECT.
struct Dcc {
    enum class Kind : std::uint8_t {
        send,    // an offer, or with a token and a port the answer to a passive one
        resume,  // the receiver has the first bytes already
        accept,  // the offerer's answer to that
        reject,
    };
    Kind kind = Kind::send;
    std::string name;          // of the file, as its sender calls it
    std::string address = {};  // of a send: numeric, IPv4 with dots
    std::uint16_t port = 0;    // of the offer; 0: the receiver is to wait for the connection (passive)
    std::uint64_t number = 0;  // of a send: the file's size; of the two others: where to begin
    std::string token = {};    // digits, which name a passive offer; empty: none
    friend bool operator==(const Dcc&, const Dcc&) = default;
};

struct ParsedDcc {
    std::optional<Dcc> dcc;
    std::string_view problem = {};  // why there is none, in words for who sent it
};

/// Reads the parameters of a CTCP DCC, from the right: a file's name may hold spaces, in quotes or without. An offer
/// without a size is refused, as nobody could tell when it is whole.
[[nodiscard]] ParsedDcc parse_dcc(std::string_view parameters);

/// The parameters of the CTCP; a name with spaces gets quotes, and loses those it has, unless it is the last of them.
[[nodiscard]] std::string format_dcc(const Dcc& dcc);

}  // namespace patchcord::irc
