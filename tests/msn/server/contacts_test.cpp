#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/msn_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::msn {
namespace {

using tests::Commands;
using tests::matching;
using tests::MsnClient;
using tests::MsnTest;
using tests::verbs_of;

/// ADD, ADC and REM.
class MsnContactsTest : public MsnTest {
  protected:
    [[nodiscard]] unsigned stored_lists(const std::string& owner, std::string_view handle) {
        const Contact* contact = store_.contact(owner, handle);
        return contact == nullptr ? 0 : contact->lists;
    }
    [[nodiscard]] std::string guid_of(const std::string& owner, std::string_view handle) {
        return server_.find_principal(owner)->contacts().find(handle)->guid;
    }
};

TEST_F(MsnContactsTest, AddIsAnsweredWithTheNewVersionAndStored) {
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ADD 20 AL Bob@Example.com Bob%20B"), (Commands{"ADD 20 AL 2 bob@example.com Bob%20B"}));
    EXPECT_EQ(ana.ask("ADD 21 FL bob@example.com Bob%20B 0"), (Commands{"ADD 21 FL 3 bob@example.com Bob%20B 0"}));
    EXPECT_EQ(stored_lists("ana@example.com", "bob@example.com"), unsigned{list_forward | list_allow});
    EXPECT_EQ(store_.account("ana@example.com").version, 3U);
    EXPECT_EQ(store_.contact("ana@example.com", "bob@example.com")->name, "Bob B");
}

TEST_F(MsnContactsTest, AllOldDialectsAddInTheSameForm) {
    for (const unsigned dialect : {2U, 5U, 7U, 9U}) {
        SCOPED_TRACE(dialect);
        MsnClient ana = come_online("ana@example.com", dialect);
        const std::string version = std::to_string(store_.account("ana@example.com").version + 1);
        EXPECT_EQ(ana.ask("ADD 20 FL carol@example.com Carol"),
                  (Commands{"ADD 20 FL " + version + " carol@example.com Carol"}));
        EXPECT_EQ(verbs_of(ana.ask("REM 21 FL carol@example.com")), (Commands{"REM"}));
        EXPECT_EQ(ana.ask("ADC 22 FL N=carol@example.com"), (Commands{"200 22"}));
    }
}

TEST_F(MsnContactsTest, PipelinedChangesOfOneContactDoNotUndoEachOther) {
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send_raw("ADD 7 AL bob@example.com Bob\r\nADD 8 FL bob@example.com Bob 0\r\nBLP 9 BL\r\nPNG\r\n");
    EXPECT_EQ(ana.take(),
              (Commands{"ADD 7 AL 2 bob@example.com Bob", "ADD 8 FL 3 bob@example.com Bob 0", "BLP 9 4 BL", "QNG"}));
    EXPECT_EQ(stored_lists("ana@example.com", "bob@example.com"), unsigned{list_forward | list_allow});
}

TEST_F(MsnContactsTest, WhatIsNoAdditionIsRefused) {
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADD 1 BL carol@example.com Carol");
    ana.send("ADD 1 FL carol@example.com Carol");
    const std::vector<std::pair<std::string, std::string>> refused{{"ADD 9 FL nobody@example.com N", "205 9"},
                                                                   {"ADD 9 FL nobody N", "201 9"},
                                                                   {"ADD 9 RL bob@example.com Bob", "201 9"},
                                                                   {"ADD 9 PL bob@example.com Bob", "201 9"},
                                                                   {"ADD 9 XL bob@example.com Bob", "201 9"},
                                                                   {"ADD 9 FL ana@example.com Ana", "201 9"},
                                                                   {"ADD 9 FL bob@example.com Bob 7", "231 9"},
                                                                   {"ADD 9 FL bob@example.com Bob x", "231 9"},
                                                                   {"ADD 9 FL carol@example.com Carol", "215 9"},
                                                                   {"ADD 9 AL carol@example.com Carol", "219 9"},
                                                                   {"ADD 9 FL", "200 9"},
                                                                   {"ADD 9 FL a%20b@example.com x", "201 9"},
                                                                   {"ADD 9 FL mal@rooms.msn.test x", "205 9"},
                                                                   {"ADD 9 FL #x@irc.msn.test x", "205 9"}};
    const std::size_t before = store_.account("ana@example.com").version;
    for (const auto& [line, answer] : refused) EXPECT_EQ(ana.ask(line), (Commands{answer})) << line;
    EXPECT_EQ(store_.account("ana@example.com").version, before);
    EXPECT_FALSE(ana.closed());
}

TEST_F(MsnContactsTest, Msnp10SaysOtherwiseThatSomebodyIsUnknown) {
    MsnClient ana = come_online("ana@example.com", 10);
    EXPECT_EQ(ana.ask("ADC 9 FL N=nobody@example.com"), (Commands{"208 9"}));
}

TEST_F(MsnContactsTest, PeopleAndRoomsOfIrcCanBeAdded) {
    (void)service_.create_group("#lobby");
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ADD 9 FL Mal[1]@irc.msn.test mal"), (Commands{"ADD 9 FL 2 mal[1]@irc.msn.test mal"}));
    const Commands room = ana.ask("ADD 9 FL lobby@rooms.msn.test lobby");
    ASSERT_FALSE(room.empty());
    EXPECT_EQ(room.front(), "ADD 9 FL 3 lobby@rooms.msn.test lobby");
    EXPECT_EQ(matching("ILN 9 NLN lobby@rooms.msn.test", room).size(), 1U) << "rooms are always there";
}

TEST_F(MsnContactsTest, ASecretRoomIsNoneToThoseOutsideIt) {
    chat::Group& room = **service_.create_group("#den");
    chat::SettingChange secret;
    secret.setting = chat::Setting::secret;
    ASSERT_TRUE(room.change(secret, "ana", scheduler_.wall_now()));
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ADD 9 FL den@rooms.msn.test den"), (Commands{"205 9"}));
    ASSERT_FALSE(server_.find_principal("ana@example.com")->user()->join(room));
    EXPECT_EQ(matching("ADD", ana.ask("ADD 9 FL den@rooms.msn.test den")).size(), 1U);
}

TEST_F(MsnContactsTest, AFullListIsRefusedAndCounted) {
    change_options([](ServerOptions& options) { options.max_contacts = 1; });
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADD 1 FL bob@example.com Bob");
    EXPECT_EQ(ana.ask("ADD 2 FL carol@example.com Carol"), (Commands{"210 2"}));
    EXPECT_EQ(verbs_of(ana.ask("ADD 3 AL carol@example.com Carol")), (Commands{"ADD"}));
    EXPECT_EQ(limit_hits(Limit::contacts), 1);
}

TEST_F(MsnContactsTest, WhoWasAddedIsTold) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    MsnClient carol = come_online("carol@example.com", 11);
    ana.send("ADD 20 FL bob@example.com Bob");
    EXPECT_EQ(matching("ADD", bob.take()), (Commands{"ADD 0 RL 2 ana@example.com Ana"}));
    ana.send("ADD 21 FL carol@example.com Carol");
    EXPECT_EQ(matching("ADC", carol.take()), (Commands{"ADC 0 RL N=ana@example.com F=Ana"}));
    ana.send("REM 22 FL bob@example.com");
    EXPECT_EQ(matching("REM", bob.take()), (Commands{"REM 0 RL 3 ana@example.com"}));
    ana.send("REM 23 FL carol@example.com");
    EXPECT_EQ(matching("REM", carol.take()), (Commands{"REM 0 RL ana@example.com"}));
}

