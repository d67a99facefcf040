#include "tests/support/irc_history_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace tests;
using Answer = chat::AccountVerifier::Answer;

TEST_F(IrcHistoryTest, WhatIsSaidInAChannelIsKeptAsItWasSent) {
    IrcClient bob = join("bob", "message-tags");
    bob.send("@+draft/reply=x PRIVMSG #a :hello");
    EXPECT_EQ(last().place.key, "#a");
    EXPECT_NE(last().place.began, 0) << "the channel ends with its last member";
    EXPECT_EQ(last().source, mask_of("bob"));
    EXPECT_EQ(last().command + " " + last().params, "PRIVMSG #a");
    EXPECT_EQ(last().text, "hello");
    EXPECT_EQ(last().tags, "+draft/reply=x");
    EXPECT_FALSE(last().event);
    bob.send("NOTICE #a :aside");
    EXPECT_EQ(last().command, "NOTICE");
    const std::size_t before = history_.lines().size();
    bob.send("PRIVMSG #a :\x01VERSION\x01");
    bob.send("PRIVMSG @#a :for operators");
    bob.send("PRIVMSG nobody :hello");
    EXPECT_EQ(history_.lines().size(), before) << "talk of programs, what not all may see, and what was refused";
}

TEST_F(IrcHistoryTest, WhatHappensInAChannelIsKeptAsEvents) {
    IrcClient bob = join("bob");
    IrcClient carol = join("carol");
    bob.send("TOPIC #a :news\r\nMODE #a +k key\r\nNICK bobby\r\nKICK #a carol :out\r\nQUIT :bye");
    Lines told;
    for (const chat::HistoryLine& line : history_.lines()) {
        EXPECT_TRUE(line.event);
        std::string event = line.command;
        event += line.params.empty() ? "" : " " + line.params;
        told.push_back(event + (line.text ? " :" + *line.text : ""));
    }
    EXPECT_EQ(told, (Lines{"JOIN #a", "JOIN #a", "TOPIC #a :news", "MODE #a +k key", "NICK :bobby",
                           "KICK #a carol :out", "QUIT :Quit: bye"}));
}

TEST_F(IrcHistoryTest, WhoIsThrownOutOrOnlyCallsInHasNoPartInAChannel) {
    IrcClient bob = join("bob");
    IrcClient ana = open_ana();
    bob.send("MODE #a -n");
    ana.send("PRIVMSG #a :from outside");
    EXPECT_EQ(last().text, "from outside");
    EXPECT_EQ(last().parties, (std::vector<std::string>{}));
    settled(ana, "JOIN #a\r\nPRIVMSG #a :from inside");
    EXPECT_EQ(last().parties, (std::vector<std::string>{"ana"}));
    bob.send("KICK #a ana :out");
    EXPECT_EQ(last().command, "KICK");
    EXPECT_EQ(last().expelled, "ana");
    settled(ana, "JOIN #a\r\nPART #a");
    EXPECT_EQ(last().command, "PART");
    EXPECT_EQ(last().expelled, "");
    EXPECT_EQ(last().left, "ana");
    settled(ana, "JOIN #a");
    ana.send("QUIT");
    EXPECT_EQ(last().command, "QUIT");
    EXPECT_EQ(last().left, "ana");
}

TEST_F(IrcHistoryTest, QueriesAreKeptForWhoHasAnAccount) {
    IrcClient ana = open_ana(modern_caps);
    IrcClient bob = connect("bob");
    IrcClient carol = connect("carol");
    bob.send("PRIVMSG carol :between guests");
    EXPECT_TRUE(history_.lines().empty());
    bob.send("PRIVMSG ana :hi ana");
    EXPECT_EQ(last().parties, (std::vector<std::string>{"ana"}));
    ana.send("PRIVMSG bob :hi bob");
    settle();
    EXPECT_EQ(texts(settled(ana, "CHATHISTORY LATEST bob * 10")), (Lines{"hi ana", "hi bob"}));
    EXPECT_EQ(only("FAIL", settled(bob, "CHATHISTORY LATEST ana * 10")), (Lines{}));
    EXPECT_EQ(commands_of(settled(bob, "CHATHISTORY LATEST ana * 10")), (Lines{"421"}));
}

