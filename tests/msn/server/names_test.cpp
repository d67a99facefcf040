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

/// REA, SBP and PRP; groups; BLP and GTC.
class MsnNamesTest : public MsnTest {};

using Dialogue = std::vector<std::pair<std::string, std::string>>;

void expect_answers(MsnClient& client, const Dialogue& dialogue) {
    for (const auto& [line, answer] : dialogue) EXPECT_EQ(client.ask(line), (Commands{answer})) << line;
}

TEST_F(MsnNamesTest, OnesOwnNameIsStoredAndShown) {
    MsnClient bob = come_online("bob@example.com", 8);
    MsnClient ana = come_online("ana@example.com", 8);
    bob.send("ADD 7 FL ana@example.com Ana");
    bob.take();
    EXPECT_EQ(matching("REA", ana.ask("REA 23 Ana@example.com Al%20Bundy%20%25%20%C3%A9")),
              (Commands{"REA 23 3 ana@example.com Al%20Bundy%20%25%20%C3%A9"}));
    EXPECT_EQ(store_.account("ana@example.com").settings.friendly_name, "Al Bundy % \xC3\xA9");
    EXPECT_EQ(bob.take(), (Commands{"NLN NLN ana@example.com Al%20Bundy%20%25%20%C3%A9 0"}));
}

TEST_F(MsnNamesTest, FromMsnp10OnesOwnNameIsAProperty) {
    MsnClient ana = come_online("ana@example.com", 10);
    EXPECT_EQ(ana.ask("PRP 26 MFN Ana%20A"), (Commands{"PRP 26 MFN Ana%20A"}));
    EXPECT_EQ(store_.account("ana@example.com").settings.friendly_name, "Ana A");
    expect_answers(ana, {{"PRP 27 MFN", "209 27"},
                         {"PRP 28 MFN %0D%0A", "209 28"},
                         {"PRP 29 MFN " + std::string(388, 'x'), "209 29"},
                         {"REA 30 ana@example.com Ana", "200 30"}});
    EXPECT_EQ(store_.account("ana@example.com").settings.friendly_name, "Ana A");
    MsnClient old = come_online("ana@example.com", 9);
    EXPECT_EQ(old.ask("PRP 31 MFN X"), (Commands{"201 31"}));
}

TEST_F(MsnNamesTest, ContactsHaveTheOwnersNamesForThem) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 8);
    expect_answers(ana, {{"REA 23 bob@example.com My%20Bob", "REA 23 2 bob@example.com My%20Bob"},
                         {"REA 24 carol@example.com Carol", "216 24"},
                         {"REA 25 bob@example.com %0A", "209 25"},
                         {"REA 26 bob Bob", "201 26"},
                         {"REA 27 bob@example.com", "200 27"}});
    EXPECT_EQ(store_.contact("ana@example.com", "bob@example.com")->name, "My Bob");

    MsnClient recent = come_online("ana@example.com", 10);
    const std::string guid = server_.find_principal("ana@example.com")->contacts().find("bob@example.com")->guid;
    expect_answers(recent, {{"SBP 25 " + guid + " MFN Bob%20B", "SBP 25 " + guid + " MFN Bob%20B"},
                            {"SBP 26 " + guid + " PHH 1", "201 26"},
                            {"SBP 27 " + guid + " MFN", "209 27"},
                            {"SBP 28 bob@example.com MFN Bob", "216 28"}});
    EXPECT_EQ(store_.contact("ana@example.com", "bob@example.com")->name, "Bob B");
}

TEST_F(MsnNamesTest, PropertiesAreStoredAndTakenBack) {
    MsnClient ana = come_online("ana@example.com", 5);
    expect_answers(ana, {{"PRP 29 PHM 555%200100", "PRP 29 2 PHM 555%200100"},
                         {"PRP 30 MOB Y", "PRP 30 3 MOB Y"},
                         {"PRP 31 XXX 1", "201 31"},
                         {"PRP 32 PHM " + std::string(96, '1'), "201 32"},
                         {"PRP 33 MOB", "PRP 33 4 MOB"},
                         {"PRP 34", "200 34"}});
    EXPECT_EQ(store_.account("ana@example.com").settings.properties,
              (std::map<std::string, std::string>{{"PHM", "555 0100"}}));
    MsnClient old = come_online("ana@example.com", 4);
    EXPECT_EQ(old.ask("PRP 29 PHM 1"), (Commands{"200 29"}));
}

