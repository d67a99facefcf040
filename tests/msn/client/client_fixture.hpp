#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "msn/client/notification_client.hpp"
#include "msn/client/switchboard_client.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::msn {

using Events = std::vector<std::string>;

/// A stream to a server that exists only as what the test says it sends.
class ServerEnd final : public tests::TestTransport {
  public:
    /// What the client has written since the last time.
    std::string take() { return std::exchange(written_, {}); }

  private:
    void note(std::string_view bytes) override { written_ += bytes; }

    std::string written_;
};

/// Writes down how requests ended: "done" or the error's message behind a word of the test's.
class Outcomes {
  public:
    ClientBase::Done note(const std::string& what) {
        return [this, what](std::error_code error) {
            events_.push_back(what + ": " + (error ? error.message() : "done"));
        };
    }
    Events take() { return std::exchange(events_, {}); }

  private:
    Events events_;
};

}  // namespace patchcord::msn
