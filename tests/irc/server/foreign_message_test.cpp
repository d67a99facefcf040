#include <gtest/gtest.h>
#include <string>

#include "chat_core/utf8.hpp"
#include "irc/wire/formatting.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using chat::MessageKind;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

const std::string head = ":paul!paul@hotmail.test PRIVMSG #a :";

// Messages of somebody who speaks another protocol, as IRC clients see them.
class IrcForeignMessageTest : public IrcTest {
  protected:
    IrcForeignMessageTest() {
        EXPECT_FALSE(paul_.join(group("#a")));
        ana_.take();
    }

    void say(chat::StyledText text, MessageKind kind = MessageKind::text) {
        say_to({&group("#a"), nullptr, {}}, text, kind);
    }
    void say(const std::string& text, MessageKind kind = MessageKind::text) { say(chat::StyledText(text), kind); }
    void say_to(chat::Target target, chat::StyledText text, MessageKind kind) {
        chat::Message message{{}, nullptr, target, kind, chat::MessageText(std::move(text)), {}};
        chat::RenderCache cache;
        EXPECT_FALSE(paul_.send(message, cache));
    }
    // The texts of the lines, which must all be paul's to the channel.
    static Lines texts(const Lines& lines) {
        Lines found;
        for (const std::string& line : lines) {
            EXPECT_TRUE(line.starts_with(head)) << line;
            found.push_back(line.substr(std::min(head.size(), line.size())));
        }
        return found;
    }

    IrcClient ana_ = join("ana");
    chat::User& paul_ = **service_.create_puppet("paul", {"paul", "hotmail.test", "Paul", "", false});
};

TEST_F(IrcForeignMessageTest, OneLineIsOneMessage) {
    say("hello there");
    EXPECT_EQ(ana_.take(), (Lines{head + "hello there"}));
    say_to({nullptr, &user("ana"), {}}, chat::StyledText("psst"), MessageKind::text);
    EXPECT_EQ(ana_.take(), (Lines{":paul!paul@hotmail.test PRIVMSG ana :psst"}));
}

TEST_F(IrcForeignMessageTest, LinesBecomeMessagesAndNeverCommands) {
    say("hello\r\nQUIT :pwn\nJOIN #secret");
    EXPECT_EQ(ana_.take(), (Lines{head + "hello", head + "QUIT :pwn", head + "JOIN #secret"}));
    EXPECT_EQ(group("#a").size(), 2U);
}

TEST_F(IrcForeignMessageTest, ABareCrIsNoLineEnd) {
    say("a\rQUIT :b");
    EXPECT_EQ(ana_.take(), (Lines{head + "aQUIT :b"}));
}

TEST_F(IrcForeignMessageTest, ALineEndAtTheEndMakesNoEmptyMessage) {
    say("hello\n");
    EXPECT_EQ(ana_.take(), (Lines{head + "hello"}));
}

TEST_F(IrcForeignMessageTest, AnEmptyLineInTheMiddleStaysVisible) {
    say("a\n\nb");
    EXPECT_EQ(ana_.take(), (Lines{head + "a", head + " ", head + "b"}));
}

TEST_F(IrcForeignMessageTest, CtcpCannotBeForged) {
    for (const char* text : {"\x01"
                             "DCC SEND evil.exe 2130706433 6667 10\x01",
                             "\x01VERSION\x01", "\x01",
                             "\x01"
                             "ACTION waves\x01"}) {
        say(text);
        for (const std::string& line : ana_.take()) EXPECT_EQ(line.find('\x01'), std::string::npos) << line;
        say(text, MessageKind::notice);
        for (const std::string& line : ana_.take()) EXPECT_EQ(line.find('\x01'), std::string::npos) << line;
    }
    say("\x01VERSION\x01 x", MessageKind::action);
    EXPECT_EQ(ana_.take(), (Lines{head + "\x01"
                                         "ACTION VERSION x\x01"}));
}

TEST_F(IrcForeignMessageTest, StylesBecomeCodes) {
    chat::StyledText text;
    text.append("plain ", {});
    text.append("bold", {.bold = true});
    text.append(" red", {.colour = chat::Colour{255, 0, 0}});
    say(text);
    const Lines lines = ana_.take();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(strip_formatting(lines[0]), head + "plain bold red");
    EXPECT_NE(lines[0].find("\x02"
                            "bold"),
              std::string::npos);
    EXPECT_NE(lines[0].find("\x03"
                            "4"),
              std::string::npos);
}

