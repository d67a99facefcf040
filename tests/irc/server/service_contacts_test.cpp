#include <gtest/gtest.h>
#include <string>

#include "irc/server/service_call.hpp"
#include "tests/support/contacts_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::commands_of;
using tests::IrcClient;
using tests::IrcContactsTest;
using tests::Lines;
using tests::Log;
using tests::only;

constexpr const char* guests_list = "Your list lasts until you leave; it is kept for those who log in to an account";

class IrcServiceContactsTest : public IrcContactsTest {
  protected:
    /// Says `add` and lets the address exist.
    Lines add(std::string_view words) {
        ana_.take();
        ana_.send("PRIVMSG *patchcord :add " + std::string(words));
        book_.answer(true);
        return said(ana_.take());
    }
    [[nodiscard]] const chat::RosterEntry* entry(std::string_view nick) {
        return user("ana").roster().find(address_of(nick));
    }

    IrcClient ana_ = connect("ana");
};

// add

TEST_F(IrcServiceContactsTest, AddingTheFirstBringsTheChannelEvenIfNobodyIsHere) {
    ana_.send("PRIVMSG *patchcord :add bob@example.com");
    EXPECT_EQ(ana_.take(), Lines{}) << "it is being looked up";
    book_.answer(true);
    const Lines lines = ana_.take();
    EXPECT_EQ(commands_of(lines), (Lines{"JOIN", "332", "353", "366", "PRIVMSG", "PRIVMSG"}));
    EXPECT_EQ(said(lines), (Lines{"bob (bob@example.com) is on your contact list now", guests_list}));
    ASSERT_NE(entry("bob"), nullptr);
    EXPECT_TRUE(entry("bob")->listed);
    EXPECT_EQ(only("JOIN", ana_.take()), Lines{});
}

TEST_F(IrcServiceContactsTest, WhoIsAddedByNickOrHandleMayBeGivenAName) {
    add("bob Bobby the Builder");
    EXPECT_EQ(entry("bob")->name, "Bobby the Builder");
    EXPECT_EQ(tell(ana_, "add bob"), (Lines{"bob (bob@example.com) is on your contact list already"}));
    EXPECT_EQ(tell(ana_, "add stranger"),
              (Lines{"Nobody here knows \"stranger\"; give a handle such as bob@example.com"}));
    EXPECT_EQ(tell(ana_, "add").size(), 1U);
    EXPECT_EQ(book_.pending(), 0U);
}

TEST_F(IrcServiceContactsTest, AHandleThatNobodyHasOrThatCannotBeLookedUpIsNotAdded) {
    ana_.send("PRIVMSG *patchcord :add x@example.com");
    book_.answer(false);
    EXPECT_EQ(said(ana_.take()), (Lines{"Nobody has the handle x@example.com; is it spelt right?"}));
    ana_.send("PRIVMSG *patchcord :add x@example.com");
    book_.answer(chat::Errc::queue_full);
    EXPECT_EQ(said(ana_.take()).size(), 1U);
    EXPECT_TRUE(user("ana").roster().entries().empty());
}

TEST_F(IrcServiceContactsTest, WhoIsBlockedStaysSoWhenAdded) {
    tell(ana_, "block bob");
    EXPECT_EQ(add("bob"), (Lines{"bob (bob@example.com) is on your contact list now",
                                 "They are blocked still; \"unblock\" ends that", guests_list}));
    EXPECT_TRUE(entry("bob")->blocked);
}

TEST_F(IrcServiceContactsTest, AFullListSaysHowManyItMayHold) {
    chat::ServiceOptions options = service_.options();
    options.max_contacts = 1;
    service_.set_options(options);
    add("bob");
    EXPECT_EQ(add("carol"), (Lines{"Your contact list is full, it may hold 1 people; \"remove\" makes room"}));
    EXPECT_EQ(tell(ana_, "block mal"),
              (Lines{"Your contact list is full, it may hold 1 people; \"remove\" makes room"}));
    EXPECT_EQ(limit_hits(Limit::contacts), 2);
    EXPECT_EQ(user("ana").roster().entries().size(), 1U);
}

TEST_F(IrcServiceContactsTest, OneMessageToBothPlacesEndsWithTheLastAnswer) {
    IrcClient zoe = connect("zoe", "labeled-response batch");
    zoe.send("JOIN &contacts");
    zoe.take();
    zoe.send("@label=x PRIVMSG *patchcord,&contacts :add nobody@example.com\r\nPING later");
    book_.answer(false);
    EXPECT_EQ(zoe.take(), Lines{});
    book_.answer(false);
    const Lines lines = zoe.take();
    EXPECT_EQ(commands_of(lines), (Lines{"BATCH", "PRIVMSG", "PRIVMSG", "BATCH", "PONG"}));
    EXPECT_EQ(said(lines, "zoe").size(), 1U);
    EXPECT_EQ(said(lines, "&contacts").size(), 1U);
}

/// Expects everybody, and keeps when the test says so.
struct ManualBox final : chat::OfflineBox {
    [[nodiscard]] bool expects(std::string_view) const override { return true; }
    void keep(const chat::User&, std::string_view, std::string, std::function<void(std::error_code)> done) override {
        kept = std::move(done);
    }
    std::function<void(std::error_code)> kept;
};

