// What may be said before being registered: AWAY (pre-away) and ISUPPORT (extended-isupport).

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

class IrcPreAwayTest : public IrcTest {
  protected:
    /// Registers as ana when it has said `line`.
    IrcClient connect_after(const std::string& line) {
        IrcClient client = open();
        client.send("CAP REQ :draft/pre-away");
        client.take();
        client.send(line);
        client.send("NICK ana\r\nUSER ana 0 * :a\r\nCAP END");
        return client;
    }
};

TEST_F(IrcPreAwayTest, WhoSaysItBeforeIsAwayFromTheBeginning) {
    IrcClient bob = connect("bob", "away-notify extended-monitor");
    bob.send("MONITOR + ana");
    bob.take();
    IrcClient ana = connect_after("AWAY :gone to lunch");
    EXPECT_EQ(ana.take().front(), ":irc.test 306 * :You have been marked as being away");
    EXPECT_EQ(user("ana").presence().availability, chat::Availability::away);
    EXPECT_EQ(user("ana").presence().message, "gone to lunch");
    const Lines told = bob.take();
    EXPECT_EQ(only("730", told).size(), 1U) << "that she comes is told all the same";
    EXPECT_EQ(only("AWAY", told), (Lines{":ana!~ana@users.test AWAY :gone to lunch"}));
}

TEST_F(IrcPreAwayTest, NobodyIsThereIsSaidWithAStar) {
    IrcClient ana = connect_after("AWAY *");
    EXPECT_EQ(user("ana").presence().message, "Nobody is there");
}

TEST_F(IrcPreAwayTest, TheLastOneCounts) {
    IrcClient ana = connect_after("AWAY :lunch\r\nAWAY");
    EXPECT_EQ(only("305", ana.take()).size(), 1U);
    EXPECT_EQ(user("ana").presence().availability, chat::Availability::available);
}

TEST_F(IrcPreAwayTest, WithoutTheCapabilityItIsTooEarly) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("AWAY :x"), (Lines{":irc.test 451 * :You have not registered"}));
    ana.send("CAP REQ :draft/pre-away\r\nCAP REQ :-draft/pre-away");
    EXPECT_EQ(commands_of(ana.ask("AWAY :x")), (Lines{"451"}));
}

TEST_F(IrcPreAwayTest, ItIsCutLikeAnyOther) {
    IrcClient ana = connect_after("AWAY :" + std::string(400, 'x'));
    EXPECT_EQ(user("ana").presence().message.size(), server_.options().topic_length);
    EXPECT_EQ(limit_hits(Limit::topic_length), 1);
}

class IrcExtendedIsupportTest : public IrcTest {};

TEST_F(IrcExtendedIsupportTest, ItMayBeAskedForBeforeBeingRegistered) {
    IrcClient ana = open();
    EXPECT_EQ(ana.ask("ISUPPORT"), (Lines{":irc.test 451 * :You have not registered"}));
    ana.send("CAP REQ :draft/extended-isupport");
    const Lines lines = ana.ask("ISUPPORT");
    EXPECT_EQ(only("005", lines).size(), server_.isupport().size());
    EXPECT_EQ(lines.size(), server_.isupport().size()) << "no batch without that capability";
    EXPECT_TRUE(lines.front().starts_with(":irc.test 005 * NETWORK=Test ")) << lines.front();
}

TEST_F(IrcExtendedIsupportTest, WhoIsRegisteredMayAskWithoutTheCapability) {
    IrcClient ana = connect("ana", "batch");
    const Lines lines = ana.ask("ISUPPORT");
    EXPECT_EQ(only("005", lines).size(), lines.size());
    EXPECT_EQ(lines.size(), server_.isupport().size());
}

/// All lines of ISUPPORT stand in one batch of their own.
void expect_batch(const Lines& lines, std::size_t tokens) {
    ASSERT_EQ(lines.size(), tokens + 2);
    const std::string opening = ":irc.test BATCH +";
    ASSERT_TRUE(lines.front().starts_with(opening)) << lines.front();
    const std::string reference = lines.front().substr(opening.size(), lines.front().rfind(' ') - opening.size());
    EXPECT_EQ(lines.front(), opening + reference + " draft/isupport");
    for (std::size_t i = 1; i <= tokens; ++i) {
        EXPECT_TRUE(lines[i].starts_with("@batch=" + reference + " :irc.test 005 ")) << lines[i];
    }
    EXPECT_EQ(lines.back(), ":irc.test BATCH -" + reference);
}

TEST_F(IrcExtendedIsupportTest, WhoKnowsBatchesGetsOneWheneverItIsSent) {
    for (const std::string caps : {"batch draft/extended-isupport", "draft/extended-isupport batch"}) {
        IrcClient ana = open();
        ana.send("CAP REQ :" + caps);
        expect_batch(ana.ask("ISUPPORT"), server_.isupport().size());
        ana.send("NICK ana\r\nUSER ana 0 * :a\r\nCAP END");
        Lines welcome;
        for (const std::string& line : ana.take()) {
            if (line.find(" BATCH ") != std::string::npos || line.find(" 005 ") != std::string::npos) {
                welcome.push_back(line);
            }
        }
        expect_batch(welcome, server_.isupport().size());
        change_options([](ServerOptions& options) { options.max_monitor += 1; });
        expect_batch(ana.take(), server_.isupport().size());
    }
}

TEST_F(IrcExtendedIsupportTest, ALabelIsOnTheBatch) {
    IrcClient ana = connect("ana", "batch labeled-response message-tags draft/extended-isupport");
    const Lines lines = ana.ask("@label=x ISUPPORT");
    ASSERT_EQ(lines.size(), server_.isupport().size() + 2);
    EXPECT_TRUE(lines[0].starts_with("@label=x :irc.test BATCH +isupport")) << lines[0];
    EXPECT_TRUE(lines[0].ends_with(" draft/isupport")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("@batch=isupport")) << lines[1];
    EXPECT_TRUE(lines.back().starts_with(":irc.test BATCH -isupport")) << lines.back();
}

}  // namespace
}  // namespace patchcord::irc
