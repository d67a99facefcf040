#include "tests/bench/load/delivery_check.hpp"

#include <bit>

namespace patchcord::bench {

DeliveryCheck::DeliveryCheck(const Layout& layout, std::size_t window, std::size_t size, std::uint32_t first_name)
    : layout_(layout), window_(window), payload_(size), first_name_(first_name), streams_(layout.streams()) {
    for (Stream& stream : streams_) stream.ring.resize(std::bit_ceil(window));
    next_.resize(layout.members() * layout.senders);
}

bool DeliveryCheck::may_send(std::size_t stream) const {
    return unfinished(stream) < window_;
}

std::size_t DeliveryCheck::unfinished(std::size_t stream) const {
    return streams_[stream].sent - streams_[stream].completed;
}

DeliveryCheck::UnderWay& DeliveryCheck::under_way(Stream& stream, std::uint32_t sequence) {
    return stream.ring[sequence & (stream.ring.size() - 1)];
}

void DeliveryCheck::append_next(std::size_t stream, Nanoseconds at, std::string& out) {
    Stream& state = streams_[stream];
    const std::size_t receivers = layout_.group_size() - 1;
    payload_.append(out, {first_name_ + static_cast<std::uint32_t>(stream), state.sent});
    under_way(state, state.sent) = {receivers, at};
    ++state.sent;
    ++sent_;
    expected_ += receivers;
}

bool DeliveryCheck::may_hear(std::size_t member, std::uint32_t stream) const {
    return stream < streams_.size() && stream / layout_.senders == layout_.group_of_member(member) &&
           layout_.member_of_stream(stream) != member;
}

bool DeliveryCheck::received(std::size_t member, std::string_view text, Nanoseconds at) {
    auto stamp = Payload::read(text);
    if (!stamp) {
        ++faults_.damaged;
        return false;
    }
    stamp->stream -= first_name_;  // below first_name_: far too large, nobody's
    if (!may_hear(member, stamp->stream) || stamp->sequence >= streams_[stamp->stream].sent) {
        ++faults_.misdelivered;
        return false;
    }
    const bool intact = payload_.is_intact(text, *stamp);
    if (!intact) ++faults_.damaged;
    std::uint32_t& next = next_[member * layout_.senders + stamp->stream % layout_.senders];
    if (stamp->sequence < next) {
        accept_late(member, *stamp, at);
        return false;
    }
    const bool in_turn = stamp->sequence == next;
    for (; next < stamp->sequence; ++next) gaps_.emplace(member, stamp->stream, next);
    ++next;
    accept(*stamp, at);
    return in_turn && intact;
}

void DeliveryCheck::accept_late(std::size_t member, Stamp stamp, Nanoseconds at) {
    if (gaps_.erase({member, stamp.stream, stamp.sequence}) == 0) {
        ++faults_.duplicated;
        return;
    }
    ++faults_.reordered;
    accept(stamp, at);
}

void DeliveryCheck::accept(Stamp stamp, Nanoseconds at) {
    Stream& stream = streams_[stamp.stream];
    UnderWay& message = under_way(stream, stamp.sequence);
    ++accepted_;
    latency_.add(at - message.sent_at);
    --message.receivers_left;
    while (stream.completed < stream.sent && under_way(stream, stream.completed).receivers_left == 0)
        ++stream.completed;
}

Faults DeliveryCheck::faults() const {
    Faults all = faults_;
    all.lost = expected_ - accepted_;
    return all;
}

}  // namespace patchcord::bench
