#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "tests/support/manual_offline_box.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::matching;
using tests::MsnClient;
using tests::MsnPerson;

constexpr const char* told_kept = "zoe@irc.msn.test: (zoe is not online; your messages wait until they are)";

/// Somebody on IRC has an account and is away.
class MsnSwitchboardAbsentTest : public tests::MsnSwitchboardTest {
  protected:
    MsnSwitchboardAbsentTest() {
        server_.environment().offline_box = &box_;
        box_.expect("zoe");
    }
    ~MsnSwitchboardAbsentTest() override { server_.environment().offline_box = nullptr; }
    MsnSwitchboardAbsentTest(const MsnSwitchboardAbsentTest&) = delete;
    MsnSwitchboardAbsentTest& operator=(const MsnSwitchboardAbsentTest&) = delete;

    /// Logs in to the account zoe; with a list that is awaited until the test restores it.
    std::unique_ptr<IrcPerson> arrive(const std::string& nick = "zoe") {
        class Awaiting final : public chat::ServiceObserver {
          public:
            explicit Awaiting(chat::ChatService& service) : service_(service) {}
            void user_signed_on(const chat::User& user) override { service_.find_user(user.id())->await_roster(); }

          private:
            chat::ChatService& service_;
        };
        // It must hear of it before the server does.
        Awaiting awaiting(service_);
        service_.remove_observer(server_);
        service_.add_observer(awaiting);
        service_.add_observer(server_);
        auto person = std::make_unique<IrcPerson>(service_, nick, chat::Profile{"", "", "", "zoe"});
        service_.remove_observer(awaiting);
        return person;
    }
    static chat::RosterEntry block(const MsnPerson& person) { return {person.handle, {}, false, true, false}; }

    tests::ManualOfflineBox box_;
    MsnPerson bob_ = online("bob");
    const std::string zoe_ = irc_handle("zoe");
};

TEST_F(MsnSwitchboardAbsentTest, WhoIsAwaitedCanBeCalledAndOthersCannot) {
    MsnClient window = enter(bob_);
    EXPECT_EQ(window.ask("CAL 1 yan@irc.msn.test"), (Commands{"217 1"})) << "a guest";
    const Commands answer = window.ask("CAL 2 " + zoe_);
    ASSERT_EQ(answer.size(), 2U);
    EXPECT_TRUE(answer[0].starts_with("CAL 2 RINGING "));
    EXPECT_EQ(answer[1], "JOI zoe@irc.msn.test zoe");
    server_.environment().offline_box = nullptr;
    MsnClient other = enter(bob_);
    EXPECT_EQ(other.ask("CAL 3 " + zoe_), (Commands{"217 3"})) << "nobody keeps anything";
}

