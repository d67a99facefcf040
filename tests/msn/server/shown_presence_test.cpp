#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::matching;
using tests::MsnClient;
using tests::MsnPerson;

/// Ana and Bob, who will have each other on FL, and both somebody on IRC and a room.
class MsnFriends : public tests::MsnSwitchboardTest {
  protected:
    MsnFriends() : tests::MsnSwitchboardTest(options()) {
        for (const std::string owner : {"ana@example.com", "bob@example.com"}) {
            for (const char* other : {"ana@example.com", "bob@example.com", "zoe@irc.msn.test", "den@rooms.msn.test"}) {
                if (other != owner) put_on_lists(owner, other, list_forward | list_allow);
            }
        }
    }
    static ServerOptions options() {
        ServerOptions options = tests::msn_options();
        options.presence_interval = 1s;
        return options;
    }
};

/// What watchers are shown of a contact that changes, and when.
class MsnShownPresenceTest : public MsnFriends {
  protected:
    static chat::SettingChange secret(bool on) { return {chat::Setting::secret, on, {}, nullptr}; }
    void set_secret(chat::Group& room, bool on) { EXPECT_TRUE(room.change(secret(on), "ana", {}).value()); }

    MsnClient ana_ = come_online("ana@example.com", 9);
    MsnClient bob_ = come_online("bob@example.com", 9);
};

TEST_F(MsnShownPresenceTest, QuickChangesAreShownOnceASecondAndTheLastOneAlways) {
    advance(5s);
    ana_.take();
    bob_.send("CHG 7 BSY 0");
    for (int i = 0; i < 100; ++i) bob_.send(i % 2 == 0 ? "CHG 7 NLN 0" : "CHG 7 AWY 0");
    EXPECT_EQ(ana_.take(), (Commands{"NLN BSY bob@example.com Bob 0"}));
    advance(1s);
    EXPECT_EQ(ana_.take(), (Commands{"NLN AWY bob@example.com Bob 0"}));
    advance(10s);
    EXPECT_EQ(ana_.take(), Commands{});
}

TEST_F(MsnShownPresenceTest, ALongFlapIsAChangeASecond) {
    advance(5s);
    ana_.take();
    for (int i = 0; i < 2000; ++i) {
        bob_.send(i % 2 == 0 ? "CHG 7 AWY 0" : "CHG 7 NLN 0");
        advance(5ms);
    }
    EXPECT_LE(ana_.take().size(), 11U);
    bob_.send("CHG 7 PHN 0");
    advance(1s);
    EXPECT_EQ(ana_.take().back(), "NLN PHN bob@example.com Bob 0");
}

TEST_F(MsnShownPresenceTest, NamesAndPersonalMessagesCountToo) {
    MsnClient carol = come_online("carol@example.com", 11);
    carol.send("ADC 8 FL N=bob@example.com F=Bob");
    advance(5s);
    carol.take();
    MsnClient bob = come_online("bob@example.com", 11);
    carol.take();
    for (int i = 0; i < 50; ++i) {
        bob.send("UUX 8", "<Data><PSM>" + std::to_string(i) + "</PSM><CurrentMedia></CurrentMedia></Data>");
        bob.send("PRP 9 MFN Bob" + std::to_string(i));
    }
    EXPECT_LE(carol.take().size(), 2U);
    advance(1s);
    const Commands shown = carol.take();
    ASSERT_EQ(shown.size(), 2U);
    EXPECT_EQ(shown[0], "NLN NLN bob@example.com Bob49 0");
    EXPECT_NE(shown[1].find("<PSM>49</PSM>"), std::string::npos);
}

TEST_F(MsnShownPresenceTest, WhoSignsOutHidesOrBlocksIsGoneAtOnce) {
    const Commands gone{"FLN bob@example.com"};
    for (const char* line : {"CHG 9 HDN 0", "ADD 9 BL ana@example.com ana", "OUT"}) {
        MsnClient bob = come_online("bob@example.com", 9);
        advance(5s);
        bob.send("CHG 7 BSY 0");
        bob.send("CHG 7 AWY 0");
        ana_.take();
        if (std::string(line).find("BL") != std::string::npos) bob.send("REM 8 AL ana@example.com");
        bob.send(line);
        EXPECT_EQ(ana_.take(), gone) << line;
        advance(5s);
        EXPECT_EQ(ana_.take(), Commands{}) << line;
        if (std::string(line).find("BL") != std::string::npos) {
            bob.send("REM 9 BL ana@example.com");
            bob.send("ADD 9 AL ana@example.com ana");
        }
    }
}