TEST_F(IrcHistoryTest, AQueryIsToldFromTheClientsPointOfView) {
    IrcClient ana = open_ana(modern_caps);
    IrcClient bob = connect("bob");
    ana.send("PRIVMSG bob :from ana");
    bob.send("PRIVMSG ana :from bob");
    ana.send("NICK anna");
    settle();
    const Lines lines = only("PRIVMSG", settled(ana, "CHATHISTORY LATEST bob * 10"));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find(":anna!~ana@users.test PRIVMSG bob :from ana"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find(":" + mask_of("bob") + " PRIVMSG anna :from bob"), std::string::npos) << lines[1];
}

TEST_F(IrcHistoryTest, ABatchWithTimesAndMsgidsAsTheyWere) {
    IrcClient bob = join("bob", "message-tags server-time echo-message");
    bob.send("PRIVMSG #a :hello");
    const std::string live = bob.take().back();
    IrcClient carol = join("carol", modern_caps);
    const Lines lines = settled(carol, "CHATHISTORY LATEST #a * 10");
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].find("BATCH +b1 chathistory #a"), std::string::npos) << lines[0];
    EXPECT_NE(lines[2].find("BATCH -b1"), std::string::npos);
    std::string batched = lines[1];
    batched.erase(batched.find(";batch=b1"), 9);
    EXPECT_EQ(batched, live) << "the same time, id and text";
}

TEST_F(IrcHistoryTest, EachSubcommandTakesItsPiece) {
    IrcClient bob = join("bob", "message-tags");
    say(bob, 5);
    IrcClient carol = join("carol", modern_caps);
    const auto ask = [&](const std::string& words) { return texts(settled(carol, "CHATHISTORY " + words)); };
    const std::string third = "msgid=" + history_.lines()[3].msgid;
    const std::string third_at = "timestamp=" + std::string(server_.time_tag(history_.lines()[3].at));
    EXPECT_EQ(ask("LATEST #a * 2"), (Lines{"line 4", "line 5"}));
    EXPECT_EQ(ask("latest #a " + third + " 9"), (Lines{"line 4", "line 5"}));
    for (const std::string& point : {third, third_at}) {
        EXPECT_EQ(ask("BEFORE #a " + point + " 9"), (Lines{"line 1", "line 2"})) << point;
        EXPECT_EQ(ask("AFTER #a " + point + " 1"), (Lines{"line 4"})) << point;
        EXPECT_EQ(ask("AROUND #a " + point + " 3"), (Lines{"line 2", "line 3", "line 4"})) << point;
    }
    const std::string first = "msgid=" + history_.lines()[1].msgid;
    const std::string fifth = "msgid=" + history_.lines()[5].msgid;
    EXPECT_EQ(ask("BETWEEN #a " + first + " " + fifth + " 2"), (Lines{"line 2", "line 3"}));
    EXPECT_EQ(ask("BETWEEN #a " + fifth + " " + first + " 2"), (Lines{"line 3", "line 4"}));
    EXPECT_EQ(ask("BEFORE #a msgid=none 9"), (Lines{}));
}

TEST_F(IrcHistoryTest, TheLimitIsCappedAndZeroMeansAll) {
    change_options([](ServerOptions& options) { options.history_limit = 3; });
    IrcClient bob = join("bob");
    say(bob, 5);
    IrcClient carol = join("carol", modern_caps);
    EXPECT_EQ(texts(settled(carol, "CHATHISTORY LATEST #a * 1000")).size(), 3U);
    EXPECT_EQ(texts(settled(carol, "CHATHISTORY LATEST #a * 0")).size(), 3U);
}

