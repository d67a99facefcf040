#include <gtest/gtest.h>
#include <string>

#include "irc/wire/formatting.hpp"
#include "tests/support/irc_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::Log;
using tests::Visitor;

const std::string multiline = "batch draft/multiline message-tags";
const std::string ana_says = ":ana!~ana@users.test ";

class IrcMultilineTest : public IrcTest {
  protected:
    // Opens a batch to #a, sends these lines of it, and leaves it open.
    static void begin(IrcClient& client, const Lines& texts, const std::string& tags = {}) {
        client.send(tags + "BATCH +1 draft/multiline #a");
        for (const std::string& text : texts) client.send("@batch=1 PRIVMSG #a :" + text);
    }
    static void say(IrcClient& client, const Lines& texts, const std::string& tags = {}) {
        begin(client, texts, tags);
        client.send("BATCH -1");
    }
    static Lines refusal(const std::string& code_and_text) { return {":irc.test FAIL BATCH " + code_and_text}; }

    IrcClient ana_ = join("ana", multiline);
    IrcClient bob_ = join("bob", multiline);
    void clear() {
        ana_.take();
        bob_.take();
    }
};

TEST_F(IrcMultilineTest, AMessageIsABatchToWhoUnderstandsItAndLinesToOthers) {
    IrcClient carol = join("carol");
    IrcClient dora = join("dora", "message-tags draft/multiline");
    clear();
    carol.take();
    ana_.send("BATCH +1 draft/multiline #a");
    ana_.send("@batch=1 PRIVMSG #a :how is ");
    ana_.send("@draft/multiline-concat;batch=1 privmsg #A :everyone?");
    ana_.send("@batch=1 PRIVMSG #a fine");
    EXPECT_EQ(bob_.take(), Lines{});
    ana_.send("BATCH -1");
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(bob_.take(), (Lines{"@msgid=boot-1 " + ana_says + "BATCH +m1 draft/multiline #a",
                                  "@batch=m1 " + ana_says + "PRIVMSG #a :how is ",
                                  "@batch=m1;draft/multiline-concat " + ana_says + "PRIVMSG #a :everyone?",
                                  "@batch=m1 " + ana_says + "PRIVMSG #a :fine", ana_says + "BATCH -m1"}));
    EXPECT_EQ(carol.take(), (Lines{ana_says + "PRIVMSG #a :how is ", ana_says + "PRIVMSG #a :everyone?",
                                   ana_says + "PRIVMSG #a :fine"}));
    EXPECT_EQ(dora.take(), (Lines{"@msgid=boot-1 " + ana_says + "PRIVMSG #a :how is ",
                                  ana_says + "PRIVMSG #a :everyone?", ana_says + "PRIVMSG #a :fine"}));
}

TEST_F(IrcMultilineTest, BlankLinesAreForThoseOnlyWhoGetTheBatch) {
    IrcClient carol = join("carol", "message-tags");
    clear();
    say(ana_, {"", "a", "", "b"}, "@+x=1 ");
    EXPECT_EQ(bob_.take(), (Lines{"@msgid=boot-1;+x=1 " + ana_says + "BATCH +m1 draft/multiline #a",
                                  "@batch=m1 " + ana_says + "PRIVMSG #a :", "@batch=m1 " + ana_says + "PRIVMSG #a :a",
                                  "@batch=m1 " + ana_says + "PRIVMSG #a :", "@batch=m1 " + ana_says + "PRIVMSG #a :b",
                                  ana_says + "BATCH -m1"}));
    EXPECT_EQ(carol.take(),
              (Lines{"@msgid=boot-1;+x=1 " + ana_says + "PRIVMSG #a :a", "@+x=1 " + ana_says + "PRIVMSG #a :b"}));
}

TEST_F(IrcMultilineTest, ABatchOfOneLineIsAPlainMessage) {
    clear();
    say(ana_, {"hi"});
    EXPECT_EQ(bob_.take(), (Lines{"@msgid=boot-1 " + ana_says + "PRIVMSG #a :hi"}));
}

