#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcJoinTest : public IrcTest {
  protected:
    IrcClient ana_ = connect("ana");
    IrcClient bob_ = connect("bob");
};

TEST_F(IrcJoinTest, TheFirstToJoinMakesTheChannelAndIsItsOperator) {
    EXPECT_EQ(ana_.ask("JOIN #a"), (Lines{":ana!~ana@users.test JOIN #a", ":irc.test 353 ana = #a :@ana",
                                          ":irc.test 366 ana #a :End of /NAMES list"}));
}

TEST_F(IrcJoinTest, TheNextIsToldTheTopicAndWhoIsThere) {
    ana_.send("JOIN #a\r\nTOPIC #a :welcome");
    ana_.take();
    EXPECT_EQ(bob_.ask("JOIN #A"),
              (Lines{":bob!~bob@users.test JOIN #a", ":irc.test 332 bob #a :welcome",
                     ":irc.test 333 bob #a ana!~ana@users.test 1700000000", ":irc.test 353 bob = #a :@ana bob",
                     ":irc.test 366 bob #a :End of /NAMES list"}));
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test JOIN #a"}));
}

TEST_F(IrcJoinTest, JoiningAgainIsNothing) {
    ana_.send("JOIN #a");
    EXPECT_EQ(ana_.ask("JOIN #a"), Lines{});
    EXPECT_EQ(ana_.ask("JOIN #A"), Lines{});
    EXPECT_EQ(group("#a").size(), 1U);
}

TEST_F(IrcJoinTest, SeveralChannelsAreJoinedInOneCommand) {
    EXPECT_EQ(only("JOIN", ana_.ask("JOIN #a,&b,,#c")),
              (Lines{":ana!~ana@users.test JOIN #a", ":ana!~ana@users.test JOIN &b", ":ana!~ana@users.test JOIN #c"}));
}

TEST_F(IrcJoinTest, KeysBelongToChannelsByTheirPlace) {
    ana_.send("JOIN #open,#locked\r\nMODE #locked +k secret");
    EXPECT_EQ(bob_.ask("JOIN #locked"), (Lines{":irc.test 475 bob #locked :Cannot join channel (+k)"}));
    EXPECT_EQ(bob_.ask("JOIN #locked wrong"), (Lines{":irc.test 475 bob #locked :Cannot join channel (+k)"}));
    EXPECT_EQ(only("JOIN", bob_.ask("JOIN #locked,#open secret")).size(), 2U);
    bob_.send("PART #locked,#open");
    EXPECT_EQ(only("JOIN", bob_.ask("JOIN #open,#locked x,secret")).size(), 2U);
    bob_.send("PART #locked,#open");
    EXPECT_EQ(only("JOIN", bob_.ask("JOIN #open,#locked ,secret")).size(), 2U) << "an empty key holds a place";
}

TEST_F(IrcJoinTest, WhatIsNoChannelCannotBeJoined) {
    EXPECT_EQ(ana_.ask("JOIN a"), (Lines{":irc.test 403 ana a :No such channel"}));
    EXPECT_EQ(ana_.ask("JOIN #"), (Lines{":irc.test 476 ana # :No such channel"}));
    EXPECT_EQ(commands_of(ana_.ask("JOIN :#a b")), (Lines{"476"}));
    EXPECT_EQ(commands_of(ana_.ask("JOIN #a\x07")), (Lines{"476"}));
    EXPECT_EQ(commands_of(ana_.ask("JOIN #" + std::string(64, 'a'))), (Lines{"476"}));
    EXPECT_EQ(commands_of(ana_.ask("JOIN #" + std::string(63, 'a'))).front(), "JOIN");
    EXPECT_EQ(commands_of(ana_.ask("JOIN #../../../tmp/pwn")).front(), "JOIN");
    EXPECT_EQ(ana_.ask("JOIN"), (Lines{":irc.test 461 ana JOIN :Not enough parameters"}));
}

TEST_F(IrcJoinTest, RoomsNobodyHasMadeMayBeClosedToGuests) {
    chat::ServiceOptions options = service_.options();
    options.create_group_on_request = false;
    service_.set_options(options);
    EXPECT_EQ(ana_.ask("JOIN #a"), (Lines{":irc.test 403 ana #a :No such channel"}));
}

