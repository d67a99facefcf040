#include "irc/server/dcc_offers.hpp"

#include <gtest/gtest.h>

#include "tests/irc/transfer/dcc_fixture.hpp"

namespace patchcord::irc {
namespace {

using namespace std::chrono_literals;
using tests::DccTest;
using tests::FileConnection;
using tests::IrcClient;
using tests::Lines;
using tests::Log;

class DccOffersTest : public DccTest {
  protected:
    void be_passive() {
        change_options([](ServerOptions& options) { options.dcc = DccForm::passive; });
    }
    Lines refused(std::string_view words) { return {":irc.test NOTICE ana :" + std::string(words)}; }
};

// --- to people on IRC ------------------------------------------------------------------------------------------------

TEST_F(DccOffersTest, AFileIsOfferedAsDccWithTheLinkBehindIt) {
    desk_.set_drop(&drop_);
    ASSERT_TRUE(offer(12'288));
    EXPECT_EQ(ana_.take(),
              (Lines{from_bob("PRIVMSG", "DCC SEND cat.jpg 3221226238 6891 12288"),
                     from_bob("PRIVMSG", "ACTION offers a file: cat.jpg (12 KiB): https://irc.test/f/abc")}));
    EXPECT_EQ(network_.listens[0].peer, "192.0.2.1");
    EXPECT_EQ(network_.patience, 300s);
    EXPECT_FALSE(giver_->relay);
}

TEST_F(DccOffersTest, WithoutLinksThereIsTheOfferAloneAndWithoutPortsTheLinkAlone) {
    ASSERT_TRUE(offer());
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "DCC SEND cat.jpg 3221226238 6891 5")}));
    network_.listens_ = false;
    EXPECT_EQ(offer().error(), chat::FileErrc::not_possible);
    EXPECT_EQ(ana_.take(), Lines{});
    desk_.set_drop(&drop_);
    ASSERT_TRUE(offer());
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "ACTION offers a file: cat.jpg (5 B): https://irc.test/f/abc")}));
}

TEST_F(DccOffersTest, InAChannelThereIsTheLinkAlone) {
    desk_.set_drop(&drop_);
    ana_.send("JOIN #a");
    ASSERT_FALSE(bob_->join(group("#a")));
    ana_.take();
    ASSERT_TRUE(desk_.offer(bob_.user(), {&group("#a"), nullptr, {}}, "cat.jpg", 5,
                            std::make_unique<tests::ManualSource>(giver_)));
    EXPECT_EQ(ana_.take(), (Lines{":bob!bob@example.com PRIVMSG #a :\x01"
                                  "ACTION offers a file: cat.jpg (5 B): https://irc.test/f/abc\x01"}));
    EXPECT_TRUE(network_.listens.empty());
}

TEST_F(DccOffersTest, ALongNameIsCutSoThatTheRestOfTheLineStaysWhole) {
    desk_.set_drop(&drop_);
    drop_.link += std::string(100, 'x');
    ASSERT_TRUE(offer(5, std::string(250, 'a') + ".jpg"));
    const Lines lines = ana_.take();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_LE(lines[0].size(), 510U);
    EXPECT_TRUE(lines[0].ends_with("aaa.jpg 3221226238 6891 5\x01")) << lines[0];
    EXPECT_TRUE(lines[1].ends_with(drop_.link + "\x01")) << lines[1];
    EXPECT_NE(lines[1].find("aaa.jpg (5 B)"), std::string::npos) << lines[1];
}

TEST_F(DccOffersTest, ANameWithSpacesStandsInQuotes) {
    ASSERT_TRUE(offer(5, "my cat.jpg"));
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "DCC SEND \"my cat.jpg\" 3221226238 6891 5")}));
}