TEST_F(MsnShownPresenceTest, PeopleOnIrcAreShownOnceASecondToo) {
    IrcPerson zoe(service_, "zoe");
    EXPECT_EQ(ana_.take().back(), "NLN NLN zoe@irc.msn.test zoe 268435488");
    advance(5s);
    for (int i = 0; i < 101; ++i) {
        zoe.user().set_presence({i % 2 == 0 ? chat::Availability::away : chat::Availability::available, ""});
    }
    EXPECT_EQ(ana_.take(), (Commands{"NLN AWY zoe@irc.msn.test zoe 268435488"}));
    advance(5s);
    EXPECT_EQ(ana_.take(), Commands{}) << "away is what she was shown as";
    zoe.log_out("bye");
    EXPECT_EQ(ana_.take(), (Commands{"FLN zoe@irc.msn.test"}));
}

TEST_F(MsnShownPresenceTest, IrcIsToldOnceASecondToo) {
    IrcPerson zoe(service_, "zoe");
    chat::Group& room = make_room();
    ASSERT_FALSE(zoe->join(room));
    ASSERT_FALSE(server_.find_principal("bob@example.com")->user()->join(room));
    advance(5s);
    zoe.take();
    bob_.send("CHG 7 BSY 0");
    for (int i = 0; i < 100; ++i) bob_.send(i % 2 == 0 ? "CHG 7 NLN 0" : "CHG 7 AWY 0");
    EXPECT_EQ(zoe.take(), (tests::Log{"presence bob [group] away: Busy"}));
    advance(1s);
    EXPECT_EQ(zoe.take(), (tests::Log{"presence bob [group] away: Away"}));
    advance(5s);
    EXPECT_EQ(zoe.take(), tests::Log{});
}

TEST_F(MsnShownPresenceTest, WhoComesIsSeenAsTheyAreAtOnce) {
    bob_.send("CHG 7 HDN 0");
    bob_.send("CHG 8 PHN 0");
    EXPECT_EQ((**service_.lookup_user("bob")).presence().availability, chat::Availability::on_the_phone);
}

TEST_F(MsnShownPresenceTest, WhatIsShownAlreadyIsNotShownAgain) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    ana_.take();
    bob_.send("CHG 7 NLN 0");
    bob_.send("PRP 8 MFN Bob");
    EXPECT_EQ(ana_.take(), Commands{});
    bob_.send("CHG 7 NLN 4");
    EXPECT_EQ(ana_.take(), (Commands{"NLN NLN bob@example.com Bob 4"})) << "what the client can do is another";
    bob_.send("CHG 7 HDN 4");
    bob_.send("CHG 7 NLN 4");
    EXPECT_EQ(ana_.take(), (Commands{"FLN bob@example.com", "NLN NLN bob@example.com Bob 4"}));
}

TEST_F(MsnShownPresenceTest, TheFirstListCountsAsShown) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    MsnClient again = come_online("ana@example.com", 12);
    bob_.send("CHG 7 NLN 0");
    EXPECT_EQ(matching("NLN", again.take()), Commands{});
    bob_.send("CHG 7 AWY 0");
    EXPECT_EQ(matching("NLN", again.take()).size(), 1U);
}

TEST_F(MsnShownPresenceTest, ARoomIsThereFromItsBeginToItsEnd) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    ana_.take();
    IrcPerson zoe(service_, "zoe");
    ana_.take();
    chat::Group& room = **service_.create_group("#den");
    ASSERT_FALSE(zoe->join(room));
    EXPECT_EQ(ana_.take(), (Commands{"NLN NLN den@rooms.msn.test %23den 268435488"}));
    ASSERT_FALSE(zoe->leave(room, "bye"));
    EXPECT_EQ(ana_.take(), (Commands{"FLN den@rooms.msn.test"}));
}

TEST_F(MsnShownPresenceTest, ARoomOfAnotherNameIsAnotherContact) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    IrcPerson zoe(service_, "zoe");
    chat::Group& room = **service_.create_group("#den");
    ASSERT_FALSE(zoe->join(room));
    ana_.take();
    ASSERT_FALSE(service_.rename_group(room, "#Den", nullptr, ""));
    EXPECT_EQ(ana_.take(), Commands{});
    ASSERT_FALSE(service_.rename_group(room, "#lair", nullptr, ""));
    EXPECT_EQ(ana_.take(), (Commands{"FLN den@rooms.msn.test"}));
    ASSERT_FALSE(service_.rename_group(room, "#den", nullptr, ""));
    EXPECT_EQ(ana_.take(), (Commands{"NLN NLN den@rooms.msn.test %23den 268435488"}));
}

