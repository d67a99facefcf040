#include <set>

#include "irc/server/person.hpp"
#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;
using Answer = chat::AccountVerifier::Answer;

/// Remembers what it was told last.
class MemoryBook final : public chat::AlwaysOnBook {
  public:
    [[nodiscard]] bool contains(std::string_view account, chat::WallTime made) const override {
        return saved && saved->account == account && saved->made == made;
    }
    void save(chat::AlwaysOn who) override { saved = std::move(who); }
    void forget(std::string_view) override { saved.reset(); }

    std::optional<chat::AlwaysOn> saved;
};

class IrcAlwaysOnTest : public IrcHistoryTest {
  protected:
    IrcAlwaysOnTest() { server_.environment().always_on = &book_; }
    ~IrcAlwaysOnTest() override {
        server_.shut_down("over");
        settle();
    }
    IrcClient open_ana(std::string_view caps = "server-time") {
        IrcClient client = IrcHistoryTest::open_ana(caps);
        settle();
        return client;
    }
    static Lines said(const Lines& lines) {
        Lines found;
        for (const std::string& line : only("PRIVMSG", lines)) found.push_back(line.substr(line.rfind(" :") + 2));
        return found;
    }
    std::string ask(IrcClient& client, std::string_view words) {
        const Lines lines = client.ask("PRIVMSG *patchcord :" + std::string(words));
        return lines.empty() ? std::string() : lines.front().substr(lines.front().rfind(" :") + 2);
    }

    MemoryBook book_;
};

TEST_F(IrcAlwaysOnTest, WhoWantsToStayIsThereWithoutAClientAndAway) {
    IrcClient ana = open_ana();
    EXPECT_EQ(ask(ana, "always-on"), "You leave your rooms when your last client is gone");
    EXPECT_EQ(ask(ana, "always-on on"), "You stay in your rooms when your last client is gone");
    ana.send("JOIN #a");
    IrcClient bob = join("bob");
    ana.send("QUIT :laptop closed");
    EXPECT_EQ(only("QUIT", bob.take()), (Lines{}));
    EXPECT_TRUE(group("#a").has(user("ana")));
    EXPECT_TRUE(user("ana").presence().away());
    EXPECT_EQ(commands_of(bob.ask("PRIVMSG ana :are you there?")), (Lines{"301"}));
    EXPECT_EQ(book_.saved->groups, (std::vector<std::string>{"#a"}));
}

TEST_F(IrcAlwaysOnTest, WhatWasSaidMeanwhileIsShownOnComingBack) {
    IrcClient ana = open_ana();
    ask(ana, "always-on on");
    ana.send("JOIN #a");
    IrcClient bob = join("bob");
    bob.send("PRIVMSG #a :before");
    scheduler_.advance(std::chrono::seconds(1));
    ana.send("QUIT");
    scheduler_.advance(std::chrono::seconds(1));
    bob.send("PRIVMSG #a :in the room\r\nPRIVMSG ana :in private");
    scheduler_.advance(std::chrono::seconds(1));
    IrcClient back = open_ana();
    const Lines lines = back.take();
    EXPECT_EQ(only("JOIN", lines).size(), 1U);
    Lines texts = said(lines);
    std::sort(texts.begin(), texts.end());
    EXPECT_EQ(texts, (Lines{"in private", "in the room"}));
    EXPECT_FALSE(user("ana").presence().away());
}

TEST_F(IrcAlwaysOnTest, TurnedOffTheLastClientTakesThePersonAlong) {
    IrcClient ana = open_ana();
    ask(ana, "always-on on");
    EXPECT_EQ(ask(ana, "always-on off"), "You leave your rooms when your last client is gone");
    EXPECT_FALSE(book_.saved);
    ana.send("QUIT");
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcAlwaysOnTest, SomebodyIsBroughtBackAfterARestart) {
    server_.restore({"ana", "ana", "~ana", "host.test", "Ana", {"#a", "#b"}});
    settle();
    EXPECT_TRUE(group("#a").has(user("ana")));
    EXPECT_TRUE(group("#b").has(user("ana")));
    EXPECT_EQ(user("ana").profile().account, "ana");
    EXPECT_TRUE(user("ana").presence().away());
    IrcClient ana = open_ana();
    EXPECT_EQ(only("JOIN", ana.take()).size(), 2U);
    IrcClient stranger = open();
    stranger.send("NICK ana\r\nUSER x 0 * :x");
    EXPECT_EQ(only("433", stranger.take()).size(), 1U);
}

TEST_F(IrcAlwaysOnTest, GuestsCannotStay) {
    IrcClient bob = connect("bob");
    EXPECT_EQ(ask(bob, "always-on on"), "That is for people with an account, where history is kept");
    EXPECT_EQ(ask(bob, "always-on perhaps"), "Say: always-on on, or: always-on off");
}

TEST_F(IrcAlwaysOnTest, AnOperatorEndsThemAllTheSame) {
    IrcClient ana = open_ana();
    ask(ana, "always-on on");
    ana.send("QUIT");
    IrcClient admin = connect("admin");
    make_operator(admin);
    admin.send("KILL ana :enough");
    EXPECT_FALSE(service_.lookup_user("ana"));
    IrcClient back = open_ana();
    EXPECT_TRUE(server_.people().find("ana")->always_on()) << "it is still what they want";
}

TEST_F(IrcAlwaysOnTest, SessionsAreListedAndClosed) {
    IrcClient one = open_ana();
    IrcClient other = open_ana();
    const Lines lines = only("PRIVMSG", one.ask("PRIVMSG *patchcord :sessions"));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("1: ~ana from 192.0.2.1, since 2"), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find(", this one"), std::string::npos);
    EXPECT_EQ(lines[1].find(", this one"), std::string::npos);
    EXPECT_EQ(ask(one, "sessions close 1"), "That is this one; QUIT closes it");
    EXPECT_EQ(ask(one, "sessions close 3"), "Say: sessions close <number>, as \"sessions\" shows them");
    EXPECT_EQ(ask(one, "sessions close 2"), "Closed");
    EXPECT_TRUE(other.closed());
    EXPECT_TRUE(service_.lookup_user("ana"));
}

}  // namespace
}  // namespace patchcord::irc
