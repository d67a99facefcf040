#include "chat_core/file_desk.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_error.hpp"
#include "chat_core/file_name.hpp"

namespace patchcord::chat {

FileDesk::FileDesk(ChatService& service, MetricRegistry& registry, FileOptions options)
    : service_(service), metrics_(registry), options_(options) {
    service_.add_observer(*this);
}

FileDesk::~FileDesk() {
    shut_down();
    service_.scheduler().cancel(burial_);
    service_.remove_observer(*this);
}

// --- offers ----------------------------------------------------------------------------------------------------------

std::error_code FileDesk::may_offer(const User& from, const Target& to, std::uint64_t size) {
    if (to.group != nullptr) {
        if (const std::error_code refused = to.group->may_speak(from)) return refused;
        if (drop_ == nullptr) return FileErrc::not_possible;
    } else if (to.user == nullptr || !to.user->online()) {
        return Errc::no_such_user;
    } else if (to.user->blocks(from)) {
        return Errc::not_accepted;
    }
    if (size > options_.max_size) {
        metrics_.limit_hits(FileLimit::max_size).add();
        return FileErrc::too_big;
    }
    const auto of_user = std::count_if(entries_.begin(), entries_.end(),
                                       [&](const auto& known) { return known.second->from == from.id(); });
    if (static_cast<std::size_t>(of_user) >= options_.max_offers) {
        metrics_.limit_hits(FileLimit::max_offers).add();
        return FileErrc::too_many;
    }
    if (!take_token(from)) {
        metrics_.limit_hits(FileLimit::offer_rate).add();
        return FileErrc::too_many;
    }
    return {};
}

/// Whoever takes each offer back at once has few of them, and shows many.
bool FileDesk::take_token(const User& from) {
    TokenBucket& bucket = buckets_.try_emplace(from.id(), options_.offer_rate.burst).first->second;
    return bucket.take(options_.offer_rate, service_.scheduler().now());
}

Result<FileOfferId> FileDesk::offer(User& from, const Target& to, std::string_view name, std::uint64_t size,
                                    std::unique_ptr<FileSource> source) {
    return make_offer(from, to, {name, size, {}}, std::move(source));
}

Result<FileOfferId> FileDesk::offer_kept(User& from, const Target& to, std::string_view name, std::uint64_t size,
                                         std::string link, std::unique_ptr<FileSource> source) {
    return make_offer(from, to, {name, size, std::move(link)}, std::move(source));
}

Result<FileOfferId> FileDesk::make_offer(User& from, const Target& to, Proposal what,
                                         std::unique_ptr<FileSource> source) {
    if (const std::error_code refused = may_offer(from, to, what.size)) return refused;
    const FileOfferId id{++last_id_};
    auto made = std::make_unique<Entry>();
    FileOffer& offer = made->offer;
    offer.id = id;
    offer.from_name = from.name();
    offer.name = clean_file_name(what.name);
    offer.size = what.size;
    offer.link = std::move(what.link);
    offer.kept = !offer.link.empty();
    made->from = from.id();
    if (to.group != nullptr) {
        offer.to_name = to.group->name();
        made->to_group = to.group->id();
    } else {
        offer.to_name = to.user->name();
        made->to_user = to.user->id();
    }
    made->source = std::move(source);
    made->expiry = service_.scheduler().after(options_.offer_time, [this, id] {
        metrics_.limit_hits(FileLimit::offer_time).add();
        end(id, FileState::failed, FileErrc::expired);
    });
    const Entry& entry = *(entries_[id] = std::move(made));
    if (drop_ != nullptr && !offer.kept) offer.link = drop_->link_for(current(entry));
    const std::error_code refused = tell_receivers(current(entry));
    if (refused || (offer.kept && to.group != nullptr)) forget(entry);
    if (refused) return refused;
    metrics_.offers.add();
    return id;
}

/// An offer that ends where it was made: nobody is told.
void FileDesk::forget(const Entry& entry) {
    if (drop_ != nullptr) drop_->ended(current(entry));
    service_.scheduler().cancel(entry.expiry);
    entries_.erase(entry.offer.id);
}

/// In a group it is enough that anybody is there who can be shown the link.
std::error_code FileDesk::tell_receivers(const FileOffer& offer) {
    if (offer.to.group == nullptr) {
        ChatClient* client = offer.to.user->client();
        return client == nullptr ? FileErrc::not_possible : client->file_offered(offer);
    }
    if (offer.link.empty()) return FileErrc::not_possible;
    std::error_code result = FileErrc::not_possible;
    for (const Member& member : offer.to.group->users()) {
        if (member.user == offer.from || member.client == nullptr) continue;
        if (!member.client->file_offered(offer)) result = {};
    }
    return result;
}

FileDesk::Entry* FileDesk::entry(FileOfferId id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second.get();
}

FileOffer FileDesk::current(const Entry& entry) const {
    FileOffer offer = entry.offer;
    offer.from = service_.find_user(entry.from);
    offer.to.user = service_.find_user(entry.to_user);
    offer.to.group = entry.to_group == GroupId{} ? nullptr : service_.find_group(entry.to_group);
    if (entry.relay != nullptr) offer.transferred = entry.relay->transferred();
    return offer;
}

std::optional<FileOffer> FileDesk::find(FileOfferId id) const {
    const Entry* known = entry(id);
    return known == nullptr ? std::nullopt : std::optional(current(*known));
}

std::vector<FileOffer> FileDesk::all() const {
    std::vector<FileOffer> offers;
    for (const auto& [id, known] : entries_) offers.push_back(current(*known));
    return offers;
}

// --- transfers -------------------------------------------------------------------------------------------------------

std::size_t FileDesk::running() const {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(),
                                                  [](const auto& known) { return known.second->relay != nullptr; }));
}

