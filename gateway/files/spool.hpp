#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/result.hpp"
#include "gateway/files/metrics.hpp"
#include "gateway/files/spool_directory.hpp"
#include "gateway/files/spool_file.hpp"
#include "gateway/store/spooled_files.hpp"

namespace patchcord::gateway {

struct SpoolOptions {
    std::uint64_t quota = std::uint64_t{1} << 30U;         // bytes of one owner
    std::uint64_t total_quota = std::uint64_t{10} << 30U;  // bytes in all
    std::size_t max_files = 1000;                          // of one owner
    std::chrono::milliseconds link_time{std::chrono::hours(7 * 24)};
};

class Spool;

/// A file on its way into the spool. Unless it is completed, it ends with this, and is deleted.
class SpoolWriter {
  public:
    SpoolWriter(std::weak_ptr<Spool*> spool, std::string token, std::shared_ptr<SpoolFile> file)
        : spool_(std::move(spool)), token_(std::move(token)), file_(std::move(file)) {}
    ~SpoolWriter() { abandon(); }
    SpoolWriter(const SpoolWriter&) = delete;
    SpoolWriter& operator=(const SpoolWriter&) = delete;

    [[nodiscard]] const std::string& token() const { return token_; }
    [[nodiscard]] const std::shared_ptr<SpoolFile>& file() const { return file_; }
    /// Errors: `FileErrc::no_space`, also for what is beyond the quotas; those of the system.
    std::error_code append(std::string_view bytes);
    /// All of it is there; `done` is told later when that outlives a restart. A name takes the place of the first one.
    void complete(std::function<void(std::error_code)> done) { complete({}, std::move(done)); }
    void complete(const std::string& name, std::function<void(std::error_code)> done);
    /// The same, for what nobody knows the link of before `done`: it is deleted when it would not outlive a restart.
    void complete_or_delete(const std::string& name, std::function<void(std::error_code)> done);
    void abandon();

  private:
    std::weak_ptr<Spool*> spool_;
    std::string token_;
    std::shared_ptr<SpoolFile> file_;
};

/// The files that are kept for whoever has their links, each until its time is over.
class Spool {
  public:
    using Done = std::function<void(std::error_code)>;
    /// What is said of files outlives a restart there.
    struct Index {
        std::function<void(SpooledFile, Done)> save;
        std::function<void(std::string token)> forget;
    };
    struct Parts {
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        chat::MetricRegistry& metrics;
        std::unique_ptr<SpoolDirectory> directory;
        Index index;
    };

    Spool(Parts parts, SpoolOptions options);
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    /// What the index says there is. What is not whole, has expired or is not in it is deleted.
    void load(const std::vector<SpooledFile>& known);
    void set_options(const SpoolOptions& options) { options_ = options; }
    [[nodiscard]] const SpoolOptions& options() const { return options_; }
    [[nodiscard]] SpoolMetrics& metrics() { return metrics_; }

    /// Why the owner may not bring one more file of that size; nothing: they may.
    [[nodiscard]] std::optional<SpoolLimit> obstacle(std::string_view owner, std::optional<std::uint64_t> size) const;
    /// Begins a file; a size that was announced is set aside. Errors: `FileErrc::no_space`, those of the system.
    [[nodiscard]] chat::Result<std::unique_ptr<SpoolWriter>> begin(const std::string& token, const std::string& owner,
                                                                   const std::string& name,
                                                                   std::optional<std::uint64_t> size);
    /// What is kept by that token, or is on its way and will be so long; nothing when there is no such file, or no
    /// longer.
    [[nodiscard]] std::optional<SpooledFile> find(std::string_view token);
    /// For reading; nullptr when there is no such file.
    [[nodiscard]] std::shared_ptr<SpoolFile> open(std::string_view token);
    void remove(std::string_view token);
    /// Deletes what has expired.
    void sweep();
    void limit_hit(SpoolLimit limit, std::string_view owner);

  private:
    friend class SpoolWriter;

    struct Entry {
        SpooledFile file;
        std::uint64_t reserved = 0;
        bool announced = false;
        std::shared_ptr<SpoolFile> growing;  // until it is whole
        std::weak_ptr<SpoolFile> open;       // while somebody reads it
    };
    struct Usage {
        std::uint64_t bytes = 0;
        std::size_t files = 0;
    };
    using Entries = std::map<std::string, Entry, std::less<>>;

    std::error_code append(const std::string& token, std::string_view bytes);
    bool reserve(Entry& entry, std::uint64_t bytes);
    void complete(const std::string& token, const std::string& name, Done done);
    void abandon(const std::string& token);
    void count(const std::string& owner, std::uint64_t bytes, bool more);
    void erase(Entries::iterator at);
    [[nodiscard]] bool has_expired(const Entry& entry) const;
    void arm();

    Parts parts_;
    SpoolOptions options_;
    SpoolMetrics metrics_;
    Entries entries_;
    std::map<std::string, Usage, std::less<>> usage_;
    std::uint64_t total_ = 0;
    chat::TimerId timer_;
    std::shared_ptr<Spool*> alive_ = std::make_shared<Spool*>(this);
};

}  // namespace patchcord::gateway
