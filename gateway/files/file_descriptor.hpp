#pragma once

#include <unistd.h>
#include <utility>

namespace patchcord::gateway {

/// An open file, closed at the end.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) reset(std::exchange(other.number_, -1));
        return *this;
    }

    [[nodiscard]] int number() const { return number_; }
    /// Whoever asks closes it.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }
    explicit operator bool() const { return number_ >= 0; }

  private:
    void reset(int number = -1) {
        if (number_ >= 0) ::close(number_);
        number_ = number;
    }

    int number_ = -1;
};

}  // namespace patchcord::gateway
