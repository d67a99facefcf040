#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/file_relay.hpp"
#include "chat_core/file_stream.hpp"

namespace patchcord::tests {

/// What became of one side of a transfer; outlives it.
struct FileEnd {
    chat::FileRelay* relay = nullptr;  // from start to stop
    std::uint64_t offset = 0;
    bool paused = false;
    int pauses = 0;
    std::optional<std::error_code> stopped;
    std::string bytes;                                           // that a sink took
    std::size_t room = std::numeric_limits<std::size_t>::max();  // what a sink takes before it has to be asked again
    bool finished = false;                                       // a sink was told that it has all
};

/// A source that gives what a test makes its relay get.
class ManualSource final : public chat::FileSource {
  public:
    explicit ManualSource(std::shared_ptr<FileEnd> end, bool seeks = false) : end_(std::move(end)), seeks_(seeks) {}

    [[nodiscard]] bool can_seek() const override { return seeks_; }
    void start(chat::FileRelay& relay, std::uint64_t offset) override {
        end_->relay = &relay;
        end_->offset = offset;
    }
    void pause() override {
        end_->paused = true;
        ++end_->pauses;
    }
    void resume() override { end_->paused = false; }
    void stop(std::error_code why) override {
        end_->relay = nullptr;
        end_->stopped = why;
    }

  private:
    std::shared_ptr<FileEnd> end_;
    bool seeks_;
};

/// A sink that keeps what it is given.
class ManualSink final : public chat::FileSink {
  public:
    explicit ManualSink(std::shared_ptr<FileEnd> end) : end_(std::move(end)) {}

    void start(chat::FileRelay& relay) override { end_->relay = &relay; }
    [[nodiscard]] std::size_t take(std::string_view bytes) override {
        const std::size_t taken = std::min(bytes.size(), end_->room);
        end_->bytes.append(bytes.substr(0, taken));
        end_->room -= taken;
        return taken;
    }
    void finish() override { end_->finished = true; }
    void stop(std::error_code why) override {
        end_->relay = nullptr;
        end_->stopped = why;
    }

  private:
    std::shared_ptr<FileEnd> end_;
};

}  // namespace patchcord::tests
