#include "gateway/net/event_loop.hpp"

#include <algorithm>

#include "gateway/net/connection.hpp"
#include "gateway/net/memory_guard.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t much = 4 * 1024 * 1024;  // bytes put by in a turn: worth a look at the memory

}  // namespace

EventLoop::EventLoop() : wheel_(now()), timer_(io_.get_executor()) {}

EventLoop::~EventLoop() = default;

chat::Now EventLoop::now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

chat::WallTime EventLoop::wall_now() const {
    return wall_.read(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()), now());
}

chat::TimerId EventLoop::after(std::chrono::milliseconds delay, std::function<void()> then) {
    const chat::TimerId id = wheel_.add(now() + delay, std::move(then));
    if (!firing_) arm();
    return id;
}

/// One timer of Asio's for the whole wheel, set for the next slot that holds something.
void EventLoop::arm() {
    const chat::Now next = wheel_.next();
    if (next == armed_for_) return;
    armed_for_ = next;
    if (next == chat::Now::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(next);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        armed_for_ = chat::Now::max();
        fire();
    });
}

void EventLoop::fire() {
    firing_ = true;
    try {
        wheel_.advance(now());
    } catch (...) {
        firing_ = false;
        arm();  // the others still want to fire
        throw;
    }
    firing_ = false;
    arm();
}

void EventLoop::opened(Connection& connection) {
    ++connections_;
    open_.push_back(connection);
}

std::size_t EventLoop::queued_bytes() const {
    std::size_t bytes = 0;
    for (const ConnectionHook& connection : open_)
        bytes += static_cast<const Connection&>(connection).send_queue_size();
    return bytes;
}

EventLoop::Shed EventLoop::shed_queues(std::size_t bytes) {
    std::vector<Connection*> worst;
    for (ConnectionHook& hook : open_) {
        auto& connection = static_cast<Connection&>(hook);
        if (connection.is_behind()) worst.push_back(&connection);
    }
    std::sort(worst.begin(), worst.end(), [](const Connection* one, const Connection* other) {
        return one->send_queue_size() > other->send_queue_size();
    });
    Shed gone;
    for (Connection* connection : worst) {
        if (gone.bytes >= bytes) break;
        gone.bytes += connection->send_queue_size();
        ++gone.connections;
        connection->shed();
    }
    return gone;
}

void EventLoop::set_draining() {
    draining_ = true;
    for (ConnectionHook& connection : open_) static_cast<Connection&>(connection).end_handshake();
}

void EventLoop::abandon_connections() {
    while (!open_.empty()) static_cast<Connection&>(open_.front()).abandon();
    dirty_.clear();
}

void EventLoop::flush_later(std::shared_ptr<Connection> connection) {
    dirty_.push_back(std::move(connection));
    post_flush();
}

void EventLoop::post_flush() {
    if (std::exchange(flush_posted_, true)) return;
    asio::post(io_, [this] { flush(); });
}

void EventLoop::put_by(std::size_t bytes) {
    put_by_ += bytes;
    if (put_by_ < much) return;
    put_by_ = 0;
    if (memory_guard_ != nullptr && memory_guard_->is_urgent()) post_flush();
}

void EventLoop::flush() {
    flush_posted_ = false;
    flushing_.swap(dirty_);
    for (const std::shared_ptr<Connection>& connection : flushing_) connection->flush();
    if (dirty_.empty()) turn_.next_turn();
    // Only now: what they write belongs to the next turn, or this one's bytes would never be given up.
    for (const std::shared_ptr<Connection>& connection : flushing_) connection->tell_if_drained();
    flushing_.clear();
    if (memory_guard_ != nullptr) memory_guard_->look();
}

}  // namespace patchcord::gateway