TEST_F(IrcForeignMessageTest, AStyleIsOpenedAfreshOnEachLine) {
    chat::StyledText text;
    text.append("one\ntwo", {.bold = true});
    say(text);
    EXPECT_EQ(ana_.take(), (Lines{head + "\x02one", head + "\x02two"}));
}

TEST_F(IrcForeignMessageTest, AStyleIsOpenedAfreshOnEachPieceOfALongLine) {
    chat::StyledText text;
    text.append(std::string(1200, 'x'), {.bold = true, .colour = chat::Colour{255, 0, 0}});
    say(text);
    std::string all;
    for (const std::string& piece : texts(ana_.take())) {
        const chat::StyledText styled = parse_formatting(piece);
        ASSERT_TRUE(styled.uniform_style());
        EXPECT_TRUE(styled.uniform_style()->bold);
        EXPECT_TRUE(styled.uniform_style()->colour);
        all += styled.text();
    }
    EXPECT_EQ(all, std::string(1200, 'x'));
}

TEST_F(IrcForeignMessageTest, LongTextIsSplitIntoWholeLinesAndNothingIsLost) {
    std::string smiles;
    for (int i = 0; i < 400; ++i) smiles += "\xF0\x9F\x98\x80";
    std::string words;
    for (int i = 0; i < 300; ++i) words += "word" + std::to_string(i) + " ";
    for (const std::string& text : {smiles, std::string(1600, 'a'), words, std::string(1500, 'w') + " end"}) {
        say(text);
        std::string all;
        for (const std::string& piece : texts(ana_.take())) all += piece;
        EXPECT_EQ(all, text);
    }
}

TEST_F(IrcForeignMessageTest, APieceEndsBehindAWordWhereThereIsOne) {
    std::string words;
    for (int i = 0; i < 100; ++i) words += "wordword ";
    say(words);
    for (const std::string& piece : texts(ana_.take())) {
        EXPECT_TRUE(piece.starts_with("wordword")) << piece;
        EXPECT_TRUE(piece.ends_with(" ")) << piece;
    }
}

TEST_F(IrcForeignMessageTest, TheBudgetIsThatOfTheLongestNames) {
    const std::string nick(30, 'n');
    const std::string room = "#" + std::string(63, 'r');
    chat::User& puppet = **service_.create_puppet(nick, {std::string(20, 'u'), std::string(63, 'h'), "", "", false});
    ana_.send("JOIN " + room);
    ASSERT_FALSE(puppet.join(group(room)));
    ana_.take();
    chat::Message message{{},
                          nullptr,
                          {&group(room), nullptr, {}},
                          MessageKind::action,
                          chat::MessageText(chat::StyledText(std::string(2000, 'x'))),
                          {}};
    chat::RenderCache cache;
    ASSERT_FALSE(puppet.send(message, cache));
    std::size_t all = 0;
    for (const std::string& line : ana_.take()) {
        EXPECT_TRUE(line.ends_with("\x01"));
        all += static_cast<std::size_t>(std::count(line.begin() + 150, line.end(), 'x'));
    }
    EXPECT_EQ(all, 2000U);
}

TEST_F(IrcForeignMessageTest, AnActionIsWrappedPieceByPiece) {
    say("waves", MessageKind::action);
    EXPECT_EQ(ana_.take(), (Lines{head + "\x01"
                                         "ACTION waves\x01"}));
    say(std::string(900, 'x') + "\nnext", MessageKind::action);
    const Lines pieces = texts(ana_.take());
    EXPECT_GT(pieces.size(), 2U);
    for (const std::string& piece : pieces) {
        EXPECT_TRUE(piece.starts_with("\x01"
                                      "ACTION ") &&
                    piece.ends_with("\x01"))
            << piece;
    }
}

TEST_F(IrcForeignMessageTest, ANoticeIsANotice) {
    say("psst\nhey", MessageKind::notice);
    EXPECT_EQ(ana_.take(),
              (Lines{":paul!paul@hotmail.test NOTICE #a :psst", ":paul!paul@hotmail.test NOTICE #a :hey"}));
}

