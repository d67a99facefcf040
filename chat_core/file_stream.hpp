#pragma once

#include <cstdint>
#include <string_view>
#include <system_error>

namespace patchcord::chat {

class FileRelay;

/// The offerer's side of one file: an edge that gets it from them. Calls of the relay are never answered from inside
/// `pause` and `resume`.
class FileSource {
  public:
    virtual ~FileSource() = default;

    /// Can it begin elsewhere than at the beginning?
    [[nodiscard]] virtual bool can_seek() const { return false; }
    /// It was accepted: bytes are to be given to `relay`, from `offset` on, which is 0 for one that cannot seek.
    /// `relay` lives until `stop`.
    virtual void start(FileRelay& relay, std::uint64_t offset) = 0;
    /// The receiver takes no more at the moment; what was on its way may still be given.
    virtual void pause() = 0;
    virtual void resume() = 0;
    /// The end, also of an offer that nobody accepted: without an error when the receiver has all of it. The last call,
    /// before the source is destroyed later in the turn.
    virtual void stop(std::error_code why) = 0;
};

/// The receiver's side of one file: an edge that brings it to them.
class FileSink {
  public:
    virtual ~FileSink() = default;

    /// `FileRelay::sink_ready` is to be called when bytes can be taken. `relay` lives until `stop`.
    virtual void start(FileRelay& relay) = 0;
    /// Takes bytes, as many as it can now; says how many. With less than all, `FileRelay::sink_ready` is called later.
    [[nodiscard]] virtual std::size_t take(std::string_view bytes) = 0;
    /// All of it was taken: `FileRelay::sink_finished` is called, now or later, when the receiver has it.
    virtual void finish() = 0;
    /// The end, as for a source.
    virtual void stop(std::error_code why) = 0;
};

}  // namespace patchcord::chat