TEST_F(MsnContactsTest, AlAndBlAreNobodyElsesBusiness) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    ana.send("ADD 20 AL bob@example.com Bob");
    ana.send("REM 21 AL bob@example.com");
    ana.send("ADD 22 BL bob@example.com Bob");
    EXPECT_EQ(bob.take(), Commands{});
}

TEST_F(MsnContactsTest, NewsOfRlBeforeSynIsInSyn) {
    MsnClient bob = sign_in("bob@example.com", 8);
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADD 20 FL bob@example.com Bob");
    EXPECT_EQ(bob.take(), Commands{});
    EXPECT_EQ(matching("LST", bob.ask("SYN 5 0")), (Commands{"LST ana@example.com Ana 8"}));
}

TEST_F(MsnContactsTest, WhoWasAddedWhileAwayIsToldAtTheNextSignIn) {
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADD 20 FL bob@example.com Bob");
    MsnClient bob = sign_in("bob@example.com", 12);
    EXPECT_EQ(matching("LST", bob.ask("SYN 5 0 0")), (Commands{"LST N=ana@example.com F=Ana 24 1"}));
}

TEST_F(MsnContactsTest, AnOnlineContactIsShownAtOnce) {
    MsnClient bob = come_online("bob@example.com", 8);
    bob.send("PRP 7 PHM 555%200100");
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ADD 20 FL bob@example.com Bob"),
              (Commands{"ADD 20 FL 2 bob@example.com Bob", "BPR 2 bob@example.com PHH", "BPR 2 bob@example.com PHW",
                        "BPR 2 bob@example.com PHM 555%200100", "BPR 2 bob@example.com MOB",
                        "ILN 20 NLN bob@example.com Bob 0"}));
    MsnClient carol = come_online("carol@example.com", 10);
    const Commands added = carol.ask("ADC 20 FL N=bob@example.com F=Bob");
    EXPECT_EQ(added, (Commands{"ADC 20 FL N=bob@example.com F=Bob C=" + guid_of("carol@example.com", "bob@example.com"),
                               "BPR bob@example.com PHM 555%200100", "ILN 20 NLN bob@example.com Bob 0"}));
    MsnClient mal = come_online("ana@example.com", 4);
    mal.send("REM 1 FL bob@example.com");
    EXPECT_EQ(verbs_of(mal.ask("ADD 2 FL bob@example.com Bob")), (Commands{"ADD", "ILN"})) << "before MSNP5";
}

