#include "irc/server/metadata.hpp"

#include <gtest/gtest.h>
#include <string>

#include "tests/support/irc_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

const std::string caps = "batch draft/metadata-2 standard-replies";

class IrcMetadataTest : public IrcTest {
  protected:
    /// What is in the one batch that comes back, without its tag; about `target`.
    Lines batch(IrcClient& client, const std::string& line, const std::string& target) {
        Lines lines = client.ask(line);
        EXPECT_GE(lines.size(), 2U) << line;
        if (lines.size() < 2) return {};
        const std::string reference = lines.front().substr(17, lines.front().find(' ', 17) - 17);
        const std::string type = target.empty() ? " metadata-subs" : " metadata " + target;
        EXPECT_EQ(lines.front(), ":irc.test BATCH +" + reference + type);
        EXPECT_EQ(lines.back(), ":irc.test BATCH -" + reference);
        const std::string tag = "@batch=" + reference + " ";
        Lines inner;
        for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
            EXPECT_TRUE(lines[i].starts_with(tag)) << lines[i];
            inner.push_back(lines[i].substr(tag.size()));
        }
        return inner;
    }
};

TEST_F(IrcMetadataTest, TheCapabilityTellsTheLimits) {
    IrcClient ana = open();
    std::string all;
    for (const std::string& line : ana.ask("CAP LS 302")) all += line + " ";
    EXPECT_NE(all.find("draft/metadata-2=max-subs=50,max-keys=20,max-value-bytes=300 "), std::string::npos) << all;
}

TEST_F(IrcMetadataTest, WhatOneSetsOneselfEverybodyCanGet) {
    IrcClient ana = connect("ana", caps);
    IrcClient bob = connect("bob", caps);
    EXPECT_EQ(ana.ask("METADATA * SET url :http://example.com/ a"),
              (Lines{":irc.test 761 ana ana url * :http://example.com/ a"}));
    EXPECT_EQ(batch(bob, "METADATA ANA GET url none", "ana"),
              (Lines{":irc.test 761 bob ana url * :http://example.com/ a", ":irc.test 766 bob ana none :Key not set"}));
    EXPECT_EQ(batch(ana, "metadata ana list", "ana"), (Lines{":irc.test 761 ana ana url * :http://example.com/ a"}));
    EXPECT_EQ(batch(bob, "METADATA * LIST", "bob"), Lines{});
}

TEST_F(IrcMetadataTest, AValueCanBeChangedEmptiedAndRemoved) {
    IrcClient ana = connect("ana", caps);
    ana.ask("METADATA * SET k :one");
    EXPECT_EQ(ana.ask("METADATA * SET k :"), (Lines{":irc.test 761 ana ana k * :"})) << "empty is a value";
    EXPECT_EQ(batch(ana, "METADATA * GET k", "ana"), (Lines{":irc.test 761 ana ana k * :"}));
    EXPECT_EQ(ana.ask("METADATA * SET k"), (Lines{":irc.test 766 ana ana k :Key not set"}));
    EXPECT_EQ(ana.ask("METADATA * SET k"), (Lines{":irc.test FAIL METADATA KEY_NOT_SET ana k :Key not set"}));
}

TEST_F(IrcMetadataTest, ClearRemovesEverythingAndNamesIt) {
    IrcClient ana = connect("ana", caps);
    ana.send("METADATA * SET a :1\r\nMETADATA * SET b :2");
    EXPECT_EQ(batch(ana, "METADATA * CLEAR", "ana"),
              (Lines{":irc.test 761 ana ana a * :1", ":irc.test 761 ana ana b * :2"}));
    EXPECT_EQ(batch(ana, "METADATA * LIST", "ana"), Lines{});
}