TEST_F(IrcHistoryTest, BadRequestsGetAStandardReply) {
    IrcClient bob = join("bob", std::string(modern_caps) + " standard-replies");
    const auto fail = [&](const std::string& words) {
        const Lines lines = only("FAIL", settled(bob, "CHATHISTORY" + words));
        if (lines.size() != 1) return std::to_string(lines.size()) + " lines";
        const std::size_t from = lines[0].find("FAIL ") + 5;
        return lines[0].substr(from, lines[0].find(" :", from) - from);
    };
    EXPECT_EQ(fail(""), "CHATHISTORY INVALID_PARAMS *");
    EXPECT_EQ(fail(" NONSENSE #a * 5"), "CHATHISTORY INVALID_PARAMS NONSENSE");
    EXPECT_EQ(fail(" LATEST #a *"), "CHATHISTORY INVALID_PARAMS LATEST");
    EXPECT_EQ(fail(" LATEST #a * five"), "CHATHISTORY INVALID_PARAMS LATEST");
    EXPECT_EQ(fail(" LATEST #a * -5"), "CHATHISTORY INVALID_PARAMS LATEST");
    EXPECT_EQ(fail(" BEFORE #a * 5"), "CHATHISTORY INVALID_PARAMS BEFORE #a");
    EXPECT_EQ(fail(" BEFORE #a timestamp=yesterday 5"), "CHATHISTORY INVALID_PARAMS BEFORE #a");
    EXPECT_EQ(fail(" BEFORE #a unknown=1 5"), "CHATHISTORY INVALID_MSGREFTYPE BEFORE #a");
    EXPECT_EQ(fail(" LATEST #nowhere * 5"), "CHATHISTORY INVALID_TARGET LATEST #nowhere");
    EXPECT_EQ(fail(" LATEST ana * 5"), "CHATHISTORY INVALID_TARGET LATEST ana") << "guests have no queries";
    history_.read_error = chat::Errc::queue_full;
    EXPECT_EQ(fail(" LATEST #a * 5"), "CHATHISTORY MESSAGE_ERROR LATEST #a");
}

TEST_F(IrcHistoryTest, OnlyMembersReadAChannelAndNobodyReadsAnEarlierOneOfTheSameName) {
    IrcClient bob = join("bob");
    bob.send("PRIVMSG #a :secret");
    IrcClient mal = connect("mal", std::string(modern_caps) + " standard-replies");
    EXPECT_EQ(only("FAIL", settled(mal, "CHATHISTORY LATEST #a * 5")).size(), 1U);
    bob.send("PART #a");
    scheduler_.advance(std::chrono::seconds(1));
    mal.send("JOIN #a");
    EXPECT_EQ(texts(settled(mal, "CHATHISTORY LATEST #a * 5")), (Lines{}));
    server_.service().create_group("#stays");
    group("#stays").set_permanent(true);
}

TEST_F(IrcHistoryTest, TargetsAreTheConversationsOfAnAccount) {
    IrcClient ana = open_ana(modern_caps);
    ana.send("JOIN #a");
    IrcClient bob = join("bob");
    bob.send("PRIVMSG ana :query");
    scheduler_.advance(std::chrono::seconds(1));
    bob.send("PRIVMSG #a :room");
    settle();
    const Lines lines =
        settled(ana, "CHATHISTORY TARGETS timestamp=1970-01-02T00:00:00.000Z timestamp=2099-01-01T00:00:00.000Z 10");
    const Lines told = only("CHATHISTORY", lines);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_NE(told[0].find("CHATHISTORY TARGETS bob "), std::string::npos) << told[0];
    EXPECT_NE(told[1].find("CHATHISTORY TARGETS #a "), std::string::npos) << told[1];
    EXPECT_NE(lines.front().find("draft/chathistory-targets"), std::string::npos);
}

TEST_F(IrcHistoryTest, EventsComeToWhoAskedForThem) {
    IrcClient bob = join("bob");
    bob.send("TOPIC #a :news\r\nPRIVMSG #a :hello");
    IrcClient carol = join("carol", modern_caps);
    EXPECT_EQ(commands_of(settled(carol, "CHATHISTORY LATEST #a * 9")), (Lines{"BATCH", "PRIVMSG", "BATCH"}));
    carol.ask("CAP REQ draft/event-playback");
    EXPECT_EQ(commands_of(settled(carol, "CHATHISTORY LATEST #a * 9")),
              (Lines{"BATCH", "JOIN", "TOPIC", "PRIVMSG", "JOIN", "BATCH"}));
}

