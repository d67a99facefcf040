#include <gtest/gtest.h>
#include <memory>
#include <string>

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

/// Also writes down who asks.
class Asked final : public tests::Visitor {
  public:
    using Visitor::Visitor;
    void contact_request(std::string_view address, std::string_view name) override {
        requests.push_back(std::string(address) + " " + std::string(name));
    }
    Log requests;
};

/// Contact lists of people on IRC, as the MSN side hears of them.
class MsnServerContactsTest : public tests::MsnSwitchboardTest {
  protected:
    static chat::RosterEntry listed(const std::string& name) { return {name + "@example.com", {}, true, false, false}; }
    static chat::RosterEntry blocked(const std::string& name) {
        return {name + "@example.com", {}, false, true, false};
    }
    static chat::RosterEntry neither(const std::string& name) {
        return {name + "@example.com", {}, false, false, false};
    }
    /// Those who have `handle` on their list, as SYN tells.
    Commands reverse_list(const std::string& handle) {
        MsnClient client = sign_in(handle, 8);
        Commands others = matching("LST", client.ask("SYN 5 0"));
        std::erase_if(others, [&](const std::string& line) { return line.starts_with("LST " + handle); });
        return others;
    }
};

// being put on a list

TEST_F(MsnServerContactsTest, WhoIsListedOrTakenOffIsTold) {
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol", 11);
    IrcPerson zoe(service_, "zoe");
    ASSERT_FALSE(zoe->set_contact(listed("bob")));
    ASSERT_FALSE(zoe->set_contact(listed("carol")));
    EXPECT_EQ(bob.ns.take(), (Commands{"ADD 0 RL 2 zoe@irc.msn.test zoe"}));
    EXPECT_EQ(matching("ADC", carol.ns.take()), (Commands{"ADC 0 RL N=zoe@irc.msn.test F=zoe"}));
    ASSERT_FALSE(zoe->set_contact({"bob@example.com", "Bobby", true, false, false}));
    EXPECT_EQ(bob.ns.take(), Commands{}) << "what somebody is called there is not their business";
    ASSERT_FALSE(zoe->set_contact(neither("bob")));
    EXPECT_EQ(bob.ns.take(), (Commands{"REM 0 RL 3 zoe@irc.msn.test"}));
}

TEST_F(MsnServerContactsTest, WhoIsOnlyBlockedIsNotTold) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    ASSERT_FALSE(zoe->set_contact(blocked("bob")));
    ASSERT_FALSE(zoe->set_contact(neither("bob")));
    EXPECT_EQ(bob.ns.take(), Commands{});
}

TEST_F(MsnServerContactsTest, AListOfAPrincipalIsNotToldTwice) {
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    ASSERT_FALSE(user_of(carol).set_contact(listed("bob")));
    EXPECT_EQ(bob.ns.take(), Commands{}) << "those have their lists elsewhere";
}

TEST_F(MsnServerContactsTest, WhoSignsInIsToldWhoOfThoseHereListsThemOnce) {
    IrcPerson zoe(service_, "zoe");
    IrcPerson yan(service_, "yan");
    ASSERT_FALSE(zoe->set_contact(listed("bob")));
    ASSERT_FALSE(yan->set_contact(blocked("bob")));
    EXPECT_EQ(reverse_list("bob@example.com"), (Commands{"LST zoe@irc.msn.test zoe 8"}));
}

TEST_F(MsnServerContactsTest, WhoIsKnownFromTheStoreAlreadyIsNotAddedAgain) {
    // What the store says is a principal's list here, under the very handle; it stands for an account's.
    store_.add(irc_handle("zoe"), "zoe");
    put_on_lists(irc_handle("zoe"), "bob@example.com", list_forward);
    IrcPerson zoe(service_, "zoe");
    ASSERT_FALSE(zoe->set_contact(listed("bob")));
    EXPECT_EQ(reverse_list("bob@example.com"), (Commands{"LST zoe@irc.msn.test zoe 8"}));
}

