#include "chat_core/outbox.hpp"

#include <algorithm>

namespace patchcord::chat {
namespace {

constexpr std::size_t usual_capacity = 2048;  // a turn's worth for most connections: one allocation, not five
constexpr std::size_t largest_spare = 4096;
constexpr std::size_t most_spares = 1024;

/// Buffers of connections that have nothing to say at the moment, for those that have: a busy room takes and returns
/// one a member and turn.
thread_local std::vector<std::string> spares;

std::string take_buffer(std::size_t at_least) {
    std::string buffer;
    if (!spares.empty()) {
        buffer = std::move(spares.back());
        spares.pop_back();
    }
    buffer.reserve(std::max(usual_capacity, at_least));
    return buffer;
}

void return_buffer(std::string& buffer) {
    if (buffer.capacity() <= largest_spare && spares.size() < most_spares) {
        buffer.clear();
        spares.push_back(std::move(buffer));
    }
    std::string().swap(buffer);  // assigning would keep the capacity
}

}  // namespace

bool Outbox::goes_in_front(std::size_t count) const {
    return !back_ && front_.size() - front_written_ + count <= contiguous_bytes;
}

void Outbox::append_front(std::string_view bytes) {
    if (front_written_ != 0 && front_.size() + bytes.size() > front_.capacity()) {
        front_.erase(0, front_written_);
        front_written_ = 0;
    }
    if (front_.empty()) front_ = take_buffer(bytes.size());
    front_ += bytes;
    size_ += bytes.size();
}

bool Outbox::push(const WireBytes& bytes) {
    if (!fits(bytes->size())) return false;
    if (goes_in_front(bytes->size())) {
        append_front(*bytes);
        return true;
    }
    if (!back_) back_ = std::make_unique<std::deque<WireBytes>>();
    back_->push_back(bytes);
    size_ += bytes->size();
    return true;
}

bool Outbox::push(std::string_view bytes) {
    if (!fits(bytes.size())) return false;
    if (goes_in_front(bytes.size())) {
        append_front(bytes);
        return true;
    }
    return push(make_wire_bytes(std::string(bytes)));
}

void Outbox::gather(std::vector<std::string_view>& pieces, std::size_t max_pieces) const {
    pieces.clear();
    if (front_written_ < front_.size()) pieces.push_back(std::string_view(front_).substr(front_written_));
    if (!back_) return;
    std::size_t skip = back_written_;
    for (const WireBytes& bytes : *back_) {
        if (pieces.size() >= max_pieces) return;
        pieces.push_back(std::string_view(*bytes).substr(skip));
        skip = 0;
    }
}

void Outbox::consume(std::size_t count) {
    size_ -= count;
    const std::size_t from_front = std::min(count, front_.size() - front_written_);
    front_written_ += from_front;
    count -= from_front;
    if (front_written_ == front_.size() && front_written_ != 0) {
        return_buffer(front_);
        front_written_ = 0;
    }
    if (!back_) return;
    back_written_ += count;
    while (!back_->empty() && back_written_ >= back_->front()->size()) {
        back_written_ -= back_->front()->size();
        back_->pop_front();
    }
    if (back_->empty()) back_.reset();
}

void Outbox::clear() {
    size_ = 0;
    std::string().swap(front_);
    front_written_ = 0;
    back_.reset();
    back_written_ = 0;
}

}  // namespace patchcord::chat
