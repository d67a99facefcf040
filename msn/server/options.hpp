#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chat_core/token_bucket.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

/// How the MSN server behaves; what each means and its default for operators is in gateway.toml.example.
struct ServerOptions {
    std::string name = "localhost";  // handles of IRC people are nick@irc.<name>, of rooms room@rooms.<name>
    Dialect lowest{2};
    Dialect highest{12};
    std::string advertise;                   // host of XFR and RNG; empty: the address the client came in on
    std::uint16_t notification_port = 1863;  // told to clients that ask where to log in
    std::uint16_t switchboard_port = 1864;
    bool challenge = false;  // ask clients from MSNP6 on to prove that they know their product's key (CHL)
    std::vector<std::string> listed_rooms;  // channel names put on the list of a new account
    std::size_t nick_length = 30;
    std::size_t max_contacts = 600;
    std::size_t max_groups = 30;
    std::size_t max_switchboards = 50;     // open at a time, one user
    std::size_t max_participants = 50;     // of a switchboard
    std::size_t max_message_lines = 50;    // of one text; more are refused, for each is a message on IRC
    std::size_t max_queued_messages = 50;  // of one conversation, until the called person answers
    std::size_t max_rings = 20;            // at a time, one user; more callers are told that they do not get through
    std::size_t max_avatar_bytes = 256 * 1024;  // of a display picture that is fetched
    std::size_t max_avatar_fetches = 8;         // display pictures on their way at the same time
    std::size_t unauthenticated_bytes = 16 * 1024;
    std::size_t readq = 32 * 1024;
    std::size_t sendq = 512 * 1024;
    bool auto_join = true;              // bring a called person into a group conversation without asking
    bool follow_friendly_name = false;  // a new friendly name also changes the nick
    std::chrono::milliseconds login_timeout{60'000};
    std::chrono::milliseconds silence_timeout{300'000};  // after a client's last PNG
    std::chrono::milliseconds ring_timeout{30'000};
    std::chrono::milliseconds avatar_time{60'000};     // for one picture
    std::chrono::milliseconds alone_timeout{600'000};  // of a client in a switchboard with nobody else
    std::chrono::milliseconds token_lifetime{120'000};
    std::chrono::milliseconds typing_interval{5'000};
    std::chrono::milliseconds presence_interval{1'000};  // between changes that are shown of one; 0: show all
    std::chrono::milliseconds idle_after{600'000};       // without a word, somebody on IRC is shown as idle
    chat::TokenRate flood{60, 10};                       // commands
    chat::TokenRate calls{20, 1};                        // XFR SB and CAL
};

}  // namespace patchcord::msn
