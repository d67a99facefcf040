#include "gateway/store/messages.hpp"

#include <soci/soci.h>

#include "chat_core/error.hpp"
#include "gateway/store/limits.hpp"
#include "gateway/store/store_error.hpp"

namespace patchcord::gateway {
namespace {

bool has_room(soci::session& session, const msn::OfflineMessage& message, std::size_t bytes) {
    long long messages = 0;
    long long kept_bytes = 0;
    long long of_sender = 0;
    session << "SELECT COUNT(*), COALESCE(SUM(bytes), 0), COUNT(CASE WHEN sender = :sender THEN 1 END)"
               " FROM offline_message WHERE receiver = :receiver",
        soci::use(message.from), soci::use(message.to), soci::into(messages), soci::into(kept_bytes),
        soci::into(of_sender);
    if (static_cast<std::size_t>(of_sender) >= most_messages_per_sender) return false;
    if (static_cast<std::size_t>(messages) >= most_messages_per_receiver) return false;
    if (static_cast<std::size_t>(kept_bytes) + bytes > most_message_bytes_per_receiver) return false;
    long long all = 0;
    session << "SELECT COUNT(*) FROM offline_message", soci::into(all);
    return static_cast<std::size_t>(all) < most_messages;
}

}  // namespace

std::error_code keep_message(soci::session& session, const msn::OfflineMessage& message) {
    if (any_too_long({message.to, message.from, message.from_name, message.from_account})) return StoreErrc::too_long;
    const std::size_t bytes = message.from.size() + message.from_name.size() + message.text.size();
    if (!has_room(session, message, bytes)) return chat::Errc::list_full;
    const auto stored_bytes = static_cast<long long>(bytes);
    const long long sent_at = message.sent_at.time_since_epoch().count();
    session << "INSERT INTO offline_message (receiver, sender, sender_name, text, bytes, sent_at,"
               " sender_account) VALUES (:receiver, :sender, :name, :text, :bytes, :sent, :account)",
        soci::use(message.to), soci::use(message.from), soci::use(message.from_name), soci::use(message.text),
        soci::use(stored_bytes), soci::use(sent_at), soci::use(message.from_account);
    return {};
}

std::vector<msn::OfflineMessage> waiting_messages(soci::session& session, const std::string& receiver) {
    msn::OfflineMessage message;
    message.to = receiver;
    long long id = 0;
    long long sent_at = 0;
    soci::statement select =
        (session.prepare << "SELECT id, sender, sender_name, text, sent_at, sender_account"
                            " FROM offline_message WHERE receiver = :receiver ORDER BY id",
         soci::use(receiver), soci::into(id), soci::into(message.from), soci::into(message.from_name),
         soci::into(message.text), soci::into(sent_at), soci::into(message.from_account));
    select.execute();
    std::vector<msn::OfflineMessage> messages;
    while (select.fetch()) {
        message.id = static_cast<std::uint64_t>(id);
        message.sent_at = chat::WallTime(std::chrono::milliseconds(sent_at));
        messages.push_back(message);
    }
    return messages;
}

std::vector<std::string> far_receivers(soci::session& session) {
    std::string receiver;
    soci::statement select = (session.prepare << "SELECT DISTINCT receiver FROM offline_message"
                                                 " WHERE receiver LIKE '%@%/%' ORDER BY receiver",
                              soci::into(receiver));
    select.execute();
    std::vector<std::string> receivers;
    while (select.fetch()) receivers.push_back(receiver);
    return receivers;
}

bool has_messages(soci::session& session, const std::string& receiver) {
    int found = 0;
    session << "SELECT EXISTS (SELECT 1 FROM offline_message WHERE receiver = :receiver)", soci::use(receiver),
        soci::into(found);
    return found != 0;
}

void forget_messages(soci::session& session, const std::vector<std::uint64_t>& ids) {
    for (const std::uint64_t message : ids) {
        const auto id = static_cast<long long>(message);
        session << "DELETE FROM offline_message WHERE id = :id", soci::use(id);
    }
}

}  // namespace patchcord::gateway