TEST_F(IrcJoinTest, EachRefusalHasItsNumeric) {
    ana_.send("JOIN #i,#b,#l\r\nMODE #i +i\r\nMODE #b +b bob\r\nMODE #l +l 1");
    EXPECT_EQ(bob_.ask("JOIN #i"), (Lines{":irc.test 473 bob #i :Cannot join channel (+i)"}));
    EXPECT_EQ(bob_.ask("JOIN #b"), (Lines{":irc.test 474 bob #b :Cannot join channel (+b)"}));
    EXPECT_EQ(bob_.ask("JOIN #l"), (Lines{":irc.test 471 bob #l :Cannot join channel (+l)"}));
    ana_.send("MODE #b +e bob\r\nMODE #i +I bob!*@users.test");
    EXPECT_EQ(only("JOIN", bob_.ask("JOIN #i,#b")).size(), 2U);
}

TEST_F(IrcJoinTest, AnInvitationOpensTheDoorOnce) {
    ana_.send("JOIN #a\r\nMODE #a +il 1\r\nINVITE bob #a");
    EXPECT_EQ(commands_of(bob_.ask("JOIN #a")).front(), "JOIN");
    bob_.send("PART #a");
    EXPECT_EQ(commands_of(bob_.ask("JOIN #a")), (Lines{"473"}));
}

TEST_F(IrcJoinTest, TheNumberOfChannelsIsLimited) {
    chat::ServiceOptions options = service_.options();
    options.max_groups_per_user = 2;
    service_.set_options(options);
    EXPECT_EQ(ana_.ask("JOIN #a,#b,#c").back(), ":irc.test 405 ana #c :You have joined too many channels");
    EXPECT_EQ(limit_hits(Limit::channels), 1);
    EXPECT_FALSE(service_.lookup_group("#c")) << "a channel nobody is in is none";
    EXPECT_EQ(commands_of(ana_.ask("PART #a\r\nJOIN #c")), (Lines{"PART", "JOIN", "353", "366"}));
}

TEST_F(IrcJoinTest, PartTellsEverybodyTheReason) {
    ana_.send("JOIN #a");
    bob_.send("JOIN #a");
    ana_.take();
    EXPECT_EQ(bob_.ask("PART #a :see you"), (Lines{":bob!~bob@users.test PART #a :see you"}));
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test PART #a :see you"}));
    EXPECT_EQ(ana_.ask("PART #A"), (Lines{":ana!~ana@users.test PART #a"}));
    EXPECT_FALSE(service_.lookup_group("#a"));
}

TEST_F(IrcJoinTest, OnlyMembersCanPart) {
    ana_.send("JOIN #a");
    EXPECT_EQ(bob_.ask("PART #a"), (Lines{":irc.test 442 bob #a :You're not on that channel"}));
    EXPECT_EQ(bob_.ask("PART #none"), (Lines{":irc.test 403 bob #none :No such channel"}));
    EXPECT_EQ(bob_.ask("PART"), (Lines{":irc.test 461 bob PART :Not enough parameters"}));
}

TEST_F(IrcJoinTest, JoinZeroLeavesEveryChannel) {
    ana_.send("JOIN #a,#b,#c");
    EXPECT_EQ(only("PART", ana_.ask("JOIN 0")).size(), 3U);
    EXPECT_TRUE(user("ana").groups().empty());
    EXPECT_EQ(service_.group_count(), 0U);
    EXPECT_EQ(ana_.ask("JOIN 0"), Lines{});
}

TEST_F(IrcJoinTest, NoImplicitNamesLeavesTheNamesOut) {
    IrcClient carol = connect("carol", "no-implicit-names");
    EXPECT_EQ(carol.ask("JOIN #a"), (Lines{":carol!~carol@users.test JOIN #a"}));
    EXPECT_EQ(commands_of(carol.ask("NAMES #a")), (Lines{"353", "366"}));
}

TEST_F(IrcJoinTest, ExtendedJoinShowsAccountAndRealName) {
    IrcClient carol = connect("carol", "extended-join");
    EXPECT_EQ(carol.ask("JOIN #a").front(), ":carol!~carol@users.test JOIN #a * :Real carol");
    user("bob").set_account("bob@example.test");
    carol.take();
    bob_.send("JOIN #a");
    EXPECT_EQ(carol.take(), (Lines{":bob!~bob@users.test JOIN #a bob@example.test :Real bob"}));
    ana_.send("JOIN #a");
    EXPECT_EQ(bob_.take().back(), ":ana!~ana@users.test JOIN #a");
}