TEST_F(IrcMultilineTest, PeopleOnAnotherProtocolGetOneMessage) {
    Visitor paul(service_, "paul");
    ASSERT_FALSE(paul->join(group("#a")));
    paul.take();
    say(ana_, {"one", "\x02two\x02"});
    EXPECT_EQ(paul.take(), (Log{"message ana -> #a: one\ntwo"}));
    ana_.send("BATCH +1 draft/multiline paul\r\n@batch=1 NOTICE paul :a\r\n@batch=1 NOTICE paul :b\r\nBATCH -1");
    EXPECT_EQ(paul.take(), (Log{"notice ana -> paul: a\nb"}));
    EXPECT_EQ(server_.metrics().messages_relayed.value(), 2);
}

TEST_F(IrcMultilineTest, TheEchoIsABatchWithTheLabelOnItsFirstLine) {
    IrcClient eve = join("eve", multiline + " labeled-response echo-message server-time");
    eve.send("@label=x BATCH +1 draft/multiline bob\r\n@batch=1 PRIVMSG bob :a\r\n@batch=1 PRIVMSG bob :b");
    EXPECT_EQ(eve.take(), Lines{});
    eve.send("BATCH -1");
    const Lines lines = eve.take();
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "PRIVMSG", "PRIVMSG", "BATCH"}));
    EXPECT_TRUE(lines[0].starts_with("@label=x;time=")) << lines[0];
    EXPECT_TRUE(lines[0].ends_with(";msgid=boot-1 :eve!~eve@users.test BATCH +m1 draft/multiline bob")) << lines[0];
    EXPECT_EQ(lines[1], "@batch=m1 :eve!~eve@users.test PRIVMSG bob :a");
    EXPECT_EQ(lines[3], ":eve!~eve@users.test BATCH -m1");
}

TEST_F(IrcMultilineTest, WithMoreThanTheEchoTheBatchIsInTheReply) {
    IrcClient eve = join("eve", multiline + " labeled-response echo-message");
    bob_.send("AWAY :gone");
    eve.send("@label=x BATCH +1 draft/multiline bob\r\n@batch=1 PRIVMSG bob :a\r\n@batch=1 PRIVMSG bob :b\r\nBATCH -1");
    const Lines lines = eve.take();
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "BATCH", "PRIVMSG", "PRIVMSG", "BATCH", "301", "BATCH"}));
    const std::string outer =
        lines[0].substr(lines[0].find('+') + 1, lines[0].find(" labeled") - lines[0].find('+') - 1);
    EXPECT_TRUE(lines[0].starts_with("@label=x ")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("@batch=" + outer + ";msgid=boot-1 ")) << lines[1];
    EXPECT_TRUE(lines[2].starts_with("@batch=m1 ")) << lines[2];
    EXPECT_TRUE(lines[4].starts_with("@batch=" + outer + " ")) << lines[4];
    EXPECT_TRUE(lines[5].starts_with("@batch=" + outer + " ")) << lines[5];
}

TEST_F(IrcMultilineTest, WithoutAnEchoTheLabelIsAcknowledgedAtTheEnd) {
    IrcClient eve = join("eve", multiline + " labeled-response");
    say(eve, {"a", "b"}, "@label=x ");
    EXPECT_EQ(eve.take(), (Lines{"@label=x :irc.test ACK"}));
    EXPECT_EQ(eve.ask("@label=y PING z"), (Lines{"@label=y :irc.test PONG irc.test :z"}));
}

TEST_F(IrcMultilineTest, TooManyLinesAreRefusedAndTheRestIsPassedOver) {
    change_options([](ServerOptions& options) { options.multiline_lines = 2; });
    clear();
    say(ana_, {"a", "b", "c", "d"});
    EXPECT_EQ(ana_.take(), refusal("MULTILINE_MAX_LINES 2 :The message has too many lines"));
    EXPECT_EQ(bob_.take(), Lines{});
    EXPECT_EQ(limit_hits(Limit::multiline_lines), 1);
    say(ana_, {"a", "b"});
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(bob_.take().size(), 4U);
}

