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

const std::string now = "time=2023-11-14T22:13:20.000Z";

class IrcMessageTagsTest : public IrcTest {};
class IrcEchoTest : public IrcTest {};
class IrcServerTimeTest : public IrcTest {};

TEST_F(IrcMessageTagsTest, ClientOnlyTagsReachThoseWhoAskedForTagsAndNobodyElse) {
    IrcClient ana = join("ana", "message-tags");
    IrcClient bob = join("bob", "message-tags");
    IrcClient carol = join("carol");
    IrcClient dave = join("dave", "server-time");
    for (IrcClient* client : {&ana, &bob, &carol}) client->take();
    ana.send("@+reply=abc;label=l;time=fake;msgid=fake;account=root;+x=a\\:b PRIVMSG #a :hi");
    EXPECT_EQ(bob.take(), (Lines{"@msgid=boot-1;+reply=abc;+x=a\\:b :ana!~ana@users.test PRIVMSG #a :hi"}));
    EXPECT_EQ(carol.take(), (Lines{":ana!~ana@users.test PRIVMSG #a :hi"}));
    EXPECT_EQ(dave.take(), (Lines{"@" + now + " :ana!~ana@users.test PRIVMSG #a :hi"}));
}

TEST_F(IrcMessageTagsTest, TheMsgidIsTheSameForAllAndNeverRepeats) {
    IrcClient ana = join("ana", "message-tags echo-message");
    IrcClient bob = join("bob", "message-tags");
    ana.take();
    ana.send("PRIVMSG #a :1\r\nNOTICE #a :2\r\nTAGMSG #a");
    const Lines echoed = ana.take();
    const Lines heard = bob.take();
    EXPECT_EQ(echoed, heard);
    EXPECT_EQ(heard, (Lines{"@msgid=boot-1 :ana!~ana@users.test PRIVMSG #a :1",
                            "@msgid=boot-2 :ana!~ana@users.test NOTICE #a :2",
                            "@msgid=boot-3 :ana!~ana@users.test TAGMSG #a"}));
}

TEST_F(IrcMessageTagsTest, TagsOfTheFullLengthAreRelayed) {
    IrcClient ana = join("ana", "message-tags");
    IrcClient bob = join("bob", "message-tags server-time account-tag");
    ana.take();
    const std::string tags = "+" + std::string(4093, 'x');
    const std::string head = ":ana!~ana@users.test PRIVMSG #a :";
    const std::string text(510 - head.size(), 'y');
    ana.send("@" + tags + " PRIVMSG #a :" + text);
    const Lines heard = bob.take();
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_NE(heard[0].find(tags + " " + head + text), std::string::npos);
}

TEST_F(IrcMessageTagsTest, AnAccountIsTaggedForThoseWhoAskAndOnlyWhileLoggedIn) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob", "account-tag");
    IrcClient carol = join("carol");
    user("ana").set_account("ana@example.test");
    bob.take();
    carol.take();
    ana.send("PRIVMSG #a :hi\r\nTOPIC #a :t\r\nNICK anna");
    for (const std::string& line : bob.take()) {
        EXPECT_TRUE(line.starts_with("@account=ana@example.test :an")) << line;
    }
    for (const std::string& line : carol.take()) EXPECT_TRUE(line.starts_with(":")) << line;
    user("anna").set_account("");
    ana.send("PRIVMSG #a :hi");
    EXPECT_EQ(bob.take(), (Lines{":anna!~ana@users.test PRIVMSG #a :hi"}));
}

TEST_F(IrcMessageTagsTest, WhatABotDoesIsTagged) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob", "message-tags");
    IrcClient carol = join("carol");
    ana.send("MODE ana +B");
    bob.take();
    carol.take();
    ana.send("PRIVMSG #a :beep\r\nTOPIC #a :t");
    EXPECT_EQ(bob.take(), (Lines{"@bot;msgid=boot-1 :ana!~ana@users.test PRIVMSG #a :beep",
                                 "@bot;msgid=boot-2 :ana!~ana@users.test TOPIC #a :t"}));
    EXPECT_EQ(carol.take().front(), ":ana!~ana@users.test PRIVMSG #a :beep");
}

TEST_F(IrcMessageTagsTest, ATagmsgGoesToThoseWhoAskedForTagsAlone) {
    IrcClient ana = join("ana", "message-tags");
    IrcClient bob = join("bob", "message-tags");
    IrcClient carol = join("carol");
    ana.take();
    bob.take();
    EXPECT_EQ(ana.ask("@+react=:) TAGMSG #a"), Lines{});
    EXPECT_EQ(bob.take(), (Lines{"@msgid=boot-1;+react=:) :ana!~ana@users.test TAGMSG #a"}));
    EXPECT_TRUE(carol.take().empty());
    EXPECT_EQ(ana.ask("@+react=:) TAGMSG carol"), Lines{});
    EXPECT_TRUE(carol.take().empty());
}

