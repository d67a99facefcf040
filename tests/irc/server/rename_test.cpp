#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::mask_of;
using tests::Visitor;

class IrcRenameTest : public IrcTest {
  protected:
    void clear() {
        ana_.take();
        bob_.take();
    }
    [[nodiscard]] bool exists(const std::string& channel) const { return bool(service_.lookup_group(channel)); }

    IrcClient ana_ = join("ana", "draft/channel-rename");  // operator
    IrcClient bob_ = join("bob");
};

TEST_F(IrcRenameTest, WhoUnderstandsItIsToldAndOthersPartAndJoin) {
    ana_.send("TOPIC #a :tea");
    clear();
    ana_.send("RENAME #a #b :tea is better here");
    EXPECT_EQ(ana_.take(), (Lines{":" + mask_of("ana") + " RENAME #a #b :tea is better here"}));
    const Lines lines = bob_.take();
    ASSERT_EQ(commands_of(lines), (Lines{"PART", "JOIN", "332", "333", "353", "366"}));
    EXPECT_EQ(lines[0], ":" + mask_of("bob") + " PART #a :tea is better here");
    EXPECT_EQ(lines[1], ":" + mask_of("bob") + " JOIN #b");
    EXPECT_EQ(lines[2], ":irc.test 332 bob #b :tea");
    EXPECT_EQ(lines[4], ":irc.test 353 bob = #b :@ana bob");
    EXPECT_FALSE(exists("#a"));
    EXPECT_EQ(group("#b").size(), 2U);
    bob_.send("PRIVMSG #b :hi");
    EXPECT_EQ(ana_.take(), (Lines{":" + mask_of("bob") + " PRIVMSG #b :hi"}));
}

TEST_F(IrcRenameTest, WithoutAReasonItIsEmpty) {
    clear();
    EXPECT_EQ(ana_.ask("RENAME #a #b"), (Lines{":" + mask_of("ana") + " RENAME #a #b :"}));
    EXPECT_EQ(bob_.take().front(), ":" + mask_of("bob") + " PART #a");
}

TEST_F(IrcRenameTest, TheCapabilityIsNotNeededToRename) {
    ana_.send("MODE #a +o bob");
    clear();
    const Lines lines = bob_.ask("RENAME #a #b :why");
    EXPECT_EQ(commands_of(lines), (Lines{"PART", "JOIN", "353", "366"}));
    EXPECT_EQ(ana_.take(), (Lines{":" + mask_of("bob") + " RENAME #a #b :why"}));
}

TEST_F(IrcRenameTest, WhoTurnsItOffPartsAndJoinsAgain) {
    ana_.send("CAP REQ :-draft/channel-rename");
    clear();
    EXPECT_EQ(commands_of(ana_.ask("RENAME #a #b")), (Lines{"PART", "JOIN", "353", "366"}));
}

TEST_F(IrcRenameTest, AnotherCaseIsToldToThoseOnlyWhoUnderstandIt) {
    clear();
    EXPECT_EQ(ana_.ask("RENAME #a #A"), (Lines{":" + mask_of("ana") + " RENAME #a #A :"}));
    EXPECT_EQ(bob_.take(), Lines{});
    EXPECT_EQ(group("#a").name(), "#A");
}

TEST_F(IrcRenameTest, OnlyOperatorsOfTheChannelMay) {
    IrcClient carol = connect("carol");
    EXPECT_EQ(bob_.ask("RENAME #a #b"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
    EXPECT_EQ(carol.ask("RENAME #a #b"), (Lines{":irc.test 442 carol #a :You're not on that channel"}));
    EXPECT_EQ(carol.ask("RENAME #none #b"), (Lines{":irc.test 403 carol #none :No such channel"}));
    EXPECT_EQ(carol.ask("RENAME #a"), (Lines{":irc.test 461 carol RENAME :Not enough parameters"}));
    EXPECT_TRUE(exists("#a"));
    make_operator(carol);
    clear();
    EXPECT_EQ(carol.ask("RENAME #a #b"), Lines{});
    EXPECT_EQ(ana_.take(), (Lines{":" + mask_of("carol") + " RENAME #a #b :"}));
}

TEST_F(IrcRenameTest, ANameThatIsTakenIsRefused) {
    IrcClient carol = connect("carol");
    carol.send("JOIN #c");
    EXPECT_EQ(ana_.ask("RENAME #a #C"),
              (Lines{":irc.test FAIL RENAME CHANNEL_NAME_IN_USE #a #C :There is a channel of that name already"}));
    EXPECT_TRUE(exists("#a"));
}

TEST_F(IrcRenameTest, NamesThatCannotBeAreRefused) {
    for (const std::string& name :
         {std::string("&a"), std::string("b"), std::string("#a"), std::string("#b\a"), "#" + std::string(64, 'b')}) {
        const Lines lines = ana_.ask("RENAME #a " + name);
        ASSERT_EQ(lines.size(), 1U) << name;
        EXPECT_TRUE(lines.front().starts_with(":irc.test FAIL RENAME CANNOT_RENAME #a ")) << lines.front();
    }
    EXPECT_EQ(ana_.ask("RENAME #a :"),
              (Lines{":irc.test FAIL RENAME CANNOT_RENAME #a * :The type of a channel cannot be changed"}));
    group("#a").set_permanent(true);
    EXPECT_EQ(ana_.ask("RENAME #a #b"),
              (Lines{":irc.test FAIL RENAME CANNOT_RENAME #a #b :The name of this channel is in the configuration"}));
    EXPECT_TRUE(exists("#a"));
}

TEST_F(IrcRenameTest, AChannelWithPeopleOnAnotherProtocolKeepsItsName) {
    Visitor paul(service_, "paul");
    ASSERT_FALSE(paul->join(group("#a")));
    EXPECT_EQ(ana_.ask("RENAME #a #b"),
              (Lines{":irc.test FAIL RENAME CANNOT_RENAME #a #b :People on MSN are in the channel, and know it by its "
                     "name only"}));
    EXPECT_TRUE(exists("#a"));
    paul.log_out("bye");
    EXPECT_EQ(commands_of(ana_.ask("RENAME #a #b")), (Lines{"RENAME"}));
}

}  // namespace
}  // namespace patchcord::irc