TEST_F(IrcForeignMessageTest, ANudgeIsAnAction) {
    say("", MessageKind::nudge);
    EXPECT_EQ(ana_.take(), (Lines{head + "\x01"
                                         "ACTION nudges everyone\x01"}));
    say_to({nullptr, &user("ana"), {}}, {}, MessageKind::nudge);
    EXPECT_EQ(ana_.take(), (Lines{":paul!paul@hotmail.test PRIVMSG ana :\x01"
                                  "ACTION nudges you\x01"}));
}

TEST_F(IrcForeignMessageTest, WhatMeansSomethingInAnotherProtocolAloneIsNotShown) {
    say("whatever", MessageKind::native);
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(IrcForeignMessageTest, OnlyTheFirstOfSeveralLinesHasTheMsgid) {
    IrcClient bob = join("bob", "message-tags server-time");
    say("one\ntwo");
    const Lines lines = bob.take();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "@time=2023-11-14T22:13:20.000Z;msgid=boot-1 " + head + "one");
    EXPECT_EQ(lines[1], "@time=2023-11-14T22:13:20.000Z " + head + "two");
}

TEST_F(IrcForeignMessageTest, AProfileWithSpacesCannotForgeACommand) {
    chat::User& mal = **service_.create_puppet("mal", {"x QUIT", "h PRIVMSG #a", "M", "", false});
    ASSERT_FALSE(mal.join(group("#a")));
    EXPECT_EQ(commands_of(ana_.take()), (Lines{"JOIN"}));
    chat::Message message{
        {}, nullptr, {&group("#a"), nullptr, {}}, MessageKind::text, chat::MessageText(chat::StyledText("hi")), {}};
    chat::RenderCache cache;
    ASSERT_FALSE(mal.send(message, cache));
    EXPECT_EQ(commands_of(ana_.take()), (Lines{"PRIVMSG"}));
}

TEST_F(IrcForeignMessageTest, APuppetComesTalksAndGoesLikeAnybody) {
    service_.remove_puppet(paul_.id(), "Signed out");
    EXPECT_EQ(ana_.take(), (Lines{":paul!paul@hotmail.test QUIT :Signed out"}));
    EXPECT_EQ(commands_of(ana_.ask("WHOWAS paul")), (Lines{"314", "312", "369"}));
}

TEST_F(IrcForeignMessageTest, ColoursAreExactWhereThatIsWanted) {
    chat::Style orange;
    orange.bold = true;
    orange.colour = chat::Colour{255, 128, 1};
    chat::StyledText text;
    text.append("loud", orange);
    change_options([](ServerOptions& options) { options.formatting = Formatting::hex; });
    say(text);
    const Lines lines = texts(ana_.take());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(parse_formatting(lines.front()), text) << "nothing is lost";
    EXPECT_EQ(lines.front().front(), '\x04');
}

TEST_F(IrcForeignMessageTest, ExactColoursGoOnInEachPieceThatFits) {
    chat::Style style;
    style.bold = style.italic = style.underline = style.strike = true;
    style.colour = chat::Colour{255, 128, 1};
    style.background = chat::Colour{1, 2, 3};
    chat::StyledText text;
    text.append(std::string(2000, 'x'), style);
    change_options([](ServerOptions& options) { options.formatting = Formatting::hex; });
    say(text);
    const Lines sent = ana_.take();
    for (const std::string& line : sent) EXPECT_LE(line.size(), 510U);
    std::size_t letters = 0;
    for (const std::string& line : texts(sent)) {
        const chat::StyledText piece = parse_formatting(line);
        EXPECT_EQ(piece.uniform_style(), style);
        letters += piece.text().size();
    }
    EXPECT_EQ(letters, 2000U);
}

TEST_F(IrcForeignMessageTest, StylesAreLeftOutWhereThatIsWanted) {
    chat::Style style;
    style.bold = true;
    style.colour = chat::Colour{255, 0, 0};
    chat::StyledText text;
    text.append("a\x02\x01\tb\nc", style);
    change_options([](ServerOptions& options) { options.formatting = Formatting::strip; });
    say(text);
    EXPECT_EQ(ana_.take(), (Lines{head + "a b", head + "c"}));
    say("x", MessageKind::action);
    EXPECT_EQ(ana_.take(), (Lines{head + "\x01"
                                         "ACTION x\x01"}));
}

}  // namespace
}  // namespace patchcord::irc