TEST_F(DccOffersTest, APassiveOfferIsConnectedToWhereTheClientSays) {
    be_passive();
    ASSERT_TRUE(offer());
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "DCC SEND cat.jpg 0 0 5 1")}));
    EXPECT_TRUE(network_.listens.empty());
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5 1"), Lines{});
    ASSERT_EQ(network_.connects.size(), 1U);
    EXPECT_EQ(network_.connects[0].at, (chat::Endpoint{"192.0.2.1", 5000}));
    dcc("SEND cat.jpg 3221225985 5000 5 1");
    EXPECT_EQ(network_.connects.size(), 1U);  // one after the other
    FileConnection ana(network_.connects[0]);
    giver_->relay->got("hello");
    EXPECT_EQ(ana.transport().bytes(), "hello");
}

TEST_F(DccOffersTest, WhenOffersHaveEnoughPortsTheClientWaitsForTheGateway) {
    network_.offers_have_enough = true;
    ASSERT_TRUE(offer());
    EXPECT_EQ(ana_.take(), (Lines{from_bob("PRIVMSG", "DCC SEND cat.jpg 0 0 5 1")}));
    EXPECT_EQ(limit_hits(Limit::dcc_ports), 1);
    dcc("SEND cat.jpg 3221225985 5000 5 1");
    EXPECT_EQ(network_.connects.size(), 1U);
    dcc("SEND dog.jpg 0 0 5 7");
    ASSERT_FALSE(accept(desk_.all().back().id));
    EXPECT_EQ(network_.listens.size(), 1U) << "what was accepted has its own share";
}

TEST_F(DccOffersTest, APassiveOfferOutlivesAConnectionThatFailed) {
    be_passive();
    ASSERT_TRUE(offer());
    dcc("SEND cat.jpg 2130706433 5000 5 1");
    network_.connects[0].failed(chat::FileErrc::address_refused);
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg failed: address not allowed")}));
    EXPECT_FALSE(giver_->stopped);
    dcc("SEND cat.jpg 3221225985 5000 5 1");
    EXPECT_EQ(network_.connects.size(), 2U);
}

TEST_F(DccOffersTest, AnAnswerToNoOfferIsRefused) {
    be_passive();
    ASSERT_TRUE(offer());
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5 2"), refused("bob offers no such file, or no longer"));
    EXPECT_TRUE(network_.connects.empty());
}

TEST_F(DccOffersTest, TheFileBeginsWhereTheClientWantsIfItCan) {
    ASSERT_TRUE(offer(100, "cat.jpg", true));
    EXPECT_EQ(dcc("RESUME file.ext 6891 40"), (Lines{from_bob("PRIVMSG", "DCC ACCEPT file.ext 6891 40")}));
    EXPECT_EQ(dcc("RESUME file.ext 6891 101"), (Lines{from_bob("PRIVMSG", "DCC ACCEPT file.ext 6891 0")}));
    dcc("RESUME file.ext 6891 40");
    FileConnection ana(network_.listens[0]);
    EXPECT_EQ(giver_->offset, 40U);
}

TEST_F(DccOffersTest, AFileThatCannotBeginElsewhereBeginsAtItsBeginning) {
    be_passive();
    ASSERT_TRUE(offer(100));
    EXPECT_EQ(dcc("RESUME cat.jpg 0 40 1"), (Lines{from_bob("PRIVMSG", "DCC ACCEPT cat.jpg 0 0 1")}));
    EXPECT_EQ(dcc("RESUME cat.jpg 5000 40"), refused("bob offers no such file, or no longer"));
    EXPECT_EQ(dcc("ACCEPT cat.jpg 5000 40"), refused("bob offers no such file, or no longer"));
}

TEST_F(DccOffersTest, ARejectedOfferIsDeclinedAndItsPortClosed) {
    ASSERT_TRUE(offer());
    ASSERT_TRUE(offer(5, "dog.jpg"));
    EXPECT_EQ(dcc("REJECT SEND horse.jpg", "NOTICE"), Lines{});
    EXPECT_EQ(desk_.all().size(), 2U);
    EXPECT_EQ(dcc("REJECT SEND cat.jpg", "NOTICE"), Lines{});
    EXPECT_EQ(bob_.take().back(), "file bob -> ana: cat.jpg 5: declined");
    EXPECT_TRUE(network_.listens[0].stopped);
    EXPECT_FALSE(network_.listens[1].stopped);
    EXPECT_EQ(dcc("REJECT SEND \"whatever it is called\""), Lines{});  // the only one there is
    EXPECT_TRUE(desk_.all().empty());
    EXPECT_EQ(dcc("REJECT SEND cat.jpg"), refused("bob offers no such file, or no longer"));
}

