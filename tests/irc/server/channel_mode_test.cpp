#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include "irc/server/channel_modes.hpp"
#include "tests/support/irc_fixture.hpp"

namespace patchcord::irc {
namespace {

using tests::commands_of;
using tests::IrcClient;
using tests::IrcTest;
using tests::Lines;
using tests::only;

TEST(ChannelModesTest, EachLetterIsFoundAndMeansOneSetting) {
    for (const ChannelMode& mode : channel_modes()) {
        EXPECT_EQ(find_channel_mode(mode.letter), &mode);
        EXPECT_EQ(mode_letter(mode.setting), mode.letter);
    }
    EXPECT_EQ(find_channel_mode('x'), nullptr);
    EXPECT_EQ(find_channel_mode('\0'), nullptr);
}

TEST(ChannelModesTest, PrefixesAreHighestFirst) {
    chat::Roles both = chat::Role::op;
    both.set(chat::Role::voice, true);
    EXPECT_EQ(prefixes(both, true), "@+");
    EXPECT_EQ(prefixes(both, false), "@");
    EXPECT_EQ(prefixes(chat::Role::voice, false), "+");
    EXPECT_EQ(prefixes({}, true), "");
    EXPECT_EQ(role_of_prefix('@'), chat::Role::op);
    EXPECT_EQ(role_of_prefix('+'), chat::Role::voice);
    EXPECT_EQ(role_of_prefix('#'), std::nullopt);
}

TEST(ChannelModesTest, AMaskIsMadeComplete) {
    EXPECT_EQ(complete_mask("bob"), "bob!*@*");
    EXPECT_EQ(complete_mask("u@h"), "*!u@h");
    EXPECT_EQ(complete_mask("n!u"), "n!u@*");
    EXPECT_EQ(complete_mask("n!u@h"), "n!u@h");
    EXPECT_EQ(complete_mask("*"), "*!*@*");
    EXPECT_EQ(complete_mask("~a:bob"), "~a:bob");
    EXPECT_EQ(complete_mask("~account:b@b"), "~a:b@b");
    EXPECT_EQ(complete_mask("~b:bob"), "~b:bob!*@*");
}

class IrcChannelModeTest : public IrcTest {
  protected:
    IrcChannelModeTest() { take_all(); }
    void take_all() {
        for (IrcClient* client : {&ana_, &bob_, &carol_}) client->take();
    }
    // What the channel hears of ana's MODE.
    Lines told(const std::string& modes) {
        take_all();
        ana_.send("MODE #a " + modes);
        const Lines own = only("MODE", ana_.take());
        EXPECT_EQ(own, bob_.take());
        return own;
    }

