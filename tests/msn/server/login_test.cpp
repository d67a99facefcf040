#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::matching;
using tests::MsnClient;
using tests::MsnTest;
using tests::verbs_of;

class MsnLoginTest : public MsnTest {
  protected:
    /// A login's answer without the profile.
    Commands answer_to(std::string_view handle, unsigned dialect) {
        MsnClient client = greet(dialect);
        Commands answer = log_in(client, handle, dialect);
        std::erase_if(answer, [](const std::string& command) { return command.starts_with("MSG"); });
        return answer;
    }
    /// Was the client refused with 911, and is the connection closed?
    static void expect_refused(MsnClient& client, const Commands& answer, std::string_view trid) {
        EXPECT_EQ(answer, (Commands{"911 " + std::string(trid)}));
        EXPECT_TRUE(client.closed());
    }
};

TEST_F(MsnLoginTest, EveryDialectIsToldThatItIsInInItsOwnForm) {
    for (unsigned dialect = 2; dialect <= 12; ++dialect) {
        SCOPED_TRACE(dialect);
        Commands expected{"USR 4 OK ana@example.com Ana"};
        if (dialect >= 6) expected = {"USR 4 OK ana@example.com Ana 1"};
        if (dialect >= 8) expected = {"USR 4 OK ana@example.com Ana 1 0"};
        if (dialect >= 10) expected = {"USR 4 OK ana@example.com 1 0"};
        if (dialect >= 11) expected.emplace_back("SBS 0 null");
        EXPECT_EQ(answer_to("ana@example.com", dialect), expected);
    }
}

TEST_F(MsnLoginTest, TheProfileFollows) {
    MsnClient ana = greet(8);
    const Commands answer = log_in(ana, "ana@example.com", 8);
    ASSERT_EQ(verbs_of(answer), (Commands{"USR", "MSG"}));
    const std::string& profile = answer.back();
    EXPECT_EQ(profile.rfind("MSG Hotmail Hotmail ", 0), 0U);
    EXPECT_NE(profile.find("\nMIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"),
              std::string::npos);
    EXPECT_NE(profile.find("\r\nLoginTime: 1700000000\r\n"), std::string::npos);
    EXPECT_NE(profile.find("\r\nClientIP: 192.0.2.1\r\n"), std::string::npos);
    EXPECT_TRUE(profile.ends_with("\r\n\r\n"));
}

TEST_F(MsnLoginTest, AnAddressWithColonsStaysOutOfTheProfile) {
    MsnClient ana(server_.make_notification_session(), scheduler_, {"2001:db8::1", "", false, "2001:db8::2"});
    ana.send("VER 1 MSNP8");
    const Commands answer = log_in(ana, "ana@example.com", 8);
    EXPECT_NE(answer.back().find("ClientIP: 0.0.0.0\r\n"), std::string::npos);
}

TEST_F(MsnLoginTest, TheHighestDialectBothKnowIsChosen) {
    MsnClient ana = open();
    EXPECT_EQ(ana.ask("VER 0 MSNP9 MSNP8 MSNP21 CVR0"), (Commands{"VER 0 MSNP9 CVR0"}));
    MsnClient bob = open();
    EXPECT_EQ(bob.ask("VER 007 msnp8"), (Commands{"VER 007 MSNP8"}));
    EXPECT_FALSE(bob.closed());
}

TEST_F(MsnLoginTest, Cvr0IsRepeatedToWhoeverOffersItInAnyPlace) {
    const std::vector<std::pair<std::string, std::string>> answers{{"VER 1 CVR0 MSNP8", "VER 1 MSNP8 CVR0"},
                                                                   {"VER 1 MSNP2 CVR0 MSNP3", "VER 1 MSNP3 CVR0"},
                                                                   {"VER 1 MSNP8 CVR1", "VER 1 MSNP8"},
                                                                   {"VER 1 MSNP8 CVR", "VER 1 MSNP8"},
                                                                   {"VER 1 MSNP8 CVR0 CVR0", "VER 1 MSNP8 CVR0"}};
    for (const auto& [line, answer] : answers) {
        MsnClient client = open();
        EXPECT_EQ(client.ask(line), (Commands{answer})) << line;
    }
    MsnClient only = open();
    EXPECT_EQ(only.ask("VER 1 CVR0"), (Commands{"VER 1 0"})) << "it is no dialect";
    EXPECT_TRUE(only.closed());
}

