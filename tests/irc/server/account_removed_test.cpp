#include <optional>

#include "irc/server/person.hpp"
#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;
using Answer = chat::AccountVerifier::Answer;

const chat::WallTime earlier{std::chrono::milliseconds(1000)};
const chat::WallTime later{std::chrono::milliseconds(2000)};

/// Somebody is here by an account that is removed, and another is made of its name.
class IrcAccountRemovedTest : public IrcHistoryTest {
  protected:
    /// Proves to own the account of ana that was made then, and goes no further.
    IrcClient prove(chat::WallTime made) {
        IrcClient client = open_with_sasl();
        say_plain(client);
        accounts_.answer(Answer::right, "ana", made);
        return client;
    }
    void go_on(IrcClient& client) {
        client.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP REQ :" + std::string(modern_caps) + "\r\nCAP END");
        settle();
    }
    IrcClient open_ana(chat::WallTime made) {
        IrcClient client = prove(made);
        go_on(client);
        return client;
    }
    bool welcomed(IrcClient& client) { return only("001", client.take()).size() == 1; }
};

TEST_F(IrcAccountRemovedTest, WhoseAccountIsTheSameIsThePersonThatIsHere) {
    IrcClient one = open_ana(earlier);
    one.send("JOIN #a");
    IrcClient other = open_ana(earlier);
    EXPECT_FALSE(one.closed());
    EXPECT_EQ(only("JOIN", other.take()).size(), 1U);
}

TEST_F(IrcAccountRemovedTest, WhoseAccountIsAnotherOfThatNameTakesItOver) {
    IrcClient bob = join("bob");
    IrcClient old = open_ana(earlier);
    old.send("JOIN #a");
    bob.take();
    IrcClient ana = open_ana(later);
    EXPECT_TRUE(old.closed());
    EXPECT_NE(only("ERROR", old.take()).front().find("Account removed"), std::string::npos);
    EXPECT_EQ(only("QUIT", bob.take()).size(), 1U);
    EXPECT_TRUE(welcomed(ana));
    EXPECT_EQ(user("ana").profile().account, "ana");
    EXPECT_FALSE(group("#a").has(user("ana")));
}

TEST_F(IrcAccountRemovedTest, NothingThatWasSaidInPrivateIsTheNewOwners) {
    IrcClient bob = connect("bob");
    IrcClient old = open_ana(earlier);
    bob.send("PRIVMSG ana :secret");
    IrcClient ana = open_ana(later);
    EXPECT_EQ(texts(settled(ana, "CHATHISTORY LATEST bob * 9")), (Lines{}));
    bob.send("PRIVMSG ana :hello");
    EXPECT_EQ(texts(settled(ana, "CHATHISTORY LATEST bob * 9")), (Lines{"hello"}));
}

TEST_F(IrcAccountRemovedTest, NorWhatWasSaidAfterTheRemovalToWhoHasGoneSince) {
    IrcClient bob = connect("bob");
    IrcClient old = open_ana(earlier);
    history_.forget_account("ana");  // as the command does that removes the account
    bob.send("PRIVMSG ana :secret");
    old.send("QUIT");
    IrcClient ana = open_ana(later);
    EXPECT_EQ(texts(settled(ana, "CHATHISTORY LATEST bob * 9")), (Lines{}));
}

TEST_F(IrcAccountRemovedTest, WhoComesBackToTheSameAccountFindsAllThereWas) {
    IrcClient bob = connect("bob");
    IrcClient before = open_ana(earlier);
    bob.send("PRIVMSG ana :hello");
    before.send("QUIT");
    IrcClient ana = open_ana(earlier);
    EXPECT_EQ(texts(settled(ana, "CHATHISTORY LATEST bob * 9")), (Lines{"hello"}));
}

TEST_F(IrcAccountRemovedTest, WhoProvedItBeforeTheRemovalComesTooLate) {
    IrcClient old = prove(earlier);
    scheduler_.advance(std::chrono::seconds(1));
    IrcClient ana = open_ana(later);
    EXPECT_TRUE(welcomed(ana));
    go_on(old);
    EXPECT_TRUE(old.closed());
    EXPECT_FALSE(ana.closed());
    EXPECT_EQ(server_.people().find("ana")->sessions().size(), 1U);
}

TEST_F(IrcAccountRemovedTest, AGuestWhoLogsInTakesTheNameOverAsWell) {
    IrcClient old = open_ana(earlier);
    IrcClient guest = connect("carol", "sasl");
    say_plain(guest);
    accounts_.answer(Answer::right, "ana", later);
    settle();
    EXPECT_TRUE(old.closed());
    EXPECT_EQ(user("carol").profile().account, "ana");
    EXPECT_EQ(server_.people().find("ana")->user(), &user("carol"));
}

TEST_F(IrcAccountRemovedTest, WhatIsNotKnownOfAnAccountMakesItNoOther) {
    IrcClient one = open_ana(earlier);
    IrcClient other = open_ana(chat::WallTime{});
    EXPECT_FALSE(one.closed());
    EXPECT_EQ(server_.people().find("ana")->sessions().size(), 2U);
}

}  // namespace
}  // namespace patchcord::irc