TEST_F(IrcHistoryTest, TheLabelIsOnTheBatch) {
    IrcClient bob = join("bob", std::string(modern_caps) + " labeled-response");
    const Lines lines = settled(bob, "@label=x CHATHISTORY LATEST #a * 9");
    EXPECT_EQ(commands_of(lines), (Lines{"BATCH", "BATCH"}));
    EXPECT_NE(lines[0].find(";label=x "), std::string::npos) << lines[0];
    EXPECT_EQ(lines[1].find("label="), std::string::npos);
    EXPECT_EQ(settled(bob, "PING x").size(), 1U) << "and commands go on";
}

TEST_F(IrcHistoryTest, ALabelledMessageIsAnsweredWhenItIsSafe) {
    IrcClient ana = join("ana2", "batch labeled-response echo-message");
    IrcClient bob = join("bob");
    ana.take();
    ana.send("@label=x PRIVMSG #a :hello");
    EXPECT_EQ(bob.take().size(), 1U) << "others have it at once";
    EXPECT_EQ(ana.take(), (Lines{}));
    ana.send("PING y");
    EXPECT_EQ(ana.take(), (Lines{})) << "what is answered later was sent later";
    settle();
    EXPECT_EQ(commands_of(ana.take()), (Lines{"PRIVMSG", "PONG"}));
    history_.write_error = chat::Errc::queue_full;
    EXPECT_EQ(commands_of(settled(ana, "@label=z PRIVMSG #a :hello")).front(), "BATCH");
    EXPECT_EQ(settled(ana, "@label=w PRIVMSG #nowhere :hello").size(), 1U) << "what was refused waits for nothing";
}

TEST_F(IrcHistoryTest, WhoCannotAskIsShownTheLastLinesOnJoining) {
    change_options([](ServerOptions& options) { options.history_on_join = 2; });
    IrcClient bob = join("bob");
    say(bob, 3);
    IrcClient old = connect("old");
    Lines lines = settled(old, "JOIN #a");
    EXPECT_EQ(texts(lines), (Lines{"[" + std::string(server_.time_tag().substr(0, 16)) + "Z] line 2",
                                   "[" + std::string(server_.time_tag().substr(0, 16)) + "Z] line 3"}));
    EXPECT_EQ(commands_of(lines), (Lines{"JOIN", "353", "366", "PRIVMSG", "PRIVMSG"}));
    IrcClient newer = connect("newer", "batch server-time");
    lines = settled(newer, "JOIN #a");
    EXPECT_EQ(texts(lines), (Lines{"line 2", "line 3"}));
    EXPECT_EQ(commands_of(lines), (Lines{"JOIN", "353", "366", "BATCH", "PRIVMSG", "PRIVMSG", "BATCH"}));
    IrcClient newest = connect("newest", modern_caps);
    EXPECT_EQ(texts(settled(newest, "JOIN #a")), (Lines{})) << "it can ask";
    change_options([](ServerOptions& options) { options.history_on_join = 0; });
    IrcClient none = connect("none");
    EXPECT_EQ(texts(settled(none, "JOIN #a")), (Lines{}));
}

TEST_F(IrcHistoryTest, WhatIsSaidDuringTheReplayComesAfterItAndOnce) {
    IrcClient bob = join("bob");
    say(bob, 1);
    IrcClient old = connect("old", "server-time");
    old.send("JOIN #a");
    say(bob, 1);
    EXPECT_EQ(texts(old.take()), (Lines{}));
    settle();
    EXPECT_EQ(texts(old.take()), (Lines{"line 1", "line 2"}));
    say(bob, 1);
    EXPECT_EQ(texts(old.take()), (Lines{"line 3"}));
}

