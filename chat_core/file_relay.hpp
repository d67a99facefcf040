#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/file_stream.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/token_bucket.hpp"

namespace patchcord::chat {

struct FileRelayOptions {
    std::uint64_t size = 0;    // bytes of the file
    std::uint64_t offset = 0;  // where it begins
    std::chrono::milliseconds stall_time{120'000};
    TokenRate rate;  // bytes
};

/// One file on its way from a source to a sink. What the sink does not take at once waits in a buffer, and the source
/// is told to pause before that is full: a slow receiver costs `buffer_bytes` and what a source cannot hold back.
class FileRelay {
  public:
    /// At which the source is to pause.
    static constexpr std::size_t buffer_bytes = 64 * 1024;
    /// A source that does not pause is taken for broken.
    static constexpr std::size_t max_buffer_bytes = 4 * buffer_bytes;

    /// Called once, when the relay has come to its end; without an error when the receiver has all of it.
    using Ended = std::function<void(std::error_code)>;
    /// Called when the source begins.
    using Began = std::function<void()>;

    FileRelay(FileSource& source, FileSink& sink, Scheduler& scheduler, FileRelayOptions options, Began began,
              Ended ended);
    ~FileRelay();
    FileRelay(const FileRelay&) = delete;
    FileRelay& operator=(const FileRelay&) = delete;

    void start();

    // --- the source says
    /// Bytes of the file, in order; none to say that it begins, which a source of an empty file has to. More than was
    /// announced ends it (`wrong_size`).
    void got(std::string_view bytes);
    /// No more will come: the end when something is missing still (`sender_gone`, or `why`).
    void source_ended(std::error_code why = {});

    // --- the sink says
    /// It can take bytes (again).
    void sink_ready();
    /// Nothing moves, but all is well: the receiver works at what it has.
    void sink_works() { moved_ = scheduler_.now(); }
    /// The receiver has all of it.
    void sink_finished();
    void sink_failed(std::error_code why);

    /// Ends it.
    void cancel(std::error_code why) { end(why); }
    [[nodiscard]] bool ended() const { return ended_ == nullptr; }
    [[nodiscard]] const FileRelayOptions& options() const { return options_; }
    /// Bytes that the sink took, those before the offset among them.
    [[nodiscard]] std::uint64_t transferred() const { return options_.offset + taken_; }
    /// Bytes that the source gave, counted alike.
    [[nodiscard]] std::uint64_t received() const { return options_.offset + received_; }

  private:
    void pass(std::string_view bytes);
    void drain();
    void finish_when_all_is_there();
    void pace();
    void hold_back(bool hold);
    void watch();
    void end(std::error_code why);

    FileSource& source_;
    FileSink& sink_;
    Scheduler& scheduler_;
    FileRelayOptions options_;
    Began began_;
    Ended ended_;
    std::string buffer_;
    std::size_t drained_ = 0;  // bytes at the buffer's front that are gone
    std::uint64_t received_ = 0;
    std::uint64_t taken_ = 0;
    TokenBucket bucket_;
    TimerId pace_timer_;
    TimerId stall_timer_;
    Now moved_{};
    bool sink_takes_ = false;
    bool sink_opened_ = false;
    bool draining_ = false;
    bool finishing_ = false;
    bool paused_ = false;   // the source was told so
    bool waiting_ = false;  // for the rate
};

}  // namespace patchcord::chat
