#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "chat_core/file_error.hpp"
#include "msn/wire/p2p.hpp"
#include "tests/support/file_ends.hpp"
#include "tests/support/memory_drop.hpp"
#include "tests/support/msn_switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

using tests::Commands;
using tests::IrcPerson;
using tests::Log;
using tests::MsnClient;
using tests::MsnPerson;

const std::string file_guid = "{5D3E02AB-6190-11D3-BBBB-00C04F795683}";
const std::string object_guid = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}";

/// The Context of a file `a.txt` of 11 bytes, in base64.
std::string context_of_a_txt() {
    std::string text = "PgIAAAIAAAALAAAAAAAAAAEAAABhAC4AdAB4AHQA";
    text.resize(768, 'A');  // zeros
    return text;
}

/// What MSN clients offer each other, where others take part.
class MsnSwitchboardOffersTest : public tests::MsnSwitchboardTest {
  protected:
    static std::string slp(const std::string& guid, const std::string& method = "INVITE") {
        const std::string body =
            "EUF-GUID: " + guid + "\r\nSessionID: 4711\r\nAppID: 2\r\nContext: " + context_of_a_txt() + "\r\n\r\n";
        return method +
               " MSNMSGR:zoe@irc.msn.test MSNSLP/1.0\r\nTo: <msnmsgr:zoe@irc.msn.test>\r\n"
               "From: <msnmsgr:bob@example.com>\r\nVia: MSNSLP/1.0/TLP ;branch=" +
               guid +
               "\r\nCSeq: 0 \r\n"
               "Call-ID: " +
               guid +
               "\r\nMax-Forwards: 0\r\nContent-Type: application/x-msnmsgr-sessionreqbody\r\n"
               "Content-Length: 1\r\n\r\n" +
               body + '\0';
    }
    static std::string p2p(const std::string& to, const std::string& body) {
        return "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: " + to + "\r\n\r\n" + body;
    }
    /// A message of the transport, in pieces.
    static std::vector<std::string> pieces(const std::string& to, const std::string& data, std::size_t size = 1202) {
        std::vector<std::string> payloads;
        for (std::size_t at = 0; at < data.size(); at += size) {
            std::string body = format_p2p({0, 77, 0, 0, 0, 0, 99, 0, 0}, data.substr(at, size));
            for (int i = 0; i < 4; ++i) {
                body[8 + static_cast<std::size_t>(i)] = static_cast<char>(at >> (8 * i));
                body[16 + static_cast<std::size_t>(i)] = static_cast<char>(data.size() >> (8 * i));
            }
            payloads.push_back(p2p(to, body));
        }
        return payloads;
    }
    /// The piece in a MSG command.
    static std::pair<P2pHeader, std::string> piece_in(const std::string& command) {
        const auto mime = parse_mime(std::string_view(command).substr(command.find('\n') + 1));
        const auto piece = parse_p2p(mime->body);
        EXPECT_EQ(find_header(*mime, "P2P-Dest"), "bob@example.com");
        if (piece) return {piece->header, std::string(piece->data)};
        ADD_FAILURE() << command;
        return {};
    }
    static std::string file_invitation() {
        return payload_of("text/x-msmsgsinvite; charset=UTF-8",
                          "Application-Name: File Transfer\r\nInvitation-Command: INVITE\r\n"
                          "Invitation-Cookie: 33267\r\nApplication-File: C:\\cat.jpg\r\n"
                          "Application-FileSize: 12600\r\n\r\n");
    }

    /// A window whose messages need not be text.
    MsnClient open_window(const std::string& handle) {
        MsnClient window = call(bob_, handle);
        window.transport().expect_binary_payloads();
        return window;
    }

    MsnPerson bob_ = online("bob");
    IrcPerson zoe_{service_, "zoe"};
};