TEST_F(MsnServerContactsTest, AGuestsListEndsWithTheLogin) {
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    {
        IrcPerson zoe(service_, "zoe");
        ASSERT_FALSE(zoe->set_contact(listed("bob")));
        ASSERT_FALSE(zoe->set_contact(blocked("carol")));
        bob.ns.take();
    }
    EXPECT_EQ(matching("REM", bob.ns.take()), (Commands{"REM 0 RL 3 zoe@irc.msn.test"}));
    EXPECT_EQ(carol.ns.take(), Commands{});
    EXPECT_EQ(reverse_list("bob@example.com"), Commands{});
}

TEST_F(MsnServerContactsTest, AnAccountsListDoesNot) {
    MsnPerson bob = online("bob");
    {
        IrcPerson zoe(service_, "zoe", {"", "", "", "zoe"});
        ASSERT_FALSE(zoe->set_contact(listed("bob")));
        bob.ns.take();
    }
    EXPECT_EQ(matching("REM", bob.ns.take()), Commands{});
}

// being blocked

TEST_F(MsnServerContactsTest, WhoIsBlockedSeesThemLeaveAndOthersDoNot) {
    for (const char* owner : {"bob@example.com", "carol@example.com"}) {
        put_on_lists(owner, irc_handle("zoe"), list_forward | list_allow);
    }
    IrcPerson zoe(service_, "zoe");
    MsnPerson bob = online("bob");
    MsnPerson carol = online("carol");
    ASSERT_FALSE(zoe->set_contact(blocked("bob")));
    EXPECT_EQ(bob.ns.take(), (Commands{"FLN zoe@irc.msn.test"}));
    EXPECT_EQ(carol.ns.take(), Commands{});
    zoe->set_presence({chat::Availability::away, "gone"});
    EXPECT_EQ(bob.ns.take(), Commands{});
    EXPECT_EQ(matching("NLN AWY", carol.ns.take()).size(), 1U);
    ASSERT_FALSE(zoe->set_contact(neither("bob")));
    EXPECT_EQ(matching("NLN", bob.ns.take()), (Commands{"NLN AWY zoe@irc.msn.test zoe 268435488"}))
        << "and is shown again";
}

TEST_F(MsnServerContactsTest, NobodySeesSomebodyWhoseListIsNotThereYet) {
    for (const char* owner : {"bob@example.com", "carol@example.com"}) {
        put_on_lists(owner, irc_handle("zoe"), list_forward | list_allow);
    }
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    zoe->await_roster();
    bob.ns.take();
    MsnPerson carol{"carol@example.com", sign_in("carol@example.com", 8)};
    EXPECT_EQ(matching("ILN", carol.ns.ask("CHG 6 NLN 0")), Commands{});
    zoe->set_presence({chat::Availability::away, "gone"});
    EXPECT_EQ(matching("NLN", carol.ns.take()), Commands{});
    bob.ns.take();
    zoe->restore_roster({blocked("bob")});
    EXPECT_EQ(bob.ns.take(), Commands{});
    EXPECT_EQ(matching("NLN", carol.ns.take()), (Commands{"NLN AWY zoe@irc.msn.test zoe 268435488"}));
}

TEST_F(MsnServerContactsTest, APrincipalIsVisibleToThoseItAllows) {
    MsnPerson bob = online("bob");
    IrcPerson zoe(service_, "zoe");
    ASSERT_FALSE(zoe->set_contact(listed("bob")));
    EXPECT_EQ(zoe.take(), (Log{"contact came bob"}));
    bob.ns.send("ADD 20 BL " + irc_handle("zoe") + " zoe");
    EXPECT_EQ(zoe.take(), (Log{"contact left bob: "}));
    bob.ns.send("REM 21 BL " + irc_handle("zoe"));
    EXPECT_EQ(zoe.take(), (Log{"contact came bob"}));
    bob.ns.send("BLP 22 BL");
    EXPECT_EQ(zoe.take(), (Log{"contact left bob: "})) << "who is not on AL";
}

