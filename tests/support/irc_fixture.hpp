#pragma once

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "irc/server/server.hpp"
#include "irc/wire/names.hpp"
#include "tests/support/irc_client.hpp"
#include "tests/support/manual_passwords.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::tests {

/// A server without flood control: a test that is about it says so.
inline irc::ServerOptions irc_options() {
    irc::ServerOptions options;
    options.name = "irc.test";
    options.network = "Test";
    options.description = "A test";
    options.version = "patchcord-test";
    options.operators = {{"admin", "admin-hash"}};
    options.flood = {0, 0};
    options.plaintext_passwords = true;
    return options;
}

/// The core's options with IRC's name rules.
inline chat::ServiceOptions irc_service_options(const irc::ServerOptions& irc) {
    chat::ServiceOptions options;
    options.names.fold = &irc::fold_table(irc.casemapping);
    options.names.is_user_name = [length = irc.nick_length](std::string_view name) {
        return irc::is_valid_nick(name, length) && !irc::is_reserved_nick(name);
    };
    options.names.is_group_name = [length = irc.channel_length](std::string_view name) {
        return irc::is_valid_channel(name, length) && !irc::is_contacts_channel(name);
    };
    options.max_groups_per_user = irc.max_channels;
    options.max_list_entries = irc.max_list_entries;
    return options;
}

/// How others see the client that `IrcTest::connect` makes.
inline std::string mask_of(std::string_view nick) {
    return std::string(nick) + "!~" + std::string(nick) + "@users.test";
}

/// The commands (or numerics) of lines, in their order.
inline Lines commands_of(const Lines& lines) {
    Lines commands;
    for (const std::string& line : lines) {
        std::string_view rest = line;
        for (const char mark : {'@', ':'}) {
            if (rest.starts_with(mark)) rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
        }
        commands.emplace_back(rest.substr(0, rest.find(' ')));
    }
    return commands;
}

/// The lines with that command or numeric.
inline Lines only(std::string_view command, const Lines& lines) {
    Lines found;
    const Lines commands = commands_of(lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (commands[i] == command) found.push_back(lines[i]);
    }
    return found;
}

/// A whole IRC server whose clock, passwords and clients the test moves:
///
///     IrcClient ana = connect("ana");
///     ana.send("JOIN #a");
///     EXPECT_EQ(ana.take(), (Lines{...}));
class IrcTest : public testing::Test {
  protected:
    explicit IrcTest(irc::ServerOptions options = irc_options())
        : service_(irc_service_options(options), scheduler_),
          server_({service_, scheduler_, log_, metrics_, passwords_, graphemes_,
                   [](std::string_view) { return std::string("users.test"); },
                   [this] {
                       ++rehashes_;
                       return rehash_error_;
                   },
                   "boot"},
                  std::move(options)) {}

    /// A connection that has said nothing yet.
    IrcClient open() { return IrcClient(server_); }
    /// A client that is registered, with these capabilities, and has read its welcome.
    IrcClient connect(std::string_view nick, std::string_view caps = {}) {
        IrcClient client = open();
        if (!caps.empty()) client.send("CAP REQ :" + std::string(caps));
        client.send("NICK " + std::string(nick));
        client.send("USER " + std::string(nick) + " 0 * :Real " + std::string(nick));
        client.send("CAP END");
        EXPECT_EQ(only("001", client.take()).size(), 1U) << nick << " was not let in";
        return client;
    }
    /// The same, in `#a` already; what the others were told of it is left with them.
    IrcClient join(std::string_view nick, std::string_view caps = {}) {
        IrcClient client = connect(nick, caps);
        client.send("JOIN #a");
        client.take();
        return client;
    }
    /// Makes a client an operator of the gateway.
    void make_operator(IrcClient& client) {
        client.send("OPER admin right");
        passwords_.answer(chat::PasswordVerifier::Answer::right);
        client.take();
    }
    /// Changes options of the server that runs; those of a session's beginning hold for later ones.
    template <class Change>
    void change_options(Change&& change) {
        irc::ServerOptions options = server_.options();
        change(options);
        server_.reload(std::move(options));
    }
    void advance(std::chrono::milliseconds by) { scheduler_.advance(by); }
    [[nodiscard]] chat::User& user(std::string_view nick) { return **service_.lookup_user(nick); }
    [[nodiscard]] chat::Group& group(std::string_view name) { return **service_.lookup_group(name); }
    [[nodiscard]] std::int64_t limit_hits(irc::Limit limit) { return server_.metrics().limit_hits(limit).value(); }

    ManualScheduler scheduler_;
    chat::ChatService service_;
    RecordingLog log_;
    chat::MetricRegistry metrics_;
    ManualPasswords passwords_;
    chat::CodePointBreaker graphemes_;
    int rehashes_ = 0;
    std::optional<std::string> rehash_error_;
    irc::Server server_;
};

}  // namespace patchcord::tests
