#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "tests/support/manual_passwords.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::fuzz {

/// An IRC server by itself, whose clock and passwords the target moves.
struct IrcWorld {
    static constexpr std::size_t most_list_entries = 3;

    explicit IrcWorld(irc::ServerOptions options)
        : server(irc::ServerEnvironment{service, scheduler, log, metrics, passwords, graphemes,
                                        [](std::string_view) { return std::string("cloak.ip"); },
                                        [] { return std::optional<std::string>(); }, "boot"},
                 std::move(options)) {}

    static chat::ServiceOptions service_options() {
        chat::ServiceOptions options;
        options.names.fold = &irc::fold_table(irc::Casemapping::ascii);
        options.names.is_user_name = [](std::string_view name) { return irc::is_valid_nick(name, 30); };
        options.names.is_group_name = [](std::string_view name) { return irc::is_valid_channel(name, 64); };
        options.max_list_entries = most_list_entries;
        return options;
    }

    tests::ManualScheduler scheduler;
    chat::ChatService service{service_options(), scheduler};
    tests::RecordingLog log;
    chat::MetricRegistry metrics;
    tests::ManualPasswords passwords;
    chat::CodePointBreaker graphemes;
    irc::Server server;
};

}  // namespace patchcord::fuzz
