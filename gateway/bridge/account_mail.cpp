#include "gateway/bridge/account_mail.hpp"

#include "irc/wire/names.hpp"
#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_username = 20;
constexpr std::size_t longest_host = 63;

/// Who a message is from, should they not be here when it is read.
chat::Profile profile_of(const msn::OfflineMessage& message) {
    const msn::HandleParts parts = msn::split_handle(message.from);
    chat::Profile profile;
    profile.username = irc::clean_username(parts.local, longest_username);
    profile.host = parts.domain.substr(0, longest_host);
    profile.address = message.from;
    return profile;
}

}  // namespace

msn::OfflineMessage message_to_keep(msn::Server& server, const chat::User& from, std::string to, std::string from_name,
                                    std::string text) {
    msn::OfflineMessage message;
    message.to = std::move(to);
    message.from = from.profile().address;
    if (message.from.empty()) {
        message.from = server.directory().person_handle(from);
        server.note_author(from);
    }
    message.from_name = std::move(from_name);
    message.text = std::move(text);
    message.sent_at = server.now();
    return message;
}

bool AccountMail::expects(std::string_view name) const {
    const auto user = parts_.service.lookup_user(name);
    return !(user && (*user)->online()) && parts_.account_of(name).has_value();
}

void AccountMail::keep(const chat::User& from, std::string_view name, std::string text,
                       std::function<void(std::error_code)> done) {
    std::string account = parts_.account_of(name).value_or(std::string());
    parts_.store.keep_message(message_to_keep(parts_.server, from, std::move(account), from.name(), std::move(text)),
                              std::move(done));
}

void AccountMail::roster_restored(const chat::User& owner) {
    parts_.store.waiting_messages(
        owner.profile().account,
        [this, to = owner.id()](const chat::Result<std::vector<msn::OfflineMessage>>& waiting) {
            if (waiting) deliver(to, *waiting);
        });
}

void AccountMail::deliver(chat::UserId to, const std::vector<msn::OfflineMessage>& messages) {
    std::vector<std::uint64_t> done;
    for (const msn::OfflineMessage& message : messages) {
        const chat::User* owner = parts_.service.find_user(to);
        if (owner == nullptr || !owner->online()) break;
        const std::error_code failed =
            parts_.service.deliver_kept(*owner, message.from_name, profile_of(message), message.text, message.sent_at);
        if (chat::is_connection_error(failed)) break;  // the rest waits on
        done.push_back(message.id);
    }
    if (!done.empty()) parts_.store.forget_messages(std::move(done), [](std::error_code) {});
}

}  // namespace patchcord::gateway