TEST_F(IrcMetadataTest, NobodyChangesWhatIsAnothers) {
    IrcClient ana = connect("ana", caps);
    IrcClient mal = connect("mal", caps);
    ana.send("METADATA * SET a :1");
    EXPECT_EQ(mal.ask("METADATA ana SET a :2"),
              (Lines{":irc.test FAIL METADATA KEY_NO_PERMISSION ana a :You may not change that"}));
    EXPECT_EQ(mal.ask("METADATA ana CLEAR"),
              (Lines{":irc.test FAIL METADATA KEY_NO_PERMISSION ana * :You may not change that"}));
    EXPECT_EQ(batch(mal, "METADATA ana GET a", "ana"), (Lines{":irc.test 761 mal ana a * :1"}));
}

TEST_F(IrcMetadataTest, AChannelsAreItsOperators) {
    IrcClient ana = join("ana", caps);
    IrcClient bob = join("bob", caps);
    EXPECT_EQ(ana.ask("METADATA #a SET url :x"), (Lines{":irc.test 761 ana #a url * :x"}));
    EXPECT_EQ(bob.ask("METADATA #a SET url :y"),
              (Lines{":irc.test FAIL METADATA KEY_NO_PERMISSION #a url :You may not change that"}));
    EXPECT_EQ(batch(bob, "METADATA #A GET url", "#a"), (Lines{":irc.test 761 bob #a url * :x"}));
}

TEST_F(IrcMetadataTest, WhatIsNoTargetKeyOrSubcommandIsRefused) {
    IrcClient ana = connect("ana", caps);
    IrcClient bob = connect("bob", caps);
    bob.send("JOIN #hidden\r\nMODE #hidden +s");
    for (const std::string target : {"nobody", "#none", "$a:ana", "#hidden", "a!b@c"}) {
        EXPECT_EQ(ana.ask("METADATA " + target + " LIST"),
                  (Lines{":irc.test FAIL METADATA INVALID_TARGET " + target + " :Invalid target"}));
    }
    for (const std::string& key : {std::string("$url$"), std::string("URL"), std::string(33, 'k')}) {
        EXPECT_EQ(ana.ask("METADATA * SET " + key + " :x"),
                  (Lines{":irc.test FAIL METADATA KEY_INVALID " + key + " :Invalid key"}));
    }
    EXPECT_EQ(ana.ask("METADATA * SET"), (Lines{":irc.test FAIL METADATA KEY_INVALID * :Invalid key"}));
    EXPECT_EQ(batch(ana, "METADATA * GET !", "ana"), (Lines{":irc.test FAIL METADATA KEY_INVALID ! :Invalid key"}));
    EXPECT_EQ(ana.ask("METADATA * destr0y"),
              (Lines{":irc.test FAIL METADATA SUBCOMMAND_INVALID destr0y :Invalid subcommand"}));
    EXPECT_EQ(commands_of(ana.ask("METADATA *")), (Lines{"461"}));
}

TEST_F(IrcMetadataTest, LimitsHoldAndAreCounted) {
    change_options([](ServerOptions& options) {
        options.max_metadata_keys = 2;
        options.max_metadata_subs = 2;
        options.metadata_value_bytes = 60;
    });
    IrcClient ana = connect("ana", caps);
    ana.send("METADATA * SET a :1\r\nMETADATA * SET b :2");
    ana.take();
    EXPECT_EQ(ana.ask("METADATA * SET c :3"), (Lines{":irc.test FAIL METADATA LIMIT_REACHED ana :Too many keys"}));
    EXPECT_EQ(commands_of(ana.ask("METADATA * SET a :4")), (Lines{"761"})) << "one that is there may change";
    EXPECT_EQ(commands_of(ana.ask("METADATA * SET a :" + std::string(60, 'x'))), (Lines{"761"}));
    EXPECT_EQ(ana.ask("METADATA * SET a :" + std::string(61, 'x')),
              (Lines{":irc.test FAIL METADATA VALUE_INVALID :Value is too long"}));
    EXPECT_EQ(ana.ask("METADATA * SUB a b c a"),
              (Lines{":irc.test 770 ana a b", ":irc.test FAIL METADATA TOO_MANY_SUBS c :Too many subscriptions"}));
    EXPECT_EQ(limit_hits(Limit::metadata_keys), 1);
    EXPECT_EQ(limit_hits(Limit::metadata_value), 1);
    EXPECT_EQ(limit_hits(Limit::metadata_subs), 1);
}

