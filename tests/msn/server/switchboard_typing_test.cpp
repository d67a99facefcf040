#include <gtest/gtest.h>
#include <string>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;
using State = chat::TypingState;

class MsnSwitchboardTypingTest : public tests::MsnSwitchboardTest {
  protected:
    MsnPerson bob_ = online("bob");
    IrcPerson zoe_{service_, "zoe"};
    MsnClient window_ = call(bob_, irc_handle("zoe"));

    void type(State state) { EXPECT_FALSE(zoe_->typing({nullptr, &user_of(bob_), {}}, state)); }
};

TEST_F(MsnSwitchboardTypingTest, TypingIsShownAndEndsWithTheMessage) {
    window_.send("MSG 4 U", typing_of(bob_.handle));
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> zoe: active"}));
    EXPECT_EQ(say(window_, "done"), (Commands{"ACK"}));
    advance(60s);
    EXPECT_EQ(zoe_.take(), (Log{"message bob -> zoe: done"})) << "a message says it";
}

TEST_F(MsnSwitchboardTypingTest, TypingLapsesAfterTenSeconds) {
    window_.send("MSG 4 U", typing_of(bob_.handle));
    advance(5s);
    window_.send("MSG 5 U", typing_of(bob_.handle));
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> zoe: active", "typing bob -> zoe: active"}));
    advance(9s);
    EXPECT_EQ(zoe_.take(), Log{});
    advance(1s);
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> zoe: done"}));
    advance(60s);
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardTypingTest, NoticesInQuickSuccessionAreOne) {
    for (int i = 0; i < 20; ++i) window_.send("MSG 4 U", typing_of(bob_.handle));
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> zoe: active"}));
}

TEST_F(MsnSwitchboardTypingTest, WhoTypesIsWhoSentIt) {
    window_.send("MSG 4 U", typing_of("carol@example.com"));
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> zoe: active"}));
}

TEST_F(MsnSwitchboardTypingTest, ATypistWhoClosesTheWindowIsNotWaitedFor) {
    window_.send("MSG 4 U", typing_of(bob_.handle));
    zoe_.take();
    window_.send("OUT");
    window_.hang_up();
    advance(60s);
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardTypingTest, APersonWhoQuitsIsTypedToByNobody) {
    window_.send("MSG 4 U", typing_of(bob_.handle));
    zoe_.log_out("bye");
    IrcPerson other(service_, "zoe");
    advance(60s);
    EXPECT_EQ(window_.ask("MSG 4 N", typing_of(bob_.handle)), (Commands{"NAK 4"}));
    EXPECT_EQ(other.take(), Log{});
}

TEST_F(MsnSwitchboardTypingTest, SomebodyTypingElsewhereIsShownAtMostEachFiveSeconds) {
    for (int i = 0; i < 13; ++i) {  // IRC clients repeat it every three seconds
        type(State::active);
        advance(3s);
    }
    const Commands notices = window_.take();
    EXPECT_EQ(notices.size(), 7U);
    ASSERT_FALSE(notices.empty());
    EXPECT_TRUE(notices.front().starts_with("MSG zoe@irc.msn.test zoe "));
    EXPECT_TRUE(
        notices.front().ends_with("Content-Type: text/x-msmsgscontrol\r\nTypingUser: zoe@irc.msn.test\r\n\r\n\r\n"));
}

TEST_F(MsnSwitchboardTypingTest, WhoStopsTypingIsNotMentioned) {
    type(State::active);
    window_.take();
    type(State::paused);
    type(State::done);
    EXPECT_EQ(window_.take(), Commands{});
}

TEST_F(MsnSwitchboardTypingTest, TypingRingsNobody) {
    MsnPerson carol = online("carol");
    EXPECT_FALSE(zoe_->typing({nullptr, &user_of(carol), {}}, State::active));
    EXPECT_EQ(carol.ns.take(), Commands{});
    EXPECT_EQ(open_switchboards(), 1);
}

TEST_F(MsnSwitchboardTypingTest, TypingAgainAfterAMessageIsShownAtOnce) {
    type(State::active);
    EXPECT_FALSE(zoe_.say(user_of(bob_), "hello"));
    window_.take();
    advance(1s);
    type(State::active);
    EXPECT_EQ(window_.take().size(), 1U) << "the message has ended the first notice";
}

TEST_F(MsnSwitchboardTypingTest, ARoomSeesWhoTypesOnBothSides) {
    chat::Group& room = make_room();
    EXPECT_FALSE(zoe_->join(room));
    MsnPerson ana = online("ana");
    MsnClient first = call(bob_, "a@rooms.msn.test");
    MsnClient second = call(ana, "a@rooms.msn.test");
    first.take();
    zoe_.take();
    first.send("MSG 4 U", typing_of(bob_.handle));
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> #a: active"}));
    EXPECT_EQ(heard(second), (Commands{"bob@example.com [text/x-msmsgscontrol]"}));
    EXPECT_EQ(first.take(), Commands{});
    EXPECT_FALSE(zoe_->typing({&room, nullptr, {}}, State::active));
    EXPECT_EQ(heard(first), (Commands{"zoe@irc.msn.test [text/x-msmsgscontrol]"}));
    EXPECT_EQ(heard(second), (Commands{"zoe@irc.msn.test [text/x-msmsgscontrol]"}));
    EXPECT_EQ(window_.take(), Commands{}) << "not in the query";
    advance(10s);
    EXPECT_EQ(zoe_.take(), (Log{"typing bob -> #a: done"}));
}

TEST_F(MsnSwitchboardTypingTest, WhoMayNotSpeakIsNotSeenTyping) {
    chat::Group& room = make_room();
    EXPECT_FALSE(zoe_->join(room));
    (void)room.change({chat::Setting::moderated, true, {}, nullptr}, "test", {});
    MsnClient window = call(bob_, "a@rooms.msn.test");
    zoe_.take();
    EXPECT_EQ(window.ask("MSG 4 N", typing_of(bob_.handle)), (Commands{"NAK 4"}));
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardTypingTest, AmongMsnClientsNoticesPassAsTheyAre) {
    MsnPerson ana = online("ana");
    auto [first, second] = connect(ana, bob_);
    for (int i = 0; i < 3; ++i) first.send("MSG 4 U", typing_of(ana.handle));
    EXPECT_EQ(second.take().size(), 3U);
    advance(60s);
    EXPECT_EQ(second.take(), Commands{});
}

TEST_F(MsnSwitchboardTypingTest, ALongRoomDoesNotFillTheMemoryOfTypists) {
    change_options([](ServerOptions& options) { options.max_participants = 3; });
    chat::Group& room = make_room();
    MsnClient window = call(bob_, "a@rooms.msn.test");
    for (int i = 0; i < 50; ++i) {
        IrcPerson typist(service_, "typist" + std::to_string(i));
        EXPECT_FALSE(typist->join(room));
        EXPECT_FALSE(typist->typing({&room, nullptr, {}}, State::active));
    }
    EXPECT_FALSE(window.closed());
}

}  // namespace
}  // namespace patchcord::msn