TEST_F(IrcServiceContactsTest, ACommandEndsWithTheLastAnswerAndTheEndOfALongOne) {
    ManualBox box;
    server_.environment().offline_box = &box;
    IrcClient zoe = connect("zoe", "labeled-response batch");
    for (int i = 0; i < 100; ++i) list("zoe", "contact" + std::to_string(i));
    for (const bool list_first : {true, false}) {
        zoe.take();
        zoe.send("@label=x PRIVMSG *patchcord,yan :list\r\nPING later");
        if (list_first) {
            advance(0ms);
            EXPECT_EQ(only("PONG", zoe.take()), Lines{});
            box.kept({});
        } else {
            box.kept(chat::Errc::queue_full);
            EXPECT_EQ(only("PONG", zoe.take()), Lines{});
            advance(0ms);
        }
        const Lines lines = zoe.take();
        EXPECT_EQ(commands_of(lines).back(), "PONG") << list_first;
        EXPECT_EQ(only("NOTICE", lines).size(), 1U) << list_first;
        ASSERT_EQ(only("BATCH", lines).size(), list_first ? 1U : 2U);
        EXPECT_EQ(only("BATCH", lines).back().find("-l"), only("BATCH", lines).back().size() - 3) << list_first;
    }
    server_.environment().offline_box = nullptr;
}

TEST_F(IrcServiceContactsTest, WhoPartedTheChannelIsNotBroughtBackByAdding) {
    ana_.send("JOIN &contacts\r\nPART &contacts");
    EXPECT_EQ(add("bob").size(), 2U);
    EXPECT_EQ(only("319", ana_.ask("WHOIS ana")), Lines{});
}

// remove, rename

TEST_F(IrcServiceContactsTest, WhoIsRemovedIsOffTheListByWhateverNameTheyAreMeant) {
    add("bob Bobby the Builder");
    EXPECT_EQ(tell(ana_, "remove bobby THE builder"), (Lines{"bob (bob@example.com) is off your contact list"}));
    EXPECT_EQ(entry("bob"), nullptr);
    EXPECT_EQ(tell(ana_, "remove bob"),
              (Lines{"bob (bob@example.com) is not on your contact list; \"add\" does that"}));
    add("bob");
    tell(ana_, "block bob@example.com");
    EXPECT_EQ(tell(ana_, "remove bob@example.com"),
              (Lines{"bob (bob@example.com) is off your contact list, and blocked still; \"unblock\" ends that"}));
    EXPECT_EQ(tell(ana_, "remove bob"),
              (Lines{"bob (bob@example.com) is not on your contact list, only blocked; \"unblock\" ends that"}));
}

TEST_F(IrcServiceContactsTest, ANameOfOnesOwnIsShownByWhois) {
    const auto bob = visit("bob");
    add("bob");
    EXPECT_EQ(only("320", ana_.ask("WHOIS bob")), Lines{});
    EXPECT_EQ(tell(ana_,
                   "rename bob My \x03"
                   "04friend"),
              (Lines{"bob (bob@example.com) is called My friend in your contact list"}));
    EXPECT_EQ(only("320", ana_.ask("WHOIS bob")),
              (Lines{":irc.test 320 ana bob :is called My friend in your contact list"}));
    IrcClient zoe = connect("zoe");
    EXPECT_EQ(only("320", zoe.ask("WHOIS bob")), Lines{}) << "it is nobody else's";
    EXPECT_EQ(tell(ana_, "rename bob"), (Lines{"bob (bob@example.com) has no name of yours any more"}));
    EXPECT_EQ(entry("bob")->name, "");
}

TEST_F(IrcServiceContactsTest, ANameMayHave64BytesAndMeansOnePerson) {
    add("bob");
    add("carol");
    EXPECT_EQ(tell(ana_, "rename bob " + std::string(65, 'x')),
              (Lines{"A name may have 64 bytes; give a shorter one"}));
    EXPECT_EQ(tell(ana_, "add mal " + std::string(65, 'x')), (Lines{"A name may have 64 bytes; give a shorter one"}));
    EXPECT_EQ(tell(ana_, "rename bob " + std::string(64, 'x')).size(), 1U);
    EXPECT_EQ(entry("bob")->name.size(), 64U);
    tell(ana_, "rename bob friend");
    EXPECT_EQ(tell(ana_, "rename carol Friend"),
              (Lines{"You call bob (bob@example.com) so already; give another name"}));
    EXPECT_EQ(entry("carol")->name, "");
    EXPECT_EQ(tell(ana_, "rename friend Friend"),
              (Lines{"bob (bob@example.com) is called Friend in your contact list"}));
}

// block, unblock

