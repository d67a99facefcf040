#include "irc/server/contacts_channel.hpp"

#include <gtest/gtest.h>
#include <string>

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

const std::string topic_line = ":irc.test 332 ana &contacts :People on your contact list; /msg *patchcord help";

class IrcContactsChannelTest : public IrcContactsTest {
  protected:
    IrcClient ana_ = connect("ana");
};

// being joined

TEST_F(IrcContactsChannelTest, NobodyIsPutThereWhoKnowsNobody) {
    const auto bob = visit("bob");
    EXPECT_EQ(ana_.take(), Lines{});
    user("ana").restore_roster({});
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(only("319", ana_.ask("WHOIS ana")), Lines{});
}

TEST_F(IrcContactsChannelTest, TheFirstContactWhoIsHereBringsTheChannelAndIsInIt) {
    const auto bob = visit("bob");
    list("ana", "bob");
    EXPECT_EQ(ana_.take(),
              (Lines{":ana!~ana@users.test JOIN &contacts", topic_line, ":irc.test 353 ana @ &contacts :ana bob",
                     ":irc.test 366 ana &contacts :End of /NAMES list"}));
    const auto carol = visit("carol");
    list("ana", "carol");
    EXPECT_EQ(ana_.take(), (Lines{":carol!carol@example.com JOIN &contacts"}));
}

TEST_F(IrcContactsChannelTest, ARestoredListBringsTheChannelOnceWithEverybodyHere) {
    const auto bob = visit("bob");
    user("ana").restore_roster(
        {{address_of("bob"), {}, true, false, false}, {address_of("carol"), {}, true, false, false}});
    EXPECT_EQ(only("353", ana_.take()), (Lines{":irc.test 353 ana @ &contacts :ana bob"}));
}

TEST_F(IrcContactsChannelTest, ARestoredListOfBlockedPeopleAloneDoesNot) {
    user("ana").restore_roster({{address_of("mal"), {}, false, true, false}});
    EXPECT_EQ(ana_.take(), Lines{});
}

TEST_F(IrcContactsChannelTest, AnEmptyListCanBeJoinedToo) {
    EXPECT_EQ(commands_of(ana_.ask("JOIN &Contacts")), (Lines{"JOIN", "332", "353", "366"}));
    EXPECT_EQ(ana_.ask("JOIN &contacts"), Lines{});
    EXPECT_EQ(only("319", ana_.ask("WHOIS ana")), (Lines{":irc.test 319 ana ana :&contacts"}));
    IrcClient carol = connect("carol");
    EXPECT_EQ(only("319", carol.ask("WHOIS ana")), Lines{}) << "everybody has their own";
}

TEST_F(IrcContactsChannelTest, CapabilitiesDecideAboutTheJoinAsInAnyChannel) {
    IrcClient zoe = connect("zoe", "extended-join away-notify no-implicit-names");
    const auto bob = visit("bob");
    (*bob)->set_presence({chat::Availability::busy, "Busy"});
    EXPECT_EQ(commands_of(zoe.ask("JOIN &contacts")), (Lines{"JOIN", "332"}));
    list("zoe", "bob");
    EXPECT_EQ(zoe.take(), (Lines{":bob!bob@example.com JOIN &contacts bob@example.com :Real bob",
                                 ":bob!bob@example.com AWAY :Busy"}));
}

TEST_F(IrcContactsChannelTest, ItDoesNotCountAsAChannel) {
    change_options([](ServerOptions& options) { options.max_channels = 1; });
    chat::ServiceOptions options = service_.options();
    options.max_groups_per_user = 1;
    service_.set_options(options);
    ana_.send("JOIN &contacts");
    ana_.take();
    EXPECT_EQ(commands_of(ana_.ask("JOIN #a")).front(), "JOIN");
}

TEST_F(IrcContactsChannelTest, NobodyCanMakeAChannelOfThatName) {
    for (const char* name : {"&contacts", "&CONTACTS", "&Contacts"}) {
        EXPECT_EQ(service_.create_group(name).error(), chat::Errc::invalid_name) << name;
    }
    EXPECT_TRUE(service_.create_group("#contacts"));
    EXPECT_TRUE(service_.create_group("&contacts_2"));
}

// who comes and goes

class IrcContactsSeenTest : public IrcContactsTest {
  protected:
    IrcContactsSeenTest() {
        list("ana", "bob");
        ana_.send("JOIN &contacts");
        ana_.take();
    }
    IrcClient ana_ = connect("ana", "away-notify setname");
};

