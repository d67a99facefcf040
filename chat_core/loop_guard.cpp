#include "chat_core/loop_guard.hpp"

#include <algorithm>

#include "chat_core/group.hpp"
#include "chat_core/user.hpp"

namespace patchcord::chat {
namespace {

std::uint64_t number_of(UserId id) {
    return static_cast<std::uint64_t>(id.slot) << 32 | id.generation;
}

/// As much of a text as is remembered.
std::string_view end_of(std::string_view text) {
    return text.size() <= LoopGuard::most_bytes ? text : text.substr(text.size() - LoopGuard::most_bytes);
}

/// Are these words the last of that text, whatever stands before them?
bool ends_with_words(std::string_view text, std::string_view words) {
    if (words.size() < LoopGuard::least_bytes || !text.ends_with(words)) return false;
    if (text.size() == words.size() || words.size() == LoopGuard::most_bytes) return true;
    return text[text.size() - words.size() - 1] == ' ';
}

}  // namespace

LoopGuard::Key LoopGuard::key_of(const Target& target, UserId who) {
    if (target.group != nullptr) return {static_cast<std::uint64_t>(target.group->id()), 0};
    const std::uint64_t here = number_of(who);
    const std::uint64_t there = target.user == nullptr ? 0 : number_of(target.user->id());
    return {std::max(here, there), std::min(here, there)};
}

/// Somebody else's words, with a name in front or without; or one's own once more, as the answer to somebody else's.
bool LoopGuard::is_repeat(const Place& place, UserId who, std::string_view text) {
    bool answers = false;
    for (auto words = place.words.rbegin(); words != place.words.rend(); ++words) {
        const bool others = words->who != who;
        if (others && ends_with_words(text, words->text)) return true;
        if (!others && answers && text.size() >= least_bytes && end_of(text) == words->text) return true;
        answers = answers || others;
    }
    return false;
}

bool LoopGuard::allows(const Target& target, UserId who, const MessageText& text, Now now) {
    const auto found = places_.find(key_of(target, who));
    if (found == places_.end()) return true;
    Place& place = found->second;
    while (!place.words.empty() && place.words.front().at + window <= now) place.words.pop_front();
    if (place.words.empty() || !is_repeat(place, who, text.on_its_way().text())) return true;
    if (place.began + window <= now) {
        place.began = now;
        place.repeats.clear();
    }
    if (++place.repeats[number_of(who)] > most_repeats) place.loops_until = now + silence;
    return place.loops_until <= now;
}

void LoopGuard::said(const Target& target, UserId who, const MessageText& text, Now now) {
    if (!text.crossed()) return;
    Place& place = places_[key_of(target, who)];
    if (place.words.size() >= most_words) place.words.pop_front();
    place.words.push_back({who, std::string(end_of(text.on_its_way().text())), now});
    if (places_.size() >= tidy_at_) forget_old(now);
}

/// Only when there are twice as many as were left the last time, so that each costs little.
void LoopGuard::forget_old(Now now) {
    std::erase_if(places_, [&](const auto& known) {
        const Place& place = known.second;
        return place.loops_until <= now && (place.words.empty() || place.words.back().at + window <= now);
    });
    tidy_at_ = std::max<std::size_t>(16, 2 * places_.size());
}

}  // namespace patchcord::chat
