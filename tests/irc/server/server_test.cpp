#include "irc/server/server.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "irc/server/metrics.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

class IrcServerTest : public IrcTest {
  protected:
    // All tokens of RPL_ISUPPORT, each with a space before and behind.
    std::string isupport(bool secure = false) const {
        std::string all = " ";
        for (const std::string& line : server_.isupport(secure)) all += line + " ";
        return all;
    }
};

// RPL_ISUPPORT

TEST_F(IrcServerTest, IsupportSaysWhatTheServerDoes) {
    const std::string all = isupport();
    for (const std::string token : {"NETWORK=Test",
                                    "CASEMAPPING=ascii",
                                    "CHANTYPES=#&",
                                    "PREFIX=(ov)@+",
                                    "STATUSMSG=@+",
                                    "CHANMODES=Ibe,k,l,imnst",
                                    "CHANLIMIT=#&:50",
                                    "MAXLIST=I:100,b:100,e:100",
                                    "EXCEPTS=e",
                                    "INVEX=I",
                                    "NICKLEN=30",
                                    "USERLEN=20",
                                    "CHANNELLEN=64",
                                    "TOPICLEN=390",
                                    "KICKLEN=390",
                                    "AWAYLEN=390",
                                    "NAMELEN=150",
                                    "MAXTARGETS=4",
                                    "ELIST=CMNTU",
                                    "SAFELIST",
                                    "MONITOR=100",
                                    "WHOX",
                                    "BOT=B",
                                    "UTF8ONLY",
                                    "TARGMAX=NAMES:,LIST:,KICK:,WHOIS:1,PRIVMSG:4,NOTICE:4,TAGMSG:4,MONITOR:"}) {
        EXPECT_NE(all.find(" " + token + " "), std::string::npos) << token;
    }
}

TEST_F(IrcServerTest, WhoCameByTlsIsNotSentToAPlaceWithout) {
    EXPECT_EQ(isupport().find("FILEHOST"), std::string::npos);
    ServerOptions options = server_.options();
    options.file_host = "http://files.example/upload";
    server_.reload(options);
    EXPECT_NE(isupport().find(" FILEHOST=http://files.example/upload "), std::string::npos);
    EXPECT_NE(isupport().find(" soju.im/FILEHOST=http://files.example/upload "), std::string::npos);
    EXPECT_EQ(isupport(true).find("FILEHOST"), std::string::npos);
    options.file_host = "https://files.example/upload";
    server_.reload(options);
    EXPECT_NE(isupport(true).find(" soju.im/FILEHOST=https://files.example/upload "), std::string::npos);
}

TEST_F(IrcServerTest, IsupportLinesAreShortEnoughForTheLongestNick) {
    IrcClient ana = connect(std::string(30, 'n'));
    for (const std::string& line : only("005", ana.ask("VERSION"))) {
        EXPECT_TRUE(line.ends_with(" :are supported by this server")) << line;
        EXPECT_LE(std::count(line.begin(), line.end(), ' '), 3 + 13 + 4) << line;
    }
}

TEST_F(IrcServerTest, NoLimitOfTargetsIsAnEmptyOne) {
    change_options([](ServerOptions& options) { options.max_targets = 0; });
    EXPECT_NE(isupport().find("PRIVMSG:,NOTICE:,TAGMSG:,"), std::string::npos);
    EXPECT_EQ(isupport().find("MAXTARGETS"), std::string::npos);
}

// reload

TEST_F(IrcServerTest, ClientsAreToldWhenWhatIsSupportedChanges) {
    IrcClient ana = connect("ana");
    IrcClient early = open();
    change_options([](ServerOptions& options) { options.topic_length = 100; });
    EXPECT_NE(only("005", ana.take()), Lines{});
    EXPECT_TRUE(early.take().empty());
    change_options([](ServerOptions& options) { options.motd = {"new"}; });
    EXPECT_TRUE(ana.take().empty()) << "nothing they were told is different";
    EXPECT_EQ(commands_of(ana.ask("MOTD")).front(), "375");
}

TEST_F(IrcServerTest, NewOptionsHoldForCommandsAtOnce) {
    IrcClient ana = connect("ana");
    change_options([](ServerOptions& options) {
        options.max_targets = 1;
        options.ping_interval = 10s;
        options.whowas_entries = 0;
    });
    ana.take();
    EXPECT_EQ(commands_of(ana.ask("PRIVMSG ana,zed :x")), (Lines{"PRIVMSG", "407"}));
    connect("bob").send("QUIT");
    EXPECT_EQ(commands_of(ana.ask("WHOWAS bob")), (Lines{"406", "369"}));
}

