#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "gateway/files/file_descriptor.hpp"

namespace patchcord::gateway {

/// One file of the spool, perhaps still on its way in. Many read it at once, each at their own pace; it can be read as
/// long as somebody holds it, also when it has been deleted.
class SpoolFile {
  public:
    enum class State : unsigned char { growing, whole, broken };

    /// One that is to be written.
    explicit SpoolFile(FileDescriptor file) : file_(std::move(file)) {}
    /// One that is whole.
    SpoolFile(FileDescriptor file, std::uint64_t size) : file_(std::move(file)), size_(size), state_(State::whole) {}
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;

    [[nodiscard]] State state() const { return state_; }
    /// Bytes that are there.
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// Errors: `FileErrc::no_space`, and those of the system; then only part may have been written.
    std::error_code append(std::string_view bytes);
    void set_whole() { change(State::whole); }
    void set_broken() { change(State::broken); }

    /// Appends to `into` what is there from `offset` on, at most so many bytes. Errors: those of the system.
    std::error_code read(std::uint64_t offset, std::size_t most, std::string& into) const;

    using WaitId = std::uint64_t;
    /// Calls `then` once, when there is more of it or its state is another.
    WaitId when_changed(std::function<void()> then);
    void forget(WaitId id) { waiting_.erase(id); }

  private:
    void change(State state);
    void tell();

    FileDescriptor file_;
    std::uint64_t size_ = 0;
    State state_ = State::growing;
    WaitId last_wait_ = 0;
    std::map<WaitId, std::function<void()>> waiting_;
};

}  // namespace patchcord::gateway
