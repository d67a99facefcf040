#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat_core/group.hpp"
#include "chat_core/wire_bytes.hpp"

namespace patchcord::irc {

class Session;

/// What a client hears while it is still being shown what was said before: it waits, so that all comes in order and
/// nothing twice.
struct HeldMessages {
    std::size_t replays = 0;  // that are still awaited
    std::size_t bytes = 0;
    chat::WallTime newest{};
    std::vector<chat::WireBytes> lines;
    std::vector<std::string> msgids;
};

// For clients without draft/chathistory, which cannot ask: what was said before they came, or since they were here
// last if their account and their device are known. Nothing happens where no history is kept.

/// Of a channel the session's user is in now.
void replay_group(Session& session, const chat::Group& group);
/// Of all queries of its account since it was here last.
void replay_queries(Session& session);
/// The client has seen everything up to now, or up to when it was last heard of.
void note_seen(Session& session);

}  // namespace patchcord::irc
