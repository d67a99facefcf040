#pragma once

#include <functional>
#include <utility>

namespace patchcord::chat {

/// For a message that somebody keeps until its fate is known. Whoever delivers it later than in `ChatClient::receive`
/// holds this as long; when the last one lets go of it, the keeper hears whether it was settled.
class Receipt {
  public:
    /// `again`: it was sent before and kept on, so that histories have it already.
    explicit Receipt(std::function<void(bool settled)> done, bool again = false)
        : done_(std::move(done)), again_(again) {}
    ~Receipt() { done_(settled_); }
    Receipt(const Receipt&) = delete;
    Receipt& operator=(const Receipt&) = delete;

    /// It was delivered, or its sender was told that it was not; else it is to be kept on.
    void settle() { settled_ = true; }
    [[nodiscard]] bool again() const { return again_; }

  private:
    std::function<void(bool)> done_;
    bool settled_ = false;
    bool again_;
};

}  // namespace patchcord::chat