TEST_F(IrcMultilineTest, TooManyBytesAreRefused) {
    change_options([](ServerOptions& options) { options.multiline_bytes = 7; });
    clear();
    say(ana_, {"abc", "defg"});
    EXPECT_EQ(ana_.take(), refusal("MULTILINE_MAX_BYTES 7 :The message has too many bytes"));
    EXPECT_EQ(bob_.take(), Lines{});
    EXPECT_EQ(limit_hits(Limit::multiline_bytes), 1);
}

TEST_F(IrcMultilineTest, AnotherTargetIsRefused) {
    clear();
    begin(ana_, {"a"});
    ana_.send("@batch=1 PRIVMSG bob :b\r\nBATCH -1");
    EXPECT_EQ(ana_.take(), refusal("MULTILINE_INVALID_TARGET #a bob :The line is for another target"));
    EXPECT_EQ(bob_.take(), Lines{});
}

TEST_F(IrcMultilineTest, WhatMakesNoMessageIsInvalid) {
    clear();
    for (const std::string line :
         {"@batch=1;draft/multiline-concat PRIVMSG #a :", "@batch=1 NOTICE #a :b", "@batch=1 TOPIC #a :b",
          "@batch=1 PRIVMSG #a :\x01"
          "ACTION waves\x01",
          "@batch=1 PRIVMSG #a :\xFF", "@batch=2 PRIVMSG #a :b", "PRIVMSG #a :b", "BATCH +2 draft/multiline #a",
          "BATCH -2", "TOPIC #a :b"}) {
        begin(ana_, {"a"});
        const Lines answer = ana_.ask(line);
        ASSERT_EQ(answer.size(), 1U) << line;
        EXPECT_TRUE(answer.front().starts_with(":irc.test FAIL BATCH MULTILINE_INVALID :")) << answer.front();
        EXPECT_EQ(ana_.ask("@batch=1 PRIVMSG #a :more"), Lines{}) << line;
        EXPECT_EQ(ana_.ask("BATCH -1"), Lines{}) << line;
        EXPECT_EQ(bob_.take(), Lines{}) << line;
    }
    EXPECT_EQ(group("#a").meta().topic, "");
}

TEST_F(IrcMultilineTest, AnEmptyOrBlankMessageIsInvalid) {
    clear();
    for (const Lines& texts : {Lines{}, Lines{""}, Lines{"", "", ""}}) {
        say(ana_, texts);
        EXPECT_EQ(ana_.take(), refusal("MULTILINE_INVALID :There is nothing in the message"));
    }
    EXPECT_EQ(bob_.take(), Lines{});
}

TEST_F(IrcMultilineTest, ALineThatWouldNotReachReceiversWholeIsRefused) {
    clear();
    const std::size_t most = 510 - (ana_says + "PRIVMSG #a :").size();
    say(ana_, {"a", std::string(most + 1, 'x')});
    EXPECT_EQ(ana_.take(), refusal("MULTILINE_INVALID :A line is too long to be passed on"));
    EXPECT_EQ(bob_.take(), Lines{});
    EXPECT_EQ(limit_hits(Limit::line_length), 1);
    say(ana_, {"a", std::string(most, 'x')});
    EXPECT_EQ(bob_.take().size(), 4U);
}

TEST_F(IrcMultilineTest, ABatchThatIsNotEndedIsGivenUpAfter15Seconds) {
    IrcClient eve = join("eve", multiline + " labeled-response");
    clear();
    begin(eve, {"a"}, "@label=x ");
    advance(14999ms);
    EXPECT_EQ(eve.take(), Lines{});
    advance(1ms);
    EXPECT_EQ(eve.take(), (Lines{"@label=x :irc.test FAIL BATCH TIMEOUT 1 :The batch was not ended in time"}));
    EXPECT_EQ(eve.ask("@batch=1 PRIVMSG #a :b"), Lines{});
    EXPECT_EQ(eve.ask("BATCH -1"), Lines{});
    EXPECT_EQ(bob_.take(), Lines{});
    say(eve, {"a", "b"});
    EXPECT_EQ(bob_.take().size(), 4U);
}

TEST_F(IrcMultilineTest, ABatchThatEndedOrWhoseClientLeftIsNotTimedOut) {
    say(ana_, {"a", "b"});
    begin(bob_, {"a"});
    bob_.hang_up();
    advance(20s);
    EXPECT_EQ(ana_.take().size(), 2U);  // bob's coming and his quit
}