TEST_F(MsnLoginTest, NoCommonDialectIsTheEnd) {
    MsnClient ana = open();
    EXPECT_EQ(ana.ask("VER 1 MSNP99 CVR0"), (Commands{"VER 1 0"}));
    EXPECT_TRUE(ana.closed());
    change_options([](ServerOptions& options) { options.lowest = Dialect(8); });
    MsnClient bob = open();
    EXPECT_EQ(bob.ask("VER 1 MSNP7"), (Commands{"VER 1 0"}));
    EXPECT_TRUE(bob.closed());
}

TEST_F(MsnLoginTest, ASecondVerIsTheEnd) {
    MsnClient ana = greet(8);
    EXPECT_EQ(ana.ask("VER 2 MSNP8"), (Commands{"715 2"}));
    EXPECT_TRUE(ana.closed());
}

TEST_F(MsnLoginTest, CvrTellsTheClientItsOwnVersion) {
    for (const char* verb : {"CVR", "CVQ"}) {
        MsnClient ana = greet(8);
        EXPECT_EQ(ana.ask(std::string(verb) + " 2 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 msmsgs ana@example.com"),
                  (Commands{std::string(verb) + " 2 7.0.0777 7.0.0777 7.0.0777 http://msn.test/ http://msn.test/"}));
    }
    MsnClient old = greet(2);
    EXPECT_EQ(old.ask("CVR 2 0x0409 win 4.10 i386 MSMSGS 1.0.0863"),
              (Commands{"CVR 2 1.0.0863 1.0.0863 1.0.0863 http://msn.test/ http://msn.test/"}));
    EXPECT_EQ(old.ask("CVR 3 0x0409 win 4.10 i386 MSMSGS " + std::string(33, '1')), (Commands{"710 3"}));
}

TEST_F(MsnLoginTest, AClientVersionThatIsNoWordIsNotRepeated) {
    MsnClient ana = greet(8);
    for (const char* version : {"5.\xD3"
                                "7",
                                "5\x01", "0123456789012345678901234567890.3"}) {
        const std::string line =
            "CVR 2 0x0409 win 4.10 i386 MSNMSGR " + std::string(version) + " MSMSGS ana@example.com";
        EXPECT_EQ(ana.ask(line), (Commands{"710 2"})) << version;
    }
}

TEST_F(MsnLoginTest, InfIsForTheDialectsThatLogInWithMd5) {
    MsnClient old = greet(7);
    EXPECT_EQ(old.ask("INF 2"), (Commands{"INF 2 MD5"}));
    MsnClient recent = greet(8);
    EXPECT_EQ(recent.ask("INF 2"), Commands{});
    EXPECT_TRUE(recent.closed());
}

TEST_F(MsnLoginTest, HandlesOfPeopleOnIrcAndOfRoomsAreNobodysToSignInWith) {
    for (const std::string handle : {"zoe@irc.msn.test", "ZOE@IRC.msn.test", "a@rooms.msn.test"}) {
        for (const unsigned dialect : {7U, 8U}) {
            SCOPED_TRACE(handle + " in " + std::to_string(dialect));
            store_.add(handle, "Zoe");
            store_.set_legacy_password(handle, "secret");
            MsnClient mal = greet(dialect);
            expect_refused(mal, log_in(mal, handle, dialect), "4");
        }
    }
    EXPECT_EQ(server_.metrics().signed_in.value(), 0);
}

