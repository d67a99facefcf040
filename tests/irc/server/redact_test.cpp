#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

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
using tests::mask_of;
using tests::Visitor;

const std::string redaction = "message-tags echo-message draft/message-redaction";

/// A store that knows one line, and answers when it is told to.
class OneLineHistory final : public chat::HistoryStore {
  public:
    void answer(chat::Result<chat::HistoryLine> line) {
        const Found done = std::exchange(asked_, {});
        ASSERT_TRUE(done);
        done(std::move(line));
    }
    [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }

    void append(chat::HistoryLine, Kept) override {}
    void read(chat::HistoryRange, Lines) override {}
    void targets(std::string, chat::WallTime, chat::WallTime, std::size_t, Targets) override {}
    void find(chat::HistoryPlace place, std::string reader, std::string msgid, Found done) override {
        calls_.push_back("find " + place.key + " " + reader + " " + msgid);
        asked_ = std::move(done);
    }
    void redact(std::string msgid, Kept) override { calls_.push_back("redact " + msgid); }
    void markers(std::string, std::function<void(chat::Result<Markers>)>) override {}
    void set_marker(std::string, std::string, chat::WallTime) override {}
    void renamed(chat::HistoryPlace, chat::HistoryPlace) override {}
    void forget_account(std::string) override {}

  private:
    Found asked_;
    std::vector<std::string> calls_;
};

class IrcRedactTest : public IrcTest {
  protected:
    IrcRedactTest() { clear(); }
    void clear() {
        ana_.take();
        bob_.take();
    }
    // Sends it, and has both clients forget what they were sent.
    void say(IrcClient& client, const std::string& line) {
        client.send(line);
        clear();
    }
    static Lines refusal(const std::string& rest) { return {":irc.test FAIL REDACT " + rest}; }
    static Lines unknown(const std::string& of) {
        return refusal("UNKNOWN_MSGID " + of + " :This message does not exist or is too old");
    }

    OneLineHistory history_;
    IrcClient ana_ = join("ana", redaction);  // operator
    IrcClient bob_ = join("bob", redaction);
};

TEST_F(IrcRedactTest, TheAuthorTakesAMessageBackAndThoseWhoUnderstandItAreTold) {
    IrcClient carol = join("carol", "message-tags echo-message");
    say(bob_, "PRIVMSG #a :hi");
    carol.take();
    const Lines told{"@msgid=boot-2 :" + mask_of("bob") + " REDACT #a boot-1 :oops"};
    EXPECT_EQ(bob_.ask("REDACT #a boot-1 :oops"), told);
    EXPECT_EQ(ana_.take(), told);
    EXPECT_EQ(carol.take(), Lines{});
    EXPECT_EQ(bob_.ask("REDACT #a boot-1 :oops"), unknown("#a boot-1"));
}

TEST_F(IrcRedactTest, WithoutAReasonThereIsNone) {
    say(bob_, "PRIVMSG #a :hi");
    EXPECT_EQ(bob_.ask("REDACT #A boot-1"), (Lines{"@msgid=boot-2 :" + mask_of("bob") + " REDACT #a boot-1"}));
}

TEST_F(IrcRedactTest, WithoutEchoTheAuthorIsNotTold) {
    IrcClient carol = join("carol", "message-tags draft/message-redaction");
    say(carol, "PRIVMSG #a :hi");
    EXPECT_EQ(carol.ask("REDACT #a boot-1"), Lines{});
    EXPECT_EQ(commands_of(ana_.take()), (Lines{"REDACT"}));
}

TEST_F(IrcRedactTest, OperatorsOfTheChannelMayTakeAwayWhatOthersSaidAndOthersMayNot) {
    say(bob_, "PRIVMSG #a :spam");
    say(ana_, "NOTICE #a :no spam");
    EXPECT_EQ(bob_.ask("REDACT #a boot-2"),
              refusal("REDACT_FORBIDDEN #a boot-2 :You are not authorised to delete this message"));
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(commands_of(ana_.ask("REDACT #a boot-1")), (Lines{"REDACT"}));
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"REDACT"}));
}