TEST_F(IrcJoinTest, WhoJoinsWhileAwayIsSeenToBeAwayByThoseWhoAsked) {
    IrcClient carol = join("carol", "away-notify");
    ana_.send("JOIN #a");
    carol.take();
    ana_.take();
    bob_.send("AWAY :lunch\r\nJOIN #a");
    EXPECT_EQ(carol.take(), (Lines{":bob!~bob@users.test JOIN #a", ":bob!~bob@users.test AWAY :lunch"}));
    EXPECT_EQ(ana_.take(), (Lines{":bob!~bob@users.test JOIN #a"}));
}

// NAMES

TEST_F(IrcJoinTest, NamesOfNothingAreJustTheEnd) {
    EXPECT_EQ(ana_.ask("NAMES"), (Lines{":irc.test 366 ana * :End of /NAMES list"}));
    EXPECT_EQ(ana_.ask("NAMES #none"), (Lines{":irc.test 366 ana #none :End of /NAMES list"}));
}

TEST_F(IrcJoinTest, NamesOfSeveralChannelsAreAnsweredInTurn) {
    ana_.send("JOIN #a");
    ana_.take();
    EXPECT_EQ(commands_of(ana_.ask("NAMES #a,#none,#a")), (Lines{"353", "353", "366"}));
}

TEST_F(IrcJoinTest, NamesShowTheHighestPrefixOrAllOfThem) {
    IrcClient carol = connect("carol", "multi-prefix");
    ana_.send("JOIN #a\r\nMODE #a +v ana");
    bob_.send("JOIN #a");
    ana_.send("MODE #a +v bob");
    EXPECT_EQ(bob_.ask("NAMES #a").front(), ":irc.test 353 bob = #a :@ana +bob");
    EXPECT_EQ(carol.ask("NAMES #a").front(), ":irc.test 353 carol = #a :@+ana +bob");
}

TEST_F(IrcJoinTest, NamesShowWholeMasksToThoseWhoAsked) {
    IrcClient carol = connect("carol", "userhost-in-names");
    ana_.send("JOIN #a");
    EXPECT_EQ(carol.ask("NAMES #a").front(), ":irc.test 353 carol = #a :@ana!~ana@users.test");
}

TEST_F(IrcJoinTest, NamesOfASecretChannelAreForItsMembers) {
    ana_.send("JOIN #a\r\nMODE #a +s");
    EXPECT_EQ(ana_.ask("NAMES #a").front(), ":irc.test 353 ana @ #a :@ana");
    EXPECT_EQ(bob_.ask("NAMES #a"), (Lines{":irc.test 366 bob #a :End of /NAMES list"}));
}

TEST_F(IrcJoinTest, TheInvisibleAreNamedToMembersOnly) {
    ana_.send("JOIN #a\r\nMODE ana +i");
    bob_.send("JOIN #a");
    EXPECT_EQ(bob_.ask("NAMES #a").front(), ":irc.test 353 bob = #a :@ana bob");
    IrcClient carol = connect("carol");
    EXPECT_EQ(carol.ask("NAMES #a").front(), ":irc.test 353 carol = #a :bob");
}

TEST_F(IrcJoinTest, ManyNamesTakeSeveralLinesEachWithinTheLimit) {
    for (const std::string caps : {"", "userhost-in-names multi-prefix"}) {
        IrcClient carol = connect("carol", caps);
        carol.send("JOIN #big");
        for (int i = 0; i < 200; ++i) {
            const std::string name = "puppet" + std::to_string(i);
            if (service_.lookup_user(name)) continue;
            ASSERT_FALSE((*service_.create_puppet(name, {"user", "host.test", "P", "", false}))->join(group("#big")));
        }
        carol.take();
        std::size_t names = 0;
        const Lines lines = only("353", carol.ask("NAMES #big"));
        EXPECT_GT(lines.size(), 2U);
        for (const std::string& line : lines) {
            EXPECT_GT(line.size(), lines.back() == line ? 0U : 400U) << "lines are used well";
            names += static_cast<std::size_t>(std::count(line.begin(), line.end(), ' ')) - 4;
        }
        EXPECT_EQ(names, group("#big").size());
        carol.send("PART #big");
    }
}

}  // namespace
}  // namespace patchcord::irc