TEST_F(IrcHistoryTest, WhoComesBackIsShownWhatItMissedAndNothingTwice) {
    IrcClient bob = join("bob");
    IrcClient stays = open_ana();
    stays.send("JOIN #a");
    settle();
    IrcClient leaves = open_with_sasl();
    say_plain(leaves);
    accounts_.answer(Answer::right, "ana");
    leaves.send("CAP REQ server-time\r\nNICK ana\r\nUSER laptop 0 * :Ana\r\nCAP END");
    settle();
    say(bob, 1);
    EXPECT_EQ(texts(leaves.take()), (Lines{"line 1"}));
    scheduler_.advance(std::chrono::seconds(1));
    leaves.send("QUIT");
    say(bob, 2);
    bob.send("PRIVMSG ana :in private");
    scheduler_.advance(std::chrono::seconds(1));
    IrcClient back = open_with_sasl();
    say_plain(back);
    accounts_.answer(Answer::right, "ana");
    back.send("CAP REQ server-time\r\nNICK ana\r\nUSER laptop 0 * :Ana\r\nCAP END");
    settle();
    Lines shown = texts(back.take());
    std::sort(shown.begin(), shown.end());
    EXPECT_EQ(shown, (Lines{"in private", "line 2", "line 3"}));
}

TEST_F(IrcHistoryTest, ReadMarkersAreSharedAndOnlyMoveForward) {
    IrcClient one = open_ana("draft/read-marker");
    IrcClient other = open_ana("draft/read-marker");
    IrcClient old = open_ana();
    for (IrcClient* client : {&one, &other, &old}) client->take();
    const std::string at = "timestamp=2026-01-31T12:00:00.000Z";
    EXPECT_EQ(one.ask("MARKREAD #a"), (Lines{":irc.test MARKREAD #a *"}));
    EXPECT_EQ(one.ask("MARKREAD #A " + at), (Lines{":irc.test MARKREAD #A " + at}));
    EXPECT_EQ(other.take(), (Lines{":irc.test MARKREAD #A " + at}));
    EXPECT_EQ(old.take(), (Lines{}));
    EXPECT_EQ(other.ask("MARKREAD #a timestamp=2026-01-31T11:00:00.000Z"), (Lines{":irc.test MARKREAD #a " + at}));
    EXPECT_EQ(one.take(), (Lines{})) << "nothing moved";
    one.ask("JOIN #a");
    EXPECT_EQ(commands_of(other.take()), (Lines{"JOIN", "MARKREAD", "353", "366"}));
    for (IrcClient* client : {&one, &other, &old}) client->send("QUIT");
    IrcClient again = open_ana("draft/read-marker");
    EXPECT_EQ(again.ask("MARKREAD #a"), (Lines{":irc.test MARKREAD #a " + at})) << "it outlives the connection";
}

TEST_F(IrcHistoryTest, BadMarkersAreRefused) {
    IrcClient bob = connect("bob", "draft/read-marker standard-replies");
    EXPECT_EQ(bob.ask("MARKREAD"), (Lines{":irc.test FAIL MARKREAD NEED_MORE_PARAMS :Missing parameters"}));
    EXPECT_EQ(bob.ask("MARKREAD #a tomorrow"),
              (Lines{":irc.test FAIL MARKREAD INVALID_PARAMS #a tomorrow :Invalid timestamp"}));
    EXPECT_EQ(bob.ask("MARKREAD #a,b"),
              (Lines{":irc.test FAIL MARKREAD INVALID_PARAMS #a,b :Not a channel and not a nick"}));
    IrcClient old = connect("old");
    EXPECT_EQ(commands_of(old.ask("MARKREAD #a")), (Lines{"421"}));
}

TEST_F(IrcHistoryTest, ClientsAreToldOfTheLimits) {
    IrcClient bob = open();
    bob.send("NICK bob\r\nUSER bob 0 * :Bob");
    const Lines told = only("005", bob.take());
    EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const std::string& line) {
        return line.find(" CHATHISTORY=100 ") != std::string::npos;
    }));
}

TEST_F(IrcAccountTest, WithoutHistoryThereIsNoSuchCapability) {
    IrcClient bob = open();
    EXPECT_EQ(bob.ask("CAP LS 302").front().find("chathistory"), std::string::npos);
    EXPECT_NE(bob.ask("CAP REQ draft/chathistory").front().find("NAK"), std::string::npos);
}

}  // namespace
}  // namespace patchcord::irc
