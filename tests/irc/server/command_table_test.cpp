#include "irc/server/command_table.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>

#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;

TEST(CommandTableTest, CommandsAreInAlphabeticalOrderAndUnique) {
    const auto all = all_commands();
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].name, all[i].name);
}

TEST(CommandTableTest, EveryCommandIsFoundInAnyCase) {
    for (const CommandInfo& command : all_commands()) {
        EXPECT_EQ(find_command(command.name), &command);
        std::string lower(command.name);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        EXPECT_EQ(find_command(lower), &command);
        EXPECT_FALSE(command.usage.empty());
        EXPECT_GE(command.cost, 1);
    }
}

TEST(CommandTableTest, WhatIsNoCommandIsNotFound) {
    for (const char* name : {"", "PRIVMSGS", "PRIV", "001", "__class__", "PRIVMSG ", "\xC3\xA9"}) {
        EXPECT_EQ(find_command(name), nullptr) << name;
    }
    EXPECT_EQ(find_command(std::string(1000, 'A')), nullptr);
}

TEST(CommandTableTest, HttpVerbsAreKnownInAnyCaseAndNoCommandIsOne) {
    for (const char* verb : {"GET", "post", "Put", "OPTIONS", "CONNECT", "HEAD", "DELETE", "TRACE", "PATCH"}) {
        EXPECT_TRUE(is_http_verb(verb)) << verb;
    }
    for (const CommandInfo& command : all_commands()) EXPECT_FALSE(is_http_verb(command.name)) << command.name;
    EXPECT_FALSE(is_http_verb(""));
}

// Every command with 0, 1 and 20 parameters.
class IrcEveryCommandTest : public IrcTest {
  protected:
    static std::vector<std::string> forms_of(const CommandInfo& command) {
        std::vector<std::string> forms{std::string(command.name), std::string(command.name) + " :"};
        std::string many(command.name);
        for (int i = 0; i < 20; ++i) many += " x";
        forms.push_back(many);
        std::string channels(command.name);
        for (int i = 0; i < 20; ++i) channels += " #a";
        forms.push_back(channels);
        forms.push_back(std::string(command.name) + " ,,, ,,, ,,,");
        forms.push_back(std::string(command.name) + " ana ana ana ana");
        forms.push_back(std::string(command.name) + " * * * *");
        return forms;
    }
};

TEST_F(IrcEveryCommandTest, BeforeRegistrationMostAreRefusedWith451) {
    for (const CommandInfo& command : all_commands()) {
        for (const std::string& form : forms_of(command)) {
            IrcClient client = open();
            client.send(form);
            const Lines answer = commands_of(client.take());
            if (command.stage == Stage::any) continue;
            EXPECT_EQ(answer, (Lines{"451"})) << form;
            EXPECT_FALSE(client.closed()) << form;
        }
    }
}

TEST_F(IrcEveryCommandTest, OnceRegisteredNoFormEndsTheConnectionButQuit) {
    for (const CommandInfo& command : all_commands()) {
        for (const std::string& form : forms_of(command)) {
            IrcClient client = connect("ana");
            client.send("JOIN #a");
            client.take();
            client.send(form);
            while (passwords_.pending() > 0) passwords_.answer(chat::PasswordVerifier::Answer::wrong);
            const Lines answer = commands_of(client.take());
            const bool too_few = form == command.name && command.min_params > 0;
            if (command.stage == Stage::oper) {
                EXPECT_EQ(answer, (Lines{"481"})) << form;
            } else if (too_few) {
                EXPECT_EQ(answer, (Lines{"461"})) << form;
            }
            EXPECT_EQ(client.closed(), command.name == "QUIT") << form;
        }
    }
}

TEST_F(IrcEveryCommandTest, AnOperatorsCommandsTooHoldOutWhateverTheirParameters) {
    for (const CommandInfo& command : all_commands()) {
        for (const std::string& form : forms_of(command)) {
            IrcClient client = connect("ana");
            make_operator(client);
            client.send(form);
            while (passwords_.pending() > 0) passwords_.answer(chat::PasswordVerifier::Answer::busy);
            const bool ends = command.name == "QUIT" || form == "KILL ana ana ana ana";
            EXPECT_EQ(client.closed(), ends) << form;
        }
    }
}

TEST_F(IrcEveryCommandTest, AnUnknownCommandIsRefusedWith421Or451) {
    IrcClient client = open();
    EXPECT_EQ(client.ask("FOO bar"), (Lines{":irc.test 451 * :You have not registered"}));
    IrcClient ana = connect("ana");
    EXPECT_EQ(ana.ask("FOO bar"), (Lines{":irc.test 421 ana FOO :Unknown command"}));
    EXPECT_EQ(ana.ask("foo"), (Lines{":irc.test 421 ana foo :Unknown command"}));
    EXPECT_EQ(ana.ask("001 ana :hi"), (Lines{":irc.test 421 ana 001 :Unknown command"}));
    EXPECT_EQ(commands_of(ana.ask(std::string(510, 'F'))), (Lines{"421"}));
}