TEST_F(IrcMultilineTest, PingIsAnsweredInTheMiddle) {
    clear();
    begin(ana_, {"a"});
    EXPECT_EQ(ana_.ask("PING y"), (Lines{":irc.test PONG irc.test :y"}));
    EXPECT_EQ(ana_.ask("PONG y"), Lines{});
    ana_.send("@batch=1 PRIVMSG #a :b\r\nBATCH -1");
    EXPECT_EQ(bob_.take().size(), 4U);
}

TEST_F(IrcMultilineTest, ReferencesThatAreNoneAreRefused) {
    clear();
    EXPECT_EQ(ana_.ask("BATCH +a_b draft/multiline #a"),
              refusal("INVALID_REFTAG a_b :A batch is named by letters, digits and hyphens"));
    EXPECT_EQ(ana_.ask("BATCH -9"), refusal("INVALID_REFTAG 9 :There is no such batch"));
    EXPECT_EQ(ana_.ask("BATCH 9"), refusal("INVALID_REFTAG 9 :A batch is opened with + and ended with -"));
    EXPECT_EQ(ana_.ask("@batch=9 PRIVMSG #a :x"), refusal("INVALID_REFTAG 9 :There is no such batch"));
    EXPECT_EQ(bob_.take(), Lines{});
}

TEST_F(IrcMultilineTest, OtherTypesAndTargetsAreRefused) {
    clear();
    EXPECT_EQ(ana_.ask("BATCH +1 netsplit a b"),
              refusal("UNKNOWN_TYPE 1 netsplit :There is no such type of batch for clients"));
    EXPECT_EQ(ana_.ask("BATCH +1 draft/multiline"), refusal("MULTILINE_INVALID :A multiline batch needs a target"));
    EXPECT_EQ(ana_.ask("BATCH +1 draft/multiline #a,bob"),
              refusal("MULTILINE_INVALID :A multiline batch has one target"));
    for (const std::string own : {"*patchcord", "&contacts"}) {
        EXPECT_EQ(ana_.ask("BATCH +1 draft/multiline " + own),
                  refusal("MULTILINE_INVALID :What is said here has one line"));
    }
}

TEST_F(IrcMultilineTest, RefusalsOfTheTargetAreThoseOfAnyMessage) {
    ana_.send("BATCH +1 draft/multiline #none\r\n@batch=1 PRIVMSG #none :a\r\n@batch=1 PRIVMSG #none :b");
    EXPECT_EQ(ana_.ask("BATCH -1"), (Lines{":irc.test 403 ana #none :No such channel"}));
}

TEST_F(IrcMultilineTest, WithoutBothCapabilitiesThereIsNoSuchCommand) {
    for (const std::string caps : {"", "batch", "draft/multiline"}) {
        IrcClient eve = connect("eve", caps);
        EXPECT_EQ(eve.ask("BATCH +1 draft/multiline #a"), (Lines{":irc.test 421 eve BATCH :Unknown command"})) << caps;
    }
}

TEST_F(IrcMultilineTest, WhoTurnsItOffGetsLinesAgain) {
    bob_.send("CAP REQ :-draft/multiline");
    clear();
    say(ana_, {"a", "b"});
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"PRIVMSG", "PRIVMSG"}));
    EXPECT_EQ(commands_of(bob_.ask("BATCH +1 draft/multiline #a")), (Lines{"421"}));
}

TEST_F(IrcMultilineTest, TheLimitsAreToldWithTheCapability) {
    change_options([](ServerOptions& options) {
        options.multiline_bytes = 5000;
        options.multiline_lines = 50;
    });
    IrcClient eve = open();
    std::string all;
    for (const std::string& line : eve.ask("CAP LS 302")) all += line + " ";
    EXPECT_NE(all.find("draft/multiline=max-bytes=5000,max-lines=50 "), std::string::npos) << all;
    for (const std::string& line : open().ask("CAP LS")) EXPECT_EQ(line.find("max-"), std::string::npos) << line;
}

