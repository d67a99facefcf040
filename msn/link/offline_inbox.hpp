#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "chat_core/ports/scheduler.hpp"
#include "msn/client/offline_message_source.hpp"
#include "msn/wire/offline_mail.hpp"

namespace patchcord::msn {

class LinkedAccount;

/// What people of a service left for an account while it was away: fetched after a sign-in, and when the service tells
/// of more; shown to the owner in the order in which it was written; and only then deleted there.
///
/// What was shown is remembered until the service has confirmed that it is gone, so that nothing is shown twice.
class OfflineInbox {
  public:
    /// Messages that are fetched during one sign-in; the rest waits for the next.
    static constexpr std::size_t max_fetched = 200;
    /// Failures in a row after which the rest waits for the next sign-in.
    static constexpr int max_failures = 3;

    OfflineInbox(LinkedAccount& account, std::unique_ptr<OfflineMessageSource> source);
    ~OfflineInbox();
    OfflineInbox(const OfflineInbox&) = delete;
    OfflineInbox& operator=(const OfflineInbox&) = delete;

    [[nodiscard]] OfflineMessageSource& source() const { return *source_; }
    /// The service says what waits. Before `open` it is remembered.
    void notified(const MailNotice& notice);
    /// The owner can be shown messages.
    void open();
    /// Signed out, or cut off. What is not shown yet stays with the service.
    void close();

  private:
    struct Fetched {
        MailNote note;
        OfflineMail mail;
    };

    void list();
    void take(const MailData& data, bool complete);
    void tell_limit();
    void forget_gone(const std::vector<MailNote>& notes);
    [[nodiscard]] bool is_under_way(const std::string& id) const;
    void fetch_next();
    void fetched(const MailNote& note, const chat::Result<std::string>& answer);
    void sort();
    void show();
    [[nodiscard]] std::error_code deliver(const Fetched& message) const;
    void remove_shown();
    void removed(const std::vector<std::string>& ids, std::error_code why);
    void log(std::string_view what, std::error_code why) const;
    /// A callback that does nothing after `close`.
    template <class Then>
    [[nodiscard]] auto while_open(Then then);

    LinkedAccount& account_;
    bool open_ = false;
    bool fetching_ = false;
    bool listing_ = false;
    bool list_again_ = false;
    bool limit_told_ = false;
    std::size_t taken_ = 0;  // since the sign-in
    int failures_ = 0;
    std::deque<MailNote> wanted_;
    std::vector<Fetched> fetched_;
    std::deque<Fetched> ready_;        // to be shown
    std::set<std::string> shown_;      // ids that the service has not confirmed to be gone
    std::vector<std::string> doomed_;  // of these, those to be deleted now
    std::chrono::milliseconds pause_{};
    chat::TimerId timer_;
    std::shared_ptr<char> session_;  // ends with `close`
    std::shared_ptr<char> alive_ = std::make_shared<char>();
    std::unique_ptr<OfflineMessageSource> source_;
};

}  // namespace patchcord::msn
