#include "tests/bench/load/event_loop.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;

void control(int epoll, int operation, int descriptor, Pollable& pollable, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &pollable;
    if (epoll_ctl(epoll, operation, descriptor, &event) != 0) throw system_failure("epoll_ctl", errno);
}

}  // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), read_buffer_(read_buffer_bytes) {
    if (epoll_ < 0) throw system_failure("epoll_create1", errno);
}

EventLoop::~EventLoop() {
    ::close(epoll_);
}

void EventLoop::add(int descriptor, Pollable& pollable, std::uint32_t events) {
    control(epoll_, EPOLL_CTL_ADD, descriptor, pollable, events);
}

void EventLoop::change(int descriptor, Pollable& pollable, std::uint32_t events) {
    control(epoll_, EPOLL_CTL_MOD, descriptor, pollable, events);
}

bool EventLoop::poll(std::chrono::milliseconds timeout) {
    std::array<epoll_event, 1024> ready;
    const int count =
        epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), static_cast<int>(timeout.count()));
    if (count < 0 && errno != EINTR) throw system_failure("epoll_wait", errno);
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = ready[static_cast<std::size_t>(i)];
        static_cast<Pollable*>(event.data.ptr)->on_events(event.events);
    }
    return count > 0;
}

}  // namespace patchcord::bench
