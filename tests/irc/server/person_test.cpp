#include "irc/server/person.hpp"

#include "tests/support/irc_account_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;
using Answer = chat::AccountVerifier::Answer;

/// Several connections of ana, and bob, who sees one person.
class IrcPersonTest : public IrcAccountTest {
  protected:
    IrcPersonTest() {
        bob_.send("JOIN #a");
        bob_.take();
    }
    /// A connection of ana with these capabilities; what it was sent since its welcome is to be taken.
    IrcClient open_ana(std::string_view caps = {}, std::string_view more = {}) {
        IrcClient client = open_with_sasl();
        if (!caps.empty()) client.ask("CAP REQ :" + std::string(caps));
        say_plain(client);
        accounts_.answer(Answer::right, "ana");
        if (!more.empty()) client.send(more);
        client.send("NICK ana\r\nUSER ana 0 * :Ana\r\nCAP END");
        return client;
    }
    static void forget(IrcClient& one, IrcClient& other) {
        one.take();
        other.take();
    }
    static std::string ana() { return ":ana!~ana@users.test "; }

    IrcClient bob_ = connect("bob");
};

TEST_F(IrcPersonTest, ASecondConnectionIsTheSamePersonInTheSameRooms) {
    IrcClient first = open_ana();
    first.send("JOIN #a");
    bob_.take();
    IrcClient second = open_ana();
    const Lines told = second.take();
    EXPECT_EQ(only("001", told), (Lines{":irc.test 001 ana :Welcome to the Test Network, ana!~ana@users.test"}));
    EXPECT_EQ(only("JOIN", told), (Lines{ana() + "JOIN #a"}));
    EXPECT_EQ(only("353", told).size(), 1U);
    EXPECT_EQ(bob_.take(), (Lines{})) << "others see nothing of it";
    EXPECT_EQ(service_.counts().online, 2U);
}

TEST_F(IrcPersonTest, WhateverNickItAskedForItGetsThatOfThePerson) {
    IrcClient first = open_ana();
    first.send("NICK anna");
    IrcClient second = open_with_sasl();
    second.send("NICK anna\r\nUSER ana 0 * :Ana");
    EXPECT_EQ(only("433", second.take()), (Lines{})) << "it is its own";
    say_plain(second);
    accounts_.answer(Answer::right, "ana");
    second.send("CAP END");
    EXPECT_EQ(only("001", second.take()).front().substr(0, 22), ":irc.test 001 anna :We");
    EXPECT_EQ(only("NICK", second.ask("NICK ana")), (Lines{":anna!~ana@users.test NICK :ana"}));
    EXPECT_EQ(only("NICK", first.take()).back(), ":anna!~ana@users.test NICK :ana");
}

TEST_F(IrcPersonTest, OthersSeeAQuitWhenTheLastConnectionIsGone) {
    IrcClient first = open_ana();
    first.send("JOIN #a");
    IrcClient second = open_ana();
    bob_.take();
    first.send("QUIT :over");
    EXPECT_EQ(bob_.take(), (Lines{}));
    second.take();
    bob_.send("PRIVMSG #a :still there?");
    EXPECT_EQ(second.take(), (Lines{":" + mask_of("bob") + " PRIVMSG #a :still there?"}));
    second.send("QUIT :now");
    EXPECT_EQ(bob_.take(), (Lines{ana() + "QUIT :Quit: now"}));
    IrcClient third = open_ana();
    EXPECT_EQ(only("001", third.take()).size(), 1U) << "and can come again";
}