TEST_F(DccOffersTest, WhoTakesBackAFileDoesNotDeclineTheOtherOnesOnlyOffer) {
    ASSERT_TRUE(offer());
    dcc("SEND dog.jpg 3221225985 5000 5");
    bob_.take();
    dcc("REJECT SEND dog.jpg", "NOTICE");
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: dog.jpg 5: cancelled"}));
    EXPECT_FALSE(network_.listens[0].stopped);
    EXPECT_EQ(dcc("REJECT SEND dog.jpg", "NOTICE"), Lines{});  // the only one there is now
    EXPECT_EQ(bob_.take(), (Log{"file bob -> ana: cat.jpg 5: declined"}));
}

TEST_F(DccOffersTest, OfTwoThatAreCalledAlikeTheOneThatWasOfferedToTheClientIsDeclined) {
    ASSERT_TRUE(offer());
    dcc("SEND cat.jpg 3221225985 5000 5");
    bob_.take();
    EXPECT_EQ(dcc("REJECT SEND cat.jpg", "NOTICE"), Lines{});
    EXPECT_EQ(bob_.take(), (Log{"file bob -> ana: cat.jpg 5: declined"}));
}

TEST_F(DccOffersTest, AnOfferTakenByItsLinkWaitsForNoClient) {
    const auto id = offer();
    ASSERT_FALSE(accept(*id));
    EXPECT_TRUE(network_.listens[0].stopped);
}

TEST_F(DccOffersTest, AReceiverHearsOfWhatIsTakenBackOrRunsOut) {
    chat::FileOptions options;
    options.offer_time = 60s;
    desk_.set_options(options);
    (void)offer();
    ana_.take();
    advance(60s);
    EXPECT_EQ(ana_.take(), (Lines{told("cat.jpg of bob failed: nobody answered in time")}));
    desk_.withdraw(*offer());
    EXPECT_EQ(ana_.take().back(), told("cat.jpg of bob was cancelled"));
    EXPECT_TRUE(network_.listens[1].stopped);
}

TEST_F(DccOffersTest, WhoLeavesIsWaitedForNoLonger) {
    ASSERT_TRUE(offer());
    ana_.hang_up();
    EXPECT_TRUE(network_.listens[0].stopped);
    EXPECT_EQ(giver_->stopped, chat::FileErrc::receiver_gone);
}

// --- from people on IRC ----------------------------------------------------------------------------------------------

TEST_F(DccOffersTest, AnOfferReachesWhoIsNotOnIrcUnderACleanName) {
    EXPECT_EQ(dcc("SEND \"../../my cat.jpg\" 3221225985 5000 12288"), Lines{});
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: my cat.jpg 12288"}));
    EXPECT_EQ(dcc("send .bashrc 3221225985 5000 1"), Lines{});
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: bashrc 1"}));
}

TEST_F(DccOffersTest, BetweenTwoOnIrcEverythingPassesAsItIs) {
    IrcClient carol = connect("carol");
    for (const char* words : {"DCC SEND cat.jpg 2130706433 22 5", "DCC CHAT chat 1 2", "DCC nonsense"}) {
        EXPECT_EQ(ana_.ask("PRIVMSG carol :\x01" + std::string(words) + "\x01"), Lines{});
        EXPECT_EQ(carol.take(),
                  (Lines{":" + tests::mask_of("ana") + " PRIVMSG carol :\x01" + std::string(words) + "\x01"}));
    }
    EXPECT_TRUE(desk_.all().empty());
}

