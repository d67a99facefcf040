#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_error.hpp"
#include "chat_core/file_metrics.hpp"
#include "chat_core/file_offer.hpp"
#include "chat_core/file_relay.hpp"
#include "chat_core/file_stream.hpp"
#include "chat_core/ports/file_drop.hpp"
#include "chat_core/token_bucket.hpp"

namespace patchcord::chat {

struct FileOptions {
    std::chrono::milliseconds offer_time{300'000};  // how long an offer may be thought about
    std::chrono::milliseconds stall_time{120'000};  // how long a transfer may stand still
    std::uint64_t max_size = 2ULL * 1024 * 1024 * 1024;
    std::size_t max_offers = 20;        // of one person: that wait and that are on their way
    TokenRate offer_rate{5, 1.0 / 12};  // how often one person may offer, each of which somebody is told of
    std::size_t max_transfers = 100;    // on their way, of everybody
    std::size_t max_transfers_of_user = 5;
    TokenRate rate;  // bytes of one transfer
};

/// Who offers which file to whom, and what became of it.
///
/// The offerer's edge makes an offer with a source, the receiver's client is told of it (`ChatClient::file_offered`)
/// and its edge accepts with a sink, or declines. Both clients hear of each later change (`file_offer_changed`).
class FileDesk final : public ServiceObserver {
  public:
    FileDesk(ChatService& service, MetricRegistry& registry, FileOptions options);
    ~FileDesk() override;
    FileDesk(const FileDesk&) = delete;
    FileDesk& operator=(const FileDesk&) = delete;

    /// Where those get the file who have no other way; nullptr: nowhere.
    void set_drop(FileDrop* drop) { drop_ = drop; }
    void set_options(const FileOptions& options) { options_ = options; }
    [[nodiscard]] const FileOptions& options() const { return options_; }

    /// Offers a file to a person or to everybody in a group. Errors: too_big, too_many, not_possible, those of
    /// `Errc` for a message (no_such_user, not_accepted, ...), and what the receiver's client said. `source` is
    /// destroyed without a call when there is an error.
    Result<FileOfferId> offer(User& from, const Target& to, std::string_view name, std::uint64_t size,
                              std::unique_ptr<FileSource> source);
    /// The same for what is kept, and can be had by `link` whatever becomes of the offer. In a group there is nothing
    /// to wait for: those in it are told, and the offer has ended when this returns.
    Result<FileOfferId> offer_kept(User& from, const Target& to, std::string_view name, std::uint64_t size,
                                   std::string link, std::unique_ptr<FileSource> source);
    /// Somebody has all of a kept file by its link: nobody waits for an answer any more. Nothing happens when it is on
    /// its way to the receiver already.
    void fetched(FileOfferId id);
    /// The offer, as it stands; nothing when it has ended or never was.
    [[nodiscard]] std::optional<FileOffer> find(FileOfferId id) const;
    /// Begins it, from `offset` on. Errors: gone, taken, too_many, cannot_seek, wrong_size (an offset beyond the end).
    std::error_code accept(FileOfferId id, std::unique_ptr<FileSink> sink, std::uint64_t offset = 0);
    /// Can an accepted transfer begin elsewhere than at the beginning?
    [[nodiscard]] bool can_seek(FileOfferId id) const;
    /// The receiver does not want it, or no longer.
    void decline(FileOfferId id, std::error_code why = FileErrc::declined);
    /// The offerer takes it back, or cannot go on.
    void withdraw(FileOfferId id, std::error_code why = FileErrc::cancelled);
    /// Ends all of them.
    void shut_down();

    /// Offers that wait or are on their way, for who shows them.
    [[nodiscard]] std::vector<FileOffer> all() const;
    [[nodiscard]] std::size_t running() const;

    // --- ServiceObserver
    void user_signed_off(const User& user, std::string_view reason) override;
    void group_ended(const Group& group) override;

  private:
    struct Entry {
        FileOffer offer;  // its people are filled in for each call
        UserId from;
        UserId to_user;
        GroupId to_group{};
        std::unique_ptr<FileSource> source;
        std::unique_ptr<FileSink> sink;
        std::unique_ptr<FileRelay> relay;
        TimerId expiry;
    };

    struct InOrder {
        bool operator()(UserId one, UserId other) const {
            return one.slot != other.slot ? one.slot < other.slot : one.generation < other.generation;
        }
    };
    struct Proposal {
        std::string_view name;
        std::uint64_t size = 0;
        std::string link;  // of what is kept
    };

    Result<FileOfferId> make_offer(User& from, const Target& to, Proposal what, std::unique_ptr<FileSource> source);
    [[nodiscard]] std::error_code may_offer(const User& from, const Target& to, std::uint64_t size);
    [[nodiscard]] bool take_token(const User& from);
    void forget(const Entry& entry);
    [[nodiscard]] std::error_code tell_receivers(const FileOffer& offer);
    [[nodiscard]] Entry* entry(FileOfferId id) const;
    [[nodiscard]] FileOffer current(const Entry& entry) const;
    [[nodiscard]] std::size_t running_of(UserId user) const;
    void tell(const Entry& entry);
    void began(FileOfferId id);
    void end(FileOfferId id, FileState state, std::error_code why);
    void bury();

    ChatService& service_;
    FileMetrics metrics_;
    FileOptions options_;
    FileDrop* drop_ = nullptr;
    std::map<FileOfferId, std::unique_ptr<Entry>> entries_;
    std::map<UserId, TokenBucket, InOrder> buckets_;  // of those who are here and have offered something
    std::vector<std::unique_ptr<Entry>> ended_;       // until the end of the turn: their sides may be on the stack
    TimerId burial_;
    std::uint64_t last_id_ = 0;
};

}  // namespace patchcord::chat