TEST_F(MsnContactsTest, NobodyIsShownBeforeTheFirstChg) {
    MsnClient bob = come_online("bob@example.com", 8);
    MsnClient ana = sign_in("ana@example.com", 8);
    ana.send("SYN 5 0");
    EXPECT_EQ(ana.ask("ADD 20 FL bob@example.com Bob"), (Commands{"ADD 20 FL 2 bob@example.com Bob"}));
}

TEST_F(MsnContactsTest, WhoBlocksIsNotShownAndTellsNoNumbers) {
    MsnClient bob = come_online("bob@example.com", 8);
    bob.send("PRP 7 PHM 555%200100");
    bob.send("ADD 8 BL ana@example.com Ana");
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("ADD 20 FL bob@example.com Bob"), (Commands{"ADD 20 FL 2 bob@example.com Bob"}));
    EXPECT_TRUE(matching("BPR", ana.ask("SYN 21 0")).empty());
}

TEST_F(MsnContactsTest, BlockingAndAllowingChangeWhatOthersSeeAtOnce) {
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send("ADD 20 FL bob@example.com Bob");
    MsnClient bob = come_online("bob@example.com", 8);
    ana.take();
    bob.send("ADD 8 BL ana@example.com Ana");
    EXPECT_EQ(ana.take(), (Commands{"FLN bob@example.com"}));
    bob.send("REM 9 BL ana@example.com");
    EXPECT_EQ(ana.take(), (Commands{"NLN NLN bob@example.com Bob 0"}));
    bob.send("BLP 10 BL");
    EXPECT_EQ(ana.take(), (Commands{"FLN bob@example.com"}));
    bob.send("ADD 11 AL ana@example.com Ana");
    EXPECT_EQ(ana.take(), (Commands{"NLN NLN bob@example.com Bob 0"}));
}

TEST_F(MsnContactsTest, WhoIsOffTheListIsShownNoMore) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    ana.send("ADD 20 FL bob@example.com Bob");
    ana.send("REM 21 FL bob@example.com");
    ana.take();
    bob.send("CHG 9 AWY 0");
    EXPECT_EQ(ana.take(), Commands{});
}

TEST_F(MsnContactsTest, RemTakesHandlesUpToMsnp9) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward | list_allow);
    MsnClient ana = come_online("ana@example.com", 8);
    EXPECT_EQ(ana.ask("REM 22 FL Bob@example.com"), (Commands{"REM 22 FL 2 Bob@example.com"}));
    EXPECT_EQ(stored_lists("ana@example.com", "bob@example.com"), unsigned{list_allow});
    EXPECT_EQ(ana.ask("REM 23 AL bob@example.com"), (Commands{"REM 23 AL 3 bob@example.com"}));
    EXPECT_EQ(store_.contact("ana@example.com", "bob@example.com"), nullptr);
    const std::vector<std::pair<std::string, std::string>> refused{
        {"REM 9 AL bob@example.com", "216 9"},   {"REM 9 FL bob", "216 9"},
        {"REM 9 RL carol@example.com", "201 9"}, {"REM 9 PL carol@example.com", "201 9"},
        {"REM 9 ZL carol@example.com", "201 9"}, {"REM 9 FL", "200 9"}};
    for (const auto& [line, answer] : refused) EXPECT_EQ(ana.ask(line), (Commands{answer})) << line;
}