    const std::string head_ = ":ana!~ana@users.test MODE #a ";
    IrcClient ana_ = join("ana");  // the operator
    IrcClient bob_ = join("bob");
    IrcClient carol_ = connect("carol");  // outside
};

TEST_F(IrcChannelModeTest, TheModesAreShownWithTheKeyToMembersOnly) {
    EXPECT_EQ(bob_.ask("MODE #a"), (Lines{":irc.test 324 bob #a +nt", ":irc.test 329 bob #a 1700000000"}));
    ana_.send("MODE #a +kl secret 10");
    bob_.take();
    EXPECT_EQ(bob_.ask("MODE #A").front(), ":irc.test 324 bob #a +klnt secret 10");
    EXPECT_EQ(carol_.ask("MODE #a").front(), ":irc.test 324 carol #a +klnt * 10");
    EXPECT_EQ(carol_.ask("MODE #none"), (Lines{":irc.test 403 carol #none :No such channel"}));
}

TEST_F(IrcChannelModeTest, EveryFlagCanBeSetAndUnsetAndTwiceIsOnce) {
    EXPECT_EQ(told("+ims"), (Lines{head_ + "+ims"}));
    EXPECT_EQ(told("+ims"), Lines{});
    EXPECT_EQ(told("-ntims"), (Lines{head_ + "-ntims"}));
    EXPECT_EQ(told("-ntims"), Lines{});
    EXPECT_EQ(told("+n-n+n"), (Lines{head_ + "+n-n+n"}));
    EXPECT_EQ(told("t"), (Lines{head_ + "+t"}));
    EXPECT_EQ(told("+-+-"), Lines{});
}

TEST_F(IrcChannelModeTest, OnlyChangesThatHappenedAreTold) {
    EXPECT_EQ(told("+ntm"), (Lines{head_ + "+m"}));
    EXPECT_EQ(told("+o-v ana bob"), Lines{});
}

TEST_F(IrcChannelModeTest, RolesAreGivenAndTaken) {
    EXPECT_EQ(told("+o BOB"), (Lines{head_ + "+o bob"}));
    EXPECT_EQ(told("+v-o bob bob"), (Lines{head_ + "+v-o bob bob"}));
    EXPECT_EQ(bob_.ask("NAMES #a").front(), ":irc.test 353 bob = #a :@ana +bob");
    ana_.take();
    EXPECT_EQ(ana_.ask("MODE #a +o carol"), (Lines{":irc.test 441 ana carol #a :They aren't on that channel"}));
    EXPECT_EQ(ana_.ask("MODE #a +o nobody"), (Lines{":irc.test 401 ana nobody :No such nick/channel"}));
    EXPECT_EQ(ana_.ask("MODE #a +o"), (Lines{":irc.test 696 ana #a o * :You must give a parameter"}));
    EXPECT_EQ(told("-o ana"), (Lines{head_ + "-o ana"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE #a +o ana")), (Lines{"482"}));
}

TEST_F(IrcChannelModeTest, AKeyIsSetChangedAndTaken) {
    EXPECT_EQ(told("+k one"), (Lines{head_ + "+k one"}));
    EXPECT_EQ(told("+k one"), Lines{});
    EXPECT_EQ(told("+k two"), (Lines{head_ + "+k two"}));
    EXPECT_EQ(told("-k"), (Lines{head_ + "-k *"}));
    EXPECT_EQ(told("-k x"), Lines{});
    EXPECT_EQ(ana_.ask("MODE #a +k"), (Lines{":irc.test 696 ana #a k * :You must give a parameter"}));
    for (const std::string& key :
         Lines{":with space", ":a,b", "::x", ":", ":" + std::string(33, 'k'), "bell\a", "esc\x1B"}) {
        EXPECT_EQ(ana_.ask("MODE #a +k " + key), (Lines{":irc.test 525 ana #a :Key is not well-formed"})) << key;
    }
}

TEST_F(IrcChannelModeTest, ALimitIsAPositiveNumber) {
    EXPECT_EQ(told("+l 10"), (Lines{head_ + "+l 10"}));
    EXPECT_EQ(told("-l"), (Lines{head_ + "-l"}));
    EXPECT_EQ(told("-l"), Lines{});
    EXPECT_EQ(ana_.ask("MODE #a +l"), (Lines{":irc.test 696 ana #a l * :You must give a parameter"}));
    for (const std::string limit : {"0", "-1", "x", "1x", "99999999999"}) {
        EXPECT_EQ(ana_.ask("MODE #a +l " + limit),
                  (Lines{":irc.test 696 ana #a l " + limit + " :Not a positive number"}));
    }
    EXPECT_EQ(told("+l 007"), (Lines{head_ + "+l 7"}));
}

TEST_F(IrcChannelModeTest, ListsAreFilledShownAndEmptied) {
    EXPECT_EQ(told("+b mal"), (Lines{head_ + "+b mal!*@*"}));
    EXPECT_EQ(told("+b MAL!*@*"), Lines{});
    EXPECT_EQ(told("+eI *@good.test x!y@z"), (Lines{head_ + "+eI *!*@good.test x!y@z"}));
    EXPECT_EQ(carol_.ask("MODE #a b"), (Lines{":irc.test 367 carol #a mal!*@* ana!~ana@users.test 1700000000",
                                              ":irc.test 368 carol #a :End of channel ban list"}));
    EXPECT_EQ(carol_.ask("MODE #a +e"), (Lines{":irc.test 348 carol #a *!*@good.test ana!~ana@users.test 1700000000",
                                               ":irc.test 349 carol #a :End of channel exception list"}));
    EXPECT_EQ(carol_.ask("MODE #a -I"), (Lines{":irc.test 346 carol #a x!y@z ana!~ana@users.test 1700000000",
                                               ":irc.test 347 carol #a :End of channel invite exception list"}));
    EXPECT_EQ(told("-b Mal!*@*"), (Lines{head_ + "-b Mal!*@*"}));
    EXPECT_EQ(told("-b mal"), Lines{});
    EXPECT_EQ(commands_of(ana_.ask("MODE #a b")), (Lines{"368"}));
}

TEST_F(IrcChannelModeTest, AListIsShownOnceACommand) {
    EXPECT_EQ(commands_of(ana_.ask("MODE #a +" + std::string(400, 'b'))), (Lines{"368"}));
}

TEST_F(IrcChannelModeTest, AFullListTakesNoMore) {
    chat::ServiceOptions options = service_.options();
    options.max_list_entries = 2;
    service_.set_options(options);
    EXPECT_EQ(told("+bbb a b c"), (Lines{head_ + "+bb a!*@* b!*@*"}));
    EXPECT_EQ(ana_.ask("MODE #a +b c"), (Lines{":irc.test 478 ana #a c!*@* :Channel list is full"}));
    EXPECT_EQ(limit_hits(Limit::list_entries), 2);
}

TEST_F(IrcChannelModeTest, AMaskIsOneWordWhateverItsClientCallsIt) {
    for (const std::string mask : {":x y", ":", ":x o ana"}) {
        take_all();
        ana_.send("MODE #a +b " + mask);
        for (const std::string& line : only("MODE", bob_.take())) {
            EXPECT_EQ(std::count(line.begin(), line.end(), ' '), 4) << line;
        }
        EXPECT_EQ(only("367", ana_.ask("MODE #a b")), Lines{}) << mask;
    }
}

TEST_F(IrcChannelModeTest, AnUnknownLetterIsNamedAndTheOthersApply) {
    take_all();
    EXPECT_EQ(ana_.ask("MODE #a +xm"), (Lines{":irc.test 472 ana x :is unknown mode char to me", head_ + "+m"}));
}

TEST_F(IrcChannelModeTest, ALetterOutsideAsciiIsNamedInLegalUtf8) {
    EXPECT_EQ(commands_of(ana_.ask("MODE #a +\xC3\xA9")).front(), "472");
}

TEST_F(IrcChannelModeTest, WhoIsNoOperatorIsToldOnceACommand) {
    EXPECT_EQ(bob_.ask("MODE #a +imk x"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
    EXPECT_EQ(carol_.ask("MODE #a +im"), (Lines{":irc.test 442 carol #a :You're not on that channel"}));
    EXPECT_EQ(bob_.ask("MODE #a +b x"), (Lines{":irc.test 482 bob #a :You're not channel operator"}));
    EXPECT_TRUE(ana_.take().empty());
}

TEST_F(IrcChannelModeTest, MoreParametersThanALineHoldsAreNoHarm) {
    std::string masks;
    for (int i = 0; i < 200; ++i) masks += " +b x";
    EXPECT_FALSE(ana_.ask("MODE #a" + masks.substr(0, 500)).empty());
    EXPECT_EQ(ana_.ask("PING x").size(), 1U);
}

TEST_F(IrcChannelModeTest, AMaskIsToldAsItIsKept) {
    const Lines replies = ana_.ask("MODE #a +b ::x!*@*");
    EXPECT_EQ(commands_of(replies), (Lines{"696"}));
    EXPECT_EQ(commands_of(ana_.ask("MODE #a b")), (Lines{"368"})) << "nothing is kept that cannot be told";
}

TEST_F(IrcChannelModeTest, ACommandChangesAtMostTwelveModesWithAParameter) {
    std::string masks;
    for (char nick = 'a'; nick < 'a' + 13; ++nick) masks += std::string(" ") + nick;
    const Lines replies = ana_.ask("MODE #a +bbbbbbbbbbbbbt" + masks);
    EXPECT_EQ(replies.front(), ":irc.test 696 ana #a b m :Too many modes in one command");
    EXPECT_EQ(only("MODE", replies).size(), 1U);
    EXPECT_TRUE(only("MODE", replies).front().ends_with(" l!*@*"));
}

TEST_F(IrcChannelModeTest, ALongChangeIsToldInSeveralLinesAndNothingIsLost) {
    std::string masks;
    std::string letters = "+";
    for (int i = 0; i < 4; ++i) {
        letters += 'b';
        masks += " " + std::string(100, static_cast<char>('a' + i)) + "!*@*";
    }
    const Lines lines = told(letters + masks);
    EXPECT_GT(lines.size(), 1U);
    std::string all;
    for (const std::string& line : lines) all += line;
    for (int i = 0; i < 4; ++i) {
        EXPECT_NE(all.find(std::string(100, static_cast<char>('a' + i)) + "!*@*"), std::string::npos);
    }
}

TEST_F(IrcChannelModeTest, AMaskTooLongToBeListedWithItsAuthorIsRefused) {
    ana_.send("MODE #a +b " + std::string(470, 'm'));
    for (const std::string& line : only("367", ana_.ask("MODE #a b"))) EXPECT_TRUE(line.ends_with(" 1700000000"));
}

// MODE nick

TEST_F(IrcChannelModeTest, OnesOwnModesAreSetAndShown) {
    EXPECT_EQ(carol_.ask("MODE carol"), (Lines{":irc.test 221 carol +"}));
    EXPECT_EQ(carol_.ask("MODE CAROL +iB"), (Lines{":carol!~carol@users.test MODE carol :+iB"}));
    EXPECT_EQ(carol_.ask("MODE carol"), (Lines{":irc.test 221 carol +Bi"}));
    EXPECT_EQ(carol_.ask("MODE carol +i"), Lines{});
    EXPECT_EQ(carol_.ask("MODE carol -i+B-B"), (Lines{":carol!~carol@users.test MODE carol :-iB"}));
    EXPECT_EQ(carol_.ask("MODE carol +x"), (Lines{":irc.test 501 carol :Unknown MODE flag"}));
    EXPECT_EQ(commands_of(carol_.ask("MODE carol +xi")), (Lines{"501", "MODE"}));
}

TEST_F(IrcChannelModeTest, TheModesOfOthersAreTheirs) {
    EXPECT_EQ(carol_.ask("MODE ana"), (Lines{":irc.test 502 carol :Can't change or view mode for other users"}));
    EXPECT_EQ(commands_of(carol_.ask("MODE ana +i")), (Lines{"502"}));
    EXPECT_EQ(carol_.ask("MODE nobody +i"), (Lines{":irc.test 401 carol nobody :No such nick/channel"}));
    EXPECT_EQ(commands_of(carol_.ask("MODE")), (Lines{"461"}));
}

}  // namespace
}  // namespace patchcord::irc
