#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tests/bench/load/clock.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/payload.hpp"

namespace patchcord::bench {

/// Who talks to whom: `groups` separate conversations, each with members 0..senders-1 that send and hear one another
/// and `receivers` that only hear. Members and streams are numbered through all groups, group by group.
struct Layout {
    std::size_t groups = 1;
    std::size_t senders = 1;
    std::size_t receivers = 1;

    [[nodiscard]] std::size_t group_size() const { return senders + receivers; }
    [[nodiscard]] std::size_t members() const { return groups * group_size(); }
    [[nodiscard]] std::size_t streams() const { return groups * senders; }
    [[nodiscard]] std::size_t group_of_member(std::size_t member) const { return member / group_size(); }
    [[nodiscard]] std::size_t member_of_stream(std::size_t stream) const {
        return stream / senders * group_size() + stream % senders;
    }
};

/// What went wrong, in deliveries. A message that comes late counts as reordered, not as lost.
struct Faults {
    std::uint64_t lost = 0;          // sent and never seen by one of its receivers
    std::uint64_t duplicated = 0;    // seen again by a receiver that had it
    std::uint64_t reordered = 0;     // seen after a later one of the same sender
    std::uint64_t damaged = 0;       // wrong length or text
    std::uint64_t misdelivered = 0;  // not meant for this receiver, or never sent at all

    [[nodiscard]] bool none() const { return lost + duplicated + reordered + damaged + misdelivered == 0; }

    friend Faults operator+(const Faults& one, const Faults& other) {
        return {one.lost + other.lost, one.duplicated + other.duplicated, one.reordered + other.reordered,
                one.damaged + other.damaged, one.misdelivered + other.misdelivered};
    }
};

/// Knows every message under way and judges every delivery.
class DeliveryCheck {
  public:
    /// `window` is how many messages each stream may have under way; `size` the length of every text in bytes. Checks
    /// that run side by side give their streams different names: from `first_name` on, in texts only.
    DeliveryCheck(const Layout& layout, std::size_t window, std::size_t size, std::uint32_t first_name = 0);

    [[nodiscard]] bool may_send(std::size_t stream) const;

    /// Messages of `stream` that have not reached everybody, counted from the oldest such.
    [[nodiscard]] std::size_t unfinished(std::size_t stream) const;

    [[nodiscard]] std::size_t streams() const { return streams_.size(); }
    [[nodiscard]] std::size_t text_size() const { return payload_.size(); }

    /// Starts the next message of `stream` and appends its text to `out`. Only when may_send().
    void append_next(std::size_t stream, Nanoseconds at, std::string& out);

    /// Judges a text that reached `member`. Returns whether it was the next one expected from its sender, intact.
    bool received(std::size_t member, std::string_view text, Nanoseconds at);

    /// Whether every receiver has every message.
    [[nodiscard]] bool complete() const { return accepted_ == expected_; }

    [[nodiscard]] std::uint64_t sent() const { return sent_; }
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }

    /// What is still under way counts as lost: ask when the run is over.
    [[nodiscard]] Faults faults() const;

    /// Time from the sending of a message to each of its deliveries, since the last clear_latency().
    [[nodiscard]] const Histogram& latency() const { return latency_; }
    void clear_latency() { latency_.clear(); }

  private:
    struct UnderWay {
        std::size_t receivers_left = 0;
        Nanoseconds sent_at{};
    };
    struct Stream {
        std::uint32_t sent = 0;
        std::uint32_t completed = 0;  // all messages before this one have reached everybody
        std::vector<UnderWay> ring;   // by sequence number modulo its size, a power of two
    };
    using Gap = std::tuple<std::size_t, std::uint32_t, std::uint32_t>;  // member, stream, sequence

    [[nodiscard]] bool may_hear(std::size_t member, std::uint32_t stream) const;
    [[nodiscard]] static UnderWay& under_way(Stream& stream, std::uint32_t sequence);
    void accept_late(std::size_t member, Stamp stamp, Nanoseconds at);
    void accept(Stamp stamp, Nanoseconds at);

    Layout layout_;
    std::size_t window_;
    Payload payload_;
    std::uint32_t first_name_;
    std::vector<Stream> streams_;
    std::vector<std::uint32_t> next_;  // [member][stream within the group]: the sequence number expected next
    std::set<Gap> gaps_;               // skipped deliveries that may still come late
    std::uint64_t sent_ = 0;
    std::uint64_t expected_ = 0;
    std::uint64_t accepted_ = 0;
    Faults faults_;
    Histogram latency_;
};

}  // namespace patchcord::bench
