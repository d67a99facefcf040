#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "chat_core/ports/transport.hpp"
#include "msn/wire/command_framer.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/test_transport.hpp"

namespace patchcord::fuzz {

/// A server of which only what the input says is there. Checks that all our client sends is MSNP.
class HostileServer final : public tests::TestTransport {
  public:
    [[nodiscard]] std::size_t commands() const { return commands_; }
    void demand_whole_commands() const {
        demand(framer_.error() == msn::FramingError::none, "what the client sends can be framed");
        demand(framer_.pending() == 0, "what the client sends is whole commands");
    }

  private:
    void note(std::string_view bytes) override {
        framer_.feed(bytes);
        msn::Command command;
        while (framer_.next(command) == msn::CommandFramer::Outcome::command) {
            demand(msn::find_verb(msn::Direction::to_server, command.verb) != nullptr, "the client knows its verbs");
            ++commands_;
        }
        framer_.keep();
    }

    msn::CommandFramer framer_{msn::Direction::to_server};
    std::size_t commands_ = 0;
};

/// Counts requests, each of which must be answered once.
class Ledger {
  public:
    template <class... Ignored>
    [[nodiscard]] auto entry() {
        ++open_;
        return [this, answered = std::make_shared<bool>(false)](const auto&...) {
            demand(!*answered, "a request is answered once");
            *answered = true;
            --open_;
        };
    }
    [[nodiscard]] std::size_t open() const { return open_; }

  private:
    std::size_t open_ = 0;
};

/// No MD5: this is about what comes in.
inline std::array<std::uint8_t, 16> no_md5(std::string_view) {
    return {};
}

}  // namespace patchcord::fuzz