TEST_F(IrcContactsSeenTest, ComingAndGoingAreJoinAndPart) {
    auto bob = visit("bob");
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com JOIN &contacts"}));
    bob->log_out("Signed out");
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com PART &contacts :Signed out"}));
}

TEST_F(IrcContactsSeenTest, WhoSharesAChannelQuitsOnce) {
    auto bob = visit("bob");
    ana_.send("JOIN #a");
    ASSERT_FALSE((*bob)->join(group("#a")));
    ana_.take();
    bob->log_out("Signed out");
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com QUIT :Signed out"}));
    EXPECT_EQ(only("353", ana_.ask("NAMES &contacts")), (Lines{":irc.test 353 ana @ &contacts :ana"}));
}

TEST_F(IrcContactsSeenTest, WhoIsTakenOffTheListLeavesTheChannel) {
    const auto bob = visit("bob");
    ana_.take();
    ASSERT_FALSE(user("ana").set_contact({address_of("bob"), {}, false, false, false}));
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com PART &contacts"}));
}

TEST_F(IrcContactsSeenTest, StatusNamesAndNicksAreTold) {
    const auto bob = visit("bob");
    ana_.take();
    (*bob)->set_presence({chat::Availability::away, "Away"});
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com AWAY :Away"}));
    (*bob)->set_real_name("Bob B.");
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com SETNAME :Bob B."}));
    ASSERT_FALSE((*bob)->rename("bobby"));
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com NICK :bobby"}));
}

TEST_F(IrcContactsSeenTest, ANewHostIsAQuitAndAReturnForClientsWithoutChghost) {
    const auto bob = visit("bob");
    ana_.take();
    (*bob)->set_host("bob", "example.org");
    EXPECT_EQ(ana_.take(),
              (Lines{":bob!bob@example.com QUIT :Changing hostname", ":bob!bob@example.org JOIN &contacts"}));
    IrcClient zoe = connect("zoe", "chghost");
    list("zoe", "bob");
    zoe.take();
    (*bob)->set_host("bob", "example.net");
    EXPECT_EQ(zoe.take(), (Lines{":bob!bob@example.org CHGHOST bob example.net"}));
}

TEST_F(IrcContactsSeenTest, BlockedPeopleOnTheListAreShownAllTheSame) {
    block("ana", "bob");
    const auto bob = visit("bob");
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com JOIN &contacts"}));
}

TEST_F(IrcContactsSeenTest, WhoPartsSeesNothingMoreUntilTheNextJoin) {
    auto bob = visit("bob");
    ana_.take();
    EXPECT_EQ(ana_.ask("PART &contacts :enough"), (Lines{":ana!~ana@users.test PART &contacts :enough"}));
    (*bob)->set_presence({chat::Availability::away, "Away"});
    (*bob)->set_real_name("Bob B.");
    ASSERT_FALSE((*bob)->rename("bobby"));
    list("ana", "carol");
    const auto carol = visit("carol");
    bob->log_out("Signed out");
    EXPECT_EQ(ana_.take(), Lines{});
    EXPECT_EQ(ana_.ask("PART &contacts"), (Lines{":irc.test 442 ana &contacts :You're not on that channel"}));
    EXPECT_EQ(ana_.ask("NAMES &contacts"), (Lines{":irc.test 366 ana &contacts :End of /NAMES list"}));
    EXPECT_EQ(only("353", ana_.ask("JOIN &contacts")), (Lines{":irc.test 353 ana @ &contacts :ana carol"}));
}

TEST_F(IrcContactsSeenTest, WhoPartedStillSeesTheNickOfSomebodyInACommonChannel) {
    const auto bob = visit("bob");
    ana_.send("JOIN #a");
    ASSERT_FALSE((*bob)->join(group("#a")));
    ana_.send("PART &contacts");
    ana_.take();
    ASSERT_FALSE((*bob)->rename("bobby"));
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com NICK :bobby"}));
}

TEST_F(IrcContactsSeenTest, JoinZeroLeavesItToo) {
    ana_.send("JOIN #a");
    ana_.take();
    EXPECT_EQ(ana_.ask("JOIN 0"), (Lines{":ana!~ana@users.test PART &contacts", ":ana!~ana@users.test PART #a"}));
}

// what can be asked there

