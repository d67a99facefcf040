#include "chat_core/file_error.hpp"
#include "msn/wire/invitation.hpp"
#include "tests/msn/link/link_fixture.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/memory_drop.hpp"

// Files between people of a service and whoever is linked to it.

namespace patchcord::msn {
namespace {

using tests::Visitor;

class LinkedFilesTest : public LinkTest {
  protected:
    LinkedFilesTest() {
        befriend("ana@example.com", "bob@example.com");
        bob_ = std::make_unique<MsnClient>(come_online("bob@example.com", 12));
        link();
        ana_ = std::make_unique<Visitor>(near_, "ana", profile_of("ana"));
        settle();
        ana_->take();
    }
    chat::User& near_bob() { return **near_.lookup_user("bob"); }
    /// What the service passed on of these kinds.
    static std::string passed_on(MsnClient& window) {
        std::string all;
        for (const std::string& command : tests::matching("MSG", window.take())) all += command;
        return all;
    }
    chat::Result<chat::FileOfferId> offer_to_bob() {
        const auto id = near_desk_.offer(ana_->user(), {nullptr, &near_bob(), {}}, "cat.png", 5,
                                         std::make_unique<tests::ManualSource>(giver_));
        settle();
        return id;
    }

    std::unique_ptr<MsnClient> bob_;
    std::unique_ptr<Visitor> ana_;
    std::shared_ptr<tests::FileEnd> giver_ = std::make_shared<tests::FileEnd>();
    std::shared_ptr<tests::FileEnd> taker_ = std::make_shared<tests::FileEnd>();
};

TEST_F(LinkedFilesTest, WhatSomebodyOfTheServiceOffersIsOfferedToTheOwnerAndTheAnswerIsTheirs) {
    MsnClient window = call(*bob_, "bob@example.com");
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    settle();
    EXPECT_EQ(ana_->take(), (Log{"file bob -> ana: cat.jpg 12600"}));
    near_desk_.decline(near_desk_.all().front().id);
    settle();
    EXPECT_NE(passed_on(window).find("Invitation-Cookie: 33267\r\nCancel-Code: REJECT\r\n"), std::string::npos);
}

TEST_F(LinkedFilesTest, WhoTakesBackTheirOfferIsHeard) {
    MsnClient window = call(*bob_, "bob@example.com");
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    settle();
    ana_->take();
    window.send("MSG 4 N", format_cancel("33267", "OUTBANDCANCEL"));
    settle();
    EXPECT_EQ(ana_->take(), (Log{"file bob -> ana: cat.jpg 12600: cancelled"}));
}

TEST_F(LinkedFilesTest, WhoClosesTheWindowHasTakenBackWhatTheyOffered) {
    MsnClient window = call(*bob_, "bob@example.com");
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    settle();
    window.hang_up();
    settle();
    EXPECT_TRUE(near_desk_.all().empty());
}

TEST_F(LinkedFilesTest, AConversationInWhichNothingButAFileMovesIsNotLeft) {
    chat::FileOptions options;
    options.offer_time = std::chrono::hours(1);
    near_desk_.set_options(options);
    MsnClient window = call(*bob_, "bob@example.com");
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    advance(std::chrono::minutes(30));
    ASSERT_EQ(near_desk_.all().size(), 1U);
    near_desk_.decline(near_desk_.all().front().id);
    EXPECT_EQ(tests::matching("BYE", window.take()), Commands{});
    advance(std::chrono::minutes(30));
    EXPECT_EQ(tests::matching("BYE", window.take()).size(), 1U);
}

TEST_F(LinkedFilesTest, WhatTheOwnerOffersCallsTheOtherAndIsOfferedInTheirWindow) {
    ASSERT_TRUE(offer_to_bob());
    MsnClient window = answer(*bob_, "bob@example.com");
    settle();
    const std::string offer = passed_on(window);
    EXPECT_NE(offer.find("Application-File: cat.png\r\nApplication-FileSize: 5\r\n"), std::string::npos) << offer;
    near_desk_.withdraw(near_desk_.all().front().id);
    settle();
    EXPECT_NE(passed_on(window).find("Cancel-Code: OUTBANDCANCEL\r\n"), std::string::npos);
}

TEST_F(LinkedFilesTest, AnOfferThatNobodyAnswersTheCallForHasFailed) {
    ASSERT_TRUE(offer_to_bob());
    advance(std::chrono::minutes(2));
    EXPECT_TRUE(near_desk_.all().empty());
    ASSERT_TRUE(giver_->stopped);
    EXPECT_TRUE(*giver_->stopped);
}

TEST_F(LinkedFilesTest, AClientThatDoesMsnslpIsOfferedAFileByThat) {
    bob_->send("CHG 9 NLN 268435456");  // MSNC1
    settle();
    MsnClient window = call(*bob_, "bob@example.com");
    window.transport().expect_binary_payloads();
    ASSERT_TRUE(offer_to_bob());
    const std::string offer = passed_on(window);
    EXPECT_NE(offer.find("INVITE MSNMSGR:bob@example.com MSNSLP/1.0\r\n"), std::string::npos) << offer;
}

TEST_F(LinkedFilesTest, InAConversationOfSeveralAFileIsDeclinedAndNamed) {
    befriend("ana@example.com", "carol@example.com");
    MsnClient carol = come_online("carol@example.com", 12);
    MsnClient window = call(*bob_, "bob@example.com");
    window.send("CAL 9 carol@example.com");
    MsnClient other = answer(carol, "carol@example.com");
    settle();
    ana_->take();
    window.take();
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    settle();
    EXPECT_EQ(ana_->take(), (Log{"action bob -> &bob: offers a file: cat.jpg (12 KiB), which cannot be had in a "
                                 "conversation of several"}));
    EXPECT_TRUE(near_desk_.all().empty());
}

TEST_F(LinkedFilesTest, WhoMayNotSpeakInARoomMayNotOfferAFileThere) {
    tests::MemoryDrop drop;
    near_desk_.set_drop(&drop);
    chat::Group& room = **near_.create_group("#lobby");
    room.set_permanent(true);
    ASSERT_FALSE((*ana_)->join(room));
    LinkOptions options{{},
                        "#lobby",
                        "carol@example.com",
                        [](std::string& password) {
                            password = "secret";
                            return std::string();
                        },
                        {"somebody@example.com"}};
    far_->add(options);
    settle();
    MsnClient window = call(*bob_, "bob@example.com", "carol@example.com");
    ana_->take();
    window.send("MSG 3 N", format_file_offer("cat.jpg", 12'600, "33267"));
    settle();
    EXPECT_EQ(ana_->take(), Log{});
    EXPECT_TRUE(near_desk_.all().empty());
    near_desk_.set_drop(nullptr);
}

}  // namespace
}  // namespace patchcord::msn