TEST_F(IrcRedactTest, TheAuthorHasALimitedTimeAndOperatorsHaveNot) {
    change_options([](ServerOptions& options) { options.redact_time = 10s; });
    say(bob_, "PRIVMSG #a :one");
    advance(10s);
    EXPECT_EQ(commands_of(bob_.ask("REDACT #a boot-1")), (Lines{"REDACT"}));
    say(bob_, "PRIVMSG #a :two");
    advance(10001ms);
    EXPECT_EQ(bob_.ask("REDACT #a boot-3"),
              refusal("REDACT_WINDOW_EXPIRED #a boot-3 10 :You can no longer delete this message"));
    EXPECT_EQ(commands_of(ana_.ask("REDACT #a boot-3")), (Lines{"REDACT"}));
    change_options([](ServerOptions& options) { options.redact_time = 0s; });
    say(bob_, "PRIVMSG #a :three");
    EXPECT_EQ(bob_.ask("REDACT #a boot-5"),
              refusal("REDACT_WINDOW_EXPIRED #a boot-5 0 :You can no longer delete this message"));
}

TEST_F(IrcRedactTest, APrivateMessageIsItsAuthorsAlone) {
    IrcClient carol = connect("carol", redaction);
    make_operator(carol);
    say(ana_, "PRIVMSG bob :psst");
    EXPECT_EQ(bob_.ask("REDACT ana boot-1"),
              refusal("REDACT_FORBIDDEN ana boot-1 :You are not authorised to delete this message"));
    EXPECT_EQ(carol.ask("REDACT bob boot-1"), unknown("bob boot-1"));
    EXPECT_EQ(ana_.ask("REDACT #a boot-1"), unknown("#a boot-1"));
    EXPECT_EQ(ana_.ask("REDACT carol boot-1"), unknown("carol boot-1"));
    EXPECT_EQ(bob_.take(), Lines{});
    const Lines told{"@msgid=boot-2 :" + mask_of("ana") + " REDACT bob boot-1"};
    EXPECT_EQ(ana_.ask("REDACT bob boot-1"), told);
    EXPECT_EQ(bob_.take(), told);
}

TEST_F(IrcRedactTest, AnAccountsMessagesAreItsOwnUnderAnyNick) {
    IrcClient carol = join("carol", redaction);
    user("carol").set_account("carol@example.com");
    say(carol, "PRIVMSG #a :hi");
    carol.hang_up();
    IrcClient caro = join("caro", redaction);
    EXPECT_EQ(commands_of(caro.ask("REDACT #a boot-1")), (Lines{"FAIL"}));
    user("caro").set_account("carol@example.com");
    EXPECT_EQ(commands_of(caro.ask("REDACT #a boot-1")), (Lines{"REDACT"}));
}

TEST_F(IrcRedactTest, MessageIdsThatAreNoneAreUnknown) {
    say(bob_, "PRIVMSG #a :hi");
    for (const std::string id :
         {"boot-2", "boot-01", "boot-", "boot", "1", "other-1", "boot-1x", "-1", "boot-99999999999999999999999"}) {
        EXPECT_EQ(bob_.ask("REDACT #a " + id), unknown("#a " + id)) << id;
    }
}

TEST_F(IrcRedactTest, PlacesOneHasNoPartInAreRefused) {
    IrcClient carol = connect("carol", redaction);
    say(bob_, "PRIVMSG #a :hi");
    for (const std::string target : {"#a", "#none", "nobody"}) {
        EXPECT_EQ(carol.ask("REDACT " + target + " boot-1"),
                  refusal("INVALID_TARGET " + target + " :You cannot delete messages from there"));
    }
    make_operator(carol);
    EXPECT_EQ(commands_of(carol.ask("REDACT #a boot-1")), (Lines{"REDACT"}));
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"REDACT"}));
}

