#pragma once

#include <memory>
#include <string>

#include "gateway/history/history_writer.hpp"
#include "gateway/store/worker.hpp"

namespace patchcord::gateway {

/// What was said, in `history.db`. It has a file of its own, so that it may be lost, or full, without harm to accounts.
/// One thread writes and another reads, so that neither waits for the other, nor anybody for them.
class History final : public chat::HistoryStore {
  public:
    struct Options {
        std::size_t queue = 10'000;  // lines that may wait to be written
        HistoryRetention retention;
    };

    /// Gives an error as a sentence, or nothing. Blocks: for start-up.
    [[nodiscard]] static std::string open(const std::string& data_dir, const Options& options,
                                          const HistoryWriter::Parts& parts, std::unique_ptr<History>& into);
    History(std::unique_ptr<Database> to_write, std::unique_ptr<Database> to_read, const Options& options,
            const HistoryWriter::Parts& parts);

    void set_options(const Options& options);
    /// Whether the database works is reported there.
    void report_to(StorageHealth& health);
    /// The time of the newest line there was when it was opened; the epoch when there was none.
    [[nodiscard]] chat::WallTime newest_at_start() const { return newest_at_start_; }

    /// How writing goes.
    [[nodiscard]] const HistoryWriter& writer() const { return writer_; }

    void append(chat::HistoryLine line, Kept kept = {}) override;
    void read(chat::HistoryRange range, Lines done) override;
    void targets(std::string reader, chat::WallTime after, chat::WallTime before, std::size_t limit,
                 Targets done) override;
    void find(chat::HistoryPlace place, std::string reader, std::string msgid, Found done) override;
    void redact(std::string msgid, Kept done) override;
    void markers(std::string account, std::function<void(chat::Result<Markers>)> done) override;
    void set_marker(std::string account, std::string name, chat::WallTime at) override;
    void renamed(chat::HistoryPlace from, chat::HistoryPlace to) override;
    void forget_account(std::string account) override;

  private:
    void end_parts();
    /// Asks when all that was said before is there.
    template <class T, class Question>
    void ask(Question question, std::function<void(chat::Result<T>)> done);

    HistoryWriter writer_;
    StoreWorker reader_;
    chat::WallTime newest_at_start_{};
};

/// Where the history of a gateway is, and how its database is used.
[[nodiscard]] DatabaseOptions history_database_in(const std::string& data_dir, std::size_t max_bytes);

}  // namespace patchcord::gateway