TEST_F(IrcPersonTest, JoiningAndLeavingIsShownAtAllConnectionsAndOnceToOthers) {
    IrcClient first = open_ana();
    IrcClient second = open_ana("extended-join");
    forget(first, second);
    first.send("JOIN #a");
    EXPECT_EQ(only("JOIN", first.take()), (Lines{ana() + "JOIN #a"}));
    const Lines told = second.take();
    EXPECT_EQ(only("JOIN", told), (Lines{ana() + "JOIN #a ana :Ana"}));
    EXPECT_EQ(only("366", told).size(), 1U);
    EXPECT_EQ(bob_.take(), (Lines{ana() + "JOIN #a"}));
    second.send("PART #a :enough");
    EXPECT_EQ(first.take(), (Lines{ana() + "PART #a :enough"}));
    EXPECT_EQ(second.take(), (Lines{ana() + "PART #a :enough"}));
    EXPECT_EQ(bob_.take(), (Lines{ana() + "PART #a :enough"}));
    first.send("JOIN #b,#c\r\nJOIN 0");
    EXPECT_EQ(only("PART", second.take()).size(), 2U);
}

TEST_F(IrcPersonTest, WhatIsSaidAtOneIsShownAtTheOthers) {
    IrcClient first = open_ana("echo-message");
    IrcClient second = open_ana();
    first.send("JOIN #a");
    forget(first, second);
    bob_.take();
    second.send("PRIVMSG #a :to the room");
    EXPECT_EQ(first.take(), (Lines{ana() + "PRIVMSG #a :to the room"}));
    EXPECT_EQ(second.take(), (Lines{})) << "it did not ask for echoes";
    EXPECT_EQ(bob_.take(), (Lines{ana() + "PRIVMSG #a :to the room"})) << "once";
    first.send("PRIVMSG bob :to bob");
    EXPECT_EQ(first.take(), (Lines{ana() + "PRIVMSG bob :to bob"}));
    EXPECT_EQ(second.take(), (Lines{ana() + "PRIVMSG bob :to bob"}));
    bob_.send("PRIVMSG ana :and back");
    EXPECT_EQ(first.take(), (Lines{":" + mask_of("bob") + " PRIVMSG ana :and back"}));
    EXPECT_EQ(second.take(), (Lines{":" + mask_of("bob") + " PRIVMSG ana :and back"}));
}

TEST_F(IrcPersonTest, WhatIsSaidToOneselfComesToEachConnectionOnce) {
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    forget(first, second);
    first.send("PRIVMSG ana :note");
    EXPECT_EQ(first.take(), (Lines{ana() + "PRIVMSG ana :note"}));
    EXPECT_EQ(second.take(), (Lines{ana() + "PRIVMSG ana :note"}));
}

TEST_F(IrcPersonTest, ProgramsTalkIsNotShownAndTagsOnlyToWhoUnderstandsThem) {
    IrcClient first = open_ana("message-tags");
    IrcClient second = open_ana("message-tags");
    IrcClient third = open_ana();
    for (IrcClient* client : {&first, &second, &third}) client->take();
    first.send("PRIVMSG bob :\x01VERSION\x01");
    EXPECT_EQ(second.take(), (Lines{}));
    first.send("@+draft/react=x TAGMSG bob");
    EXPECT_EQ(only("TAGMSG", second.take()).size(), 1U);
    EXPECT_EQ(third.take(), (Lines{}));
}

TEST_F(IrcPersonTest, ModesAndRealNameAreShared) {
    IrcClient first = open_ana("setname");
    IrcClient second = open_ana("setname");
    forget(first, second);
    first.send("MODE ana +i\r\nSETNAME :Ana B");
    const Lines told{ana() + "MODE ana :+i", ana() + "SETNAME :Ana B"};
    EXPECT_EQ(first.take(), told);
    EXPECT_EQ(second.take(), told);
}

TEST_F(IrcPersonTest, AwayOnlyWhenAllConnectionsAre) {
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    EXPECT_EQ(commands_of(first.ask("AWAY :lunch")), (Lines{"306"}));
    EXPECT_FALSE(user("ana").presence().away());
    second.send("AWAY :asleep");
    EXPECT_EQ(user("ana").presence().message, "asleep");
    second.send("AWAY");
    EXPECT_FALSE(user("ana").presence().away());
    second.send("QUIT");
    EXPECT_EQ(user("ana").presence().message, "lunch");
    IrcClient third = open_ana();
    EXPECT_FALSE(user("ana").presence().away()) << "who comes is here";
}

