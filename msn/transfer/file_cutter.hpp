#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace patchcord::msn {

/// Cuts a file into pieces of one size, of which only the last may be shorter, from bytes that come in any cut. Keeps
/// less than one piece.
class FileCutter {
  public:
    FileCutter(std::size_t piece_bytes, std::uint64_t total) : piece_bytes_(piece_bytes), total_(total) {}

    /// Calls `send` with each piece that is whole, for as long as `may_send`; says how many bytes were taken.
    template <class MaySend, class Send>
    std::size_t take(std::string_view bytes, MaySend may_send, Send send) {
        std::size_t taken = 0;
        while (taken < bytes.size() && sent_ < total_) {
            const auto whole = static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes_, total_ - sent_));
            const std::string_view more = bytes.substr(taken, whole - begun_.size());
            if (begun_.size() + more.size() < whole) {
                begun_.append(more);
                return taken + more.size();
            }
            if (!may_send()) return taken;
            begun_.append(more);
            taken += more.size();
            send(std::string_view(begun_), sent_);
            sent_ += whole;
            begun_.clear();
        }
        return taken;
    }
    /// Bytes in pieces that were sent.
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    std::size_t piece_bytes_;
    std::uint64_t total_;
    std::uint64_t sent_ = 0;
    std::string begun_;
};

}  // namespace patchcord::msn
