#pragma once

#include <string>
#include <string_view>

#include "irc/server/history_recorder.hpp"
#include "tests/support/irc_account_fixture.hpp"
#include "tests/support/memory_history.hpp"

namespace patchcord::tests {

inline constexpr const char* modern_caps = "batch server-time message-tags draft/chathistory echo-message";

/// A server that keeps what is said; ana has an account, bob is a guest.
class IrcHistoryTest : public IrcAccountTest {
  protected:
    IrcHistoryTest() { server_.keep_history(history_); }
    ~IrcHistoryTest() override { history_.settle(); }

    IrcClient open_ana(std::string_view caps = {}) {
        IrcClient client = open_with_sasl();
        if (!caps.empty()) client.ask("CAP REQ :" + std::string(caps));
        say_plain(client);
        accounts_.answer(chat::AccountVerifier::Answer::right, "ana");
        client.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
        history_.settle();
        scheduler_.advance(std::chrono::milliseconds(0));
        return client;
    }
    /// Sends a line and gives what came back when the store has answered.
    Lines settled(IrcClient& client, std::string_view line) {
        client.take();
        client.send(line);
        settle();
        return client.take();
    }
    /// In `#a`, with all that is shown there.
    IrcClient join(std::string_view nick, std::string_view caps = {}) {
        IrcClient client = connect(nick, caps);
        client.send("JOIN #a");
        settle();
        client.take();
        return client;
    }
    void settle() {
        do scheduler_.advance(std::chrono::milliseconds(0));
        while (history_.settle());
    }
    /// bob says that many lines in #a, a second apart.
    void say(IrcClient& bob, int lines) {
        for (int i = 0; i < lines; ++i) {
            scheduler_.advance(std::chrono::seconds(1));
            bob.send("PRIVMSG #a :line " + std::to_string(++said_));
        }
    }
    /// The texts of the PRIVMSGs among lines.
    static Lines texts(const Lines& lines) {
        Lines found;
        for (const std::string& line : only("PRIVMSG", lines)) {
            found.push_back(line.substr(line.find(" :", line.find("PRIVMSG")) + 2));
        }
        return found;
    }
    [[nodiscard]] const chat::HistoryLine& last() const { return history_.lines().back(); }

    MemoryHistory history_;
    int said_ = 0;
};

}  // namespace patchcord::tests