TEST_F(IrcRedactTest, OfAMessageToOperatorsOperatorsAreTold) {
    IrcClient carol = join("carol", redaction);
    say(carol, "PRIVMSG @#a :help");
    EXPECT_EQ(carol.ask("REDACT #a boot-1"), (Lines{"@msgid=boot-2 :" + mask_of("carol") + " REDACT @#a boot-1"}));
    EXPECT_EQ(commands_of(ana_.take()), (Lines{"REDACT"}));
    EXPECT_EQ(bob_.take(), Lines{});
}

TEST_F(IrcRedactTest, WhatPeopleOnMsnHaveStaysThereAndTheAuthorIsTold) {
    Visitor paul(service_, "paul");
    IrcClient carol = join("carol", redaction + " standard-replies");
    ASSERT_FALSE(paul->join(group("#a")));
    carol.send("PRIVMSG #a :hi");
    carol.send("PRIVMSG paul :hi");
    const std::string note = " :People on MSN keep the message, which cannot be taken back there";
    EXPECT_EQ(carol.ask("REDACT #a boot-1"), (Lines{"@msgid=boot-3 :" + mask_of("carol") + " REDACT #a boot-1",
                                                    ":irc.test NOTE REDACT NOT_ON_MSN #a boot-1" + note}));
    EXPECT_EQ(carol.ask("REDACT paul boot-2").back(), ":irc.test NOTE REDACT NOT_ON_MSN paul boot-2" + note);
}

TEST_F(IrcRedactTest, WithoutTheCapabilityThereIsNoSuchCommand) {
    IrcClient carol = join("carol");
    EXPECT_EQ(carol.ask("REDACT #a boot-1"), (Lines{":irc.test 421 carol REDACT :Unknown command"}));
}

TEST_F(IrcRedactTest, WhoTurnsItOffIsNotTold) {
    ana_.send("CAP REQ :-draft/message-redaction");
    say(bob_, "PRIVMSG #a :hi");
    EXPECT_EQ(commands_of(bob_.ask("REDACT #a boot-1")), (Lines{"REDACT"}));
    EXPECT_EQ(ana_.take(), Lines{});
}

TEST_F(IrcRedactTest, WhatIsTakenBackIsTakenOutOfTheHistory) {
    server_.environment().history = &history_;
    say(bob_, "PRIVMSG #a :hi");
    bob_.send("REDACT #a boot-1");
    EXPECT_EQ(history_.calls(), (Log{"redact boot-1"}));
}

TEST_F(IrcRedactTest, OfOlderMessagesTheHistoryKnowsTheAuthor) {
    server_.environment().history = &history_;
    user("bob").set_account("bob@example.com");
    clear();
    chat::HistoryLine line;
    line.account = "Bob@example.com";
    line.params = "#a";
    line.at = server_.now();
    EXPECT_EQ(bob_.ask("REDACT #a older-7 :oops"), Lines{});
    EXPECT_EQ(history_.calls(), (Log{"find #a bob@example.com older-7"}));
    history_.answer(line);
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"REDACT"}));
    EXPECT_EQ(ana_.take(), (Lines{"@msgid=boot-1 :" + mask_of("bob") + " REDACT #a older-7 :oops"}));
    EXPECT_EQ(history_.calls().back(), "redact older-7");
    line.account = "ana@example.com";
    bob_.send("REDACT #a older-8");
    history_.answer(line);
    EXPECT_EQ(commands_of(bob_.take()), (Lines{"FAIL"}));
    bob_.send("REDACT #a older-9");
    history_.answer(chat::Errc::no_such_message);
    EXPECT_EQ(bob_.take(), unknown("#a older-9"));
    bob_.send("REDACT #a older-10");
    bob_.hang_up();
    history_.answer(line);
    EXPECT_EQ(history_.calls().back(), "find #a bob@example.com older-10");
}

}  // namespace
}  // namespace patchcord::irc
