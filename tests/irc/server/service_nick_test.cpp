#include "irc/server/service_nick.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/support/contacts_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcContactsTest;
using tests::Lines;
using tests::only;

class IrcServiceNickTest : public IrcContactsTest {
  protected:
    IrcClient ana_ = connect("ana");
};

// being there

TEST_F(IrcServiceNickTest, ItIsAlwaysThere) {
    EXPECT_EQ(ana_.ask("WHOIS *patchcord"),
              (Lines{":irc.test 311 ana *patchcord patchcord irc.test * :Your contact list; /msg *patchcord help",
                     ":irc.test 312 ana *patchcord irc.test :A test", ":irc.test 335 ana *patchcord :is a Bot on Test",
                     ":irc.test 318 ana *patchcord :End of /WHOIS list"}));
    EXPECT_EQ(ana_.ask("WHOIS *Patchcord *Patchcord"), ana_.ask("WHOIS *patchcord"));
    EXPECT_EQ(ana_.ask("ISON nobody *PATCHCORD ana"), (Lines{":irc.test 303 ana :*patchcord ana"}));
    EXPECT_EQ(ana_.ask("USERHOST ana *patchcord"),
              (Lines{":irc.test 302 ana :ana=+~ana@users.test *patchcord=+patchcord@irc.test"}));
    EXPECT_EQ(ana_.ask("MONITOR + *patchcord"), (Lines{":irc.test 730 ana :*patchcord!patchcord@irc.test"}));
    EXPECT_EQ(ana_.ask("MONITOR - *patchcord"), Lines{});
}

TEST_F(IrcServiceNickTest, NobodyCanBeCalledSo) {
    EXPECT_EQ(commands_of(ana_.ask("NICK *patchcord")), (Lines{"432"}));
    EXPECT_FALSE(service_.is_user_name("*patchcord"));
    EXPECT_EQ(commands_of(ana_.ask("NICK Patchcord")), (Lines{"432"})) << "nor alike";
}

// talking to it

TEST_F(IrcServiceNickTest, ItAnswersInPrivate) {
    EXPECT_EQ(ana_.ask("PRIVMSG *patchcord :status"),
              (Lines{":*patchcord!patchcord@irc.test PRIVMSG ana :You are online"}));
    EXPECT_EQ(ana_.ask("PRIVMSG *PatchCord :\x02STATUS\x02  "),
              (Lines{":*patchcord!patchcord@irc.test PRIVMSG ana :You are online"}));
    EXPECT_EQ(ana_.ask("CONTACTS status"), (Lines{":*patchcord!patchcord@irc.test PRIVMSG ana :You are online"}));
}

TEST_F(IrcServiceNickTest, WhatMachinesSendIsNotAnswered) {
    EXPECT_EQ(ana_.ask("NOTICE *patchcord :status"), Lines{});
    EXPECT_EQ(ana_.ask("PRIVMSG *patchcord :\x01VERSION\x01"), Lines{});
    EXPECT_EQ(ana_.ask("PRIVMSG *patchcord :\x01NUDGE\x01"), Lines{});
}

TEST_F(IrcServiceNickTest, TheEchoAndTheAnswersBelongToTheLabelledReply) {
    IrcClient zoe = connect("zoe", "echo-message message-tags labeled-response batch");
    EXPECT_EQ(
        zoe.ask("@label=x;+a=b PRIVMSG *patchcord :status"),
        (Lines{"@label=x :irc.test BATCH +l2 labeled-response",
               "@batch=l2;+a=b :zoe!~zoe@users.test PRIVMSG *patchcord :status",
               "@batch=l2;bot :*patchcord!patchcord@irc.test PRIVMSG zoe :You are online", ":irc.test BATCH -l2"}));
    EXPECT_EQ(zoe.ask("@label=x NOTICE *patchcord :status"),
              (Lines{"@label=x :zoe!~zoe@users.test NOTICE *patchcord :status"}));
    IrcClient yan = connect("yan", "labeled-response batch");
    EXPECT_EQ(yan.ask("@label=y PRIVMSG *patchcord :status"),
              (Lines{"@label=y :*patchcord!patchcord@irc.test PRIVMSG yan :You are online"}));
    EXPECT_EQ(yan.ask("@label=y NOTICE *patchcord :status"), (Lines{"@label=y :irc.test ACK"}));
}

TEST_F(IrcServiceNickTest, AnAnswerThatIsLookedUpCarriesTheLabelToo) {
    IrcClient yan = connect("yan", "labeled-response batch");
    EXPECT_EQ(yan.ask("@label=y PRIVMSG *patchcord :add nobody@example.com\r\nPING later"), Lines{});
    book_.answer(false);
    EXPECT_EQ(yan.take(), (Lines{"@label=y :*patchcord!patchcord@irc.test PRIVMSG yan :Nobody has the handle "
                                 "nobody@example.com; is it spelt right?",
                                 ":irc.test PONG irc.test :later"}));
}