// asking

TEST_F(MsnServerContactsTest, WhoIsAddedOnMsnIsAskedUnlessTheyHaveDecided) {
    MsnPerson bob = online("bob");
    Asked zoe(service_, "zoe");
    bob.ns.send("ADD 20 FL " + irc_handle("zoe") + " zoe");
    EXPECT_EQ(zoe.requests, (Log{"bob@example.com Bob"}));
    bob.ns.send("ADD 21 AL " + irc_handle("zoe") + " zoe");
    EXPECT_EQ(zoe.requests.size(), 1U) << "AL is nobody's business";
    for (const chat::RosterEntry& decision : {blocked("carol"), listed("carol")}) {
        ASSERT_FALSE(zoe->set_contact(decision));
        MsnPerson carol = online("carol");
        carol.ns.send("ADD 20 FL " + irc_handle("zoe") + " zoe");
        carol.ns.send("REM 21 FL " + irc_handle("zoe"));
        EXPECT_EQ(zoe.requests.size(), 1U);
    }
}

TEST_F(MsnServerContactsTest, NobodyIsAskedBeforeItIsKnownWhatTheyDecided) {
    MsnPerson bob = online("bob");
    Asked zoe(service_, "zoe");
    zoe->await_roster();
    bob.ns.send("ADD 20 FL " + irc_handle("zoe") + " zoe");
    EXPECT_EQ(zoe.requests, Log{});
}

// handles of accounts

TEST_F(MsnServerContactsTest, AnAccountUnderAnotherNickIsThatPersonToMsn) {
    put_on_lists("bob@example.com", irc_handle("zoe"), list_forward | list_allow);
    MsnPerson bob = online("bob");
    {
        IrcPerson zoe(service_, "zoe_", {"", "", "", "Zoe"});
        EXPECT_EQ(bob.ns.take(), (Commands{"NLN NLN zoe@irc.msn.test zoe_ 268435488"}));
        MsnClient window = call(bob, irc_handle("zoe"));
        EXPECT_EQ(say(window, "hello"), (Commands{"ACK"}));
        EXPECT_EQ(zoe.take(), (Log{"message bob -> zoe_: hello"}));
        EXPECT_FALSE(zoe.say(user_of(bob), "hi"));
        EXPECT_EQ(heard(window).back(), "zoe@irc.msn.test: hi");
        MsnClient other = enter(bob);
        EXPECT_EQ(other.ask("CAL 1 zoe_@irc.msn.test"), (Commands{"217 1"})) << "one handle each";
    }
    EXPECT_EQ(matching("FLN", bob.ns.take()), (Commands{"FLN zoe@irc.msn.test"}));
}

TEST_F(MsnServerContactsTest, BothWindowsOfARoomSeeWhoComesAndGoes) {
    chat::Group& room = make_room();
    MsnPerson bob = online("bob");
    MsnClient first = call(bob, "a@rooms.msn.test");
    MsnClient second = call(bob, "a@rooms.msn.test");
    first.take();
    second.take();
    {
        IrcPerson zoe(service_, "zoe");
        ASSERT_FALSE(zoe->join(room));
        EXPECT_EQ(first.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
        EXPECT_EQ(second.take(), (Commands{"JOI zoe@irc.msn.test zoe"}));
        ASSERT_FALSE(zoe.say(room, "once"));
        EXPECT_EQ(heard(first).size() + heard(second).size(), 1U) << "but a message comes once";
        ASSERT_FALSE(zoe->leave(room, "bye"));
        EXPECT_EQ(first.take(), (Commands{"BYE zoe@irc.msn.test"}));
        EXPECT_EQ(second.take(), (Commands{"BYE zoe@irc.msn.test"}));
    }
}

}  // namespace
}  // namespace patchcord::msn
