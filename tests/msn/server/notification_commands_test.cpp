#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "msn/server/command_table.hpp"
#include "tests/support/msn_fixture.hpp"

namespace patchcord::msn {
namespace {

using tests::Commands;
using tests::matching;
using tests::MsnClient;
using tests::MsnTest;
using tests::verbs_of;

/// SYN, LST, LSG, XFR and small commands; and what no command is.
class MsnNotificationCommandsTest : public MsnTest {};

TEST_F(MsnNotificationCommandsTest, EveryDialectIsSynchronized) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    const std::vector<std::pair<unsigned, Commands>> shapes{{2, {"SYN", "GTC", "BLP", "LST", "LST", "LST", "LST"}},
                                                            {6,
                                                             {"SYN", "GTC", "BLP", "PRP", "PRP", "PRP", "PRP", "PRP",
                                                              "LST", "BPR", "BPR", "BPR", "BPR", "LST", "LST", "LST"}},
                                                            {8, {"SYN", "GTC", "BLP", "LSG", "LST"}},
                                                            {10, {"SYN", "GTC", "BLP", "PRP", "LST"}},
                                                            {12, {"SYN", "GTC", "BLP", "PRP", "LST"}}};
    for (const auto& [dialect, shape] : shapes) {
        MsnClient ana = sign_in("ana@example.com", dialect);
        EXPECT_EQ(verbs_of(ana.ask("SYN 5 0 0")), shape) << dialect;
        EXPECT_EQ(verbs_of(ana.ask("SYN 6 1")), shape) << "the whole list again in " << dialect;
    }
}

TEST_F(MsnNotificationCommandsTest, ListsAreGivenOneByOneToOldClients) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 7);
    EXPECT_EQ(ana.ask("LST 5 FL"), (Commands{"LST 5 FL 1 1 1 bob@example.com bob%40example.com 0"}));
    EXPECT_EQ(ana.ask("LST 5 RL"), (Commands{"LST 5 RL 1 0 0"}));
    EXPECT_EQ(ana.ask("LST 5 PL"), (Commands{"201 5"}));
    EXPECT_EQ(ana.ask("LST 5 XX"), (Commands{"201 5"}));
    EXPECT_EQ(ana.ask("LSG 6"), (Commands{"LSG 6 1 1 1 0 Other%20Contacts 0"}));
    MsnClient recent = come_online("ana@example.com", 8);
    EXPECT_EQ(recent.ask("LST 5 FL"), (Commands{"200 5"}));
    EXPECT_EQ(recent.ask("LSG 5"), (Commands{"200 5"}));
}

TEST_F(MsnNotificationCommandsTest, XfrGivesAKeyForOneSwitchboard) {
    MsnClient ana = come_online("ana@example.com", 8);
    const Commands answer = ana.ask("XFR 15 SB");
    ASSERT_EQ(answer.size(), 1U);
    const std::string start = "XFR 15 SB 192.0.2.9:1864 CKI ";
    ASSERT_TRUE(answer.front().starts_with(start)) << answer.front();
    const std::string key = answer.front().substr(start.size());
    EXPECT_TRUE(server_.keys().redeem(key, "ana@example.com", scheduler_.now()));
    EXPECT_NE(ana.ask("XFR 15 SB"), answer);
    EXPECT_EQ(ana.ask("XFR 16 XX"), (Commands{"201 16"}));
}

TEST_F(MsnNotificationCommandsTest, NoSwitchboardForWhoIsNotOnline) {
    MsnClient ana = sign_in("ana@example.com", 8);
    EXPECT_EQ(ana.ask("XFR 15 SB"), (Commands{"913 15"}));
    ana.send("CHG 6 HDN 0");
    EXPECT_EQ(ana.ask("XFR 15 SB"), (Commands{"913 15"}));
    ana.send("CHG 7 BSY 0");
    EXPECT_EQ(verbs_of(ana.ask("XFR 15 SB")), (Commands{"XFR"}));
}

TEST_F(MsnNotificationCommandsTest, TooManyCallsAreRefusedForAWhile) {
    change_options([](ServerOptions& options) { options.calls = {2, 0.5}; });
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(verbs_of(ana.ask("XFR 1 SB")), (Commands{"XFR"}));
    EXPECT_EQ(verbs_of(ana.ask("XFR 2 SB")), (Commands{"XFR"}));
    EXPECT_EQ(ana.ask("XFR 3 SB"), (Commands{"800 3"}));
    EXPECT_EQ(limit_hits(Limit::calls), 1);
    advance(std::chrono::seconds(2));
    EXPECT_EQ(verbs_of(ana.ask("XFR 4 SB")), (Commands{"XFR"}));
}

TEST_F(MsnNotificationCommandsTest, TooManySwitchboardsAreRefused) {
    change_options([](ServerOptions& options) { options.max_switchboards = 0; });
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("XFR 1 SB"), (Commands{"714 1"}));
    EXPECT_EQ(limit_hits(Limit::switchboards), 1);
}