TEST_F(DccOffersTest, ToAChannelNothingPasses) {
    ana_.send("JOIN #a");
    IrcClient carol = tests::DccTest::join("carol");
    ASSERT_FALSE(bob_->join(group("#a")));
    bob_.take();
    carol.take();
    EXPECT_EQ(ana_.ask("PRIVMSG #a :\x01"
                       "DCC SEND STARTKEYLOGGER 0 0 0\x01")
                  .back(),
              ":irc.test NOTICE ana :DCC is not passed on to channels; offer the file to one person");
    EXPECT_EQ(ana_.ask("NOTICE #a :\x01"
                       "DCC SEND x 0 0 0\x01"),
              Lines{});
    EXPECT_EQ(bob_.take(), Log{});
    EXPECT_EQ(carol.take(), Lines{});
    ana_.send("PRIVMSG #a :DCC SEND aaaaaaaaaaaaaaa 0 0 0");
    EXPECT_EQ(bob_.take(), (Log{"message ana -> #a: DCC SEND aaaaaaaaaaaaaaa 0 0 0"}));
}

TEST_F(DccOffersTest, ABadOfferIsRefusedWithTheReasonAndNobodyIsConnectedTo) {
    const std::string address =
        "cat.jpg was not offered to bob: address not allowed, the gateway connects to 192.0.2.1 "
        "at ports from 1024 on, but for its own";
    const std::vector<std::pair<std::string, std::string>> bad{
        {"SEND cat.jpg 2130706433 5000 5", address},  // 127.0.0.1
        {"SEND cat.jpg 2852039166 5000 5", address},  // 169.254.169.254
        {"SEND cat.jpg ::1 5000 5", address},
        {"SEND cat.jpg 3221225985 22 5", address},
        {"SEND cat.jpg 3221225985 5000", "bob was offered nothing: the offer does not say how big the file is"},
        {"SEND cat.jpg 3221225985 65536 5", "bob was offered nothing: the port is no number from 1 to 65535"},
        {"CHAT chat 3221225985 5000", "bob was offered nothing: of DCC only SEND can be used here, without encryption"},
        {"SEND cat.jpg 3221225985 5000 9999999999", "cat.jpg was not offered to bob: the file is too big"},
    };
    for (const auto& [words, why] : bad) {
        EXPECT_EQ(dcc(words), refused(why)) << words;
        EXPECT_EQ(dcc(words, "NOTICE"), Lines{}) << words;
    }
    EXPECT_EQ(bob_.take(), Log{});
    EXPECT_TRUE(network_.connects.empty());
}

TEST_F(DccOffersTest, WhereTheGatewaysOwnMachineIsRefusedTheKeyIsNamed) {
    network_.refusal_of_peer = chat::FileErrc::loopback_refused;
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5"),
              refused("cat.jpg was not offered to bob: the gateway connects to its own machine only with "
                      "files.allow_loopback"));
}

TEST_F(DccOffersTest, ClientsWithStandardRepliesGetOne) {
    IrcClient carol = connect("carol", "standard-replies");
    EXPECT_EQ(carol.ask("PRIVMSG bob :\x01"
                        "DCC SEND\x01"),
              (Lines{":irc.test FAIL PRIVMSG DCC_REFUSED bob :bob was offered nothing: DCC SEND needs a file name, an "
                     "address, a port and a size"}));
}

TEST_F(DccOffersTest, WhatTheReceiversClientSaysIsTold) {
    bob_.fail(tests::RecordingClient::Call::file_offered, chat::Errc::not_supported);
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5"),
              refused("cat.jpg was not offered to bob: " + make_error_code(chat::Errc::not_supported).message()));
}

TEST_F(DccOffersTest, WhereNoFilesArePassedOnThatIsSaid) {
    server_.environment().files = nullptr;
    EXPECT_EQ(dcc("SEND cat.jpg 3221225985 5000 5"), refused("Files are not passed on here"));
}

