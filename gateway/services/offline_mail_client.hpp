#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "gateway/http/http_client.hpp"
#include "gateway/services/offline_mail_messages.hpp"
#include "msn/client/offline_message_source.hpp"

namespace patchcord::gateway {

struct OfflineMailOptions {
    std::string service;                        ///< its name, for the log
    std::string reading_url;                    ///< where messages wait; without a path, `/rsi/rsi.asmx`
    std::string storing_url;                    ///< where some are left, `/OimWS/oim.asmx`; empty: nowhere
    bool insecure = false;                      ///< tickets may be sent without TLS to other machines, too
    std::chrono::milliseconds timeout{30'000};  ///< for each question
};

/// Fetches and deletes what was left for one account in the web services of MSNP11 and later, and leaves messages for
/// others (`msn::OfflineMessageSource`).
///
/// Asks one thing after the other; what is to be left for others, for which somebody waits, first, and no longer than
/// one question may take. A ticket that is not taken is exchanged for another one, and the challenge of the
/// service that takes messages is answered, each once for a question. Tickets go to the configured hosts only: no
/// redirection is followed.
///
/// Errors: `OfflineMailErrc`, those of the connection, and `too_many_requests` of `msn::ClientErrc`.
class OfflineMailClient final : public msn::OfflineMessageSource {
  public:
    /// Of an answer, in bytes. A message has 2 KiB, and its place in a list 400 bytes.
    static constexpr std::size_t max_answer_bytes = std::size_t{512} * 1024;
    /// Questions that may wait for others.
    static constexpr std::size_t max_waiting = 256;
    /// People whose messages are counted; beyond that, counting begins anew.
    static constexpr std::size_t max_runs = 256;

    /// Where tickets come from, by the address they are good for.
    struct Tickets {
        std::function<std::string(std::string_view address)> get;  ///< empty: none
        /// Gets another one. `done` comes once, from inside the call or later: can `get` be asked again?
        std::function<void(std::string_view address, std::function<void(bool)> done)> renew;
    };
    /// All that is referred to outlives the client.
    struct Parts {
        chat::Connector& connector;
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        Tickets tickets;
    };

    OfflineMailClient(Parts parts, OfflineMailOptions options, std::string handle);
    /// Of those who still wait, only they are told whose messages were to be left: these may be kept elsewhere.
    ~OfflineMailClient() override;

    void list(std::function<void(chat::Result<std::string>)> done) override;
    void read(const std::string& id, std::function<void(chat::Result<std::string>)> done) override;
    void remove(const std::vector<std::string>& ids, std::function<void(std::error_code)> done) override;
    [[nodiscard]] bool can_store() const override { return !options_.storing_url.empty(); }
    void store(const std::string& to, const std::string& name, const std::string& text,
               std::function<void(std::error_code)> done) override;

  private:
    struct Job {
        std::function<MailQuestion(const std::string& ticket)> question;
        MailAnswer (*read)(std::string_view body) = nullptr;
        std::function<void(chat::Result<std::string>)> done;  // empty: nobody waits any more
        bool stores = false;
        std::uint64_t id = 0;
        chat::TimerId deadline = {};  // of what is to be left
        bool renewed = false;
        bool locked = false;
        std::string_view operation = {};
    };
    struct Run {
        std::string id;
        unsigned last = 0;
    };

    void enqueue(Job job);
    void end(const Job& job, const chat::Result<std::string>& result);
    void too_late(std::uint64_t id);
    void start_next();
    void ask();
    void send(const MailQuestion& question);
    void renew();
    void answered(const chat::Result<HttpAnswer>& answer);
    void refused(const MailFault& fault);
    void finish(const chat::Result<std::string>& result);
    [[nodiscard]] std::string_view address() const;
    [[nodiscard]] Run& run_with(const std::string& to);

    Parts parts_;
    OfflineMailOptions options_;
    std::string handle_;
    std::string lock_key_;             // the answer to the last challenge
    std::map<std::string, Run> runs_;  // by whom the messages are for
    std::deque<Job> jobs_;             // the first is asked while `busy_`
    bool busy_ = false;
    std::uint64_t last_job_ = 0;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // for tickets that come after the end
    HttpClient http_;
};

}  // namespace patchcord::gateway
