#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "chat_core/log_sink.hpp"
#include "gateway/http/http_client.hpp"
#include "gateway/services/address_book_messages.hpp"
#include "gateway/services/rst_client.hpp"
#include "msn/client/address_book_source.hpp"

namespace patchcord::gateway {

struct AddressBookClientOptions {
    std::string service;                        ///< its name, for the log
    std::string contacts_url;                   ///< where the web services are; `/abservice/…` stands below it
    bool insecure = false;                      ///< tickets may be sent without TLS to other machines, too
    std::chrono::milliseconds timeout{30'000};  ///< for each question
};

/// Keeps the lists of one account in the web services of MSNP13 and later (`msn::AddressBookSource`).
///
/// Asks one thing after the other, in the order in which it was asked for. When the ticket is not taken, another one is
/// fetched, once for each question. The ticket goes to the configured host only: no redirection is followed, and a
/// host that the service prefers is not preferred by us.
///
/// Errors: `AddressBookErrc`, a status of HTTP, those of the login and of the connection, and `too_many_requests` of
/// `msn::ClientErrc`.
class AddressBookClient final : public msn::AddressBookSource {
  public:
    /// Of an answer, in bytes. A contact has 2 KiB in it, and one membership 600 bytes.
    static constexpr std::size_t max_answer_bytes = std::size_t{4} * 1024 * 1024;
    /// Questions that may wait for others.
    static constexpr std::size_t max_waiting = 256;

    struct Account {
        std::string handle;
        /// Reads the password, when another ticket is needed. Gives what is wrong, or nothing.
        std::function<std::string(std::string& password)> password;
    };
    /// All that is referred to outlives the client.
    struct Parts {
        chat::Connector& connector;
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        RstClient& tickets;
    };

    AddressBookClient(Parts parts, AddressBookClientOptions options, Account account);
    /// Nobody who still waits is told.
    ~AddressBookClient() override;

    void fetch(std::function<void(chat::Result<msn::AddressBook>)> done) override;
    void add(msn::ListBit list, const std::string& handle,
             std::function<void(chat::Result<std::string>)> done) override;
    void remove(msn::ListBit list, const msn::RosterContact& contact,
                std::function<void(std::error_code)> done) override;

  private:
    using Question = std::function<BookQuestion(const std::string& ticket)>;
    /// What an answer says: `sound` when it is one.
    struct Reading {
        bool sound = false;
        std::optional<BookFault> fault = {};
    };
    struct Job {
        Question question;
        std::function<Reading(std::string_view body)> read;
        std::function<void(std::error_code)> done;
        std::string_view operation = {};
        bool renewed = false;
    };
    using Changed = std::function<void(std::error_code why, const std::string& guid)>;

    void enqueue(Job job, bool first = false);
    void change(Question question, Changed done);
    void start_next();
    void ask();
    void send(const BookQuestion& question);
    void renew();
    void answered(const chat::Result<HttpAnswer>& answer);
    [[nodiscard]] std::error_code error_of(const Reading& reading, unsigned status) const;
    void finish(std::error_code why);

    Parts parts_;
    AddressBookClientOptions options_;
    Account account_;
    std::deque<Job> jobs_;  // the first is asked while `busy_`
    bool busy_ = false;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for tickets that come after the end
    HttpClient http_;
};

}  // namespace patchcord::gateway