TEST_F(MsnContactsTest, RemTakesGuidsOnFlFromMsnp10) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward | list_allow);
    MsnClient ana = come_online("ana@example.com", 10);
    const std::string guid = guid_of("ana@example.com", "bob@example.com");
    EXPECT_EQ(ana.ask("REM 22 FL bob@example.com"), (Commands{"216 22"}));
    EXPECT_EQ(ana.ask("REM 23 FL " + guid), (Commands{"REM 23 FL " + guid}));
    EXPECT_EQ(ana.ask("REM 24 AL bob@example.com"), (Commands{"REM 24 AL bob@example.com"}));
    EXPECT_EQ(ana.ask("REM 25 FL " + guid), (Commands{"216 25"}));
}

TEST_F(MsnContactsTest, AContactMovesBetweenNumberedGroups) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 9);
    MsnClient bob = come_online("bob@example.com", 9);
    ana.take();
    ana.send("ADG 7 Friends 0");
    EXPECT_EQ(ana.ask("ADD 8 FL bob@example.com Bob 1"), (Commands{"ADD 8 FL 3 bob@example.com bob%40example.com 1"}))
        << "whoever is on the list keeps the name";
    EXPECT_EQ(ana.ask("REM 9 FL bob@example.com 0"), (Commands{"REM 9 FL 4 bob@example.com 0"}));
    EXPECT_EQ(store_.contact("ana@example.com", "bob@example.com")->groups, (std::vector<unsigned>{1}));
    EXPECT_EQ(ana.ask("REM 10 FL bob@example.com 0"), (Commands{"225 10"}));
    EXPECT_EQ(ana.ask("REM 11 FL bob@example.com 8"), (Commands{"224 11"}));
    EXPECT_EQ(ana.ask("REM 12 FL bob@example.com Friends"), (Commands{"224 12"}));
    EXPECT_EQ(bob.take(), Commands{}) << "groups are the owner's own business";
    bob.send("CHG 9 AWY 0");
    EXPECT_EQ(verbs_of(ana.take()), (Commands{"NLN"})) << "still on the list";
}

TEST_F(MsnContactsTest, AContactIsPutIntoGroupsByGuid) {
    put_on_lists("ana@example.com", "bob@example.com", list_forward);
    MsnClient ana = come_online("ana@example.com", 11);
    const Commands made = ana.ask("ADG 7 Friends");
    ASSERT_EQ(made.size(), 1U);
    const std::string group = made.front().substr(made.front().rfind(' ') + 1);
    const std::string bob = guid_of("ana@example.com", "bob@example.com");
    EXPECT_EQ(ana.ask("ADC 8 FL C=" + bob + " " + group), (Commands{"ADC 8 FL C=" + bob + " " + group}));
    EXPECT_EQ(ana.ask("ADC 9 FL C=" + bob + " " + group), (Commands{"215 9"}));
    EXPECT_EQ(ana.ask("ADC 10 FL C=" + bob), (Commands{"215 10"}));
    EXPECT_EQ(ana.ask("ADC 11 FL C=" + bob + " " + bob), (Commands{"231 11"}));
    EXPECT_EQ(ana.ask("ADC 12 FL C=" + group + " " + group), (Commands{"216 12"}));
    EXPECT_EQ(ana.ask("REM 13 FL " + bob + " " + group), (Commands{"REM 13 FL " + bob + " " + group}));
    EXPECT_EQ(stored_lists("ana@example.com", "bob@example.com"), unsigned{list_forward}) << "only out of the group";
    EXPECT_EQ(ana.ask("REM 14 FL " + bob + " " + group), (Commands{"225 14"}));
    EXPECT_EQ(ana.ask("REM 15 FL " + bob + " " + bob), (Commands{"224 15"}));
}

TEST_F(MsnContactsTest, WhatIsNoAdcIsRefused) {
    MsnClient ana = come_online("ana@example.com", 10);
    for (const char* line :
         {"ADC 9 FL bob@example.com", "ADC 9 FL N=bob", "ADC 9 FL N=", "ADC 9 PL N=bob@example.com",
          "ADC 9 RL N=bob@example.com", "ADC 9 QL N=bob@example.com", "ADC 9 FL N=ana@example.com"}) {
        EXPECT_EQ(ana.ask(line), (Commands{"201 9"})) << line;
    }
    EXPECT_EQ(ana.ask("ADC 9 FL"), (Commands{"200 9"}));
    EXPECT_EQ(ana.ask("ADD 9 FL bob@example.com Bob"), (Commands{"200 9"}));
}

