#include "tools/patchcord_msn/line_input.hpp"

#include <array>
#include <cerrno>
#include <unistd.h>

namespace patchcord::tools {

LineInput::LineInput(gateway::EventLoop& loop, Events events)
    : loop_(loop), events_(std::move(events)), input_(loop.io().get_executor(), ::dup(STDIN_FILENO)) {}

void LineInput::resume() {
    if (wanted_) return;
    wanted_ = true;
    gateway::asio::post(loop_.io(), [this] { give_lines(); });
}

void LineInput::wait() {
    if (waiting_ || ended_) return;
    waiting_ = true;
    input_.async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
        waiting_ = false;
        // A file cannot be waited for: it always has its next bytes.
        if (error && error != gateway::asio::error::operation_not_supported) return;
        read();
    });
}

void LineInput::read() {
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(input_.native_handle(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return wait();
    if (count <= 0) {
        ended_ = true;
        if (!pending_.empty()) pending_ += '\n';  // a last line without an end
    } else {
        pending_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    give_lines();
}

void LineInput::give_lines() {
    while (wanted_ && give_line()) {
    }
    if (!wanted_) return;
    if (!ended_) {
        wait();
    } else if (!std::exchange(end_told_, true)) {
        events_.end();
    }
}

/// False when no whole line is there.
bool LineInput::give_line() {
    const std::size_t end = pending_.find('\n');
    if (end == std::string::npos) {
        if (pending_.size() > max_line) {
            if (!std::exchange(skipping_, true)) events_.too_long();
            pending_.clear();
        }
        return false;
    }
    std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (std::exchange(skipping_, false)) return true;
    if (line.ends_with('\r')) line.pop_back();
    events_.line(line);
    return true;
}

}  // namespace patchcord::tools