std::size_t FileDesk::running_of(UserId user) const {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [&](const auto& known) {
        return known.second->relay != nullptr && known.second->from == user;
    }));
}

bool FileDesk::can_seek(FileOfferId id) const {
    const Entry* known = entry(id);
    return known != nullptr && known->source->can_seek();
}

std::error_code FileDesk::accept(FileOfferId id, std::unique_ptr<FileSink> sink, std::uint64_t offset) {
    Entry* accepted = entry(id);
    if (accepted == nullptr) return FileErrc::gone;
    if (accepted->relay != nullptr) return FileErrc::taken;
    if (offset > accepted->offer.size) return FileErrc::wrong_size;
    if (offset > 0 && !accepted->source->can_seek()) return FileErrc::cannot_seek;
    const bool everybody = running() >= options_.max_transfers;
    if (everybody || running_of(accepted->from) >= options_.max_transfers_of_user) {
        metrics_.limit_hits(everybody ? FileLimit::max_transfers : FileLimit::max_transfers_of_user).add();
        return FileErrc::too_many;
    }
    service_.scheduler().cancel(std::exchange(accepted->expiry, {}));
    accepted->offer.state = FileState::accepted;
    accepted->sink = std::move(sink);
    accepted->relay = std::make_unique<FileRelay>(
        *accepted->source, *accepted->sink, service_.scheduler(),
        FileRelayOptions{accepted->offer.size, offset, options_.stall_time, options_.rate}, [this, id] { began(id); },
        [this, id](std::error_code why) { end(id, why ? FileState::failed : FileState::completed, why); });
    metrics_.transfers.add();
    tell(*accepted);
    if (entry(id) != nullptr) accepted->relay->start();
    return {};
}

void FileDesk::began(FileOfferId id) {
    Entry* known = entry(id);
    if (known == nullptr) return;
    known->offer.state = FileState::transferring;
    tell(*known);
}

void FileDesk::decline(FileOfferId id, std::error_code why) {
    const Entry* known = entry(id);
    if (known == nullptr) return;
    if (why == FileErrc::declined && known->relay != nullptr) why = FileErrc::cancelled;  // it was accepted before
    const FileState state = why == FileErrc::declined    ? FileState::declined
                            : why == FileErrc::cancelled ? FileState::cancelled
                                                         : FileState::failed;
    end(id, state, why);
}

void FileDesk::withdraw(FileOfferId id, std::error_code why) {
    end(id, why == FileErrc::cancelled ? FileState::cancelled : FileState::failed, why);
}

void FileDesk::fetched(FileOfferId id) {
    const Entry* known = entry(id);
    if (known == nullptr || known->relay != nullptr) return;
    metrics_.completed.add();
    end(id, FileState::completed, {});
}

/// Told to both, wherever it came from; the one who brought it about knows already and may ignore it.
void FileDesk::tell(const Entry& entry) {
    const FileOffer offer = current(entry);
    ChatClient* from = offer.from == nullptr ? nullptr : offer.from->client();
    if (from != nullptr) from->file_offer_changed(offer);
    ChatClient* to = offer.to.user == nullptr ? nullptr : offer.to.user->client();
    if (to != nullptr && to != from) to->file_offer_changed(offer);
}

void FileDesk::end(FileOfferId id, FileState state, std::error_code why) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    const std::unique_ptr<Entry>& ending = ended_.emplace_back(std::move(found->second));
    entries_.erase(found);
    Entry& entry = *ending;
    service_.scheduler().cancel(std::exchange(entry.expiry, {}));
    entry.offer.state = state;
    entry.offer.why = why;
    if (entry.relay != nullptr) {
        metrics_.transfers.add(-1);
        metrics_.bytes.add(static_cast<std::int64_t>(entry.relay->transferred() - entry.relay->options().offset));
        (why ? metrics_.failed : metrics_.completed).add();
        if (why == FileErrc::stalled) metrics_.limit_hits(FileLimit::stall_time).add();
        entry.relay->cancel(why);
        entry.sink->stop(why);
    }
    entry.source->stop(why);
    if (drop_ != nullptr) drop_->ended(current(entry));
    tell(entry);
    if (!burial_) {
        burial_ = service_.scheduler().after(std::chrono::milliseconds(0), [this] { bury(); });
    }
}

void FileDesk::bury() {
    burial_ = {};
    const auto gone = std::exchange(ended_, {});
}

void FileDesk::shut_down() {
    while (!entries_.empty()) end(entries_.begin()->first, FileState::failed, FileErrc::shutting_down);
}

// --- people and groups that go ---------------------------------------------------------------------------------------

/// What is on its way has connections of its own, which say when it can go on no longer.
void FileDesk::user_signed_off(const User& user, std::string_view) {
    buckets_.erase(user.id());
    std::vector<std::pair<FileOfferId, FileErrc>> over;
    for (const auto& [id, known] : entries_) {
        if (known->relay != nullptr) continue;
        if (known->from == user.id()) over.emplace_back(id, FileErrc::sender_gone);
        if (known->to_user == user.id()) over.emplace_back(id, FileErrc::receiver_gone);
    }
    for (const auto& [id, why] : over) end(id, FileState::failed, why);
}

void FileDesk::group_ended(const Group& group) {
    std::vector<FileOfferId> over;
    for (const auto& [id, known] : entries_) {
        if (known->relay == nullptr && known->to_group == group.id()) over.push_back(id);
    }
    for (const FileOfferId id : over) end(id, FileState::failed, FileErrc::receiver_gone);
}

}  // namespace patchcord::chat