TEST_F(IrcPersonTest, AConnectionThatNobodySitsAtCountsOnlyWhereThereIsNoOther) {
    IrcClient machine = open_ana("draft/pre-away");
    machine.send("AWAY *");
    EXPECT_TRUE(user("ana").presence().away());
    IrcClient human = open_ana();
    EXPECT_FALSE(user("ana").presence().away());
    human.send("AWAY :tea");
    machine.send("AWAY *");
    EXPECT_EQ(user("ana").presence().message, "tea");
}

TEST_F(IrcPersonTest, EachConnectionMonitorsForItself) {
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    first.send("MONITOR + carol");
    second.send("MONITOR + carol");
    forget(first, second);
    first.send("MONITOR - carol");
    IrcClient carol = connect("carol");
    EXPECT_EQ(first.take(), (Lines{}));
    EXPECT_EQ(second.take(), (Lines{":irc.test 730 ana :" + mask_of("carol")}));
    second.send("QUIT");
    carol.send("QUIT");
    EXPECT_EQ(first.take(), (Lines{})) << "nobody watches any more";
}

TEST_F(IrcPersonTest, AnOperatorEndsAllConnections) {
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    IrcClient admin = connect("admin");
    make_operator(admin);
    admin.send("KILL ana :enough");
    EXPECT_TRUE(first.closed());
    EXPECT_TRUE(second.closed());
    EXPECT_FALSE(service_.lookup_user("ana"));
}

TEST_F(IrcPersonTest, AConnectionThatDoesNotReadIsLostAlone) {
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    first.send("JOIN #a");
    forget(first, second);
    second.transport().stall(0);
    bob_.send("PRIVMSG #a :hello");
    EXPECT_EQ(first.take(), (Lines{":" + mask_of("bob") + " PRIVMSG #a :hello"}));
    second.hang_up();
    EXPECT_TRUE(group("#a").has(user("ana")));
    EXPECT_EQ(only("QUIT", bob_.take()), (Lines{}));
}

TEST_F(IrcPersonTest, TooManyConnectionsAreRefused) {
    change_options([](ServerOptions& options) { options.max_sessions = 2; });
    IrcClient first = open_ana();
    IrcClient second = open_ana();
    IrcClient third = open_ana();
    EXPECT_EQ(only("ERROR", third.take()), (Lines{"ERROR :Closing Link: * (Too many connections of this account)"}));
    EXPECT_EQ(limit_hits(Limit::sessions), 1);
    first.send("QUIT");
    IrcClient fourth = open_ana();
    EXPECT_EQ(only("001", fourth.take()).size(), 1U);
}

TEST_F(IrcPersonTest, WhoIsRegisteredAlreadyCannotBecomeSomebodyWhoIsHere) {
    IrcClient first = open_ana();
    IrcClient guest = connect("guest", "sasl");
    say_plain(guest);
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(commands_of(guest.take()), (Lines{"904"}));
    EXPECT_EQ(user("guest").profile().account, "");
    first.send("QUIT");
    say_plain(guest);
    accounts_.answer(Answer::right, "ana");
    EXPECT_EQ(commands_of(guest.take()), (Lines{"900", "903"}));
    IrcClient second = open_ana();
    EXPECT_EQ(only("001", second.take()).front().substr(0, 22), ":irc.test 001 guest :W") << "and is joined then";
}

TEST_F(IrcPersonTest, WhatAnswersACommandComesToItsConnectionOnly) {
    IrcClient first = open_ana("batch labeled-response echo-message");
    IrcClient second = open_ana("batch labeled-response");
    first.send("JOIN #a");
    forget(first, second);
    EXPECT_EQ(first.ask("@label=x PRIVMSG #a :hi"), (Lines{"@label=x " + ana() + "PRIVMSG #a :hi"}));
    EXPECT_EQ(second.take(), (Lines{ana() + "PRIVMSG #a :hi"}));
    EXPECT_EQ(commands_of(first.ask("WHOIS bob")).front(), "311");
    EXPECT_EQ(second.take(), (Lines{}));
}

}  // namespace
}  // namespace patchcord::irc