TEST_F(MsnNamesTest, FriendsAreToldOfANewNumber) {
    put_on_lists("bob@example.com", "ana@example.com", list_forward);
    put_on_lists("carol@example.com", "ana@example.com", list_forward);
    MsnClient bob = come_online("bob@example.com", 8);
    MsnClient carol = come_online("carol@example.com", 10);
    MsnClient ana = come_online("ana@example.com", 8);
    bob.take();
    carol.take();
    ana.send("PRP 29 PHM 555%200100");
    EXPECT_EQ(bob.take(), (Commands{"BPR 1 ana@example.com PHM 555%200100"}));
    EXPECT_EQ(carol.take(), (Commands{"BPR ana@example.com PHM 555%200100"}));
    ana.send("PRP 30 MBE Y");
    EXPECT_EQ(bob.take(), Commands{});
    ana.send("ADD 31 BL bob@example.com Bob");
    bob.take();
    ana.send("PRP 32 PHM 1");
    EXPECT_EQ(bob.take(), Commands{});
}

TEST_F(MsnNamesTest, NumberedGroups) {
    MsnClient ana = come_online("ana@example.com", 8);
    expect_answers(ana, {{"ADG 24 My%20Friends 0", "ADG 24 2 My%20Friends 1 0"},
                         {"ADG 25 My%20Friends 0", "228 25"},
                         {"ADG 26 " + std::string(62, 'x') + " 0", "229 26"},
                         {"ADG 27 %0D%0A 0", "201 27"},
                         {"ADG 28", "200 28"},
                         {"REG 29 1 Pals 0", "REG 29 3 1 Pals 0"},
                         {"REG 30 7 Pals 0", "224 30"},
                         {"REG 31 x Pals 0", "224 31"},
                         {"REG 32 0 Pals 0", "224 32"},
                         {"RMG 33 0", "230 33"},
                         {"RMG 34 7", "224 34"},
                         {"RMG 35 1", "RMG 35 4 1"}});
    EXPECT_TRUE(store_.account("ana@example.com").groups.empty());
    MsnClient old = come_online("ana@example.com", 6);
    EXPECT_EQ(old.ask("ADG 24 Friends 0"), (Commands{"200 24"}));
}

TEST_F(MsnNamesTest, GroupsByGuid) {
    MsnClient ana = come_online("ana@example.com", 10);
    const Commands made = ana.ask("ADG 27 My%20Friends");
    ASSERT_EQ(made.size(), 1U);
    const std::string guid = made.front().substr(made.front().rfind(' ') + 1);
    EXPECT_EQ(made.front(), "ADG 27 My%20Friends " + guid);
    EXPECT_EQ(guid, store_.account("ana@example.com").groups.front().guid);
    expect_answers(ana, {{"REG 28 " + guid + " Pals", "REG 28 " + guid + " Pals"},
                         {"REG 29 1 Pals", "224 29"},
                         {"RMG 30 My%20Friends", "224 30"},
                         {"RMG 31 Pals", "RMG 31 " + guid}});
}

TEST_F(MsnNamesTest, TooManyGroupsAreRefusedAndCounted) {
    change_options([](ServerOptions& options) { options.max_groups = 1; });
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADG 1 One 0");
    EXPECT_EQ(ana.ask("ADG 2 Two 0"), (Commands{"223 2"}));
    EXPECT_EQ(limit_hits(Limit::groups), 1);
}

TEST_F(MsnNamesTest, PrivacySettings) {
    MsnClient ana = come_online("ana@example.com", 8);
    expect_answers(ana, {{"BLP 27 BL", "BLP 27 2 BL"},
                         {"BLP 28 BL", "218 28"},
                         {"BLP 29 XL", "201 29"},
                         {"BLP 30", "200 30"},
                         {"GTC 31 N", "GTC 31 3 N"},
                         {"GTC 32 N", "218 32"},
                         {"GTC 33 X", "201 33"}});
    EXPECT_TRUE(store_.account("ana@example.com").settings.only_allowed);
    EXPECT_FALSE(store_.account("ana@example.com").settings.ask_when_added);
    MsnClient recent = come_online("ana@example.com", 12);
    expect_answers(recent, {{"BLP 27 AL", "BLP 27 AL"}, {"GTC 28 A", "GTC 28 A"}});
}

TEST_F(MsnNamesTest, NothingIsChangedWhenTheStoreFails) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADG 1 Friends 0");
    const Commands before = ana.ask("SYN 2 0");
    for (const char* line : {"BLP 9 BL", "GTC 9 N", "PRP 9 PHM 1", "REA 9 ana@example.com X", "REA 9 bob@example.com X",
                             "ADG 9 More 0", "REG 9 1 Pals 0", "RMG 9 1"}) {
        store_.fail_after(0);
        EXPECT_EQ(ana.ask(line), (Commands{"501 9"})) << line;
        EXPECT_EQ(ana.ask("SYN 2 0"), before) << line;
    }
    EXPECT_EQ(server_.find_principal("ana@example.com")->presence().name, "Ana");
}

}  // namespace
}  // namespace patchcord::msn