TEST_F(MsnLoginTest, EveryMd5ChallengeIsAFreshOne) {
    MsnClient ana = greet(7);
    const Commands first = ana.ask("USR 3 MD5 I ana@example.com");
    ASSERT_EQ(first.size(), 1U);
    EXPECT_TRUE(first.front().starts_with("USR 3 MD5 S "));
    EXPECT_NE(ana.ask("USR 3 MD5 I ana@example.com"), first);
    MsnClient nobody = greet(7);
    const Commands unknown = nobody.ask("USR 3 MD5 I nobody@example.com");
    ASSERT_EQ(unknown.size(), 1U);
    EXPECT_EQ(unknown.front().size(), first.front().size());
}

TEST_F(MsnLoginTest, AWrongPasswordIsRefusedAndLoggedWithoutIt) {
    MsnClient ana = greet(7);
    expect_refused(ana, log_in(ana, "ana@example.com", 7, "wrong"), "4");
    EXPECT_EQ(server_.metrics().login_failures.value(), 1);
    EXPECT_EQ(log_.count("login refused"), 1U);
    EXPECT_EQ(log_.count("account=ana@example.com address=192.0.2.1"), 1U);
    EXPECT_EQ(log_.count("wrong"), 0U);
}

TEST_F(MsnLoginTest, AnUnknownAccountLooksLikeAWrongPassword) {
    MsnClient nobody = greet(7);
    expect_refused(nobody, log_in(nobody, "nobody@example.com", 7), "4");
    MsnClient other = greet(8);
    expect_refused(other, log_in(other, "nobody@example.com", 8), "4");
}

TEST_F(MsnLoginTest, AnAccountWithoutALegacyPasswordCannotLogInWithMd5) {
    store_.add("mal@example.com");
    MsnClient mal = greet(7);
    expect_refused(mal, log_in(mal, "mal@example.com", 7, ""), "4");
}

TEST_F(MsnLoginTest, ATicketMustBeOnesOwnAndIsGoodOnce) {
    MsnClient mal = greet(8);
    mal.send("USR 3 TWN I ana@example.com");
    expect_refused(mal, mal.ask("USR 4 TWN S " + ticket_for("mal@example.com")), "4");

    const std::string ticket = ticket_for("Ana@Example.com");
    MsnClient ana = greet(8);
    ana.send("USR 3 TWN I ana@example.com");
    EXPECT_EQ(matching("USR", ana.ask("USR 4 TWN S " + ticket)).size(), 1U);
    MsnClient again = greet(8);
    again.send("USR 3 TWN I ana@example.com");
    expect_refused(again, again.ask("USR 4 TWN S " + ticket), "4");
    EXPECT_EQ(log_.count(ticket), 0U);
}

TEST_F(MsnLoginTest, TheTicketIsAskedForInTheFormClientsHandOn) {
    MsnClient ana = greet(12);
    const Commands asked = ana.ask("USR 3 TWN I ANA@example.com");
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_TRUE(asked.front().starts_with("USR 3 TWN S "));
    EXPECT_NE(asked.front().find("id="), std::string::npos);
}

TEST_F(MsnLoginTest, WhatIsNoLoginOfTheDialectIsRefused) {
    const std::vector<std::pair<unsigned, std::string>> wrong{{2, "USR 3 CTP I ana@example.com"},
                                                              {7, "USR 3 TWN I ana@example.com"},
                                                              {8, "USR 3 MD5 I ana@example.com"},
                                                              {8, "USR 3 SSO I ana@example.com"},
                                                              {8, "USR 3 TWN X ana@example.com"},
                                                              {8, "USR 3 TWN S ticket"},
                                                              {7, "USR 3 MD5 S abc"},
                                                              {8, "USR 3 TWN I ana"},
                                                              {8, "USR 3 TWN I"},
                                                              {7, "USR 3 MD5 I a%0D%0A@b.c"},
                                                              {8, "USR 3 twn I ana@example.com"}};
    for (const auto& [dialect, command] : wrong) {
        SCOPED_TRACE(command);
        MsnClient client = greet(dialect);
        expect_refused(client, client.ask(command), "3");
    }
}

