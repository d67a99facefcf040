#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "chat_core/file_stream.hpp"
#include "gateway/files/spool.hpp"
#include "gateway/http/streams.hpp"

namespace patchcord::gateway {

/// The body of an answer out of the spool, from `offset` on; waits for what is still on its way. `finished` is called
/// when the client was given all of that.
class SpoolReader final : public HttpBodySource {
  public:
    SpoolReader(std::shared_ptr<SpoolFile> file, std::uint64_t offset, std::function<void()> finished = {})
        : file_(std::move(file)), offset_(offset), finished_(std::move(finished)) {}
    ~SpoolReader() override { file_->forget(wait_); }

    Given give(std::string& into, std::size_t most) override;
    void when_there_is_more(std::function<void()> then) override { wait_ = file_->when_changed(std::move(then)); }
    void finished() override {
        if (finished_) finished_();
    }

  private:
    std::shared_ptr<SpoolFile> file_;
    std::uint64_t offset_;
    std::function<void()> finished_;
    SpoolFile::WaitId wait_ = 0;
};

/// A receiver that keeps the file for its link.
class SpoolSink final : public chat::FileSink {
  public:
    explicit SpoolSink(std::unique_ptr<SpoolWriter> writer) : writer_(std::move(writer)) {}

    void start(chat::FileRelay& relay) override;
    [[nodiscard]] std::size_t take(std::string_view bytes) override;
    void finish() override;
    void stop(std::error_code why) override;

  private:
    std::unique_ptr<SpoolWriter> writer_;
    chat::FileRelay* relay_ = nullptr;
};

/// A sender whose file is in the spool already.
class SpoolSource final : public chat::FileSource {
  public:
    /// Calls something later in the turn, or in the next.
    using Defer = std::function<void(std::function<void()>)>;

    SpoolSource(std::shared_ptr<SpoolFile> file, Defer defer) : file_(std::move(file)), defer_(std::move(defer)) {}

    [[nodiscard]] bool can_seek() const override { return true; }
    void start(chat::FileRelay& relay, std::uint64_t offset) override;
    void pause() override { paused_ = true; }
    void resume() override;
    void stop(std::error_code why) override;

  private:
    void go_on_later();
    void give();

    std::shared_ptr<SpoolFile> file_;
    Defer defer_;
    chat::FileRelay* relay_ = nullptr;
    std::uint64_t offset_ = 0;
    bool paused_ = false;
    bool waiting_ = false;  // for its turn
    std::shared_ptr<SpoolSource*> alive_ = std::make_shared<SpoolSource*>(this);
};

}  // namespace patchcord::gateway
