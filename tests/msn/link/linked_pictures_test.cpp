#include "chat_core/file_error.hpp"
#include "msn/wire/base64.hpp"
#include "msn/wire/percent.hpp"
#include "tests/msn/link/link_fixture.hpp"
#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/support/memory_shelf.hpp"

// Display pictures of people of a service, for whoever is linked to it and those beside them.

namespace patchcord::msn {
namespace {

using tests::Visitor;

class LinkedPicturesTest : public LinkTest {
  protected:
    LinkedPicturesTest() {
        server_.environment().pictures = &shelf_;
        shelf_.only = &near_;
        shelf_.wants = true;
        befriend("ana@example.com", "bob@example.com");
        bob_ = std::make_unique<MsnClient>(come_online("bob@example.com", 12));
        link();
        ana_ = std::make_unique<Visitor>(near_, "ana", profile_of("ana"));
        settle();
    }

    static std::string object(char letter) {
        return "<msnobj Creator=\"bob@example.com\" Size=\"7\" Type=\"3\" Location=\"a\" Friendly=\"AAA=\" SHA1D=\"" +
               encode_base64(std::string(20, letter)) + "\"/>";
    }
    void show(const std::string& text) {
        bob_->send("CHG 80 NLN 268435456" + (text.empty() ? "" : " " + percent_encode(text)));
        settle();
    }
    /// Bob calls ana; nothing that is said was read.
    MsnClient window() {
        const Commands transfer = bob_->ask("XFR 20 SB");
        MsnClient line = open_switchboard();
        line.transport().expect_binary_payloads();
        line.send("USR 1 bob@example.com " + transfer.front().substr(transfer.front().rfind(' ') + 1));
        line.send("CAL 2 ana@example.com");
        settle();
        return line;
    }
    static Log said(MsnClient& line) {
        Log payloads;
        for (const std::string& command : tests::matching("MSG ", line.take())) {
            payloads.push_back(command.substr(command.find('\n') + 1));
        }
        return payloads;
    }
    void give(MsnClient& line, const std::string& bytes) {
        const Log asked = said(line);
        ASSERT_EQ(summary(asked), (Log{"INVITE MSNMSGR:bob@example.com MSNSLP/1.0"}));
        const auto request = parse_slp_request(read_p2p(asked.front()).data);
        ASSERT_TRUE(request);
        P2pPeer peer("ana@example.com", "bob@example.com");
        line.send("MSG 90 D", peer.answer(asked.front(), 200));
        line.send("MSG 91 D", peer.data(request->session_id, 0, 4, std::string(4, '\0'), 0));
        line.send("MSG 92 D", peer.data(request->session_id, 0, bytes.size(), bytes, 0x20));
        settle();
    }

    tests::MemoryShelf shelf_;
    std::unique_ptr<MsnClient> bob_;
    std::unique_ptr<Visitor> ana_;
};

TEST_F(LinkedPicturesTest, SomebodyOfTheServiceIsAskedWhenTheyHaveAConversation) {
    show(object('a'));
    EXPECT_TRUE(tests::matching("RNG", bob_->take()).empty()) << "nobody is rung for it";
    MsnClient line = window();
    give(line, "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
    EXPECT_EQ(summary(said(line)), (Log{"ack", "ack", "ack", "BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
}

TEST_F(LinkedPicturesTest, WhatNobodyWantsIsNotFetchedUntilSomebodyDoes) {
    shelf_.wants = false;
    show(object('a'));
    MsnClient line = window();
    EXPECT_EQ(said(line), Log{});
    far_->want_picture(ana_->user());
    EXPECT_EQ(said(line), Log{}) << "she is none of the service's";
    far_->want_picture(**near_.lookup_user("bob"));
    settle();
    give(line, "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
}

TEST_F(LinkedPicturesTest, AnotherOrNoneIsNews) {
    shelf_.kept[std::string(20, 'a')] = "PNGDATA";
    MsnClient line = window();
    shelf_.take();
    show(object('b'));
    give(line, "another");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows another"}));
    show("");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows none"}));
}

TEST_F(LinkedPicturesTest, WhoClosesTheWindowIsAskedInTheNext) {
    show(object('a'));
    {
        MsnClient line = window();
        EXPECT_EQ(summary(said(line)).size(), 1U);
    }
    settle();
    MsnClient line = window();
    give(line, "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
}

TEST_F(LinkedPicturesTest, WhoGoesMeanwhileLeavesNothingUnderWay) {
    change_options([](ServerOptions& options) { options.max_avatar_fetches = 1; });
    show(object('a'));
    {
        MsnClient line = window();
        EXPECT_EQ(summary(said(line)).size(), 1U);
        bob_->hang_up();
    }
    advance(std::chrono::minutes(5));
    bob_ = std::make_unique<MsnClient>(come_online("bob@example.com", 12));
    show(object('b'));
    MsnClient line = window();
    give(line, "another");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows another"}));
}

}  // namespace
}  // namespace patchcord::msn