TEST_F(IrcServerTest, AReloadInsideALabelledRehashIsPartOfItsAnswer) {
    IrcClient ana = connect("ana", "labeled-response batch");
    make_operator(ana);
    const Lines lines = ana.ask("@label=x REHASH");
    EXPECT_EQ(lines, (Lines{"@label=x :irc.test 382 ana gateway.toml :Rehashing"}));
}

// shut_down

TEST_F(IrcServerTest, ShuttingDownSaysGoodbyeToEverybody) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    IrcClient early = open();
    ana.take();
    server_.shut_down("Server shutting down");
    EXPECT_EQ(only("ERROR", ana.take()), (Lines{"ERROR :Closing Link: ana (Server shutting down)"}));
    EXPECT_EQ(only("ERROR", bob.take()), (Lines{"ERROR :Closing Link: bob (Server shutting down)"}));
    EXPECT_EQ(early.take(), (Lines{"ERROR :Closing Link: * (Server shutting down)"}));
    EXPECT_TRUE(ana.closed() && bob.closed() && early.closed());
    EXPECT_EQ(service_.counts().online, 0U);
    server_.shut_down("again");
    EXPECT_TRUE(ana.take().empty());
}

TEST_F(IrcServerTest, ShuttingDownInTheMiddleOfAHandshakeIsNoHarm) {
    const auto session = server_.make_session();
    server_.shut_down("Server shutting down");
    SUCCEED();
}

TEST_F(IrcServerTest, ShuttingDownDuringALongAnswerAndAPasswordQuestionIsNoHarm) {
    for (int i = 0; i < 300; ++i) (*service_.create_group("#c" + std::to_string(i)))->set_permanent(true);
    IrcClient ana = connect("ana", "labeled-response batch");
    IrcClient bob = connect("bob", "labeled-response batch");
    ana.send("@label=l LIST");
    bob.send("@label=l OPER admin right");
    server_.shut_down("bye");
    passwords_.answer(chat::PasswordVerifier::Answer::right);
    advance(1min);
    EXPECT_EQ(commands_of(bob.take()).back(), "ERROR");
}

// small things

TEST_F(IrcServerTest, ARefusalIsAnErrorLine) {
    EXPECT_EQ(server_.refusal("Too many connections"), "ERROR :Closing Link: (Too many connections)\r\n");
    EXPECT_EQ(server_.refusal("a\r\nb"), "ERROR :Closing Link: (a  b)\r\n");
}

TEST_F(IrcServerTest, MsgidsHoldTheRunAndTheMessage) {
    EXPECT_EQ(server_.msgid(chat::MessageId{42}), "boot-42");
}

TEST_F(IrcServerTest, TimeTagsAreRightWhateverWasAskedBefore) {
    const auto at = [](long long milliseconds) { return chat::WallTime(std::chrono::milliseconds(milliseconds)); };
    EXPECT_EQ(server_.time_tag(at(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(server_.time_tag(at(951782399999)), "2000-02-28T23:59:59.999Z");
    EXPECT_EQ(server_.time_tag(at(951782400000)), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(server_.time_tag(at(951782400007)), "2000-02-29T00:00:00.007Z");
    EXPECT_EQ(server_.time_tag(at(951782399999)), "2000-02-28T23:59:59.999Z");
}

TEST_F(IrcServerTest, ASessionIsOpenUntilItIsGone) {
    const std::size_t before = static_cast<std::size_t>(server_.metrics().connections.value());
    {
        IrcClient ana = connect("ana");
        EXPECT_EQ(server_.metrics().connections.value(), static_cast<std::int64_t>(before) + 1);
        ana.send("QUIT");
        EXPECT_EQ(server_.metrics().registered.value(), 0);
    }
    EXPECT_EQ(server_.metrics().connections.value(), static_cast<std::int64_t>(before));
    EXPECT_EQ(server_.metrics().connections_total.value(), 1);
}

TEST_F(IrcServerTest, EveryLimitHasAnOwnNameAndCounter) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Limit::count_); ++i) {
        EXPECT_TRUE(names.insert(limit_name(static_cast<Limit>(i))).second);
        EXPECT_FALSE(limit_name(static_cast<Limit>(i)).empty());
    }
    server_.metrics().limit_hits(Limit::flood).add(3);
    EXPECT_EQ(metrics_.value("patchcord_irc_limit_hits_total", "limit=\"flood\""), 3);
}

TEST_F(IrcServerTest, LinesReceivedAreCounted) {
    IrcClient ana = connect("ana");
    const std::int64_t before = server_.metrics().lines_received.value();
    ana.send("PING x\r\n\r\nFOO");
    EXPECT_EQ(server_.metrics().lines_received.value(), before + 3);
}

}  // namespace
}  // namespace patchcord::irc