TEST_F(MsnShownPresenceTest, ASecretRoomIsNotThere) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    chat::Group& room = make_room("#den");
    IrcPerson zoe(service_, "zoe");
    ASSERT_FALSE(zoe->join(room));
    ASSERT_FALSE(server_.find_principal("bob@example.com")->user()->join(room));
    ana_.take();
    bob_.take();
    set_secret(room, true);
    EXPECT_EQ(ana_.take(), (Commands{"FLN den@rooms.msn.test"}));
    EXPECT_EQ(bob_.take(), Commands{}) << "he is in it";
    set_secret(room, false);
    EXPECT_EQ(ana_.take(), (Commands{"NLN NLN den@rooms.msn.test %23den 268435488"}));
    set_secret(room, true);
    ana_.take();
    ASSERT_FALSE(server_.find_principal("bob@example.com")->user()->leave(room, ""));
    ASSERT_FALSE(zoe->leave(room, ""));
    EXPECT_EQ(ana_.take(), (Commands{"NLN NLN den@rooms.msn.test %23den 268435488"}))
        << "empty, it is open to all again";
}

TEST_F(MsnShownPresenceTest, ARoomThatCannotBeEnteredFlickersForNobody) {
    advance(5s);
    ana_.take();
    for (int i = 0; i < 20; ++i) {
        (void)service_.create_group("#den");
        IrcPerson zoe(service_, "guest" + std::to_string(i));
        ASSERT_FALSE(zoe->join(**service_.lookup_group("#den")));
    }
    EXPECT_LE(ana_.take().size(), 2U);
}

TEST_F(MsnShownPresenceTest, TheNickFollowsTheNameWhereThatIsWanted) {
    change_options([](ServerOptions& options) { options.presence_interval = 0ms; });
    const chat::User& bob = *server_.find_principal("bob@example.com")->user();
    bob_.send("REA 8 bob@example.com Robert");
    EXPECT_EQ(bob.name(), "bob");
    EXPECT_EQ(bob.profile().real_name, "Robert");
    change_options([](ServerOptions& options) { options.follow_friendly_name = true; });
    bob_.send("REA 8 bob@example.com Rob");
    EXPECT_EQ(bob.name(), "Rob");
    EXPECT_EQ(bob.profile().real_name, "Rob");
    IrcPerson zoe(service_, "Max");
    bob_.send("REA 8 bob@example.com Max");
    EXPECT_EQ(bob.name(), "Max_");
    bob_.send("CHG 8 BSY 0");
    EXPECT_EQ(bob.name(), "Max_") << "a status changes no name";
}

TEST_F(MsnShownPresenceTest, TheNickFollowsOnceASecond) {
    change_options([](ServerOptions& options) { options.follow_friendly_name = true; });
    const chat::User& bob = *server_.find_principal("bob@example.com")->user();
    advance(5s);
    for (const char* name : {"B1", "B2", "B3"}) bob_.send(std::string("REA 8 bob@example.com ") + name);
    EXPECT_EQ(bob.name(), "B1");
    advance(1s);
    EXPECT_EQ(bob.name(), "B3");
}

TEST_F(MsnShownPresenceTest, ANameGivenWhileHiddenIsTheNextNick) {
    change_options([](ServerOptions& options) { options.follow_friendly_name = true; });
    bob_.send("CHG 7 HDN 0");
    bob_.send("REA 8 bob@example.com Robert");
    bob_.send("CHG 9 NLN 0");
    EXPECT_EQ(server_.find_principal("bob@example.com")->user()->name(), "Robert");
}

TEST_F(MsnShownPresenceTest, ThatTheCoreHasNoRoomIsLoggedOnce) {
    nicks_.give("no nick at all");
    MsnClient carol = sign_in("carol@example.com", 9);
    EXPECT_EQ(carol.ask("CHG 6 NLN 0"), (Commands{"601 6"}));
    EXPECT_EQ(carol.ask("CHG 7 NLN 0"), (Commands{"601 7"}));
    const auto lines = log_.lines();
    const auto said = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.find("no nick could be had") != std::string::npos &&
               line.find("carol@example.com") != std::string::npos;
    });
    EXPECT_EQ(said, 1);
}

}  // namespace
}  // namespace patchcord::msn