TEST_F(MsnLoginTest, ASecondLoginOnOneConnectionIsRefused) {
    MsnClient ana = sign_in("ana@example.com", 8);
    EXPECT_EQ(ana.ask("USR 9 TWN I bob@example.com"), (Commands{"207 9"}));
    EXPECT_FALSE(ana.closed());
}

TEST_F(MsnLoginTest, WhoeverSpeaksOutOfTurnIsCutOff) {
    for (const char* line : {"SYN 1 0", "CHG 1 NLN", "PNG", "ZZZ 1", "XFR 1 SB", "USR", "USR 1", "VER", "VER 1",
                             "ADD 1 FL bob@example.com Bob", "CVR 1", "123 1"}) {
        SCOPED_TRACE(line);
        MsnClient client = greet(8);
        client.send(line);
        EXPECT_TRUE(client.closed());
    }
    MsnClient silent = open();
    silent.send("USR 3 TWN I ana@example.com");
    EXPECT_TRUE(silent.closed());
}

TEST_F(MsnLoginTest, ALoginThatIsSentInOnePieceWorks) {
    const std::string ticket = ticket_for("ana@example.com");
    MsnClient ana = open();
    ana.send(
        "VER 1 MSNP8 CVR0\r\nCVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 msmsgs ana@example.com\r\n"
        "USR 3 TWN I ana@example.com\r\nUSR 4 TWN S " +
        ticket + "\r\nSYN 5 0\r\nCHG 6 NLN 0");
    EXPECT_EQ(verbs_of(ana.take()),
              (Commands{"VER", "CVR", "USR", "USR", "MSG", "SYN", "GTC", "BLP", "LSG", "LST", "CHG"}));
}

TEST_F(MsnLoginTest, WhoGaveTooManyWrongPasswordsHasToWait) {
    std::vector<std::string> asked;
    std::vector<std::string> right;
    bool may = true;
    server_.environment().may_try_password = [&](std::string_view address) {
        asked.emplace_back(address);
        return may;
    };
    server_.environment().password_was_right = [&](std::string_view address) { right.emplace_back(address); };
    for (const char* password : {"guess", "secret"}) {
        MsnClient ana = greet(7);
        const Commands challenge = ana.ask("USR 3 MD5 I ana@example.com");
        ana.send("USR 4 MD5 S " +
                 answer_md5_login(challenge.front().substr(challenge.front().rfind(' ') + 1), password, tests::md5));
    }
    EXPECT_EQ(asked, (std::vector<std::string>{"192.0.2.1", "192.0.2.1"}));
    EXPECT_EQ(right, (std::vector<std::string>{"192.0.2.1"}));
    may = false;
    MsnClient ana = greet(7);
    ana.ask("USR 3 MD5 I ana@example.com");
    EXPECT_EQ(ana.ask("USR 4 MD5 S 0123456789abcdef0123456789abcdef"), (Commands{"910 4"}));
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(server_.metrics().limit_hits(Limit::failed_logins).value(), 1);
}

TEST_F(MsnLoginTest, ThoseWhoSignInTogetherWithRightPasswordsDoNotWaitForEachOther) {
    int left = 1;
    server_.environment().may_try_password = [&](std::string_view) { return left-- > 0; };
    server_.environment().password_was_right = [&](std::string_view) { ++left; };
    store_.hold_answers();
    std::vector<MsnClient> people;
    for (int person = 0; person < 3; ++person) {
        people.push_back(greet(7));
        const Commands asked = people.back().ask("USR 3 MD5 I ana@example.com");
        const std::string challenge = asked.front().substr(asked.front().rfind(' ') + 1);
        people.back().send_only("USR 4 MD5 S " + answer_md5_login(challenge, "secret", tests::md5) + "\r\n");
    }
    advance(0ms);
    store_.answer_again();
    advance(0ms);
    EXPECT_EQ(left, 1);
    EXPECT_EQ(server_.metrics().limit_hits(Limit::failed_logins).value(), 0);
    EXPECT_NE(server_.find_principal("ana@example.com"), nullptr);
}

