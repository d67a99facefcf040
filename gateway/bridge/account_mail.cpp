#include "gateway/bridge/account_mail.hpp"

#include <algorithm>

#include "msn/wire/handle.hpp"

namespace patchcord::gateway {
namespace {

// For a client that has more to read than it takes at once; longer each time it has read nothing.
constexpr std::chrono::milliseconds shortest_reading_pause{100};
constexpr std::chrono::milliseconds longest_reading_pause{3'200};
constexpr std::chrono::milliseconds store_pause{5'000};  // for a store that does not work

/// Who a message is from, should they not be here when it is read.
chat::Profile profile_of(const msn::Server& server, const msn::OfflineMessage& message) {
    const msn::HandleParts parts = msn::split_handle(message.from);
    chat::Profile profile;
    profile.username = msn::clean_username(parts.local);
    profile.host = msn::clean_host(parts.domain);
    profile.account = message.from_account;
    if (!server.directory().is_person(message.from)) profile.address = message.from;  // people on IRC have none
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
        message.from_account = from.profile().account;
        server.note_author(from);
    }
    message.from_name = std::move(from_name);
    message.text = std::move(text);
    message.sent_at = server.now();
    return message;
}

/// The account that messages for `name` are kept for now.
std::optional<std::string> AccountMail::receiver(std::string_view name) const {
    const auto user = parts_.service.lookup_user(name);
    if (!user || !(*user)->online()) return parts_.account_of(name);
    const auto is_theirs = [&](const Arrival& arrival) { return arrival.id == (*user)->id(); };
    if (std::none_of(arrivals_.begin(), arrivals_.end(), is_theirs)) return std::nullopt;
    return (*user)->profile().account;
}

bool AccountMail::expects(std::string_view name) const {
    return receiver(name).has_value();
}

void AccountMail::keep(const chat::User& from, std::string_view name, std::string text,
                       std::function<void(std::error_code)> done) {
    const auto user = parts_.service.lookup_user(name);
    Arrival* arrival = user ? arrival_of((*user)->id()) : nullptr;
    if (arrival != nullptr) arrival->more_kept = true;
    std::string account = receiver(name).value_or(std::string());
    parts_.store.keep_message(message_to_keep(parts_.server, from, std::move(account), from.name(), std::move(text)),
                              std::move(done));
}

AccountMail::Arrival* AccountMail::arrival_of(chat::UserId id) {
    const auto found =
        std::find_if(arrivals_.begin(), arrivals_.end(), [&](const Arrival& arrival) { return arrival.id == id; });
    return found == arrivals_.end() ? nullptr : &*found;
}

void AccountMail::expect(const chat::User& user) {
    if (!user.profile().address.empty() || user.profile().account.empty() || arrival_of(user.id()) != nullptr) return;
    arrivals_.push_back({user.id(), shortest_reading_pause});
    parts_.service.find_user(user.id())->await_mail();
}

void AccountMail::user_signed_off(const chat::User& user, std::string_view) {
    std::erase_if(arrivals_, [&](const Arrival& arrival) { return arrival.id == user.id(); });
}

void AccountMail::roster_restored(const chat::User& owner) {
    fetch(owner.id());
}

void AccountMail::fetch(chat::UserId to) {
    Arrival* arrival = arrival_of(to);
    if (arrival == nullptr) return;
    arrival->more_kept = false;
    parts_.store.waiting_messages(
        parts_.service.find_user(to)->profile().account,
        [this, alive = std::weak_ptr(alive_), to](const chat::Result<std::vector<msn::OfflineMessage>>& waiting) {
            if (!alive.expired()) fetched(to, waiting);
        });
}

void AccountMail::fetch_later(chat::UserId to, std::chrono::milliseconds delay) {
    parts_.service.scheduler().after(delay, [this, alive = std::weak_ptr(alive_), to] {
        if (!alive.expired()) fetch(to);
    });
}

void AccountMail::fetched(chat::UserId to, const chat::Result<std::vector<msn::OfflineMessage>>& waiting) {
    Arrival* arrival = arrival_of(to);
    if (arrival == nullptr) return;  // they are gone again
    const std::uint64_t before = arrival->last_delivered;
    const bool all = waiting && deliver(to, *waiting);
    arrival = arrival_of(to);
    if (arrival == nullptr) return;  // that ended their login
    if (!waiting) {
        fetch_later(to, store_pause);
    } else if (!all) {
        const bool reads = arrival->last_delivered != before;
        arrival->pause = reads ? shortest_reading_pause : std::min(arrival->pause * 2, longest_reading_pause);
        fetch_later(to, arrival->pause);
    } else if (arrival->more_kept) {
        fetch(to);
    } else {
        std::erase_if(arrivals_, [&](const Arrival& done) { return done.id == to; });
        parts_.service.find_user(to)->mail_arrived();
    }
}

/// False when the client has to read first, or nothing reaches it any more: the rest waits on.
bool AccountMail::deliver(chat::UserId to, const std::vector<msn::OfflineMessage>& messages) {
    std::vector<std::uint64_t> done;
    bool all = true;
    for (const msn::OfflineMessage& message : messages) {
        const Arrival* before = arrival_of(to);
        if (before == nullptr) break;
        if (message.id <= before->last_delivered) continue;  // only forgetting it has failed
        const std::error_code failed =
            parts_.service.deliver_kept(*parts_.service.find_user(to), message.from_name,
                                        profile_of(parts_.server, message), message.text, message.sent_at);
        all = failed != chat::Errc::queue_full && !chat::is_connection_error(failed);
        if (!all) break;
        if (Arrival* arrival = arrival_of(to)) arrival->last_delivered = message.id;
        done.push_back(message.id);
    }
    if (!done.empty()) parts_.store.forget_messages(std::move(done), [](std::error_code) {});
    return all;
}

}  // namespace patchcord::gateway