TEST_F(IrcContactsSeenTest, NamesAndWhoListTheOwnerAndWhoIsHere) {
    const auto bob = visit("bob");
    const auto carol = visit("carol");
    (*bob)->set_presence({chat::Availability::away, "Away"});
    ana_.take();
    EXPECT_EQ(ana_.ask("NAMES &contacts"),
              (Lines{":irc.test 353 ana @ &contacts :ana bob", ":irc.test 366 ana &contacts :End of /NAMES list"}));
    EXPECT_EQ(ana_.ask("WHO &contacts"),
              (Lines{":irc.test 352 ana &contacts ~ana users.test irc.test ana H :0 Real ana",
                     ":irc.test 352 ana &contacts bob example.com irc.test bob G :0 Real bob",
                     ":irc.test 315 ana &contacts :End of WHO list"}));
    EXPECT_EQ(only("354", ana_.ask("WHO &contacts %cn")),
              (Lines{":irc.test 354 ana &contacts ana", ":irc.test 354 ana &contacts bob"}));
}

TEST_F(IrcContactsSeenTest, ManyContactsAreSentInSlices) {
    std::vector<std::unique_ptr<tests::Visitor>> crowd;
    for (int i = 0; i < 60; ++i) {
        crowd.push_back(visit("contact" + std::to_string(i)));
        list("ana", "contact" + std::to_string(i));
    }
    ana_.take();
    EXPECT_LT(only("352", ana_.ask("WHO &contacts")).size(), 60U);
    advance(0ms);
    EXPECT_EQ(commands_of(ana_.take()).back(), "315");
    ana_.send("WHO &contacts");
    advance(0ms);
    EXPECT_EQ(only("352", ana_.take()).size(), 61U);
}

