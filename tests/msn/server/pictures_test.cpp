#include "msn/server/pictures.hpp"

#include "chat_core/file_error.hpp"
#include "msn/server/principal.hpp"
#include "msn/wire/base64.hpp"
#include "msn/wire/percent.hpp"
#include "tests/msn/transfer/p2p_peer.hpp"
#include "tests/support/memory_shelf.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using namespace std::chrono_literals;
using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;

/// Display pictures of people on MSN, for those elsewhere.
class MsnPicturesTest : public tests::MsnSwitchboardTest {
  protected:
    MsnPicturesTest() {
        server_.environment().pictures = &shelf_;
        shelf_.wants = true;
    }

    /// What a client says of its picture; `letter` makes up its digest.
    static std::string object(char letter, unsigned size = 7, unsigned type = 3) {
        return "<msnobj Creator=\"bob@example.com\" Size=\"" + std::to_string(size) + "\" Type=\"" +
               std::to_string(type) + "\" Location=\"a\" Friendly=\"AAA=\" SHA1D=\"" +
               encode_base64(std::string(20, letter)) + "\"/>";
    }
    static void show(MsnPerson& person, const std::string& text, const std::string& status = "NLN") {
        person.ns.send("CHG 80 " + status + " 268435456" + (text.empty() ? "" : " " + percent_encode(text)));
    }
    /// A window in which nothing that is said was read.
    MsnClient window_with(MsnPerson& person, const std::string& handle) {
        MsnClient window = enter(person);
        window.transport().expect_binary_payloads();
        window.send("CAL 72 " + handle);
        return window;
    }
    static std::string payload_in(const std::string& command) { return command.substr(command.find('\n') + 1); }
    /// What is said over p2p in a window.
    static Log said(MsnClient& window) {
        Log payloads;
        for (const std::string& command : tests::matching("MSG ", window.take())) {
            payloads.push_back(payload_in(command));
        }
        return payloads;
    }
    /// The invitation of a window that is asked.
    std::string invitation(MsnClient& window) {
        const Log all = said(window);
        EXPECT_EQ(summary(all), (Log{"INVITE MSNMSGR:bob@example.com MSNSLP/1.0"}));
        return all.empty() ? std::string() : all.front();
    }
    /// The client gives the picture.
    void give(MsnClient& window, const std::string& invitation, const std::string& bytes,
              const std::string& from = "zoe@irc.msn.test") {
        P2pPeer peer(from, "bob@example.com");
        const auto request = parse_slp_request(read_p2p(invitation).data);
        ASSERT_TRUE(request);
        window.send("MSG 90 D", peer.answer(invitation, 200));
        window.send("MSG 91 D", peer.data(request->session_id, 0, 4, std::string(4, '\0'), 0));
        window.send("MSG 92 D", peer.data(request->session_id, 0, bytes.size(), bytes, 0x20));
        advance(0ms);
        EXPECT_EQ(summary(said(window)), (Log{"ack", "ack", "ack", "BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
    }

    tests::MemoryShelf shelf_;
    MsnPerson bob_ = online("bob", 9);
    IrcPerson zoe_{service_, "zoe"};
};

TEST_F(MsnPicturesTest, APictureThatIsWantedIsFetchedWhenAConversationIsOpen) {
    show(bob_, object('a'));
    EXPECT_EQ(tests::matching("RNG", bob_.ns.take()), Commands{}) << "nobody is rung for it";
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    const std::string asked = invitation(window);
    const auto request = parse_slp_request(read_p2p(asked).data);
    ASSERT_TRUE(request);
    EXPECT_EQ(decode_base64(request->context, 1000), object('a') + '\0');
    give(window, asked, "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
    EXPECT_EQ(zoe_.take(), Log{}) << "nothing of it is a message";
}

TEST_F(MsnPicturesTest, WhatNobodyWantsIsNotFetchedUntilSomebodyDoes) {
    shelf_.wants = false;
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    EXPECT_EQ(said(window), Log{});
    server_.pictures().want(zoe_.user());
    EXPECT_EQ(said(window), Log{}) << "that is nobody of ours";
    server_.pictures().want(user_of(bob_));
    give(window, invitation(window), "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
}

TEST_F(MsnPicturesTest, WhoIsWantedWaitsForAConversation) {
    shelf_.wants = false;
    show(bob_, object('a'));
    server_.pictures().want(user_of(bob_));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    give(window, invitation(window), "PNGDATA");
}

TEST_F(MsnPicturesTest, ARoomAsksInItsOwnName) {
    chat::Group& room = make_room();
    ASSERT_FALSE(zoe_.user().join(room));
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, "a@rooms.msn.test");
    give(window, invitation(window), "PNGDATA", "a@rooms.msn.test");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
}

TEST_F(MsnPicturesTest, OneThatIsThereIsNotFetchedAgain) {
    shelf_.kept[std::string(20, 'a')] = "PNGDATA";
    show(bob_, object('a'));
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    EXPECT_EQ(said(window), Log{});
    show(bob_, object('a'), "AWY");
    EXPECT_EQ(shelf_.take(), Log{}) << "no news";
    show(bob_, object('a'), "HDN");
    show(bob_, object('a'));
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"})) << "who comes back is somebody new";
}

TEST_F(MsnPicturesTest, AnotherPictureTakesThePlaceOfTheOld) {
    shelf_.kept[std::string(20, 'a')] = "PNGDATA";
    shelf_.kept[std::string(20, 'b')] = "another";
    show(bob_, object('a'));
    show(bob_, object('b'));
    show(bob_, "");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA", "bob shows another", "bob shows none"}));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    show(bob_, object('b'));
    show(bob_, object('c'));
    EXPECT_EQ(shelf_.take(), (Log{"bob shows another", "bob shows none"})) << "until it is there";
    give(window, invitation(window), "thenext");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows thenext"}));
}

TEST_F(MsnPicturesTest, OneThatChangedMeanwhileIsNotShown) {
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    const std::string first = invitation(window);
    show(bob_, object('b'));
    EXPECT_EQ(said(window), Log{}) << "one at a time";
    P2pPeer peer("zoe@irc.msn.test", "bob@example.com");
    const auto request = parse_slp_request(read_p2p(first).data);
    window.send("MSG 92 D", peer.data(request->session_id, 0, 7, "PNGDATA", 0x20));
    const Log all = said(window);
    EXPECT_EQ(summary(all),
              (Log{"ack", "BYE MSNMSGR:bob@example.com MSNSLP/1.0", "INVITE MSNMSGR:bob@example.com MSNSLP/1.0"}));
    EXPECT_EQ(shelf_.take(), Log{});
    give(window, all.back(), "another");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows another"}));
}

TEST_F(MsnPicturesTest, EmoticonsAndNonsenseAreNoPictures) {
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    for (const std::string& text : {object('a', 7, 2), std::string("<msnobj/>"), std::string("cat.png")}) {
        show(bob_, text);
        EXPECT_EQ(said(window), Log{}) << text;
    }
}

TEST_F(MsnPicturesTest, OneThatIsTooBigIsNotAskedFor) {
    change_options([](ServerOptions& options) { options.max_avatar_bytes = 100; });
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    show(bob_, object('a', 101));
    EXPECT_EQ(said(window), Log{});
    EXPECT_EQ(limit_hits(Limit::avatar_size), 1);
    show(bob_, object('b', 100));
    (void)invitation(window);
}

TEST_F(MsnPicturesTest, AClientThatDoesNotGiveItIsAskedOnce) {
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    (void)invitation(window);
    advance(60s);
    EXPECT_EQ(summary(said(window)), (Log{"BYE MSNMSGR:bob@example.com MSNSLP/1.0"}));
    EXPECT_EQ(limit_hits(Limit::avatar_time), 1);
    window.send("MSG 93 N", payload_of("text/plain; charset=UTF-8", "hello"));
    advance(0ms);
    EXPECT_EQ(said(window), Log{});
    show(bob_, object('b'));
    P2pPeer peer("zoe@irc.msn.test", "bob@example.com");
    window.send("MSG 94 D", peer.answer(invitation(window), 603));
    EXPECT_EQ(summary(said(window)), Log{"ack"});
    server_.pictures().want(user_of(bob_));
    EXPECT_EQ(said(window), Log{});
}

TEST_F(MsnPicturesTest, WhatTheShelfDoesNotTakeIsNotShown) {
    shelf_.refuses = chat::FileErrc::no_space;
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    give(window, invitation(window), "PNGDATA");
    EXPECT_EQ(shelf_.take(), Log{});
    EXPECT_EQ(limit_hits(Limit::avatars), 1);
}

TEST_F(MsnPicturesTest, AConversationThatEndsLeavesItToTheNext) {
    show(bob_, object('a'));
    {
        MsnClient window = window_with(bob_, irc_handle("zoe"));
        (void)invitation(window);
        window.send("OUT");
    }
    advance(0ms);
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    give(window, invitation(window), "PNGDATA");
    EXPECT_EQ(shelf_.take(), (Log{"bob shows PNGDATA"}));
}

TEST_F(MsnPicturesTest, ThereAreSoManyAtATimeAndTheOthersWait) {
    change_options([](ServerOptions& options) { options.max_avatar_fetches = 1; });
    MsnPerson carol = online("carol", 9);
    show(bob_, object('a'));
    show(carol, object('b'));
    MsnClient first = window_with(bob_, irc_handle("zoe"));
    const std::string asked = invitation(first);
    MsnClient second = window_with(carol, irc_handle("zoe"));
    EXPECT_EQ(said(second), Log{});
    EXPECT_EQ(limit_hits(Limit::avatar_fetches), 1);
    give(first, asked, "PNGDATA");
    EXPECT_EQ(summary(said(second)), (Log{"INVITE MSNMSGR:carol@example.com MSNSLP/1.0"}));
}

TEST_F(MsnPicturesTest, WhoSignsOutMeanwhileLeavesNothingUnderWay) {
    change_options([](ServerOptions& options) { options.max_avatar_fetches = 1; });
    show(bob_, object('a'));
    MsnClient window = window_with(bob_, irc_handle("zoe"));
    (void)invitation(window);
    bob_.ns.hang_up();
    window.hang_up();
    advance(0ms);
    MsnPerson carol = online("carol", 9);
    show(carol, object('b'));
    MsnClient second = window_with(carol, irc_handle("zoe"));
    EXPECT_EQ(summary(said(second)), (Log{"INVITE MSNMSGR:carol@example.com MSNSLP/1.0"}));
    EXPECT_EQ(shelf_.take(), Log{});
}

}  // namespace
}  // namespace patchcord::msn