TEST_F(MsnNotificationCommandsTest, SmallRequestsAreAnswered) {
    MsnClient ana = come_online("ana@example.com", 12);
    const std::vector<std::pair<std::string, std::string>> dialogue{
        {"PNG", "QNG 60"},
        {"URL 9 INBOX", "URL 9 /unused1 /unused2 1"},
        {"URL 9", "URL 9 /unused1 /unused2 1"},
        {"SND 10 mal@example.com 0x0409 MSMSGS MSMSGS", "SND 10 OK"},
        {"FND 11 fname=A lname=B", "502 11"},
        {"LKP 12", "502 12"},
        {"IMS 13 ON", "IMS 13 0 ON"},
        {"IMS 14 OFF", "IMS 14 0 OFF"},
        {"IMS 15 X", "201 15"},
        {"GCF 16 Other.xml", "201 16"},
        {"GCF 17 Shields.xml",
         "GCF 17 Shields.xml 88\n"
         "<?xml version=\"1.0\" encoding=\"utf-8\" ?><config><shield></shield><block></block></config>"}};
    for (const auto& [line, answer] : dialogue) EXPECT_EQ(ana.ask(line), (Commands{answer})) << line;
    EXPECT_EQ(ana.ask("SDC 18 mal@example.com 0x0409 MSMSGS MSMSGS X X Ana", "Join me"), (Commands{"SDC 18 OK"}));
    EXPECT_EQ(ana.ask("PAG 19 tel:1", "page"), (Commands{"502 19"}));
    EXPECT_EQ(ana.ask("PGD 20 mal@example.com 1", "page"), (Commands{"502 20"}));
    EXPECT_EQ(ana.ask("UUN 21 bob@example.com 3", "x"), (Commands{"200 21"}));
    EXPECT_EQ(ana.ask("PNG"), (Commands{"QNG 60"})) << "each payload was taken";
}

TEST_F(MsnNotificationCommandsTest, TheNumberOfQngCameWithMsnp9) {
    EXPECT_EQ(come_online("ana@example.com", 8).ask("PNG"), (Commands{"QNG"}));
    EXPECT_EQ(come_online("ana@example.com", 9).ask("PNG"), (Commands{"QNG 60"}));
}

TEST_F(MsnNotificationCommandsTest, ShieldsComeAfterSyn) {
    MsnClient ana = sign_in("ana@example.com", 11);
    EXPECT_EQ(ana.ask("GCF 6 Shields.xml"), (Commands{"715 6"}));
    MsnClient old = come_online("ana@example.com", 10);
    EXPECT_EQ(old.ask("GCF 6 Shields.xml"), (Commands{"200 6"}));
}

TEST_F(MsnNotificationCommandsTest, AnUnknownCommandIsAnsweredIfItCanBe) {
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ZZZ 8 1"), (Commands{"200 8"}));
    EXPECT_EQ(ana.ask("ADC 9 FL N=bob@example.com"), (Commands{"200 9"})) << "of another dialect";
    EXPECT_EQ(ana.ask("png 9"), Commands{}) << "no verb at all";
    EXPECT_TRUE(ana.closed());
    MsnClient bob = come_online("bob@example.com", 8);
    EXPECT_EQ(bob.ask("ZZZ"), Commands{});
    EXPECT_TRUE(bob.closed());
    MsnClient carol = come_online("carol@example.com", 8);
    EXPECT_EQ(carol.ask("CHG x NLN"), Commands{});
    EXPECT_TRUE(carol.closed()) << "nothing to answer to";
}

TEST_F(MsnNotificationCommandsTest, TheTridComesBackAsItWasWritten) {
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("URL 007 INBOX"), (Commands{"URL 007 /unused1 /unused2 1"}));
    EXPECT_EQ(ana.ask("FND 4294967295"), (Commands{"502 4294967295"}));
}

TEST_F(MsnNotificationCommandsTest, EveryCommandSurvivesTooFewAndTooManyParameters) {
    for (const CommandInfo& info : all_commands()) {
        if (info.verb == "OUT") continue;
        for (unsigned dialect = info.first.number(); dialect <= info.last.number(); dialect += 5) {
            for (std::size_t count = 0; count <= 20; ++count) {
                MsnClient ana = come_online("ana@example.com", dialect);
                std::string line(info.verb);
                for (std::size_t i = 0; i < count; ++i) line += i == 0 ? " 9" : i + 1 == count ? " 0" : " x";
                for (const std::string& answer : ana.ask(line)) {
                    const bool about_it = answer.find(" 9") == 3 || answer.starts_with("QNG") ||
                                          answer.starts_with("BPR") ||
                                          answer.substr(0, 4) == std::string(info.verb) + " ";
                    EXPECT_TRUE(about_it || info.verb == "SYN") << line << " -> " << answer;
                }
            }
        }
    }
}

TEST(MsnCommandTableTest, EveryVerbIsFoundByItsName) {
    for (const CommandInfo& info : all_commands()) EXPECT_EQ(find_command(info.verb), &info) << info.verb;
    for (const char* verb : {"", "A", "ZZZ", "syn", "SYNX", "ADL"}) EXPECT_EQ(find_command(verb), nullptr) << verb;
}

}  // namespace
}  // namespace patchcord::msn
