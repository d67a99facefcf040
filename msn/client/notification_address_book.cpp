// How a NotificationClient of MSNP15 learns its lists from an address book, and tells the server of them.

#include <memory>

#include "msn/client/notification_client.hpp"
#include "msn/wire/handle.hpp"
#include "msn/wire/list_markup.hpp"
#include "msn/wire/percent.hpp"

namespace patchcord::msn {
namespace {

constexpr unsigned bit(ListBit list) {
    return static_cast<unsigned>(list);
}

/// What a server may be told: nobody is both allowed and blocked.
unsigned told_lists(const RosterContact& contact) {
    const unsigned lists = contact.lists & (bit(ListBit::forward) | bit(ListBit::allow) | bit(ListBit::block));
    return contact.is_on(ListBit::block) ? lists & ~bit(ListBit::allow) : lists;
}

}  // namespace

void NotificationClient::sync_address_book() {
    if (options().address_book == nullptr) return end_list(ClientErrc::no_address_book);
    list_timer_ = run_later(options().list_timeout, [this] { end_list(ClientErrc::timed_out); });
    const std::uint64_t sync = ++address_book_sync_;
    options().address_book->fetch([weak = alive(), this, sync](const chat::Result<AddressBook>& book) {
        if (weak.expired() || !open() || !list_done_ || sync != address_book_sync_) return;
        if (!book) return end_list(book.error());
        take_address_book(*book);
        tell_lists(*book);
    });
}

void NotificationClient::take_address_book(const AddressBook& book) {
    roster_.begin_list();
    for (const RosterContact& entry : book.contacts) {
        RosterContact* contact = roster_.get(entry.handle);
        if (contact == nullptr) continue;
        contact->name = entry.name.empty() ? contact->handle : entry.name;
        contact->guid = entry.guid;
        contact->groups = entry.groups;
        contact->lists = entry.lists;
    }
    for (const RosterGroup& group : book.groups) roster_.add_group(group);
    roster_.end_list();
    roster_.set_open_to_all(book.open_to_all);
    if (!book.own_name.empty()) set_screen_name(format_name(book.own_name));
}

/// Nobody sees us before the server has been told, be it that there is nobody to tell of.
void NotificationClient::tell_lists(const AddressBook& book) {
    set_privacy_mode(book.open_to_all);
    std::vector<ListMarkupEntry> entries;
    for (const auto& [handle, contact] : roster_.contacts()) {
        if (told_lists(contact) != 0) entries.push_back({handle, told_lists(contact)});
    }
    const std::vector<std::string> payloads = format_list_markup(std::move(entries), true);
    const auto left = std::make_shared<std::size_t>(payloads.size());
    for (const std::string& payload : payloads) {
        request(
            "ADL", [&](CommandBuilder& line) { line.payload(payload); },
            [this, left, sync = address_book_sync_](const Answer& answer) {
                if (!list_done_ || sync != address_book_sync_) return;  // given up meanwhile
                if (!answer) return end_list(answer.error());
                if (--*left == 0) end_list({});
            });
    }
    if (!book.own_name.empty()) change_screen_name(book.own_name);
}

/// First in the address book, which lasts, then at the server.
void NotificationClient::change_address_book(bool adds, ListBit list, const std::string& handle_text, Done done) {
    const auto handle = parse_handle(handle_text);
    std::error_code refused;
    if (!handle) refused = refusal_error(ErrorCode::invalid_handle);
    if (options().address_book == nullptr) refused = ClientErrc::no_address_book;
    if (book_changes_.size() >= max_pending_requests) refused = ClientErrc::too_many_requests;
    if (!open()) refused = ClientErrc::disconnected;
    if (refused) {
        if (done) done(refused);
        return;
    }
    const RosterContact* known = roster_.find(*handle);
    RosterContact contact;
    contact.handle = contact.name = *handle;
    if (known != nullptr) contact = *known;
    const std::uint64_t id = ++last_book_change_;
    const chat::TimerId timer =
        run_later(2 * request_timeout(), [this, id] { end_book_change(id, ClientErrc::timed_out); });
    const auto then = [this, adds, list, contact](const std::string& guid, Done told) {
        RosterContact changed = contact;
        if (!guid.empty()) changed.guid = guid;
        tell_change(adds ? "ADL" : "RML", list, changed, std::move(told));
    };
    book_changes_[id] = {std::move(done), then, timer};
    if (adds) {
        options().address_book->add(list, *handle, [this, weak = alive(), id](const chat::Result<std::string>& guid) {
            if (!weak.expired()) end_book_change(id, guid.error(), guid ? *guid : std::string());
        });
    } else {
        options().address_book->remove(list, contact, [this, weak = alive(), id](std::error_code why) {
            if (!weak.expired()) end_book_change(id, why);
        });
    }
}

void NotificationClient::end_book_change(std::uint64_t id, std::error_code why, const std::string& guid) {
    const auto found = book_changes_.find(id);
    if (found == book_changes_.end()) return;
    BookChange change = std::move(found->second);
    book_changes_.erase(found);
    scheduler().cancel(change.timer);
    if (!why) return change.then(guid, std::move(change.done));
    if (change.done) change.done(why);
}

void NotificationClient::tell_change(std::string_view verb, ListBit list, const RosterContact& contact, Done done) {
    const bool adds = verb == "ADL";
    const std::string payload = format_list_markup({{contact.handle, bit(list)}}, false).front();
    const auto answered = [this, adds, list, contact, done = std::move(done)](const Answer& answer) {
        RosterContact* known = answer && adds ? roster_.get(contact.handle) : nullptr;
        if (known != nullptr) {
            known->lists |= bit(list);
            if (!contact.guid.empty()) known->guid = contact.guid;
        }
        if (answer && !adds) roster_.remove(contact.handle, bit(list));
        if (done) done(answer.error());
    };
    request(
        verb, [&](CommandBuilder& line) { line.payload(payload); }, answered);
}

/// `ADL 0 n`, `RML 0 n`: others put us on their lists or take us off.
void NotificationClient::list_markup(const Command& command) {
    for (const ListMarkupEntry& entry : parse_list_markup(command.payload)) {
        const bool told = (entry.lists & bit(ListBit::reverse)) != 0;
        if (command.verb == "RML") {
            roster_.remove(entry.handle, entry.lists);
            if (told) observer_.user_removed_me(entry.handle);
            continue;
        }
        RosterContact* contact = roster_.get(entry.handle);
        if (contact == nullptr || entry.lists == 0) continue;
        contact->lists |= entry.lists;
        if (!entry.name.empty()) contact->name = entry.name;
        if (told) observer_.user_added_me(contact->handle, contact->name);
    }
}

}  // namespace patchcord::msn
