#include "gateway/bridge/account_mail.hpp"

#include "tests/gateway/bridge/mail_fixture.hpp"

namespace patchcord::gateway {
namespace {

using namespace std::chrono_literals;
using tests::Log;
using tests::MsnPerson;
using tests::Reader;
using tests::Visitor;

class AccountMailTest : public tests::MailTest {
  protected:
    /// What `carol`, a guest, says is shown like this when it waited.
    static std::string from_carol(const std::string& text) { return "carol!carol@irc.msn.test: " + text; }

    Visitor carol_{service_, "carol", {"~carol", "cloak.test", "", ""}};
};

TEST_F(AccountMailTest, AccountsThatAreAwayAreExpectedAndGuestsAreNot) {
    EXPECT_TRUE(mail_.expects("ana"));
    EXPECT_TRUE(mail_.expects("ANA"));
    EXPECT_FALSE(mail_.expects("carol"));
    EXPECT_FALSE(mail_.expects("nobody"));
    EXPECT_FALSE(mail_.expects(""));
}

TEST_F(AccountMailTest, MessagesWaitWithTheirTimeAndComeOnceInOrder) {
    ASSERT_FALSE(keep(carol_.user(), "Ana", "first"));
    advance(1h);
    ASSERT_FALSE(keep(carol_.user(), "ana", "second"));
    const auto ana = arrive("ana");
    EXPECT_EQ(ana->kept, Log{}) << "the store has not answered";
    settle();
    EXPECT_EQ(ana->kept, (Log{from_carol("first"), from_carol("second")}));
    EXPECT_EQ(ana->sent_at, tests::ManualScheduler::wall_start + 1h);
    EXPECT_TRUE(store_.messages().empty());
    ana->log_out("bye");
    const auto again = arrive("ana");
    settle();
    EXPECT_EQ(again->kept, Log{});
}

TEST_F(AccountMailTest, NothingComesBeforeItIsKnownWhomTheReceiverBlocks) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "first"));
    const Reader ana(service_, "ana", "ana");
    settle();
    EXPECT_EQ(ana.kept, Log{});
    EXPECT_TRUE(ana->arriving());
}

TEST_F(AccountMailTest, WhatABlockedPersonLeftIsThrownAway) {
    MsnPerson bob = online("bob");
    ASSERT_FALSE(keep(user_of(bob), "ana", "listen to me"));
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    const Reader ana(service_, "ana", "ana");
    ana->restore_roster({{"bob@example.com", {}, false, true, false}});
    settle();
    EXPECT_EQ(ana.kept, (Log{from_carol("hello")}));
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(AccountMailTest, ASenderIsShownAsTheyAreNowOrAsTheyWere) {
    MsnPerson bob = online("bob");
    ASSERT_FALSE(keep(user_of(bob), "ana", "one"));
    ASSERT_FALSE(keep(user_of(bob), "zoe", "two"));
    ASSERT_FALSE(user_of(bob).rename("robert"));
    const auto ana = arrive("ana");
    settle();
    EXPECT_EQ(ana->kept, (Log{"robert!bob@example.com: one"}));
    bob.ns.send("OUT");
    const auto zoe = arrive("zoe", "zoe");
    settle();
    EXPECT_EQ(zoe->kept, (Log{"bob!bob@example.com: two"}));
}

TEST_F(AccountMailTest, AnswersToAMessageThatWaitsAreItsAuthorsUntilTheyLogOut) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    EXPECT_EQ(server_.author("carol@irc.msn.test"), &carol_.user());
    carol_.log_out("bye");
    EXPECT_EQ(server_.author("carol@irc.msn.test"), nullptr);
}

// while somebody arrives

TEST_F(AccountMailTest, WhatIsWrittenToSomebodyWhoArrivesComesBehindWhatIsOlder) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "old"));
    const Reader ana(service_, "ana_", "ana");
    EXPECT_TRUE(mail_.expects("ana_")) << "by the nick they have now";
    ASSERT_FALSE(keep(carol_.user(), "ana_", "while the list is fetched"));
    store_.hold_answers();
    ana->restore_roster({});
    settle();
    std::optional<std::error_code> safe;
    mail_.keep(carol_.user(), "ana_", "while the messages are", [&](std::error_code error) { safe = error; });
    settle();
    store_.answer_again();
    settle();
    EXPECT_EQ(safe, std::error_code());
    EXPECT_EQ(ana.kept,
              (Log{from_carol("old"), from_carol("while the list is fetched"), from_carol("while the messages are")}));
    EXPECT_FALSE(ana->arriving());
    EXPECT_FALSE(mail_.expects("ana_"));
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(AccountMailTest, WhoLeavesBeforeTheAnswerLosesNothing) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    store_.hold_answers();
    auto ana = arrive("ana");
    settle();
    ana->log_out("bye");
    const Reader guest(service_, "ana", "");
    store_.answer_again();
    settle();
    EXPECT_EQ(ana->kept, Log{});
    EXPECT_EQ(guest.kept, Log{}) << "somebody else";
    EXPECT_EQ(store_.messages().size(), 1U);
}

