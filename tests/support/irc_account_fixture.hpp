#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/irc_fixture.hpp"
#include "tests/support/manual_accounts.hpp"

namespace patchcord::tests {

/// NUL ana NUL secret, by which ana logs in.
inline constexpr const char* ana_secret = "AGFuYQBzZWNyZXQ=";

/// ana has an account; each password waits for the test.
class IrcAccountTest : public IrcTest {
  protected:
    explicit IrcAccountTest(irc::ServerOptions options = irc_options()) : IrcTest(std::move(options)) {
        server_.environment().accounts = &accounts_;
        accounts_.add("ana");
    }

    /// A client that may say AUTHENTICATE.
    IrcClient open_with_sasl() {
        IrcClient client = open();
        client.send("CAP REQ :sasl");
        client.take();
        return client;
    }
    void say_plain(IrcClient& client, std::string_view response = ana_secret) {
        EXPECT_EQ(commands_of(client.ask("AUTHENTICATE PLAIN")), (Lines{"AUTHENTICATE"}));
        client.send("AUTHENTICATE " + std::string(response));
    }
    /// A client that is logged in to ana's account and has read its welcome.
    IrcClient connect_ana() {
        IrcClient client = open_with_sasl();
        say_plain(client);
        accounts_.answer(chat::AccountVerifier::Answer::right, "ana");
        client.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
        EXPECT_EQ(only("001", client.take()).size(), 1U);
        return client;
    }

    ManualAccounts accounts_;
};

}  // namespace patchcord::tests
