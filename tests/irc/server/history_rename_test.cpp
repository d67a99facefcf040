#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;

class IrcHistoryRenameTest : public IrcHistoryTest {
  protected:
    Lines ask(IrcClient& client, const std::string& channel) {
        return settled(client, "CHATHISTORY LATEST " + channel + " * 20");
    }

    IrcClient bob_ = join("bob");
};

TEST_F(IrcHistoryRenameTest, WhatWasSaidIsReadUnderTheNewNameAsIfItHadAlwaysBeenThat) {
    bob_.send("PRIVMSG #a :before\r\nRENAME #a #Beta :better\r\nPRIVMSG #beta :after");
    IrcClient carol = connect("carol", std::string(modern_caps));
    carol.send("JOIN #beta");
    settle();
    const Lines lines = only("PRIVMSG", ask(carol, "#beta"));
    EXPECT_EQ(texts(lines), (Lines{"before", "after"}));
    for (const std::string& line : lines) EXPECT_NE(line.find(" PRIVMSG #Beta :"), std::string::npos) << line;
}

TEST_F(IrcHistoryRenameTest, ItIsGoneFromTheOldName) {
    bob_.send("PRIVMSG #a :secret\r\nRENAME #a #b");
    IrcClient mal = join("mal", modern_caps);
    EXPECT_EQ(texts(ask(mal, "#a")), (Lines{}));
    mal.send("PRIVMSG #a :hello");
    EXPECT_EQ(texts(ask(mal, "#a")), (Lines{"hello"}));
}

TEST_F(IrcHistoryRenameTest, TheRenamingIsAnEventForWhoUnderstandsIt) {
    bob_.send("TOPIC #a :tea\r\nRENAME #a #b :better");
    EXPECT_EQ(last().command + " " + last().params + " " + *last().text, "RENAME #a #b better");
    EXPECT_TRUE(last().event);
    IrcClient carol = connect("carol", std::string(modern_caps) + " draft/event-playback draft/channel-rename");
    carol.send("JOIN #b");
    settle();
    const Lines lines = ask(carol, "#b");
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "JOIN", "TOPIC", "RENAME", "JOIN", "BATCH"}));
    EXPECT_NE(lines[1].find(" JOIN #b"), std::string::npos) << lines[1];
    EXPECT_NE(lines[3].find(" RENAME #a #b :better"), std::string::npos) << lines[3];
    IrcClient dora = connect("dora", std::string(modern_caps) + " draft/event-playback");
    dora.send("JOIN #b");
    settle();
    EXPECT_EQ(only("RENAME", ask(dora, "#b")), (Lines{}));
}

TEST_F(IrcHistoryRenameTest, OtherParametersStayAsTheyWere) {
    IrcClient carol = join("carol");
    bob_.send("MODE #a +k key\r\nKICK #a carol :out\r\nRENAME #a #b");
    IrcClient dora = connect("dora", std::string(modern_caps) + " draft/event-playback");
    dora.send("JOIN #b key");
    settle();
    const Lines lines = ask(dora, "#b");
    ASSERT_EQ(only("MODE", lines).size(), 1U);
    EXPECT_NE(only("MODE", lines)[0].find(" MODE #b +k key"), std::string::npos) << only("MODE", lines)[0];
    EXPECT_NE(only("KICK", lines)[0].find(" KICK #b carol :out"), std::string::npos) << only("KICK", lines)[0];
}

}  // namespace
}  // namespace patchcord::irc
