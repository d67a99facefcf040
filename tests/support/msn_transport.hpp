#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/utf8.hpp"
#include "msn/wire/command_framer.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::tests {

/// Commands as a test compares them: the line without its end, and the payload, if any, behind a `\n`.
using Commands = std::vector<std::string>;

/// Writes down the MSN commands it is given, and fails the test for what no client could read.
class MsnTransport final : public TestTransport {
  public:
    using TestTransport::TestTransport;

    /// The commands written since the last time.
    Commands take() { return std::exchange(commands_, {}); }
    /// From now on payloads may hold any bytes: they come from another client, as they were sent.
    void expect_binary_payloads() { binary_payloads_ = true; }

  private:
    void note(std::string_view bytes) override {
        if (!binary_payloads_) {
            EXPECT_TRUE(chat::is_valid_utf8(bytes)) << "not UTF-8: " << testing::PrintToString(std::string(bytes));
        }
        msn::CommandFramer framer(msn::Direction::to_client);
        framer.feed(bytes);
        msn::Command command;
        while (framer.next(command) == msn::CommandFramer::Outcome::command) {
            std::string text(command.verb);
            for (const std::string_view param : command.params()) text.append(" ").append(param);
            if (!command.payload.empty()) text.append("\n").append(command.payload);
            commands_.push_back(std::move(text));
        }
        EXPECT_EQ(framer.pending(), 0U) << "no whole commands: " << testing::PrintToString(std::string(bytes));
    }

    Commands commands_;
    bool binary_payloads_ = false;
};

}  // namespace patchcord::tests
