// Files in a conversation.

#include <algorithm>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"

namespace patchcord::msn {

std::error_code Conversation::offer_file(const chat::FileOffer& offer) {
    if (held_.size() >= account_.service().options().hold_messages) {
        account_.service().metrics().limit_hits(LinkLimit::hold_messages).add();
        return chat::Errc::queue_full;
    }
    Held held;
    held.file = offer.id;
    held.written = scheduler_.wall_now();
    held.since = scheduler_.now();
    held_.push_back(std::move(held));
    arm_held_timer();
    pump();
    return {};
}

bool Conversation::fetch_picture(const std::string& handle, PictureOrder& order) {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const auto& line) { return line->fetch_picture(handle, order); });
}

void Conversation::say_file(Line& line, chat::FileOfferId id) {
    chat::FileDesk& desk = *account_.service().environment().files;
    const auto offer = desk.find(id);
    if (!offer) return;  // withdrawn meanwhile
    const std::error_code refused = line.offer_file(*offer);
    if (!refused) return;
    if (offer->link.empty() || offer->from == nullptr || offer->to.user == nullptr) return desk.decline(id, refused);
    say(line, words_for(*offer));
}

/// For whoever cannot be offered it in the way of files.
Conversation::Held Conversation::words_for(const chat::FileOffer& offer) const {
    Held words;
    words.kind = chat::MessageKind::action;
    words.text = chat::StyledText(describe(offer));
    words.sender = offer.from->id();
    words.receiver = offer.to.user->id();
    words.to = offer.to.user->name();
    words.written = scheduler_.wall_now();
    words.since = scheduler_.now();
    return words;
}

chat::Result<chat::FileOfferId> Conversation::got_file(Line& line, const ChatMember& from, std::string_view name,
                                                       std::uint64_t size, std::unique_ptr<chat::FileSource> source) {
    const auto self = shared_from_this();
    use(line);
    if (!account_.may_speak(from.handle)) return chat::FileErrc::declined;
    if (!has(from.handle) && is_full()) return chat::FileErrc::declined;
    chat::User* sender = keep(from.handle, from.name);
    const chat::Target to = target();
    if (sender == nullptr || (to.group == nullptr && to.user == nullptr)) return chat::Errc::no_such_user;
    auto offered = account_.service().environment().files->offer(*sender, to, name, size, std::move(source));
    if (!offered) {
        const std::string words = "offers a file: " + chat::clean_file_name(name) + " (" +
                                  chat::format_file_size(size) + "), which cannot be had: " + offered.error().message();
        got_deed(line, from, chat::MessageKind::action, chat::StyledText(words));
    }
    return offered;
}

}  // namespace patchcord::msn
