#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_fixture.hpp"

namespace patchcord::msn {
namespace {

using tests::Commands;
using tests::matching;
using tests::MsnClient;
using tests::MsnTest;
using tests::verbs_of;

/// CHG, UUX, CHL and QRY.
class MsnNotificationPresenceTest : public MsnTest {
  protected:
    /// Ana and Bob have each other on FL.
    void make_friends() {
        put_on_lists("ana@example.com", "bob@example.com", list_forward | list_allow);
        put_on_lists("bob@example.com", "ana@example.com", list_forward | list_allow);
    }
};

TEST_F(MsnNotificationPresenceTest, ChgIsEchoedInTheDialectsForm) {
    for (unsigned dialect = 2; dialect <= 12; ++dialect) {
        SCOPED_TRACE(dialect);
        MsnClient ana = sign_in("ana@example.com", dialect);
        const std::string caps = dialect >= 8 ? " 268435492" : "";
        const std::string object = dialect >= 9 ? " %3Cmsnobj%2F%3E" : "";
        const Commands answer = ana.ask("CHG 6 BSY 268435492 %3Cmsnobj%2F%3E");
        ASSERT_FALSE(answer.empty());
        EXPECT_EQ(answer.front(), "CHG 6 BSY" + caps + object);
        EXPECT_EQ(answer.size(), dialect >= 11 ? 2U : 1U) << "the mailbox";
        EXPECT_EQ(ana.ask("CHG 7 NLN").front(), dialect >= 8 ? "CHG 7 NLN 0" : "CHG 7 NLN");
    }
}

TEST_F(MsnNotificationPresenceTest, WhatIsNoStatusIsRefused) {
    MsnClient ana = come_online("ana@example.com", 9);
    for (const std::string& line : {std::string("CHG 9 FLN 0"), std::string("CHG 9 XXX 0"), std::string("CHG 9 nln 0"),
                                    std::string("CHG 9 NLN 1:2"), std::string("CHG 9 NLN -1"),
                                    std::string("CHG 9 NLN 12345678901"), "CHG 9 NLN 0 " + std::string(2049, 'x')}) {
        EXPECT_EQ(ana.ask(line), (Commands{"201 9"})) << line;
    }
    EXPECT_EQ(ana.ask("CHG 9"), (Commands{"200 9"}));
    EXPECT_EQ(server_.find_principal("ana@example.com")->presence().status, Status::online);
}

TEST_F(MsnNotificationPresenceTest, FriendsAreShownBehindTheFirstEchoOnly) {
    make_friends();
    MsnClient bob = sign_in("bob@example.com", 9);
    bob.send("CHG 6 AWY 268435492 %3Cmsnobj%2F%3E");
    MsnClient ana = sign_in("ana@example.com", 9);
    EXPECT_EQ(ana.ask("CHG 6 NLN 0"),
              (Commands{"CHG 6 NLN 0", "ILN 6 AWY bob@example.com Bob 268435492 %3Cmsnobj%2F%3E"}));
    EXPECT_EQ(ana.ask("CHG 7 BSY 0"), (Commands{"CHG 7 BSY 0"}));
    EXPECT_EQ(bob.ask("PNG"), (Commands{"QNG 60"}));
}

TEST_F(MsnNotificationPresenceTest, EachDialectIsShownWhatItKnows) {
    make_friends();
    MsnClient bob = sign_in("bob@example.com", 11);
    bob.send("UUX 5", "<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia></Data>");
    bob.send("CHG 6 NLN 268435492 %3Cmsnobj%2F%3E");
    const std::vector<std::pair<unsigned, std::string>> forms{
        {2, "ILN 6 NLN bob@example.com Bob"},
        {8, "ILN 6 NLN bob@example.com Bob 268435492"},
        {9, "ILN 6 NLN bob@example.com Bob 268435492 %3Cmsnobj%2F%3E"}};
    for (const auto& [dialect, form] : forms) {
        MsnClient ana = sign_in("ana@example.com", dialect);
        EXPECT_EQ(matching("ILN", ana.ask("CHG 6 NLN 0")), (Commands{form}));
    }
    MsnClient ana = sign_in("ana@example.com", 12);
    EXPECT_EQ(matching("UBX", ana.ask("CHG 6 NLN 0")),
              (Commands{"UBX bob@example.com 55\n<Data><PSM>hi</PSM><CurrentMedia></CurrentMedia></Data>"}));
}

TEST_F(MsnNotificationPresenceTest, AClientWithoutAnIdIsShownWithZero) {
    make_friends();
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = sign_in("bob@example.com", 8);
    bob.send("CHG 6 NLN");
    EXPECT_EQ(matching("NLN", ana.take()), (Commands{"NLN NLN bob@example.com Bob 0"}));
}

TEST_F(MsnNotificationPresenceTest, ZeroIsNoPicture) {
    make_friends();
    MsnClient ana = come_online("ana@example.com", 9);
    MsnClient bob = sign_in("bob@example.com", 9);
    EXPECT_EQ(bob.ask("CHG 6 NLN 4 0").front(), "CHG 6 NLN 4 0");
    EXPECT_EQ(matching("NLN", ana.take()), (Commands{"NLN NLN bob@example.com Bob 4"}));
}

TEST_F(MsnNotificationPresenceTest, WhoHidesLooksOfflineAndSeesTheOthers) {
    make_friends();
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = sign_in("bob@example.com", 8);
    EXPECT_EQ(bob.ask("CHG 6 HDN 0"), (Commands{"CHG 6 HDN 0", "ILN 6 NLN ana@example.com Ana 0"}));
    EXPECT_EQ(ana.take(), Commands{});
    bob.send("CHG 7 NLN 0");
    EXPECT_EQ(matching("NLN", ana.take()).size(), 1U);
    bob.send("CHG 8 HDN 0");
    EXPECT_EQ(ana.take(), (Commands{"FLN bob@example.com"}));
}

TEST_F(MsnNotificationPresenceTest, WhoeverLeavesIsShownOffline) {
    make_friends();
    MsnClient ana = come_online("ana@example.com", 8);
    {
        MsnClient bob = come_online("bob@example.com", 8);
        ana.take();
        bob.send("OUT");
        EXPECT_EQ(ana.take(), (Commands{"FLN bob@example.com"}));
    }
    {
        MsnClient bob = come_online("bob@example.com", 8);
        ana.take();
        bob.hang_up();
        EXPECT_EQ(ana.take(), (Commands{"FLN bob@example.com"}));
    }
}

TEST_F(MsnNotificationPresenceTest, PersonalMessagesAreMadeOfPartsWeKnow) {
    make_friends();
    MsnClient ana = come_online("ana@example.com", 11);
    MsnClient bob = come_online("bob@example.com", 11);
    ana.take();
    EXPECT_EQ(bob.ask("UUX 8", "<Data><PSM>a &amp; b</PSM><Evil>x</Evil></Data>"), (Commands{"UUX 8 0"}));
    EXPECT_EQ(matching("UBX", ana.take()),
              (Commands{"UBX bob@example.com 62\n<Data><PSM>a &amp; b</PSM><CurrentMedia></CurrentMedia></Data>"}));
    EXPECT_EQ(bob.ask("UUX 9", ""), (Commands{"UUX 9 0"}));
    EXPECT_EQ(matching("UBX", ana.take()), (Commands{"UBX bob@example.com 0"}));
    EXPECT_EQ(bob.ask("UUX 10", "\xFF<not xml\r\nOUT"), (Commands{"UUX 10 0"}));
    MsnClient old = come_online("bob@example.com", 10);
    EXPECT_EQ(old.ask("UUX 8", "<Data></Data>"), (Commands{"200 8"}));
    EXPECT_EQ(old.ask("PNG"), (Commands{"QNG 60"})) << "the payload was taken";
}

TEST_F(MsnNotificationPresenceTest, ClientsWithAMailboxAreToldThatItIsEmpty) {
    MsnClient ana = sign_in("ana@example.com", 11);
    const Commands answer = ana.ask("CHG 6 NLN 0");
    ASSERT_EQ(verbs_of(answer), (Commands{"CHG", "MSG"}));
    EXPECT_NE(answer[1].find("text/x-msmsgsinitialmdatanotification"), std::string::npos);
    EXPECT_NE(answer[1].find("\r\n\r\nMail-Data: <MD>"), std::string::npos);
}

TEST_F(MsnNotificationPresenceTest, AQueryWithoutAChallengeIsAccepted) {
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("QRY 9 msmsgs@msnmsgr.com", std::string(32, '0')), (Commands{"QRY 9"}));
    EXPECT_FALSE(ana.closed());
}

TEST_F(MsnNotificationPresenceTest, ChallengesAreForThoseWhoWantThem) {
    MsnClient quiet = sign_in("ana@example.com", 8);
    EXPECT_TRUE(matching("CHL", quiet.ask("CHG 6 NLN 0")).empty());
    change_options([](ServerOptions& options) { options.challenge = true; });
    for (const unsigned dialect : {5U, 6U, 12U}) {
        SCOPED_TRACE(dialect);
        MsnClient ana = sign_in("ana@example.com", dialect);
        const Commands asked = matching("CHL", ana.ask("CHG 6 NLN 0"));
        ASSERT_EQ(asked.size(), dialect >= 6 ? 1U : 0U);
        if (asked.empty()) continue;
        const std::string challenge = asked.front().substr(asked.front().rfind(' ') + 1);
        EXPECT_EQ(asked.front(), "CHL 0 " + challenge);
        EXPECT_EQ(challenge.size(), 20U);
        EXPECT_EQ(challenge.find_first_not_of("0123456789"), std::string::npos);
        const Product& product = product_for(static_cast<int>(dialect));
        const std::string right = answer_challenge(static_cast<int>(dialect), challenge, product, tests::md5);
        EXPECT_EQ(ana.ask("QRY 9 " + std::string(product.id), right), (Commands{"QRY 9"}));
        EXPECT_FALSE(ana.closed());
    }
}

TEST_F(MsnNotificationPresenceTest, AWrongAnswerToAChallengeIsTheEnd) {
    change_options([](ServerOptions& options) { options.challenge = true; });
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("QRY 9 msmsgs@msnmsgr.com", std::string(32, '0')), (Commands{"540 9"}));
    EXPECT_TRUE(ana.closed());
}

}  // namespace
}  // namespace patchcord::msn