TEST_F(IrcMetadataTest, TheLongestValueFitsALineWithTheLongestNames) {
    ServerOptions options = tests::irc_options();
    options.name = std::string(63, 's');
    options.nick_length = 64;
    options.channel_length = 100;
    const std::string line = ":" + options.name + " 761 " + std::string(64, 'n') + " " + std::string(100, 'c') + " " +
                             std::string(32, 'k') + " * :" + std::string(metadata_value_limit(options), 'v');
    EXPECT_EQ(line.size(), 510U);
}

TEST_F(IrcMetadataTest, SubscriptionsAreListedOnceAndCanBeGivenUp) {
    IrcClient ana = connect("ana", caps);
    EXPECT_EQ(batch(ana, "METADATA * SUBS", ""), Lines{});
    EXPECT_EQ(ana.ask("METADATA * SUB url $x avatar url"),
              (Lines{":irc.test FAIL METADATA KEY_INVALID $x :Invalid key", ":irc.test 770 ana url avatar url"}));
    EXPECT_EQ(batch(ana, "METADATA * SUBS", ""), (Lines{":irc.test 772 ana avatar url"}));
    EXPECT_EQ(ana.ask("METADATA * UNSUB url other"), (Lines{":irc.test 771 ana url other"}));
    EXPECT_EQ(batch(ana, "METADATA * SUBS", ""), (Lines{":irc.test 772 ana avatar"}));
}

TEST_F(IrcMetadataTest, WhoAskedAndKnowsThemIsToldOfChanges) {
    IrcClient ana = join("ana", caps);
    IrcClient bob = join("bob", caps);
    IrcClient carol = connect("carol", caps);
    IrcClient stranger = connect("stranger", caps);
    IrcClient deaf = join("deaf", caps);
    carol.send("MONITOR + ana");
    for (IrcClient* client : {&ana, &bob, &carol, &stranger}) client->send("METADATA * SUB url");
    for (IrcClient* client : {&ana, &bob, &carol, &stranger, &deaf}) client->take();
    EXPECT_EQ(ana.ask("METADATA * SET url :x").size(), 1U) << "no notice to who changed it";
    EXPECT_EQ(bob.take(), (Lines{":irc.test METADATA ana url * :x"}));
    EXPECT_EQ(carol.take(), (Lines{":irc.test METADATA ana url * :x"}));
    EXPECT_EQ(stranger.take(), Lines{});
    EXPECT_EQ(deaf.take(), Lines{});
    ana.send("METADATA * SET url");
    EXPECT_EQ(bob.take(), (Lines{":irc.test METADATA ana url *"}));
    ana.send("METADATA * SET other :x\r\nMETADATA #a SET url :y");
    EXPECT_EQ(bob.take(), (Lines{":irc.test METADATA #a url * :y"}));
    EXPECT_EQ(only("METADATA", carol.take()).size(), 1U) << "of the person, not of the channel";
}

TEST_F(IrcMetadataTest, WhoGoesIsNotToldAndLeavesNothing) {
    IrcClient ana = join("ana", caps);
    IrcClient bob = join("bob", caps);
    bob.send("METADATA * SUB url\r\nMETADATA * SET url :mine\r\nQUIT");
    bob.take();
    ana.send("METADATA * SET url :x");
    EXPECT_EQ(bob.take(), Lines{});
    IrcClient again = connect("bob", caps);
    EXPECT_EQ(batch(again, "METADATA * LIST", "bob"), Lines{});
}