TEST_F(IrcServiceNickTest, WhoIsGoneBeforeTheAnswerIsToldNothing) {
    ana_.send("PRIVMSG *patchcord :add bob");
    ana_.hang_up();
    book_.answer(true);
    IrcClient again = connect("ana");
    EXPECT_EQ(tell(again, "list").front().substr(0, 26), "Your contact list is empty");
}

TEST_F(IrcServiceNickTest, HelpNamesEveryCommandAndHowEachIsUsed) {
    const Lines help = tell(ana_, "help");
    ASSERT_EQ(help.size(), 3U);
    for (const char* name :
         {"accept", "add", "block", "deny", "help", "list", "nudge", "remove", "rename", "status", "unblock"}) {
        EXPECT_NE((help.front() + " ").find(" " + std::string(name)), std::string::npos) << name;
        const Lines usage = tell(ana_, "HELP " + std::string(name));
        ASSERT_EQ(usage.size(), 1U) << name;
        EXPECT_TRUE(usage.front().starts_with(name)) << usage.front();
    }
}

TEST_F(IrcServiceNickTest, AnUnknownCommandIsToldOfHelp) {
    EXPECT_EQ(tell(ana_, "dance"), (Lines{"There is no command \"dance\"; \"help\" lists them"}));
    EXPECT_EQ(tell(ana_, "help dance"), (Lines{"There is no command \"dance\"; \"help\" lists them"}));
    EXPECT_EQ(tell(ana_, " ").size(), 1U);
    EXPECT_EQ(tell(ana_,
                   "\x01"
                   "ACTION waves\x01")
                  .size(),
              1U);
    EXPECT_LE(tell(ana_, std::string(400, 'x')).front().size(), 120U);
}

TEST_F(IrcServiceNickTest, WithoutAnMsnSideThereAreNoContacts) {
    server_.environment().address_book = nullptr;
    for (const char* words :
         {"list", "add bob", "remove bob", "block bob", "unblock bob", "rename bob Bobby", "nudge bob"}) {
        EXPECT_EQ(tell(ana_, words), (Lines{"There is no MSN side here, so nobody can be on a contact list"})) << words;
    }
    EXPECT_EQ(tell(ana_, "status"), (Lines{"You are online"}));
    EXPECT_EQ(tell(ana_, "help").size(), 3U);
    user("ana").client()->contact_request("bob@example.com", "Bob");
    EXPECT_EQ(ana_.take(), Lines{});
}

TEST_F(IrcServiceNickTest, AListThatIsStillFetchedCannotBeChanged) {
    user("ana").await_roster();
    EXPECT_EQ(tell(ana_, "list"), (Lines{"Your contact list is being fetched; try again in a moment"}));
    EXPECT_EQ(tell(ana_, "add bob"), (Lines{"Your contact list is being fetched; try again in a moment"}));
    EXPECT_EQ(book_.pending(), 0U);
}

TEST_F(IrcServiceNickTest, FloodControlChargesItMoreThanAMessage) {
    change_options([](ServerOptions& options) { options.flood = {8, 1}; });
    IrcClient zoe = connect("zoe");
    for (int i = 0; i < 20; ++i) zoe.send("PRIVMSG *patchcord :status");
    EXPECT_LT(said(zoe.take(), "zoe").size(), 8U);
}

// status

TEST_F(IrcServiceNickTest, StatusIsSetAsByAway) {
    IrcClient zoe = connect("zoe", "away-notify");
    zoe.send("JOIN #a");
    ana_.send("JOIN #a");
    zoe.take();
    EXPECT_EQ(ana_.ask("JOIN #a\r\nPRIVMSG *patchcord :status lunch back at two"),
              (Lines{":irc.test 306 ana :You have been marked as being away",
                     ":*patchcord!patchcord@irc.test PRIVMSG ana :You are away: Out to lunch: back at two"}));
    EXPECT_EQ(zoe.take(), (Lines{":ana!~ana@users.test AWAY :Out to lunch: back at two"}));
    EXPECT_EQ(tell(ana_, "status"), (Lines{"You are away: Out to lunch: back at two"}));
    EXPECT_EQ(commands_of(ana_.ask("PRIVMSG *patchcord :status online")), (Lines{"305", "PRIVMSG"}));
    EXPECT_EQ(zoe.take(), (Lines{":ana!~ana@users.test AWAY"}));
}

