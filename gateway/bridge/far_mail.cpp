#include "gateway/bridge/far_mail.hpp"

#include <utility>

#include "chat_core/receipt.hpp"
#include "msn/wire/text_message.hpp"

namespace patchcord::gateway {

std::optional<std::string> FarMail::receiver(std::string_view nick) const {
    const auto user = parts_.service.lookup_user(nick);
    auto address = parts_.names.handle_of(nick);
    const bool here = user && (*user)->online() && (!address || (*user)->profile().address != *address);
    if (here || !address || address->find('/') == std::string::npos) return std::nullopt;
    const chat::User* owner = parts_.service.find_by_address(*address);
    const bool one_of_ours = owner != nullptr && owner->online() && owner->profile().address != *address;
    return one_of_ours ? std::nullopt : address;  // who is here is called otherwise
}

bool FarMail::expects(std::string_view nick, const chat::User& from) const {
    const auto address = receiver(nick);
    if (!address || from.profile().account.empty() || !parts_.has_way(from, *address)) return false;
    const chat::RosterEntry* entry = from.roster().find(*address);
    return entry != nullptr && entry->listed;
}

void FarMail::keep(const chat::User& from, std::string_view nick, std::string text,
                   std::function<void(std::error_code)> done) {
    msn::OfflineMessage message;
    message.to = receiver(nick).value_or(std::string());
    message.from = from.profile().account;
    message.from_name = from.name();
    message.text = std::move(text);
    message.sent_at = parts_.service.scheduler().wall_now();
    if (parts_.leave) {
        const auto left = [this, alive = std::weak_ptr(alive_), message, done](std::error_code failed) {
            if (!failed || alive.expired()) return done(failed);
            keep_here(message, done);
        };
        if (parts_.leave(from, message.to, message.text, left)) return;
    }
    keep_here(std::move(message), std::move(done));
}

void FarMail::keep_here(msn::OfflineMessage message, std::function<void(std::error_code)> done) {
    receivers_.insert(message.to);
    parts_.store.keep_message(std::move(message), std::move(done));
}

bool FarMail::contact_came(const chat::User& owner, const chat::User& contact, const std::string& address,
                           std::function<void()> done) {
    if (!receivers_.contains(address)) return false;
    parts_.store.waiting_messages(
        address, [this, alive = std::weak_ptr(alive_), from = owner.id(), to = contact.id(), address,
                  done = std::move(done)](const chat::Result<std::vector<msn::OfflineMessage>>& waiting) {
            if (alive.expired()) return;
            if (waiting) send(from, to, address, *waiting);
            done();
        });
    return true;
}

/// What cannot be sent now waits on; what fails later is reported to whoever wrote it, or waits on as well.
void FarMail::send(chat::UserId from, chat::UserId to, const std::string& address,
                   const std::vector<msn::OfflineMessage>& messages) {
    chat::User* sender = parts_.service.find_user(from);
    chat::User* receiver = parts_.service.find_user(to);
    if (sender == nullptr || receiver == nullptr) return;
    if (messages.empty()) receivers_.erase(address);
    for (const msn::OfflineMessage& kept : messages) {
        if (kept.from != sender->profile().account || !under_way_.insert(kept.id).second) continue;
        chat::Message message{{},
                              nullptr,
                              {nullptr, receiver, {}},
                              chat::MessageKind::text,
                              chat::MessageText(chat::StyledText(msn::with_date(kept.sent_at, kept.text))),
                              kept.sent_at};
        const auto done = [this, alive = std::weak_ptr(alive_), id = kept.id](bool settled) {
            if (!alive.expired()) ended(id, settled);
        };
        message.receipt = std::make_shared<chat::Receipt>(done, !tried_.insert(kept.id).second);
        chat::RenderCache cache;
        if (sender->send(message, cache)) break;
        if (message.receipt.use_count() == 1) message.receipt->settle();  // nobody has it to deliver later
    }
}

/// Until it is forgotten it may be found in the store, and is not sent again.
void FarMail::ended(std::uint64_t id, bool settled) {
    if (!settled) {
        under_way_.erase(id);
        return;
    }
    parts_.store.forget_messages({id}, [this, alive = std::weak_ptr(alive_), id](std::error_code failed) {
        if (alive.expired() || failed) return;
        under_way_.erase(id);
        tried_.erase(id);
    });
}

}  // namespace patchcord::gateway