TEST_F(IrcMetadataTest, AChannelThatEndsTakesItsOwnAlong) {
    IrcClient ana = join("ana", caps);
    ana.send("METADATA #a SET url :x\r\nPART #a\r\nJOIN #a");
    EXPECT_EQ(batch(ana, "METADATA #a LIST", "#a"), Lines{});
}

TEST_F(IrcMetadataTest, WhoJoinsMayAskForWhatIsThere) {
    IrcClient ana = join("ana", caps);
    ana.send("METADATA * SET url :mine\r\nMETADATA * SET other :x\r\nMETADATA #a SET url :ours");
    IrcClient bob = connect("bob", caps);
    bob.send("METADATA * SUB url");
    const Lines lines = bob.ask("JOIN #a");
    EXPECT_EQ(only("774", lines), (Lines{":irc.test 774 bob #a"}));
    EXPECT_EQ(batch(bob, "METADATA #a SYNC", "#a"),
              (Lines{":irc.test METADATA #a url * :ours", ":irc.test METADATA ana url * :mine"}));
    EXPECT_EQ(batch(bob, "METADATA ana SYNC", "ana"), (Lines{":irc.test METADATA ana url * :mine"}));
    IrcClient carol = connect("carol", caps);
    EXPECT_TRUE(only("774", carol.ask("JOIN #a")).empty()) << "nothing was asked for";
    EXPECT_EQ(bob.ask("METADATA * SUB other"), (Lines{":irc.test 770 bob other", ":irc.test 774 bob #a"}));
}

TEST_F(IrcMetadataTest, TheWelcomeHoldsABatchOfOnesOwn) {
    IrcClient ana = open();
    ana.send("CAP REQ :" + caps + "\r\nNICK ana\r\nUSER a 0 * :a\r\nCAP END");
    const Lines lines = ana.take();
    const Lines batches = only("BATCH", lines);
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_TRUE(batches[0].ends_with(" metadata ana")) << batches[0];
}

TEST_F(IrcMetadataTest, SomebodyOnAnotherProtocolHasTheNameTheyChoseThere) {
    IrcClient ana = connect("ana", caps);
    tests::RecordingClient far;
    auto login = service_.login("bob", far, {"b", "far.test", "Bob the Builder", "", false});
    ASSERT_TRUE(login);
    ana.send("MONITOR + bob\r\nMETADATA * SUB display-name");
    EXPECT_EQ(batch(ana, "METADATA bob LIST", "bob"), (Lines{":irc.test 761 ana bob display-name * :Bob the Builder"}));
    user("bob").set_real_name("Bobby");
    EXPECT_EQ(only("METADATA", ana.take()), (Lines{":irc.test METADATA bob display-name * :Bobby"}));
}

TEST_F(IrcMetadataTest, WithoutTheCapabilityNothingIsTold) {
    IrcClient ana = join("ana", caps);
    IrcClient bob = join("bob");
    EXPECT_EQ(bob.ask("METADATA * SUB url"), (Lines{":irc.test 770 bob url"}));
    ana.send("METADATA * SET url :x");
    EXPECT_EQ(bob.take(), Lines{});
    EXPECT_EQ(bob.ask("METADATA ana GET url"), (Lines{":irc.test 761 bob ana url * :x"})) << "no batch either";
    EXPECT_EQ(bob.ask("METADATA nobody GET url"), (Lines{":irc.test NOTICE bob :Invalid target"}));
}

TEST_F(IrcMetadataTest, ManyValuesComeInSlices) {
    change_options([](ServerOptions& options) { options.max_metadata_keys = 100; });
    IrcClient ana = connect("ana", caps);
    for (int i = 0; i < 100; ++i) ana.send("METADATA * SET k" + std::to_string(i) + " :v");
    ana.take();
    ana.send("METADATA * LIST");
    advance(std::chrono::milliseconds(1000));
    EXPECT_EQ(only("761", ana.take()).size(), 100U);
}

}  // namespace
}  // namespace patchcord::irc