TEST_F(IrcEveryCommandTest, TheSourceAClientGivesIsIgnored) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    ana.take();
    bob.send(":ana!~ana@users.test PRIVMSG #a :forged");
    EXPECT_EQ(ana.take(), (Lines{":bob!~bob@users.test PRIVMSG #a :forged"}));
    bob.send(":irc.test 001 ana :hi");
    EXPECT_TRUE(ana.take().empty());
}

TEST_F(IrcEveryCommandTest, ALineWithABareCrOrNulIsRefusedWholeAndTheConnectionStays) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob");
    ana.take();
    bob.send("PRIVMSG #a :hi\rPRIVMSG ana :forged");
    bob.send(std::string_view("PRIVMSG #a :a\0b", 15));
    bob.send(std::string_view("NICK a\0b", 8));
    EXPECT_TRUE(ana.take().empty());
    EXPECT_EQ(bob.take(), Lines(3, ":irc.test 400 bob * :A line may not hold CR or NUL"));
    EXPECT_EQ(server_.metrics().rejected_lines.value(), 3);
    EXPECT_EQ(bob.ask("PING x"), (Lines{":irc.test PONG irc.test :x"}));
}

TEST_F(IrcEveryCommandTest, InvalidUtf8IsRefusedAndRelayedToNobody) {
    IrcClient ana = join("ana");
    IrcClient bob = join("bob", "labeled-response batch");
    ana.take();
    for (const char* text : {"\xAA", "\xED\xA0\x80", "\xC0\xAF", "\xF4\x90\x80\x80"}) {
        EXPECT_EQ(bob.ask("@label=x PRIVMSG #a :hi" + std::string(text)),
                  (Lines{"@label=x :irc.test FAIL PRIVMSG INVALID_UTF8 :Message rejected, your IRC software must use "
                         "UTF-8 encoding on this network"}));
    }
    EXPECT_TRUE(ana.take().empty());
    EXPECT_TRUE(bob.ask("\xFF\xFE x").front().starts_with(":irc.test FAIL * INVALID_UTF8 :"));
}

TEST_F(IrcEveryCommandTest, AnInvalidLabelIsNotSentBack) {
    IrcClient bob = connect("bob", "labeled-response batch");
    EXPECT_EQ(commands_of(bob.ask("@label=\xFF PING x")), (Lines{"FAIL"}));
}

TEST_F(IrcEveryCommandTest, TheSameScriptGivesTheSameAnswersInPiecesOfAnySize) {
    const std::string script =
        "CAP LS 302\r\nCAP REQ :message-tags batch labeled-response\r\nNICK ana\r\nUSER a 0 * :b\r\nCAP END\r\n"
        "JOIN #a\r\n@label=1;+x=y PRIVMSG #a :hi\r\n\n\r\nFOO\r\nPRIVMSG #a :" +
        std::string(600, 'x') + "\r\nTOPIC #a :t\r\nPING z\r\n";
    const auto run = [&](std::size_t size) {
        IrcClient client = open();
        for (std::size_t at = 0; at < script.size(); at += size) client.send_raw(script.substr(at, size));
        Lines lines = client.take();
        // Only the batch reference tells connections apart, and the msgid.
        for (std::string& line : lines) {
            if (line.starts_with("@msgid=")) line.erase(0, line.find(' '));
            if (const auto at = line.find("BATCH"); at != std::string::npos) line.resize(at);
        }
        return lines;
    };
    const Lines whole = run(script.size());
    EXPECT_GT(whole.size(), 25U);
    for (const std::size_t size : {1U, 2U, 3U, 7U, 64U}) EXPECT_EQ(run(size), whole) << size;
}

// Random lines made of what commands take seriously.
RC_GTEST_FIXTURE_PROP(IrcEveryCommandTest, NoSequenceOfLinesBringsTheServerDown, ()) {
    const auto commands = all_commands();
    const auto argument = rc::gen::element<std::string>(
        "#a", "#b", "&c", "ana", "bob", "#a,#b", "ana,bob", "*", "", "+o", "-o", "+ov", "+bk", "+l", "-k", "+i-i", "0",
        "LS", "REQ", "END", "LIST", "302", ":", ":x y", "@#a", "+", "-", "C", "L", "S", "%tcuihsnfdlaor,1", "o", ">0",
        "<9", "irc.test", "u", "z", "batch", "-batch", "labeled-response", "message-tags");
    const auto tags = rc::gen::element<std::string>("", "@label=a ", "@+typing=active ", "@+x=y;label=b ");
    IrcClient ana = connect("ana", "batch labeled-response message-tags");
    IrcClient bob = connect("bob");
    make_operator(ana);
    const int count = *rc::gen::inRange(0, 60);
    for (int i = 0; i < count; ++i) {
        std::string line = *tags;
        line += commands[*rc::gen::inRange<std::size_t>(0, commands.size())].name;
        const int params = *rc::gen::inRange(0, 5);
        for (int j = 0; j < params; ++j) line += " " + *argument;
        (*rc::gen::arbitrary<bool>() ? ana : bob).send(line);
        if (passwords_.pending() > 0) passwords_.answer(chat::PasswordVerifier::Answer::right);
        scheduler_.advance(std::chrono::milliseconds(100));
    }
    IrcClient zoe = connect("zoe");
    RC_ASSERT(zoe.ask("PING x") == (Lines{":irc.test PONG irc.test :x"}));
}

}  // namespace
}  // namespace patchcord::irc