TEST_F(IrcMessageTagsTest, ATagmsgObeysTheRulesOfMessages) {
    IrcClient ana = join("ana", "message-tags");
    IrcClient bob = join("bob", "message-tags");
    IrcClient dave = connect("dave", "message-tags");
    IrcClient plain = connect("plain");
    EXPECT_EQ(dave.ask("TAGMSG"), (Lines{":irc.test 411 dave :No recipient given (TAGMSG)"}));
    EXPECT_EQ(dave.ask("@+x TAGMSG #a"), (Lines{":irc.test 404 dave #a :Cannot send to channel (+n)"}));
    EXPECT_EQ(dave.ask("@+x TAGMSG nobody"), (Lines{":irc.test 401 dave nobody :No such nick/channel"}));
    EXPECT_EQ(dave.ask("@+x TAGMSG #none"), (Lines{":irc.test 403 dave #none :No such channel"}));
    EXPECT_EQ(plain.ask("@+x TAGMSG ana"), (Lines{":irc.test 421 plain TAGMSG :Unknown command"}));
    ana.send("MODE #a +m");
    bob.take();
    EXPECT_EQ(commands_of(bob.ask("@+x TAGMSG #a")), (Lines{"404"}));
}

TEST_F(IrcEchoTest, WhatIsSentComesBackToThoseWhoAsked) {
    IrcClient ana = join("ana", "echo-message");
    IrcClient bob = join("bob");
    ana.take();
    EXPECT_EQ(ana.ask("PRIVMSG #a :hi"), (Lines{":ana!~ana@users.test PRIVMSG #a :hi"}));
    EXPECT_EQ(ana.ask("NOTICE BOB :hi"), (Lines{":ana!~ana@users.test NOTICE bob :hi"}));
    EXPECT_EQ(bob.ask("PRIVMSG #a :hi"), Lines{});
}

TEST_F(IrcEchoTest, WhatIsRefusedIsNotEchoed) {
    IrcClient ana = join("ana");
    IrcClient bob = connect("bob", "echo-message");
    EXPECT_EQ(commands_of(bob.ask("PRIVMSG #a :hi")), (Lines{"404"}));
    EXPECT_EQ(bob.ask("NOTICE #a :hi"), Lines{});
    EXPECT_EQ(commands_of(bob.ask("PRIVMSG ana :" + std::string(490, 'x'))), (Lines{"417"}));
}

TEST_F(IrcEchoTest, AnEchoedTagmsgNeedsMessageTags) {
    IrcClient ana = join("ana", "echo-message message-tags");
    EXPECT_EQ(commands_of(ana.ask("@+x=y TAGMSG #a")), (Lines{"TAGMSG"}));
    ana.send("CAP REQ :-message-tags");
    EXPECT_EQ(commands_of(ana.ask("@+x=y TAGMSG #a")), (Lines{"421"}));
}

TEST_F(IrcServerTimeTest, EveryLineFromTheFirstToTheLastHasTheTime) {
    IrcClient bob = join("bob");
    IrcClient ana = open();
    ana.send("CAP REQ :server-time away-notify extended-join chghost invite-notify");
    ana.take();
    ana.send(
        "NICK ana\r\nUSER a 0 * :a\r\nCAP END\r\nJOIN #a\r\nFOO\r\nLIST\r\nWHO #a\r\nWHOIS bob\r\nCAP LIST\r\n"
        "MONITOR + bob,nobody\r\nPING x\r\nTOPIC #a :t\r\nMODE #a b\r\nHELP");
    bob.send("AWAY :x\r\nNICK bobby\r\nTOPIC #a :x\r\nPRIVMSG ana :hi\r\nJOIN #b\r\nINVITE ana #b\r\nPART #a\r\nQUIT");
    advance(91s);
    ana.send("QUIT");
    const Lines lines = ana.take();
    EXPECT_GT(lines.size(), 50U);
    for (const std::string& line : lines) EXPECT_TRUE(line.starts_with("@time=2023-11-14T22:1")) << line;
}

TEST_F(IrcServerTimeTest, TheTimeIsThatOfTheEventInMilliseconds) {
    IrcClient ana = join("ana", "server-time");
    IrcClient bob = join("bob");
    ana.take();
    advance(1234ms);
    bob.send("PRIVMSG #a :hi");
    EXPECT_EQ(ana.take(), (Lines{"@time=2023-11-14T22:13:21.234Z :bob!~bob@users.test PRIVMSG #a :hi"}));
    advance(100ms);
    bob.send("PRIVMSG #a :hi");
    EXPECT_EQ(ana.take(), (Lines{"@time=2023-11-14T22:13:21.334Z :bob!~bob@users.test PRIVMSG #a :hi"}));
    advance(std::chrono::hours(24 * 365));
    EXPECT_EQ(server_.time_tag(), "2024-11-13T22:13:21.334Z");
}

TEST_F(IrcServerTimeTest, TurnedOffItIsGoneAtOnce) {
    IrcClient ana = connect("ana", "server-time");
    EXPECT_TRUE(ana.ask("PING x").front().starts_with("@time="));
    ana.send("CAP REQ :-server-time");
    EXPECT_EQ(ana.ask("PING x"), (Lines{":irc.test PONG irc.test :x"}));
}

}  // namespace
}  // namespace patchcord::irc