TEST_F(AccountMailTest, ARenameWhileTheMessagesAreFetchedDoesNotLoseThem) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    const auto ana = arrive("ana");
    ASSERT_FALSE(ana->user().rename("ana_"));
    settle();
    EXPECT_EQ(ana->kept, (Log{from_carol("hello")}));
}

TEST_F(AccountMailTest, AClientThatHasToReadFirstGetsTheRestLater) {
    for (const char* text : {"one", "two", "three"}) ASSERT_FALSE(keep(carol_.user(), "ana", text));
    const auto ana = arrive("ana");
    ana->takes = 1;
    settle();
    EXPECT_EQ(ana->kept, (Log{from_carol("one")}));
    EXPECT_EQ(store_.messages().size(), 2U) << "what was delivered is forgotten";
    EXPECT_TRUE(ana->user().arriving());
    advance(10s);
    EXPECT_EQ(ana->kept.size(), 1U);
    ana->takes = 1000;
    advance(4s);
    EXPECT_EQ(ana->kept, (Log{from_carol("one"), from_carol("two"), from_carol("three")}));
    EXPECT_FALSE(ana->user().arriving());
    EXPECT_TRUE(store_.messages().empty());
}

TEST_F(AccountMailTest, AClientThatReadsNothingIsTriedSeldom) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    const auto ana = arrive("ana");
    ana->takes = 0;
    settle();
    const std::size_t before = store_.calls();
    advance(60s);
    EXPECT_LE(store_.calls() - before, 25U);
    EXPECT_GE(store_.calls() - before, 15U) << "but for ever";
    ana->takes = 1;
    advance(4s);
    EXPECT_EQ(ana->kept.size(), 1U);
}

TEST_F(AccountMailTest, AConnectionThatBreaksKeepsWhatWasNotDelivered) {
    for (const char* text : {"one", "two"}) ASSERT_FALSE(keep(carol_.user(), "ana", text));
    {
        const auto ana = arrive("ana");
        ana->takes = 1;
        ana->refusal = chat::Errc::send_queue_exceeded;
        settle();
        EXPECT_FALSE(ana->logged_in());
    }
    const auto again = arrive("ana");
    settle();
    EXPECT_EQ(again->kept, (Log{from_carol("two")}));
}

TEST_F(AccountMailTest, WhatCouldNotBeForgottenIsNotShownTwiceInOneLogin) {
    for (const char* text : {"one", "two"}) ASSERT_FALSE(keep(carol_.user(), "ana", text));
    const auto ana = arrive("ana");
    ana->takes = 1;
    store_.fail_after(0);  // the next after the question that has been asked
    settle();
    ASSERT_EQ(store_.messages().size(), 2U);
    ana->takes = 1000;
    advance(1s);
    EXPECT_EQ(ana->kept, (Log{from_carol("one"), from_carol("two")}));
}

TEST_F(AccountMailTest, AStoreThatDoesNotWorkIsAskedAgain) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    store_.fail_after(0);
    const auto ana = arrive("ana");
    settle();
    EXPECT_EQ(ana->kept, Log{});
    EXPECT_TRUE(ana->user().arriving());
    EXPECT_EQ(store_.messages().size(), 1U);
    advance(5s);
    EXPECT_EQ(ana->kept, (Log{from_carol("hello")}));
    EXPECT_FALSE(ana->user().arriving());
}

TEST_F(AccountMailTest, ASecondLoginOfAnAccountGetsNothingAgain) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    const auto ana = arrive("ana");
    settle();
    const auto second = arrive("ana_");
    settle();
    EXPECT_EQ(ana->kept.size() + second->kept.size(), 1U);
}

TEST_F(AccountMailTest, WhoLogsInAfterwardsGetsWhatWaited) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    const Reader guest(service_, "guest", "");
    guest->set_account("ana");
    EXPECT_TRUE(guest->arriving());
    guest->restore_roster({});
    settle();
    EXPECT_EQ(guest.kept, (Log{from_carol("hello")}));
}

TEST_F(AccountMailTest, PeopleOnMsnHaveTheirOwnWayToGetWhatWaited) {
    MsnPerson bob = online("bob");
    EXPECT_FALSE(user_of(bob).arriving());
    EXPECT_FALSE(mail_.expects("bob"));
}

TEST_F(AccountMailTest, AnswersThatComeAfterItsEndAreNobodys) {
    ASSERT_FALSE(keep(carol_.user(), "ana", "hello"));
    auto other = std::make_unique<AccountMail>(
        AccountMail::Parts{service_, store_, server_, [](std::string_view) { return std::optional<std::string>(); }});
    store_.hold_answers();
    const auto ana = arrive("ana");
    settle();
    other.reset();
    store_.answer_again();
    settle();
    EXPECT_EQ(ana->kept, (Log{from_carol("hello")}));
}

}  // namespace
}  // namespace patchcord::gateway