TEST_F(MsnContactsTest, AnAdcWithoutANameShowsTheHandle) {
    MsnClient ana = come_online("ana@example.com", 10);
    const Commands added = ana.ask("ADC 20 FL N=bob@example.com");
    ASSERT_EQ(added.size(), 1U);
    EXPECT_EQ(added.front(),
              "ADC 20 FL N=bob@example.com F=bob@example.com C=" + guid_of("ana@example.com", "bob@example.com"));
    EXPECT_EQ(ana.ask("ADC 21 AL N=bob@example.com"), (Commands{"ADC 21 AL N=bob@example.com"}));
}

TEST_F(MsnContactsTest, APendingContactIsAcceptedInThreeSteps) {
    MsnClient bob = come_online("bob@example.com", 8);
    bob.send("ADD 1 FL ana@example.com Ana");
    MsnClient ana = come_online("ana@example.com", 11);
    EXPECT_EQ(ana.ask("ADC 20 AL N=bob@example.com"), (Commands{"ADC 20 AL N=bob@example.com"}));
    EXPECT_EQ(ana.ask("REM 21 PL bob@example.com"), (Commands{"REM 21 PL bob@example.com"}));
    EXPECT_EQ(ana.ask("ADC 22 RL N=bob@example.com"), (Commands{"ADC 22 RL N=bob@example.com"}));
    EXPECT_EQ(ana.ask("REM 23 PL carol@example.com"), (Commands{"216 23"}));
    EXPECT_EQ(matching("LST", ana.ask("SYN 24 0 0")), (Commands{"LST N=bob@example.com F=Bob 10"}));
}

TEST_F(MsnContactsTest, NothingIsChangedWhenTheStoreFails) {
    MsnClient ana = come_online("ana@example.com", 8);
    MsnClient bob = come_online("bob@example.com", 8);
    for (const std::size_t step : {0U, 1U}) {  // is there such an account; saving
        store_.fail_after(step);
        EXPECT_EQ(ana.ask("ADD 20 FL bob@example.com Bob"), (Commands{"501 20"})) << step;
        EXPECT_EQ(bob.take(), Commands{});
        EXPECT_EQ(matching("LST", ana.ask("SYN 21 0")), (Commands{"LST ana@example.com Ana 2"}));
    }
    EXPECT_EQ(ana.ask("ADD 22 FL bob@example.com Bob").front(), "ADD 22 FL 2 bob@example.com Bob");
    bob.take();
    store_.fail_after(0);
    EXPECT_EQ(ana.ask("REM 23 FL bob@example.com"), (Commands{"501 23"}));
    EXPECT_EQ(bob.take(), Commands{});
    EXPECT_EQ(verbs_of(ana.ask("REM 24 FL bob@example.com")), (Commands{"REM"}));
}

TEST_F(MsnContactsTest, AnAnswerThatComesAfterTheEndIsForNobody) {
    MsnClient ana = come_online("ana@example.com", 8);
    ana.send_only("ADD 20 FL bob@example.com Bob\r\n");
    ana.hang_up();
    advance(std::chrono::milliseconds(0));
    MsnClient bob = come_online("bob@example.com", 8);
    bob.send_only("ADD 20 FL ana@example.com Ana\r\nOUT\r\n");
    advance(std::chrono::milliseconds(0));
    EXPECT_TRUE(bob.closed());
    EXPECT_EQ(verbs_of(bob.take()), (Commands{"ADD"})) << "OUT waits for its turn";
}

TEST_F(MsnContactsTest, NamesFromOtherPeopleCannotBecomeCommands) {
    MsnClient bob = come_online("bob@example.com", 8);
    MsnClient ana = sign_in("ana@example.com", 8);
    ana.send("REA 7 ana@example.com A%0D%0AOUT%20OTH%0D%0A%00%25%F0%9F%98%80%FF");
    ana.take();
    ana.send("ADD 8 FL bob@example.com x%0D%0AQNG");
    EXPECT_EQ(ana.take(), (Commands{"ADD 8 FL 3 bob@example.com xQNG"}));
    EXPECT_EQ(bob.take(), (Commands{"ADD 0 RL 2 ana@example.com AOUT%20OTH%25%F0%9F%98%80%EF%BF%BD"}));
}

}  // namespace
}  // namespace patchcord::msn
