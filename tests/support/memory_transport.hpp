#pragma once

#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/test_transport.hpp"
#include "tests/support/wire_lint.hpp"

namespace patchcord::tests {

using Lines = std::vector<std::string>;

/// Writes down the IRC lines it is given, and fails the test for one that no server may send.
class MemoryTransport final : public TestTransport {
  public:
    explicit MemoryTransport(chat::PeerInfo peer = {"192.0.2.1", "", false}) : TestTransport(std::move(peer)) {}

    /// The lines written since the last time, without their ends.
    Lines take() { return std::exchange(lines_, {}); }
    /// What was written as shared bytes since the last time.
    std::vector<chat::WireBytes> take_shared() { return std::exchange(shared_, {}); }

    using TestTransport::write;
    std::error_code write(const chat::WireBytes& bytes) override {
        const std::error_code refused = TestTransport::write(bytes);
        if (!refused) shared_.push_back(bytes);
        return refused;
    }

  private:
    void note(std::string_view bytes) override {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\r\n");
            if (end == std::string_view::npos) {
                ADD_FAILURE() << "not a whole line: " << bytes;
                return;
            }
            const std::string_view line = bytes.substr(0, end);
            const std::string problem = irc_line_problem(line);
            EXPECT_TRUE(problem.empty()) << "a line " << problem << ": " << testing::PrintToString(std::string(line));
            lines_.emplace_back(line);
            bytes.remove_prefix(end + 2);
        }
    }

    Lines lines_;
    std::vector<chat::WireBytes> shared_;
};

}  // namespace patchcord::tests