TEST_F(IrcMultilineTest, ItsLinesCostAsMuchAsTheOptionSays) {
    for (const bool dear : {false, true}) {
        change_options([&](ServerOptions& options) {
            options.flood = {20, 1};
            options.multiline_cost = dear ? 1 : 0.1;
        });
        IrcClient eve = join("eve", multiline);
        clear();
        say(eve, Lines(30, "x"));
        EXPECT_EQ(bob_.take().size(), dear ? 0U : 32U);
        advance(25s);
        EXPECT_EQ(bob_.take().size(), dear ? 32U : 0U);
    }
}

TEST_F(IrcMultilineTest, SeveralLinesFromElsewhereAreABatch) {
    chat::User& paul = **service_.create_puppet("paul", {"paul", "hotmail.test", "Paul", "", false});
    ASSERT_FALSE(paul.join(group("#a")));
    IrcClient carol = join("carol");
    clear();
    const auto say_all = [&](const std::string& text, chat::MessageKind kind) {
        chat::Message message{{}, nullptr, {&group("#a"), nullptr, {}}, kind, chat::MessageText(chat::StyledText(text)),
                              {}};
        chat::RenderCache cache;
        EXPECT_FALSE(paul.send(message, cache));
    };
    const std::string paul_says = ":paul!paul@hotmail.test ";
    say_all("one\n\n" + std::string(600, 'x') + "\n", chat::MessageKind::text);
    const Lines lines = bob_.take();
    ASSERT_EQ(commands_of(lines), (Lines{"BATCH", "PRIVMSG", "PRIVMSG", "PRIVMSG", "PRIVMSG", "BATCH"}));
    EXPECT_EQ(lines[0], "@msgid=boot-1 " + paul_says + "BATCH +m1 draft/multiline #a");
    EXPECT_EQ(lines[1], "@batch=m1 " + paul_says + "PRIVMSG #a :one");
    EXPECT_EQ(lines[2], "@batch=m1 " + paul_says + "PRIVMSG #a :");
    EXPECT_TRUE(lines[3].starts_with("@batch=m1 " + paul_says + "PRIVMSG #a :xxx")) << lines[3];
    EXPECT_TRUE(lines[4].starts_with("@batch=m1;draft/multiline-concat " + paul_says)) << lines[4];
    EXPECT_EQ(lines[5], paul_says + "BATCH -m1");
    EXPECT_EQ(commands_of(carol.take()), (Lines{"PRIVMSG", "PRIVMSG", "PRIVMSG", "PRIVMSG"}));
    say_all("one\ntwo", chat::MessageKind::action);
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"PRIVMSG", "PRIVMSG"}));
    say_all("one", chat::MessageKind::text);
    EXPECT_EQ(bob_.take(), (Lines{"@msgid=boot-3 " + paul_says + "PRIVMSG #a :one"}));
    change_options([](ServerOptions& options) { options.multiline_lines = 2; });
    say_all("one\ntwo\nthree", chat::MessageKind::text);
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"PRIVMSG", "PRIVMSG", "PRIVMSG"}));
}

TEST_F(IrcMultilineTest, StyleThatGoesOnIsNotOpenedAgainInAJoinedLine) {
    chat::User& paul = **service_.create_puppet("paul", {"paul", "hotmail.test", "Paul", "", false});
    ASSERT_FALSE(paul.join(group("#a")));
    clear();
    chat::Style bold;
    bold.bold = true;
    chat::Message message{{},
                          nullptr,
                          {&group("#a"), nullptr, {}},
                          chat::MessageKind::text,
                          chat::MessageText(chat::StyledText(std::string(600, 'x'), bold)),
                          {}};
    chat::RenderCache cache;
    EXPECT_FALSE(paul.send(message, cache));
    std::string joined;
    for (const std::string& line : bob_.take()) {
        const std::size_t at = line.find("PRIVMSG #a :");
        if (at != std::string::npos) joined += line.substr(at + 12);
    }
    EXPECT_EQ(parse_formatting(joined), chat::StyledText(std::string(600, 'x'), bold));
}

}  // namespace
}  // namespace patchcord::irc