TEST_F(MsnSwitchboardOffersTest, AnOfferThatCannotBeShownIsAcknowledgedAndDeclinedInTheOthersName) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.fail(IrcPerson::Call::file_offered, chat::Errc::not_supported);
    const auto offer = pieces(irc_handle("zoe"), slp(file_guid), 5000);
    ASSERT_EQ(offer.size(), 1U);
    const Commands answer = window.ask("MSG 4 D", offer.front());
    ASSERT_EQ(answer.size(), 3U);
    EXPECT_EQ(answer[0], "ACK 4");
    for (const std::string& command : {answer[1], answer[2]}) {
        EXPECT_TRUE(command.starts_with("MSG zoe@irc.msn.test zoe ")) << command;
    }
    const auto [ack, nothing] = piece_in(answer[1]);
    EXPECT_EQ(ack.flags, 2U);
    EXPECT_EQ(ack.ack_id, 77U);
    EXPECT_EQ(ack.ack_uid, 99U);
    EXPECT_EQ(ack.ack_size, slp(file_guid).size());
    EXPECT_EQ(nothing, "");
    const auto [header, reply] = piece_in(answer[2]);
    EXPECT_EQ(header.identifier, ack.identifier + 1);
    EXPECT_TRUE(
        reply.starts_with("MSNSLP/1.0 603 Decline\r\nTo: <msnmsgr:bob@example.com>\r\n"
                          "From: <msnmsgr:zoe@irc.msn.test>\r\n"));
    EXPECT_NE(reply.find("\r\n\r\nSessionID: 4711\r\n\r\n"), std::string::npos);
    EXPECT_EQ(
        zoe_.take().back(),
        "action bob -> zoe: offers a file: a.txt (11 B), which cannot be had: not supported by the receiver's client");
}

TEST_F(MsnSwitchboardOffersTest, AnOfferInPiecesIsAnsweredAtItsEnd) {
    MsnClient window = open_window(irc_handle("zoe"));
    const auto offer = pieces(irc_handle("zoe") + ";{0123}", slp(file_guid), 500);
    ASSERT_EQ(offer.size(), 3U);
    EXPECT_EQ(window.ask("MSG 4 D", offer[0]), (Commands{"ACK 4"}));
    EXPECT_EQ(window.ask("MSG 5 D", offer[1]), (Commands{"ACK 5"}));
    EXPECT_EQ(window.ask("MSG 6 D", offer[2]).size(), 2U);
    EXPECT_EQ(desk_.all().size(), 1U);
}

TEST_F(MsnSwitchboardOffersTest, PicturesAndGamesAreDeclinedWithoutAWord) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.take();
    for (const std::string& guid : {object_guid, std::string("{6A13AF9C-5308-4F35-923A-67E8DDA40C2F}")}) {
        EXPECT_EQ(window.ask("MSG 4 D", pieces(irc_handle("zoe"), slp(guid), 5000).front()).size(), 3U);
    }
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardOffersTest, WhatIsNoOfferIsAcknowledgedAtMost) {
    MsnClient window = open_window(irc_handle("zoe"));
    const std::string zoe = irc_handle("zoe");
    EXPECT_EQ(window.ask("MSG 4 U", pieces(zoe, slp(file_guid, "BYE"), 5000).front()).size(), 1U);
    EXPECT_EQ(window.ask("MSG 4 U", pieces(zoe, "nonsense").front()).size(), 1U);
    EXPECT_EQ(window.ask("MSG 4 U", p2p(zoe, format_p2p_ack({}, 1))), Commands{}) << "nobody acknowledges that";
    EXPECT_EQ(window.ask("MSG 4 U", p2p(zoe, "short")), Commands{});
    EXPECT_EQ(window.ask("MSG 4 U", pieces("carol@example.com", slp(file_guid), 5000).front()), Commands{});
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardOffersTest, ACookieIsANumber) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.take();
    for (const char* cookie : {"x", "-1", "99999999999", "4294967296", "1 2"}) {
        std::string invitation = file_invitation();
        invitation.replace(invitation.find("33267"), 5, cookie);
        EXPECT_EQ(window.ask("MSG 4 U", invitation), Commands{}) << cookie;
    }
    EXPECT_EQ(zoe_.take(), Log{});
}

