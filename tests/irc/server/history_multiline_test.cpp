#include "irc/server/history_render.hpp"
#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;

const std::string several = "batch draft/multiline message-tags";
const std::string bob_says = ":bob!~bob@users.test ";

/// bob says one message of several lines; carol comes later and asks.
class IrcHistoryMultilineTest : public IrcHistoryTest {
  protected:
    static void say_lines(IrcClient& client, const Lines& lines, const std::string& tags = {}) {
        client.send(tags + "BATCH +1 draft/multiline #a");
        for (const std::string& line : lines) client.send(line);
        client.send("BATCH -1");
    }
    Lines ask(IrcClient& client) { return settled(client, "CHATHISTORY LATEST #a * 9"); }

    IrcClient bob_ = join("bob", several);
};

TEST_F(IrcHistoryMultilineTest, AMessageOfSeveralLinesIsABatchInsideThatOfTheHistory) {
    say_lines(bob_, {"@batch=1 PRIVMSG #a :one", "@batch=1 PRIVMSG #a :", "@batch=1 PRIVMSG #a :three"}, "@+x=1 ");
    const std::string msgid = last().msgid;
    const std::string dated = dated_prefix(server_, last().at);  // carol does not know server-time
    IrcClient carol = join("carol", several + " draft/chathistory");
    EXPECT_EQ(ask(carol),
              (Lines{":irc.test BATCH +b1 chathistory #a",
                     "@batch=b1;msgid=" + msgid + ";+x=1 " + bob_says + "BATCH +b2 draft/multiline #a",
                     "@batch=b2 " + bob_says + "PRIVMSG #a :" + dated + "one",
                     "@batch=b2 " + bob_says + "PRIVMSG #a :", "@batch=b2 " + bob_says + "PRIVMSG #a :three",
                     "@batch=b1 " + bob_says + "BATCH -b2", ":irc.test BATCH -b1"}));
}

TEST_F(IrcHistoryMultilineTest, OthersGetLinesWithoutTheBlankOnes) {
    say_lines(bob_, {"@batch=1 PRIVMSG #a :one", "@batch=1 PRIVMSG #a :", "@batch=1 PRIVMSG #a :three"});
    const std::string msgid = last().msgid;
    IrcClient carol = join("carol", "batch message-tags draft/chathistory server-time");
    const Lines lines = ask(carol);
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "PRIVMSG", "PRIVMSG", "BATCH"}));
    EXPECT_NE(lines[1].find(";batch=b1;msgid=" + msgid + " " + bob_says + "PRIVMSG #a :one"), std::string::npos)
        << lines[1];
    EXPECT_NE(lines[2].find(";batch=b1 " + bob_says + "PRIVMSG #a :three"), std::string::npos) << lines[2];
}

TEST_F(IrcHistoryMultilineTest, ALineThatIsTooLongGoesOnWithTheTag) {
    Lines lines;
    std::string text;
    for (int i = 0; i < 3; ++i) {
        const std::string piece(400, static_cast<char>('a' + i));
        lines.push_back("@batch=1" + std::string(i > 0 ? ";draft/multiline-concat" : "") + " PRIVMSG #a :" + piece);
        text += piece;
    }
    say_lines(bob_, lines);
    EXPECT_EQ(last().text, text);
    const std::string dated = dated_prefix(server_, last().at);
    IrcClient carol = join("carol", several + " draft/chathistory");
    const Lines told = only("PRIVMSG", ask(carol));
    ASSERT_EQ(told.size(), 3U);
    std::string joined;
    for (std::size_t i = 0; i < told.size(); ++i) {
        EXPECT_EQ(told[i].find(i > 0 ? "@batch=b2;draft/multiline-concat " : "@batch=b2 "), 0U) << told[i];
        joined += told[i].substr(told[i].find("#a :") + 4);
    }
    EXPECT_EQ(joined, dated + text);
}

TEST_F(IrcHistoryMultilineTest, OneLineAndWhatIsLargerThanABatchMayBeAreLines) {
    bob_.send("PRIVMSG #a :one line");
    IrcClient carol = join("carol", several + " draft/chathistory");
    EXPECT_EQ(commands_of(ask(carol)), (Lines{"BATCH", "PRIVMSG", "BATCH"}));
    say_lines(bob_, {"@batch=1 PRIVMSG #a :one", "@batch=1 PRIVMSG #a :two", "@batch=1 PRIVMSG #a :three"});
    change_options([](ServerOptions& options) { options.multiline_lines = 2; });
    EXPECT_EQ(commands_of(ask(carol)), (Lines{"BATCH", "PRIVMSG", "PRIVMSG", "PRIVMSG", "PRIVMSG", "BATCH"}));
}

TEST_F(IrcHistoryMultilineTest, TheTimeAndTheAccountAreOnTheOpeningLineOnly) {
    say_lines(bob_, {"@batch=1 PRIVMSG #a :one", "@batch=1 PRIVMSG #a :two"});
    const std::string time = "time=" + std::string(server_.time_tag(last().at));
    IrcClient carol = join("carol", several + " draft/chathistory server-time account-tag");
    const Lines lines = ask(carol);
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "BATCH", "PRIVMSG", "PRIVMSG", "BATCH", "BATCH"}));
    EXPECT_EQ(lines[1].find("@" + time + ";batch=b1;"), 0U) << lines[1];
    for (const std::size_t i : {2U, 3U}) EXPECT_EQ(lines[i].find("@batch=b2 "), 0U) << lines[i];
}

}  // namespace
}  // namespace patchcord::irc