TEST_F(IrcContactsSeenTest, ItIsNotListedAndItsSettingsAreFixed) {
    EXPECT_EQ(only("322", ana_.ask("LIST")), Lines{});
    EXPECT_EQ(ana_.ask("TOPIC &contacts"), (Lines{topic_line}));
    EXPECT_EQ(ana_.ask("TOPIC &contacts :mine"),
              (Lines{":irc.test 482 ana &contacts :The topic of this channel is fixed"}));
    EXPECT_EQ(ana_.ask("MODE &contacts"),
              (Lines{":irc.test 324 ana &contacts +nst", ":irc.test 329 ana &contacts 1700000000"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE &contacts b")), (Lines{"368"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE &contacts +e")), (Lines{"349"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE &contacts I")), (Lines{"347"}));
    EXPECT_EQ(ana_.ask("MODE &contacts +b x!*@*"),
              (Lines{":irc.test 482 ana &contacts :The modes of this channel are fixed"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE &contacts -s")), (Lines{"482"}));
    EXPECT_NE(ana_.ask("KICK &contacts bob").front().find("/msg *patchcord remove"), std::string::npos);
    EXPECT_NE(ana_.ask("INVITE bob &contacts").front().find("/msg *patchcord add"), std::string::npos);
}

TEST_F(IrcContactsSeenTest, WhoIsNotThereIsToldSo) {
    IrcClient zoe = connect("zoe");
    for (const char* line : {"TOPIC &contacts", "TOPIC &contacts :x", "MODE &contacts", "MODE &contacts +s",
                             "KICK &contacts ana", "INVITE ana &contacts", "PART &contacts"}) {
        EXPECT_EQ(commands_of(zoe.ask(line)), (Lines{"442"})) << line;
    }
    EXPECT_EQ(zoe.ask("PRIVMSG &contacts :list"), (Lines{":irc.test 404 zoe &contacts :Cannot send to channel (+n)"}));
    EXPECT_EQ(zoe.ask("NOTICE &contacts :list"), Lines{});
    EXPECT_EQ(commands_of(zoe.ask("WHO &contacts")), (Lines{"315"}));
}

// what is said there

TEST_F(IrcContactsSeenTest, AWordToSomebodyInItGoesToThemAlone) {
    const auto bob = visit("bob");
    ana_.take();
    EXPECT_EQ(ana_.ask("PRIVMSG &contacts :bob: hello: you"), Lines{});
    EXPECT_EQ(ana_.ask("PRIVMSG &contacts :BOB, again"), Lines{});
    EXPECT_EQ(bob->take(), (Log{"message ana -> bob: hello: you", "message ana -> bob: again"}));
    (*bob)->set_presence({chat::Availability::away, "Away"});
    ana_.take();
    EXPECT_EQ(ana_.ask("PRIVMSG &contacts :bob: there?"), (Lines{":irc.test 301 ana bob :Away"}));
}

TEST_F(IrcContactsSeenTest, TheEchoShowsItAsItWasSaid) {
    const auto bob = visit("bob");
    IrcClient zoe = connect("zoe", "echo-message message-tags labeled-response batch");
    list("zoe", "bob");
    zoe.take();
    EXPECT_EQ(zoe.ask("@label=x;+a=b PRIVMSG &contacts :bob: hi"),
              (Lines{"@label=x;+a=b :zoe!~zoe@users.test PRIVMSG &contacts :bob: hi"}));
    bob->fail_all(chat::Errc::not_accepted);
    EXPECT_EQ(commands_of(zoe.ask("PRIVMSG &contacts :bob: hi")), (Lines{"NOTICE"})) << "nothing was sent";
}

TEST_F(IrcContactsSeenTest, AnythingElseIsACommandAnsweredThere) {
    const Lines answer = said(ana_.ask("PRIVMSG &contacts :status"), "&contacts");
    EXPECT_EQ(answer, (Lines{"You are online"}));
    EXPECT_EQ(said(ana_.ask("PRIVMSG &contacts :bob: are you there?"), "&contacts"),
              (Lines{"There is no bob in here to be told that; \"list\" shows your contacts"}));
    EXPECT_EQ(said(ana_.ask("PRIVMSG &contacts :hello everybody"), "&contacts"),
              (Lines{"There is no command \"hello\"; \"help\" lists them"}));
}

TEST_F(IrcContactsSeenTest, WhatMachinesSendThereIsIgnored) {
    IrcClient zoe = connect("zoe", "message-tags");
    zoe.send("JOIN &contacts");
    zoe.take();
    for (const char* line : {"NOTICE &contacts :list", "TAGMSG &contacts", "@+typing=active TAGMSG &contacts",
                             "@+react=x TAGMSG *patchcord", "PRIVMSG &contacts :\x01VERSION\x01"}) {
        EXPECT_EQ(zoe.ask(line), Lines{}) << line;
    }
}

// splits

TEST_F(IrcContactsChannelTest, WhoGoesAndComesByOneCauseDoesSoInOneBatch) {
    IrcClient dave = connect("dave", "batch");
    auto bob = visit("bob");
    auto carol = visit("carol");
    for (const char* owner : {"ana", "dave"}) {
        for (const char* contact : {"bob", "carol"}) list(owner, contact);
    }
    ana_.take();
    dave.take();
    service_.begin_split({false, "far.msn"});
    bob.reset();
    carol.reset();
    service_.end_split();
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com QUIT :irc.test far.msn",
                                  ":carol!carol@example.com QUIT :irc.test far.msn"}));
    EXPECT_EQ(dave.take(),
              (Lines{":irc.test BATCH +split1 netsplit irc.test far.msn",
                     "@batch=split1 :bob!bob@example.com QUIT :irc.test far.msn",
                     "@batch=split1 :carol!carol@example.com QUIT :irc.test far.msn", ":irc.test BATCH -split1"}));
    service_.begin_split({true, "far.msn"});
    bob = visit("bob");
    carol = visit("carol");
    service_.end_split();
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com JOIN &contacts", ":carol!carol@example.com JOIN &contacts"}));
    EXPECT_EQ(dave.take(), (Lines{":irc.test BATCH +split2 netjoin irc.test far.msn",
                                  "@batch=split2 :bob!bob@example.com JOIN &contacts",
                                  "@batch=split2 :carol!carol@example.com JOIN &contacts", ":irc.test BATCH -split2"}));
    bob.reset();
    EXPECT_EQ(commands_of(dave.take()), (Lines{"PART"}));
}

TEST_F(IrcContactsChannelTest, WhenManyComeAtOnceTheChannelOpensWithAllOfThem) {
    user("ana").set_contact({address_of("bob"), {}, true, false, false});
    user("ana").set_contact({address_of("carol"), {}, true, false, false});
    service_.begin_split({true, "far.msn"});
    const auto bob = visit("bob");
    const auto carol = visit("carol");
    EXPECT_EQ(ana_.take(), Lines{});
    service_.end_split();
    EXPECT_EQ(only("353", ana_.take()), (Lines{":irc.test 353 ana @ &contacts :ana bob carol"}));
}

}  // namespace
}  // namespace patchcord::irc