TEST_F(MsnSwitchboardOffersTest, AnOldInvitationThatCannotBeShownIsDeclinedAndNamed) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.fail(IrcPerson::Call::file_offered, chat::Errc::not_supported);
    const Commands answer = window.ask("MSG 4 A", file_invitation());
    ASSERT_EQ(answer.size(), 2U);
    EXPECT_EQ(answer[0], "ACK 4");
    EXPECT_NE(answer[1].find("Cancel-Code: REJECT\r\n"), std::string::npos);
    EXPECT_EQ(zoe_.take().back(),
              "action bob -> zoe: offers a file: cat.jpg (12 KiB), which cannot be had: not supported by the "
              "receiver's client");
}

TEST_F(MsnSwitchboardOffersTest, AnOfferIsPutToWhomItIsForAndTheirAnswerIsTheClients) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.take();
    EXPECT_EQ(window.ask("MSG 4 D", pieces(irc_handle("zoe"), slp(file_guid), 5000).front()).size(), 2U);
    EXPECT_EQ(zoe_.take(), (Log{"file bob -> zoe: a.txt 11"}));
    desk_.decline(desk_.all().front().id);
    const Commands answer = window.take();
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_TRUE(piece_in(answer[0]).second.starts_with("MSNSLP/1.0 603 Decline\r\n"));
}

TEST_F(MsnSwitchboardOffersTest, AFileGoesThroughTheSwitchboard) {
    MsnClient window = open_window(irc_handle("zoe"));
    window.send("MSG 4 D", pieces(irc_handle("zoe"), slp(file_guid), 5000).front());
    const auto taker = std::make_shared<tests::FileEnd>();
    window.take();
    ASSERT_FALSE(desk_.accept(desk_.all().front().id, std::make_unique<tests::ManualSink>(taker)));
    const Commands answer = window.take();
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_TRUE(piece_in(answer[0]).second.starts_with("MSNSLP/1.0 200 OK\r\n"));
    taker->relay->sink_ready();
    P2pHeader header;
    header.session_id = 4711;
    header.identifier = 78;
    header.flags = 0x01000030;
    header.ack_id = 5;
    window.send("MSG 5 D", p2p(irc_handle("zoe"), format_p2p(header, "hello world")));
    EXPECT_EQ(taker->bytes, "hello world");
    EXPECT_TRUE(taker->finished);
}

TEST_F(MsnSwitchboardOffersTest, AnOldInvitationIsPutToWhomItIsFor) {
    MsnClient window = open_window(irc_handle("zoe"));
    zoe_.take();
    EXPECT_EQ(window.ask("MSG 4 A", file_invitation()), (Commands{"ACK 4"}));
    EXPECT_EQ(zoe_.take(), (Log{"file bob -> zoe: cat.jpg 12600"}));
    ASSERT_FALSE(
        desk_.accept(desk_.all().front().id, std::make_unique<tests::ManualSink>(std::make_shared<tests::FileEnd>())));
    const Commands answer = window.take();
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_NE(answer[0].find("Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"), std::string::npos);
}

TEST_F(MsnSwitchboardOffersTest, WhatIsOfferedInARoomIsOfferedToEverybodyThereByItsLink) {
    chat::Group& room = make_room();
    ASSERT_FALSE(zoe_->join(room));
    MsnPerson carol = online("carol");
    MsnClient window = open_window("a@rooms.msn.test");
    MsnClient other = call(carol, "a@rooms.msn.test");
    tests::MemoryDrop drop;
    desk_.set_drop(&drop);
    zoe_.take();
    other.take();
    EXPECT_EQ(window.ask("MSG 4 A", file_invitation()), (Commands{"ACK 4"}));
    EXPECT_EQ(zoe_.take(), (Log{"file bob -> #a: cat.jpg 12600"}));
    EXPECT_EQ(heard(other), (Commands{"bob@example.com: *bob offers a file: cat.jpg (12 KiB): http://here/cat.jpg*"}));
    desk_.set_drop(nullptr);
}

