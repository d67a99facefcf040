#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcChannelTest : public IrcTest {
  protected:
    IrcChannelTest() { take_all(); }
    void take_all() {
        for (IrcClient* client : {&ana_, &bob_, &carol_}) client->take();
    }

    IrcClient ana_ = join("ana");  // the operator
    IrcClient bob_ = join("bob");
    IrcClient carol_ = connect("carol");  // outside
};

// TOPIC

TEST_F(IrcChannelTest, ATopicIsToldToAllTheAuthorIncluded) {
    EXPECT_EQ(ana_.ask("TOPIC #a"), (Lines{":irc.test 331 ana #a :No topic is set"}));
    EXPECT_EQ(ana_.ask("TOPIC #A :new :one"), (Lines{":ana!~ana@users.test TOPIC #a :new :one"}));
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test TOPIC #a :new :one"}));
    EXPECT_EQ(bob_.ask("TOPIC #a"),
              (Lines{":irc.test 332 bob #a :new :one", ":irc.test 333 bob #a ana!~ana@users.test 1700000000"}));
    EXPECT_EQ(ana_.ask("TOPIC #a :"), (Lines{":ana!~ana@users.test TOPIC #a :"}));
    EXPECT_EQ(commands_of(ana_.ask("TOPIC #a")), (Lines{"331"}));
}