TEST_F(MsnLoginTest, AFailingStoreIsNotTheClientsFault) {
    for (const std::size_t step : {0U, 1U}) {
        MsnClient ana = greet(7);
        const Commands asked = ana.ask("USR 3 MD5 I ana@example.com");
        const std::string challenge = asked.front().substr(asked.front().rfind(' ') + 1);
        store_.fail_after(step);
        EXPECT_EQ(ana.ask("USR 4 MD5 S " + answer_md5_login(challenge, "secret", tests::md5)), (Commands{"910 4"}));
        EXPECT_TRUE(ana.closed());
    }
    MsnClient bob = greet(8);
    store_.fail_after(0);
    EXPECT_EQ(log_in(bob, "bob@example.com", 8), (Commands{"910 4"}));
    EXPECT_EQ(server_.metrics().login_failures.value(), 0);
}

TEST_F(MsnLoginTest, AnAnswerThatComesAfterTheClientLeftIsForNobody) {
    MsnClient ana = greet(8);
    ana.send("USR 3 TWN I ana@example.com");
    ana.send_only("USR 4 TWN S " + ticket_for("ana@example.com") + "\r\n");
    ana.hang_up();
    advance(0ms);
    EXPECT_EQ(server_.find_principal("ana@example.com"), nullptr);
}

TEST_F(MsnLoginTest, TheSecondSessionOfAnAccountEndsTheFirst) {
    MsnClient first = come_online("ana@example.com", 8);
    MsnClient second = come_online("ana@example.com", 12);
    EXPECT_EQ(first.take(), (Commands{"OUT OTH"}));
    EXPECT_TRUE(first.closed());
    ASSERT_NE(server_.find_principal("ana@example.com"), nullptr);
    first.hang_up();
    EXPECT_NE(server_.find_principal("ana@example.com"), nullptr);
    EXPECT_EQ(second.ask("PNG"), (Commands{"QNG 60"}));
    EXPECT_EQ(server_.metrics().signed_in.value(), 1);
}

TEST_F(MsnLoginTest, TheSecondSessionHasWhatTheFirstStillChanged) {
    MsnClient first = come_online("ana@example.com", 8);
    MsnClient second = greet(8);
    second.send("USR 3 TWN I ana@example.com");
    second.send_only("USR 4 TWN S " + ticket_for("ana@example.com") + "\r\n");
    const std::size_t calls = store_.calls();
    first.send("GTC 9 N");
    EXPECT_EQ(store_.calls(), calls + 2) << "the change, and the lists once more";
    EXPECT_EQ(matching("GTC", second.ask("SYN 5 0")), (Commands{"GTC N"}));
}

TEST_F(MsnLoginTest, OutClosesWithoutAWord) {
    MsnClient early = open();
    EXPECT_EQ(early.ask("OUT"), Commands{});
    EXPECT_TRUE(early.closed());
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("OUT"), Commands{});
    EXPECT_TRUE(ana.closed());
    EXPECT_EQ(server_.find_principal("ana@example.com"), nullptr);
}

TEST_F(MsnLoginTest, ShuttingDownIsSaid) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = greet(8);
    server_.shut_down();
    EXPECT_EQ(ana.take(), (Commands{"OUT SSD"}));
    EXPECT_EQ(bob.take(), (Commands{"OUT SSD"}));
    EXPECT_TRUE(ana.closed() && bob.closed());
}

TEST_F(MsnLoginTest, AskingWhereToLogInIsAnsweredWithOurOwnAddress) {
    MsnClient first_of_all = open();
    EXPECT_EQ(first_of_all.ask("XFR 1 NS"), (Commands{"XFR 1 NS 192.0.2.9:1863"}));
    EXPECT_EQ(greet(4).ask("XFR 2 NS"), (Commands{"XFR 2 NS 192.0.2.9:1863 0"}));
    change_options([](ServerOptions& options) { options.advertise = "msn.example.com"; });
    EXPECT_EQ(greet(8).ask("XFR 2 NS"), (Commands{"XFR 2 NS msn.example.com:1863 0 msn.example.com:1863"}));
}

}  // namespace
}  // namespace patchcord::msn