TEST_F(DccOffersTest, ADeclinedOfferIsRejectedInTheClientsOwnWords) {
    dcc("SEND \"../my cat.jpg\" 3221225985 5000 5");
    desk_.decline(only_offer());
    EXPECT_EQ(ana_.take(),
              (Lines{from_bob("NOTICE", "DCC REJECT SEND ../my cat.jpg"), told("bob declined my cat.jpg")}));
    EXPECT_TRUE(network_.connects.empty());
}

TEST_F(DccOffersTest, AnEchoIsSentOfWhatWasTaken) {
    IrcClient carol = connect("carol", "echo-message");
    const Lines echo = carol.ask(
        "PRIVMSG bob :\x01"
        "DCC SEND cat.jpg 3221225985 5000 5\x01");
    EXPECT_EQ(echo, (Lines{":" + tests::mask_of("carol") +
                           " PRIVMSG bob :\x01"
                           "DCC SEND cat.jpg 3221225985 5000 5\x01"}));
}

// --- what the service nick knows -------------------------------------------------------------------------------------

class ServiceFilesTest : public DccOffersTest {
  protected:
    Lines say(std::string_view words) {
        Lines answers;
        for (const std::string& line : ana_.ask("PRIVMSG *patchcord :" + std::string(words))) {
            answers.push_back(line.substr(line.find(" :") + 2));
        }
        return answers;
    }
};

TEST_F(ServiceFilesTest, OnesOwnFilesAreListedWithTheirState) {
    EXPECT_EQ(say("files"), (Lines{"No file is offered to you or by you"}));
    IrcClient carol = connect("carol");
    carol.send(
        "PRIVMSG bob :\x01"
        "DCC SEND secret.txt 3221225985 5000 5\x01");
    const auto cat = offer(2048);
    dcc("SEND dog.jpg 3221225985 5000 5");
    EXPECT_EQ(say("files"), (Lines{"2: cat.jpg (2 KiB) of bob, waits for an answer",
                                   "3: dog.jpg (5 B) for bob, waits for an answer", "\"cancel <number>\" ends one"}));
    ASSERT_FALSE(accept(*cat));
    EXPECT_EQ(say("files").front(), "2: cat.jpg (2 KiB) of bob, is about to begin");
    taker_->relay->sink_ready();
    giver_->relay->got(std::string(1024, 'x'));
    EXPECT_EQ(say("files").front(), "2: cat.jpg (2 KiB) of bob, 1 KiB passed on, 50 %");
}

TEST_F(ServiceFilesTest, OnesOwnFileIsCancelledAndNobodyElses) {
    IrcClient carol = connect("carol");
    carol.send(
        "PRIVMSG bob :\x01"
        "DCC SEND secret.txt 3221225985 5000 5\x01");
    (void)offer();
    dcc("SEND dog.jpg 3221225985 5000 5");
    for (const char* number : {"cancel 1", "cancel 4", "cancel", "cancel 2x", "cancel -1"}) {
        EXPECT_EQ(say(number), (Lines{"There is no file with that number; \"files\" shows yours"})) << number;
    }
    bob_.take();
    EXPECT_EQ(say("cancel 2"), (Lines{"cat.jpg is cancelled"}));
    EXPECT_EQ(bob_.take(), (Log{"file bob -> ana: cat.jpg 5: declined"}));
    EXPECT_EQ(say("cancel 3"), (Lines{"\x01"
                                      "DCC REJECT SEND dog.jpg\x01",
                                      "dog.jpg is cancelled"}));
    EXPECT_EQ(bob_.take(), (Log{"file ana -> bob: dog.jpg 5: cancelled"}));
    EXPECT_EQ(desk_.all().size(), 1U);
    EXPECT_TRUE(network_.listens[0].stopped);
}

TEST_F(ServiceFilesTest, WithoutFilesThereAreNone) {
    server_.environment().files = nullptr;
    EXPECT_EQ(say("files"), (Lines{"Files are not passed on here"}));
    EXPECT_EQ(say("cancel 1"), (Lines{"Files are not passed on here"}));
}

}  // namespace
}  // namespace patchcord::irc
