// What a session holds back while its client is shown what is older.

#include <algorithm>

#include "irc/server/session.hpp"

namespace patchcord::irc {

/// The time of the last message, not of the end: what is said in that very moment must not fall between the two. What
/// was sent to a connection that was lost may not have come; then the last sign of life counts.
chat::WallTime Session::last_seen() const {
    const chat::WallTime last = std::max(since_, delivered_);
    if (!lost_) return last;
    const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(server_.scheduler().now() - heard_);
    return std::min(last, server_.now() - silence);
}

void Session::begin_replay() {
    if (!held_) held_ = std::make_unique<HeldMessages>();
    ++held_->replays;
}

/// What was held is no part of a labelled reply: that comes first.
void Session::end_replay() {
    if (!held_ || --held_->replays > 0 || label_) return;
    release_held();
}

void Session::release_held() {
    const std::unique_ptr<HeldMessages> held = std::move(held_);
    for (const chat::WireBytes& line : held->lines) (void)deliver(line);
    delivered_ = std::max(delivered_, held->newest);
}

void Session::note_delivered(const chat::Message& message) {
    delivered_ = std::max(delivered_, message.sent_at);
}

void Session::drop_held(std::string_view msgid) {
    const auto found = std::find(held_->msgids.begin(), held_->msgids.end(), msgid);
    if (found == held_->msgids.end()) return;
    held_->lines.erase(held_->lines.begin() + (found - held_->msgids.begin()));
    held_->msgids.erase(found);
}

bool Session::is_held(const std::string& msgid) const {
    return held_ && std::find(held_->msgids.begin(), held_->msgids.end(), msgid) != held_->msgids.end();
}

bool Session::hold_message(const chat::Message& message, const chat::WireBytes& line) {
    if (!held_ || state_ != State::open) return false;
    held_->bytes += line->size();
    // Beside what the queue holds while something is shown, all of it has to fit there at once.
    if (held_->bytes > options().sendq / 2) return false;
    held_->newest = std::max(held_->newest, message.sent_at);
    held_->lines.push_back(line);
    held_->msgids.push_back(server_.msgid(message.id));
    return true;
}

}  // namespace patchcord::irc
