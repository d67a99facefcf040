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

class IrcTypingTest : public IrcTest {
  protected:
    IrcTypingTest() {
        ana_.take();
        bob_.take();
        plain_.take();
    }
    static std::string typing(const std::string& state) {
        return "@+typing=" + state + " :ana!~ana@users.test TAGMSG #a";
    }

    IrcClient ana_ = join("ana", "message-tags");
    IrcClient bob_ = join("bob", "message-tags");
    IrcClient plain_ = join("plain");
};

TEST_F(IrcTypingTest, ItReachesThoseWhoKnowTagsAlone) {
    EXPECT_EQ(ana_.ask("@+typing=active TAGMSG #a"), Lines{});
    EXPECT_EQ(bob_.take(), (Lines{typing("active")}));
    EXPECT_TRUE(plain_.take().empty());
    ana_.send("@+typing=active TAGMSG bob");
    EXPECT_EQ(bob_.take(), (Lines{"@+typing=active :ana!~ana@users.test TAGMSG bob"}));
}

TEST_F(IrcTypingTest, ActiveIsPassedOnOnceInThreeSecondsAPlace) {
    for (int i = 0; i < 10; ++i) ana_.send("@+typing=active TAGMSG #a");
    ana_.send("@+typing=active TAGMSG bob");
    EXPECT_EQ(bob_.take().size(), 2U);
    advance(2999ms);
    ana_.send("@+typing=active TAGMSG #a");
    EXPECT_TRUE(bob_.take().empty());
    advance(1ms);
    ana_.send("@+typing=active TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{typing("active")}));
}

TEST_F(IrcTypingTest, PausedAndDoneFollowOnlyWhatTheyEnd) {
    ana_.send("@+typing=done TAGMSG #a");
    ana_.send("@+typing=paused TAGMSG #a");
    EXPECT_TRUE(bob_.take().empty());
    ana_.send("@+typing=active TAGMSG #a");
    ana_.send("@+typing=paused TAGMSG #a");
    ana_.send("@+typing=paused TAGMSG #a");
    ana_.send("@+typing=done TAGMSG #a");
    ana_.send("@+typing=done TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{typing("active"), typing("paused"), typing("done")}));
}

TEST_F(IrcTypingTest, AMessageEndsItWithoutANotice) {
    ana_.send("@+typing=active TAGMSG #a");
    ana_.send("PRIVMSG #a :hi");
    bob_.take();
    ana_.send("@+typing=done TAGMSG #a");
    EXPECT_TRUE(bob_.take().empty());
    ana_.send("@+typing=active TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{typing("active")}));
}

TEST_F(IrcTypingTest, TheDraftNameIsUnderstood) {
    ana_.send("@+draft/typing=active TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{typing("active")}));
}

TEST_F(IrcTypingTest, OtherTagsBesideItTravelOnTheirOwn) {
    ana_.send("@+typing=active;+x=y TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{typing("active"), "@msgid=boot-1;+x=y :ana!~ana@users.test TAGMSG #a"}));
}

TEST_F(IrcTypingTest, WhoMayNotSpeakMayNotType) {
    IrcClient dave = connect("dave", "message-tags");
    EXPECT_EQ(commands_of(dave.ask("@+typing=active TAGMSG #a")), (Lines{"404"}));
    EXPECT_EQ(commands_of(dave.ask("@+typing=active TAGMSG nobody")), (Lines{"401"}));
    EXPECT_EQ(commands_of(dave.ask("@+typing=active TAGMSG #none")), (Lines{"403"}));
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(IrcTypingTest, AStatusPrefixChoosesWhoSees) {
    bob_.send("@+typing=active TAGMSG @#a");
    EXPECT_EQ(ana_.take(), (Lines{"@+typing=active :bob!~bob@users.test TAGMSG @#a"}));
    IrcClient erin = join("erin", "message-tags");
    bob_.take();
    ana_.send("@+typing=active TAGMSG @#a");
    EXPECT_TRUE(bob_.take().empty());
}

TEST_F(IrcTypingTest, TargetsAreLimitedAsForMessages) {
    std::string targets = "#a,bob,plain,#a,bob";
    EXPECT_EQ(commands_of(ana_.ask("@+typing=active TAGMSG " + targets)), (Lines{"407"}));
}

TEST_F(IrcTypingTest, OthersAreToldByCtcpWhereThatIsWanted) {
    ana_.send("@+typing=active TAGMSG plain");
    EXPECT_TRUE(plain_.take().empty());
    change_options([](ServerOptions& options) { options.typing = TypingForm::ctcp; });
    advance(3s);
    ana_.send("@+typing=active TAGMSG plain");
    ana_.send("@+typing=paused TAGMSG plain");
    ana_.send("@+typing=done TAGMSG plain");
    const std::string head = ":ana!~ana@users.test PRIVMSG plain :\x01TYPING ";
    EXPECT_EQ(plain_.take(), (Lines{head + "1\x01", head + "0\x01", head + "0\x01"}));
    ana_.send("@+typing=active TAGMSG #a");
    EXPECT_TRUE(plain_.take().empty()) << "in queries only";
    ana_.send("@+typing=active TAGMSG bob");
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"TAGMSG", "TAGMSG"})) << "tags for those who know them";
}

TEST_F(IrcTypingTest, CtcpTypingIsUnderstoodWhereThatIsWanted) {
    plain_.send("PRIVMSG bob :\x01TYPING 1\x01");
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"PRIVMSG"})) << "a CTCP like any other";
    change_options([](ServerOptions& options) { options.typing = TypingForm::ctcp; });
    const auto seen = [](const std::string& state) {
        return "@+typing=" + state + " :plain!~plain@users.test TAGMSG bob";
    };
    EXPECT_EQ(plain_.ask("PRIVMSG bob :\x01TYPING 1\x01"), Lines{});
    EXPECT_EQ(bob_.take(), (Lines{seen("active")}));
    plain_.send("PRIVMSG bob :\x01TYPING 2\x01");
    plain_.send("PRIVMSG bob :\x01TYPING 0\x01");
    EXPECT_EQ(bob_.take(), (Lines{seen("paused"), seen("done")}));
    plain_.send("PRIVMSG bob :\x01TYPING much\x01");
    plain_.send("PRIVMSG #a :\x01TYPING 1\x01");
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"PRIVMSG", "PRIVMSG"}));
    EXPECT_EQ(commands_of(plain_.ask("PRIVMSG nobody :\x01TYPING 1\x01")), (Lines{"401"}));
}

TEST_F(IrcTypingTest, AnUnknownStateIsATagLikeAnyOther) {
    ana_.send("@+typing=furiously TAGMSG #a");
    EXPECT_EQ(bob_.take(), (Lines{"@msgid=boot-1;+typing=furiously :ana!~ana@users.test TAGMSG #a"}));
}

}  // namespace
}  // namespace patchcord::irc