TEST_F(MsnSwitchboardAbsentTest, AMessageIsAcknowledgedWhenItIsSafeAndThatIsSaidOnce) {
    MsnClient window = call(bob_, zoe_);
    window.send("MSG 9 A", text("one"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"}));
    EXPECT_EQ(window.take(), Commands{});
    box_.answer();
    EXPECT_EQ(heard(window), (Commands{"ACK 9", told_kept}));
    window.send("MSG 10 A", text("two"));
    box_.answer();
    EXPECT_EQ(heard(window), (Commands{"ACK 10"}));
}

TEST_F(MsnSwitchboardAbsentTest, TheNextMessageWaitsForTheFirstToBeSafe) {
    MsnClient window = call(bob_, zoe_);
    window.send("MSG 9 A", text("one"));
    window.send("MSG 10 A", text("two"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"}));
    box_.answer();
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: two"}));
}

TEST_F(MsnSwitchboardAbsentTest, EachModeIsAnsweredAsUsual) {
    MsnClient window = call(bob_, zoe_);
    const std::vector<std::pair<std::string, Commands>> when_kept{
        {"U", {}}, {"N", {}}, {"A", {"ACK 9"}}, {"D", {"ACK 9"}}, {"S", {"ACK 9"}}};
    for (const auto& [mode, expected] : when_kept) {
        window.send("MSG 9 " + mode, text("x"));
        box_.answer();
        Commands answer = heard(window);
        std::erase(answer, told_kept);
        EXPECT_EQ(answer, expected) << mode;
    }
    const std::vector<std::pair<std::string, Commands>> when_not{
        {"U", {}}, {"N", {"NAK 9"}}, {"A", {"NAK 9"}}, {"D", {"NAK 9"}}, {"S", {}}};
    for (const auto& [mode, expected] : when_not) {
        window.send("MSG 9 " + mode, text("x"));
        box_.answer(chat::Errc::list_full);
        EXPECT_EQ(heard(window), expected) << mode;
    }
}

TEST_F(MsnSwitchboardAbsentTest, AFailureIsNotCalledKept) {
    MsnClient window = call(bob_, zoe_);
    window.send("MSG 9 A", text("one"));
    box_.answer(chat::Errc::list_full);
    EXPECT_EQ(heard(window), (Commands{"NAK 9"}));
    window.send("MSG 10 A", text("two"));
    box_.answer();
    EXPECT_EQ(heard(window), (Commands{"ACK 10", told_kept}));
}

TEST_F(MsnSwitchboardAbsentTest, ActionsAreKeptAsWordsAndWhatMakesSenseOnlyAtOnceIsNot) {
    MsnClient window = call(bob_, zoe_);
    window.send("MSG 9 A", text("/me waves"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: *bob waves*"}));
    box_.answer();
    window.take();
    EXPECT_EQ(window.ask("MSG 10 A", payload_of("text/x-msnmsgr-datacast", "ID: 1\r\n\r\n")), (Commands{"NAK 10"}));
    EXPECT_EQ(window.ask("MSG 11 N", typing_of(bob_.handle)), (Commands{"NAK 11"}));
    EXPECT_EQ(window.ask("MSG 12 A", text("a", "Message-ID: {1}\r\nChunks: 2\r\n")), (Commands{"NAK 12"}));
    EXPECT_EQ(box_.take(), Log{});
}

TEST_F(MsnSwitchboardAbsentTest, ATextOfTooManyLinesIsRefusedAsItIsToThoseWhoAreHere) {
    change_options([](ServerOptions& options) { options.max_message_lines = 3; });
    MsnClient window = call(bob_, zoe_);
    EXPECT_EQ(window.ask("MSG 9 A", text("1\r\n2\r\n3\r\n4")), (Commands{"NAK 9"}));
    EXPECT_EQ(window.ask("MSG 9 U", text("1\n2\r3\r\n4")), Commands{});
    EXPECT_EQ(box_.take(), Log{});
    EXPECT_EQ(limit_hits(Limit::message_lines), 2);
    window.send("MSG 10 A", text("1\r\n2\r\n3"));
    EXPECT_EQ(box_.take().size(), 1U);
}

TEST_F(MsnSwitchboardAbsentTest, WhoClosesTheWindowHasSentTheMessageAllTheSame) {
    {
        MsnClient window = call(bob_, zoe_);
        window.send("MSG 9 A", text("one"));
    }
    EXPECT_EQ(box_.take().size(), 1U);
    box_.answer();  // nobody is left to be told
    EXPECT_EQ(open_switchboards(), 0);
}

TEST_F(MsnSwitchboardAbsentTest, NobodyAbsentIsBroughtIntoAGroup) {
    MsnPerson carol = online("carol");
    auto [first, second] = connect(bob_, carol);
    EXPECT_EQ(first.ask("CAL 2 " + zoe_), (Commands{"217 2"}));
    IrcPerson yan(service_, "yan");
    MsnClient query = call(bob_, irc_handle("yan"));
    EXPECT_EQ(query.ask("CAL 2 " + zoe_), (Commands{"217 2"}));
}

TEST_F(MsnSwitchboardAbsentTest, AWindowThatItsPersonLeftServesForSomebodyAbsent) {
    MsnClient window = enter(bob_);
    {
        IrcPerson yan(service_, "yan");
        (void)ring_up(window, irc_handle("yan"));
    }
    window.take();
    EXPECT_EQ(ring_up(window, zoe_), (Commands{"JOI zoe@irc.msn.test zoe"}));
    window.send("MSG 9 A", text("one"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"}));
}

// coming and going

TEST_F(MsnSwitchboardAbsentTest, WhatIsSaidAfterTheyLeftIsKept) {
    auto zoe = arrive();
    zoe->user().restore_roster({});
    MsnClient window = call(bob_, zoe_);
    zoe->log_out("bye");
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    window.send("MSG 9 A", text("one"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"}));
}

TEST_F(MsnSwitchboardAbsentTest, WhoComesBackIsInTheWindowAgainWithItsMessages) {
    MsnClient window = call(bob_, zoe_);
    {
        auto zoe = arrive("zoe_");
        zoe->user().restore_roster({});
        EXPECT_EQ(window.take(), Commands{}) << "they were shown all the time";
        EXPECT_EQ(say(window, "welcome"), (Commands{"ACK"}));
        EXPECT_EQ(zoe->take(), (Log{"roster restored", "message bob -> zoe_: welcome"}));
    }
    EXPECT_EQ(window.take(), (Commands{"BYE zoe@irc.msn.test"}));
    auto again = arrive();
    EXPECT_EQ(window.take(), Commands{});
    again->user().restore_roster({});
    EXPECT_EQ(window.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
}

TEST_F(MsnSwitchboardAbsentTest, WhoBlocksIsNotSeenToComeBack) {
    MsnPerson carol = online("carol");
    auto zoe = arrive();
    zoe->user().restore_roster({});
    MsnClient window = call(bob_, zoe_);
    MsnClient other = call(carol, zoe_);
    zoe->log_out("bye");
    window.take();
    other.take();
    zoe = arrive();
    zoe->user().restore_roster({block(bob_)});
    EXPECT_EQ(window.take(), Commands{});
    EXPECT_EQ(matching("JOI", other.take()).size(), 1U);
    EXPECT_EQ(say(window, "hello?"), (Commands{"NAK"}));
    EXPECT_EQ(zoe->take(), (Log{"roster restored"}));
    EXPECT_EQ(window.ask("CAL 2 " + zoe_), (Commands{"217 2"}));
}

TEST_F(MsnSwitchboardAbsentTest, WhoBlocksIsNotSeenToLeaveEither) {
    MsnClient window = call(bob_, zoe_);
    auto zoe = arrive();
    zoe->user().restore_roster({block(bob_)});
    zoe->log_out("bye");
    EXPECT_EQ(window.take(), Commands{});
    window.send("MSG 9 A", text("one"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"})) << "as before";
}

TEST_F(MsnSwitchboardAbsentTest, WhileTheListIsFetchedTheyAreAwayStill) {
    MsnClient open_before = call(bob_, zoe_);
    auto zoe = arrive();
    open_before.send("MSG 9 A", text("one"));
    MsnClient window = call(bob_, zoe_);
    window.send("MSG 9 A", text("two"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one", "bob -> zoe: two"}));
    EXPECT_EQ(zoe->take(), Log{});
    zoe->user().restore_roster({block(bob_)});
    EXPECT_EQ(zoe->take(), (Log{"roster restored"}));
}

TEST_F(MsnSwitchboardAbsentTest, WhileTheMessagesAreFetchedNewOnesAreKeptWithoutAWord) {
    auto zoe = arrive();
    zoe->user().await_mail();
    zoe->user().restore_roster({});
    MsnClient window = call(bob_, zoe_);
    MsnClient before = enter(bob_);
    window.send("MSG 9 A", text("one"));
    EXPECT_EQ(box_.take(), (Log{"bob -> zoe: one"}));
    box_.answer();
    EXPECT_EQ(window.take(), (Commands{"ACK 9"}));
    zoe->user().mail_arrived();
    zoe->take();
    EXPECT_EQ(say(window, "two"), (Commands{"ACK"}));
    EXPECT_EQ(zoe->take(), (Log{"message bob -> zoe: two"}));
}

TEST_F(MsnSwitchboardAbsentTest, WhoeverIsCalledWhileTheirMessagesAreFetchedIsSeenToGo) {
    auto zoe = arrive();
    zoe->user().await_mail();
    zoe->user().restore_roster({});
    MsnClient window = call(bob_, zoe_);
    zoe->log_out("bye");
    EXPECT_EQ(window.take(), (Commands{"BYE " + zoe_}));
}

TEST_F(MsnSwitchboardAbsentTest, WhoeverBlocksTheCallerIsAwayToThemWhileMessagesAreFetched) {
    auto zoe = arrive();
    zoe->user().await_mail();
    zoe->user().restore_roster({block(bob_)});
    EXPECT_EQ(enter(bob_).ask("CAL 2 " + zoe_), (Commands{"217 2"}));
}

TEST_F(MsnSwitchboardAbsentTest, WithoutABoxNobodyReachesSomebodyWhoseListIsNotThere) {
    server_.environment().offline_box = nullptr;
    auto zoe = arrive();
    MsnClient window = enter(bob_);
    EXPECT_EQ(window.ask("CAL 2 " + zoe_), (Commands{"217 2"}));
    zoe->user().restore_roster({});
    EXPECT_EQ(ring_up(window, zoe_).size(), 1U);
}

TEST_F(MsnSwitchboardAbsentTest, GuestsWhoComeBackAreNotShownBeforeTheySpeak) {
    MsnClient window = enter(bob_);
    {
        IrcPerson yan(service_, "yan");
        (void)ring_up(window, irc_handle("yan"));
    }
    window.take();
    IrcPerson other(service_, "yan");
    EXPECT_EQ(window.take(), Commands{}) << "it may be anybody";
}

}  // namespace
}  // namespace patchcord::msn