TEST_F(IrcServiceContactsTest, WhoIsBlockedCannotWriteAndNeedNotBeOnTheList) {
    const auto bob = visit("bob");
    EXPECT_EQ(tell(ana_, "block bob"),
              (Lines{"bob (bob@example.com) is blocked: they see you as offline and cannot write to you"}));
    EXPECT_EQ(bob->say(user("ana"), "hi"), chat::Errc::not_accepted);
    EXPECT_EQ(tell(ana_, "block bob"), (Lines{"bob (bob@example.com) is blocked already"}));
    EXPECT_EQ(tell(ana_, "rename bob Bobby"),
              (Lines{"bob (bob@example.com) is only blocked; \"add\" puts them on your contact list"}));
    EXPECT_EQ(tell(ana_, "unblock bob"), (Lines{"bob (bob@example.com) is not blocked any more"}));
    EXPECT_EQ(tell(ana_, "unblock bob"), (Lines{"bob (bob@example.com) is not blocked"}));
    EXPECT_FALSE(bob->say(user("ana"), "hi"));
    EXPECT_EQ(entry("bob"), nullptr);
}

TEST_F(IrcServiceContactsTest, BlockingAndUnblockingKeepTheRestOfAContact) {
    add("bob Bobby");
    tell(ana_, "block Bobby");
    tell(ana_, "unblock Bobby");
    EXPECT_TRUE(entry("bob")->listed);
    EXPECT_EQ(entry("bob")->name, "Bobby");
}

// nudge

TEST_F(IrcServiceContactsTest, ANudgeReachesWhoIsHere) {
    EXPECT_EQ(tell(ana_, "nudge bob"), (Lines{"bob (bob@example.com) is not online"}));
    const auto bob = visit("bob");
    EXPECT_EQ(tell(ana_, "nudge bob"), (Lines{"You nudged bob"}));
    EXPECT_EQ(bob->take(), (Log{"nudge ana -> bob: "}));
    bob->fail_all(chat::Errc::not_accepted);
    EXPECT_EQ(tell(ana_, "nudge bob"), (Lines{"bob did not get your nudge: not accepted"}));
}

// list

TEST_F(IrcServiceContactsTest, TheListShowsWhoIsHereFirstAndEverythingKnown) {
    const auto carol = visit("carol");
    (*carol)->set_presence({chat::Availability::out_to_lunch, "Out to lunch: \x02pizza\x02"});
    const auto mal = visit("mal");
    for (const char* words : {"bob Bobby", "carol", "mal", "never@example.com"}) add(words);
    tell(ana_, "block mal");
    tell(ana_, "block spam@example.com");
    EXPECT_EQ(tell(ana_, "list"),
              (Lines{"carol (carol@example.com): away, Out to lunch: pizza", "mal (mal@example.com), blocked: online",
                     "bob (bob@example.com), \"Bobby\": offline", "never@example.com: offline",
                     "spam@example.com, blocked, not on your list", "That is all: 5 people, 2 online"}));
    EXPECT_EQ(tell(ana_, "list online").size(), 3U);
    EXPECT_EQ(tell(ana_, "list blocked"),
              (Lines{"mal (mal@example.com), blocked: online", "spam@example.com, blocked, not on your list",
                     "That is all: 2 people, 1 online"}));
    EXPECT_EQ(tell(ana_, "list ALL"), tell(ana_, "list"));
    EXPECT_EQ(said(ana_.ask("CONTACTS")), tell(ana_, "list"));
    EXPECT_EQ(tell(ana_, "list friends"),
              (Lines{"There is no such part of the list; one of all, online, blocked, pending"}));
}

TEST_F(IrcServiceContactsTest, AnEmptyListSaysHowToFillIt) {
    EXPECT_EQ(tell(ana_, "list"), (Lines{"Your contact list is empty; \"add bob@example.com\" puts bob on it"}));
}

TEST_F(IrcServiceContactsTest, ALongListNeverOverrunsTheSendQueue) {
    for (int i = 0; i < 300; ++i) list("ana", "contact" + std::to_string(i));
    ana_.take();
    ana_.transport().stall();
    ana_.send("PRIVMSG *patchcord :list");
    for (int i = 0; i < 50; ++i) {
        advance(50ms);
        ana_.transport().drain();
        ana_.transport().stall();
    }
    EXPECT_FALSE(ana_.closed());
    const Lines all = said(ana_.take());
    EXPECT_EQ(all.size(), 301U);
    EXPECT_EQ(all.back(), "That is all: 300 people, 0 online");
}

TEST_F(IrcServiceContactsTest, ALongListIsOneLabelledReply) {
    IrcClient zoe = connect("zoe", "labeled-response batch");
    for (int i = 0; i < 100; ++i) list("zoe", "contact" + std::to_string(i));
    zoe.take();
    zoe.send("@label=x PRIVMSG *patchcord :list\r\nPING later");
    advance(0ms);
    const Lines lines = zoe.take();
    EXPECT_EQ(only("BATCH", lines).size(), 2U);
    EXPECT_EQ(only("PRIVMSG", lines).size(), 101U);
    for (const std::string& line : only("PRIVMSG", lines)) EXPECT_TRUE(line.starts_with("@batch=l2 ")) << line;
    EXPECT_EQ(lines.back(), ":irc.test PONG irc.test :later");
}

}  // namespace
}  // namespace patchcord::irc
