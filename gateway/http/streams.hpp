#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace patchcord::gateway {

/// The body of an answer, given piece by piece as the client takes it.
class HttpBodySource {
  public:
    enum class Given : unsigned char { bytes, later, failed };

    virtual ~HttpBodySource() = default;

    /// Appends bytes, at most so many and at least one; or says that none are there yet, or never will be. What broke
    /// off is cut off: the client must not take it for whole.
    virtual Given give(std::string& into, std::size_t most) = 0;
    /// Calls `then` once when there may be more, never from inside; not after this source's end.
    virtual void when_there_is_more(std::function<void()> then) = 0;
    /// All that was asked for has left for the client; the last call.
    virtual void finished() {}
};

/// Where the body of a request goes, piece by piece as it comes. Destroyed without `finish` when it does not come to
/// its end.
class HttpBodySink {
  public:
    virtual ~HttpBodySink() = default;

    virtual void take(std::string_view bytes) = 0;
    /// That was all of it; an answer is due now.
    virtual void finish() = 0;
};

}  // namespace patchcord::gateway