TEST_F(MsnSwitchboardOffersTest, WithoutLinksARoomDeclines) {
    chat::Group& room = make_room();
    ASSERT_FALSE(zoe_->join(room));
    MsnClient window = open_window("a@rooms.msn.test");
    zoe_.take();
    const Commands answer = window.ask("MSG 4 A", file_invitation());
    ASSERT_EQ(answer.size(), 2U);
    EXPECT_TRUE(answer[1].starts_with("MSG a@rooms.msn.test %23a "));
    EXPECT_EQ(zoe_.take(), (Log{"action bob -> #a: offers a file: cat.jpg (12 KiB), which cannot be had: their client "
                                "cannot take files"}));
}

TEST_F(MsnSwitchboardOffersTest, AClientIsOfferedAFileInTheWindowThatIsOpen) {
    MsnClient window = open_window(irc_handle("zoe"));
    window.take();
    const auto giver = std::make_shared<tests::FileEnd>();
    const auto id = desk_.offer(zoe_.user(), {nullptr, *service_.lookup_user("bob"), {}}, "cat.png", 5,
                                std::make_unique<tests::ManualSource>(giver));
    ASSERT_TRUE(id) << id.error().message();
    const Commands offer = window.take();
    ASSERT_EQ(offer.size(), 1U);
    EXPECT_TRUE(offer[0].starts_with("MSG zoe@irc.msn.test zoe ")) << offer[0];
    EXPECT_NE(offer[0].find("Application-File: cat.png\r\nApplication-FileSize: 5\r\n"), std::string::npos);
    desk_.withdraw(*id);
    const Commands cancelled = window.take();
    ASSERT_EQ(cancelled.size(), 1U);
    EXPECT_NE(cancelled[0].find("Cancel-Code: OUTBANDCANCEL\r\n"), std::string::npos);
}

TEST_F(MsnSwitchboardOffersTest, AClientWithoutAWindowIsRungAndOfferedTheFileWhenItAnswers) {
    const auto id = desk_.offer(zoe_.user(), {nullptr, *service_.lookup_user("bob"), {}}, "cat.png", 5,
                                std::make_unique<tests::ManualSource>(std::make_shared<tests::FileEnd>()));
    ASSERT_TRUE(id) << id.error().message();
    MsnClient window = answer(bob_, ring_of(bob_));
    const Commands offer = tests::matching("MSG", window.take());
    ASSERT_EQ(offer.size(), 1U);
    EXPECT_NE(offer[0].find("Application-File: cat.png\r\n"), std::string::npos);
}

TEST_F(MsnSwitchboardOffersTest, AClientThatDoesNotAnswerHasNotTakenTheFile) {
    const auto giver = std::make_shared<tests::FileEnd>();
    ASSERT_TRUE(desk_.offer(zoe_.user(), {nullptr, *service_.lookup_user("bob"), {}}, "cat.png", 5,
                            std::make_unique<tests::ManualSource>(giver)));
    advance(std::chrono::seconds(31));
    EXPECT_EQ(giver->stopped, chat::Errc::not_answered);
    EXPECT_TRUE(desk_.all().empty());
}

TEST_F(MsnSwitchboardOffersTest, AWindowThatClosesEndsWhatGoesThroughIt) {
    MsnClient window = open_window(irc_handle("zoe"));
    window.send("MSG 4 D", pieces(irc_handle("zoe"), slp(file_guid), 5000).front());
    const auto taker = std::make_shared<tests::FileEnd>();
    ASSERT_FALSE(desk_.accept(desk_.all().front().id, std::make_unique<tests::ManualSink>(taker)));
    window.hang_up();
    EXPECT_EQ(taker->stopped, chat::FileErrc::sender_gone);
}

}  // namespace
}  // namespace patchcord::msn
