#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <functional>
#include <string>

#include "gateway/net/event_loop.hpp"

namespace patchcord::tools {

/// Lines of standard input, one at a time, for as long as somebody wants them.
class LineInput {
  public:
    /// Longer lines are passed over, with an error.
    static constexpr std::size_t max_line = 16 * 1024;

    struct Events {
        std::function<void(const std::string&)> line;
        std::function<void()> too_long;
        std::function<void()> end;
    };

    LineInput(gateway::EventLoop& loop, Events events);

    /// Gives lines from now on, never from inside this call.
    void resume();
    /// No more lines for the time being.
    void pause() { wanted_ = false; }

  private:
    void wait();
    void read();
    void give_lines();
    bool give_line();

    using Descriptor = boost::asio::posix::basic_stream_descriptor<gateway::Executor>;

    gateway::EventLoop& loop_;
    Events events_;
    Descriptor input_;
    std::string pending_;
    bool wanted_ = false;
    bool waiting_ = false;
    bool skipping_ = false;  // the rest of a line that is too long
    bool ended_ = false;
    bool end_told_ = false;
};

}  // namespace patchcord::tools