TEST_F(IrcChannelTest, OnlyOperatorsSetALockedTopicAndOnlyMembersAnUnlockedOne) {
    EXPECT_EQ(bob_.ask("TOPIC #a :x"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
    EXPECT_EQ(carol_.ask("TOPIC #a :x"), (Lines{":irc.test 442 carol #a :You're not on that channel"}));
    EXPECT_EQ(carol_.ask("TOPIC #none :x"), (Lines{":irc.test 403 carol #none :No such channel"}));
    ana_.send("MODE #a -t");
    bob_.take();
    EXPECT_EQ(commands_of(bob_.ask("TOPIC #a :x")), (Lines{"TOPIC"}));
    EXPECT_EQ(commands_of(carol_.ask("TOPIC #a :x")), (Lines{"442"}));
}

TEST_F(IrcChannelTest, TheTopicOfASecretChannelIsForItsMembers) {
    ana_.send("TOPIC #a :hush");
    EXPECT_EQ(commands_of(carol_.ask("TOPIC #a")), (Lines{"332", "333"}));
    ana_.send("MODE #a +s");
    EXPECT_EQ(carol_.ask("TOPIC #a"), (Lines{":irc.test 403 carol #a :No such channel"}));
}

TEST_F(IrcChannelTest, ALongTopicIsCutAtACodePoint) {
    change_options([](ServerOptions& options) { options.topic_length = 10; });
    take_all();
    EXPECT_EQ(ana_.ask("TOPIC #a :123456789\xE2\x82\xACx"), (Lines{":ana!~ana@users.test TOPIC #a :123456789"}));
    EXPECT_EQ(group("#a").meta().topic, "123456789");
}

// INVITE

TEST_F(IrcChannelTest, AnInvitationReachesTheInviteeAndThoseWhoAsked) {
    IrcClient dave = join("dave", "invite-notify");
    take_all();
    EXPECT_EQ(ana_.ask("INVITE carol #A"), (Lines{":irc.test 341 ana carol #a"}));
    EXPECT_EQ(carol_.take(), (Lines{":ana!~ana@users.test INVITE carol #a"}));
    EXPECT_EQ(dave.take(), (Lines{":ana!~ana@users.test INVITE carol #a"}));
    EXPECT_TRUE(bob_.take().empty());
    EXPECT_EQ(carol_.ask("INVITE"), (Lines{":irc.test 336 carol #a", ":irc.test 337 carol :End of /INVITE list"}));
    carol_.send("JOIN #a");
    EXPECT_EQ(carol_.ask("INVITE"), (Lines{":irc.test 337 carol :End of /INVITE list"}));
}

TEST_F(IrcChannelTest, TheInviterHearsThatTheInviteeIsAway) {
    carol_.send("AWAY :out");
    EXPECT_EQ(ana_.ask("INVITE carol #a"), (Lines{":irc.test 341 ana carol #a", ":irc.test 301 ana carol :out"}));
}

TEST_F(IrcChannelTest, EachRefusalOfAnInvitationHasItsNumeric) {
    EXPECT_EQ(commands_of(ana_.ask("INVITE carol")), (Lines{"461"}));
    EXPECT_EQ(ana_.ask("INVITE nobody #a"), (Lines{":irc.test 401 ana nobody :No such nick/channel"}));
    EXPECT_EQ(ana_.ask("INVITE carol #none"), (Lines{":irc.test 403 ana #none :No such channel"}));
    EXPECT_EQ(ana_.ask("INVITE bob #a"), (Lines{":irc.test 443 ana bob #a :is already on channel"}));
    EXPECT_EQ(carol_.ask("INVITE carol #a"), (Lines{":irc.test 442 carol #a :You're not on that channel"}));
    EXPECT_EQ(commands_of(bob_.ask("INVITE carol #a")), (Lines{"341"}));
    ana_.send("MODE #a +i");
    bob_.take();
    EXPECT_EQ(bob_.ask("INVITE carol #a"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
}

// KICK

TEST_F(IrcChannelTest, AKickIsToldToAllTheVictimIncluded) {
    EXPECT_EQ(ana_.ask("KICK #A BOB :behave"), (Lines{":ana!~ana@users.test KICK #a bob :behave"}));
    EXPECT_EQ(bob_.take(), (Lines{":ana!~ana@users.test KICK #a bob :behave"}));
    EXPECT_EQ(group("#a").size(), 1U);
    bob_.send("JOIN #a");
    ana_.take();
    EXPECT_EQ(ana_.ask("KICK #a bob"), (Lines{":ana!~ana@users.test KICK #a bob :ana"}));
}

TEST_F(IrcChannelTest, EachRefusalOfAKickHasItsNumeric) {
    EXPECT_EQ(commands_of(ana_.ask("KICK #a")), (Lines{"461"}));
    EXPECT_EQ(ana_.ask("KICK #none bob"), (Lines{":irc.test 403 ana #none :No such channel"}));
    EXPECT_EQ(carol_.ask("KICK #a bob"), (Lines{":irc.test 442 carol #a :You're not on that channel"}));
    EXPECT_EQ(bob_.ask("KICK #a ana"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
    EXPECT_EQ(ana_.ask("KICK #a carol"), (Lines{":irc.test 441 ana carol #a :They aren't on that channel"}));
    EXPECT_EQ(ana_.ask("KICK #a nobody"), (Lines{":irc.test 441 ana nobody #a :They aren't on that channel"}));
    EXPECT_EQ(group("#a").size(), 2U);
}

TEST_F(IrcChannelTest, SeveralCanBeKickedAtOnce) {
    carol_.send("JOIN #a");
    take_all();
    EXPECT_EQ(commands_of(ana_.ask("KICK #a bob,nobody,carol :out")), (Lines{"KICK", "441", "KICK"}));
    EXPECT_EQ(group("#a").size(), 1U);
}

TEST_F(IrcChannelTest, SeveralChannelsNeedAsManyNicks) {
    ana_.send("JOIN #b");
    bob_.send("JOIN #b");
    take_all();
    EXPECT_EQ(commands_of(ana_.ask("KICK #a,#b bob")), (Lines{"461"}));
    EXPECT_EQ(only("KICK", ana_.ask("KICK #a,#b bob,bob")),
              (Lines{":ana!~ana@users.test KICK #a bob :ana", ":ana!~ana@users.test KICK #b bob :ana"}));
}

TEST_F(IrcChannelTest, WhoKicksThemselvesKicksNobodyAfterwards) {
    EXPECT_EQ(commands_of(ana_.ask("KICK #a ana,bob")), (Lines{"KICK", "442"}));
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"KICK"}));
}

TEST_F(IrcChannelTest, TheLastMemberWhoKicksThemselvesEndsTheChannel) {
    bob_.send("PART #a");
    ana_.take();
    EXPECT_EQ(commands_of(ana_.ask("KICK #a ana,ana")), (Lines{"KICK", "403"}));
    EXPECT_FALSE(service_.lookup_group("#a"));
}

// LIST

TEST_F(IrcChannelTest, AListShowsNameSizeAndTopic) {
    ana_.send("TOPIC #a :the topic");
    EXPECT_EQ(carol_.ask("LIST"), (Lines{":irc.test 321 carol Channel :Users  Name",
                                         ":irc.test 322 carol #a 2 :the topic", ":irc.test 323 carol :End of /LIST"}));
}

TEST_F(IrcChannelTest, AListLeavesSecretChannelsOut) {
    ana_.send("MODE #a +s");
    take_all();
    EXPECT_TRUE(only("322", carol_.ask("LIST")).empty());
    EXPECT_TRUE(only("322", carol_.ask("LIST #a")).empty());
    EXPECT_EQ(only("322", bob_.ask("LIST")).size(), 1U);
}

TEST_F(IrcChannelTest, AListCanBeNarrowed) {
    ana_.send("JOIN #b,#abc\r\nTOPIC #b :x");
    take_all();
    const auto listed = [&](const std::string& conditions) {
        std::string names;
        for (const std::string& line : only("322", carol_.ask("LIST " + conditions))) {
            const std::size_t at = line.find('#');
            names += line.substr(at, line.find(' ', at) - at);
        }
        return names;
    };
    EXPECT_EQ(listed("#A"), "#a");
    EXPECT_EQ(listed("#none"), "");
    EXPECT_EQ(listed("#a*,!*c"), "#a");
    EXPECT_EQ(listed(">1"), "#a");
    EXPECT_EQ(listed("<2,#b*"), "#b");
    EXPECT_EQ(listed("T<5"), "#b");
    EXPECT_EQ(listed("C>0"), "");
    for (int minute = 0; minute < 10; ++minute) {
        advance(1min);
        for (IrcClient* client : {&ana_, &bob_, &carol_}) client->send("PONG x");
    }
    EXPECT_EQ(listed("C<5"), "");
    EXPECT_EQ(listed("C>9,#b"), "#b");
    EXPECT_EQ(listed("T>9"), "#b");
    EXPECT_EQ(listed("T<9"), "");
}

TEST_F(IrcChannelTest, AConditionThatIsNoNumberIsAMask) {
    EXPECT_TRUE(only("322", carol_.ask("LIST >x")).empty());
    EXPECT_TRUE(only("322", carol_.ask("LIST >99999999999999999999")).empty());
    EXPECT_EQ(commands_of(carol_.ask("LIST ,,,")), (Lines{"321", "322", "323"}));
}

}  // namespace
}  // namespace patchcord::irc