TEST_F(IrcServiceNickTest, EachStatusHasItsWords) {
    const std::pair<const char*, const char*> statuses[] = {{"busy", "Busy"},          {"brb", "Be right back"},
                                                            {"away", "Away"},          {"phone", "On the phone"},
                                                            {"lunch", "Out to lunch"}, {"IDLE", "Idle"}};
    for (const auto& [word, message] : statuses) {
        EXPECT_EQ(tell(ana_, "status " + std::string(word)), (Lines{"You are away: " + std::string(message)}));
        EXPECT_EQ(user("ana").presence().message, message);
    }
    EXPECT_EQ(tell(ana_, "status dancing"),
              (Lines{"There is no status \"dancing\"; one of online, busy, brb, away, phone, lunch, idle"}));
    EXPECT_EQ(user("ana").presence().message, "Idle");
}

// asking to be accepted

TEST_F(IrcServiceNickTest, WhoAsksIsToldOfOnceWithBothAnswers) {
    chat::ChatClient& client = *user("ana").client();
    client.contact_request("bob@example.com",
                           "Bob \x02"
                           "B.\x02\r\nQUIT");
    EXPECT_EQ(
        ana_.take(),
        (Lines{":*patchcord!patchcord@irc.test NOTICE ana :bob (bob@example.com), \"Bob B.QUIT\" put you on their "
               "contact list: /msg *patchcord add bob accepts, /msg *patchcord block bob denies"}));
    client.contact_request("bob@example.com", "Bob");
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(tell(ana_, "list pending"),
              (Lines{"bob (bob@example.com), \"Bob B.QUIT\" asks; \"add\" or \"block\" answers"}));
}

TEST_F(IrcServiceNickTest, AStrangersHandleIsInTheCommandsHoweverLongItIs) {
    const std::string handle = std::string(117, 'x') + "@example.com";
    user("ana").client()->contact_request(handle, std::string(387, 'n'));
    const Lines lines = ana_.take();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(
        lines[1].ends_with("/msg *patchcord add " + handle + " accepts, /msg *patchcord block " + handle + " denies"));
}

TEST_F(IrcServiceNickTest, WhoIsOnAListOfTheUsersDoesNotAsk) {
    block("ana", "mal");
    user("ana").client()->contact_request("mal@example.com", "Mal");
    EXPECT_EQ(ana_.take(), Lines{});
}

TEST_F(IrcServiceNickTest, AnAnswerEndsTheQuestion) {
    for (const char* nick : {"bob", "mal"}) user("ana").client()->contact_request(address_of(nick), "");
    ana_.take();
    ana_.send("PRIVMSG *patchcord :accept bob");
    book_.answer(true);
    EXPECT_EQ(tell(ana_, "list pending").size(), 1U);
    tell(ana_, "deny mal");
    EXPECT_EQ(tell(ana_, "list pending"), (Lines{"Nobody asks to be accepted"}));
    EXPECT_TRUE(user("ana").roster().find("bob@example.com")->listed);
    EXPECT_TRUE(user("ana").roster().blocks("mal@example.com"));
}

TEST_F(IrcServiceNickTest, ManyWhoAskAreNotToldOfUnlessOthersWereAnswered) {
    change_options([](ServerOptions& options) { options.max_contact_requests = 2; });
    chat::ChatClient& client = *user("ana").client();
    for (const char* nick : {"bob", "carol", "mal"}) client.contact_request(address_of(nick), "");
    EXPECT_EQ(ana_.take().size(), 2U);
    EXPECT_EQ(limit_hits(Limit::contact_requests), 1);
    block("ana", "bob");
    client.contact_request(address_of("mal"), "");
    EXPECT_EQ(ana_.take().size(), 1U);
    EXPECT_EQ(tell(ana_, "list pending").size(), 2U);
}

// text from peers

TEST(OnePlainLineTest, FormattingControlsAndDirectionsAreDropped) {
    EXPECT_EQ(one_plain_line(" a\x02+b\x0f\x03"
                             "04c\r\nd\te ",
                             100),
              "a+bcd e");
    EXPECT_EQ(one_plain_line("a\u0085b\u2028c\u202Ed\u2066e\u007Ff", 100), "abcdef");
    EXPECT_EQ(one_plain_line("", 100), "");
    EXPECT_EQ(one_plain_line("  ", 100), "");
}

TEST(OnePlainLineTest, ItIsCutAtACodePoint) {
    EXPECT_EQ(one_plain_line("\u00e9\u00e9\u00e9", 4), "\u00e9\u00e9");
    EXPECT_EQ(one_plain_line("\u00e9\u00e9\u00e9", 5), "\u00e9\u00e9");
    EXPECT_EQ(one_plain_line("abc", 3), "abc");
}

}  // namespace
}  // namespace patchcord::irc
