#include "msn/wire/p2p.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

class SwitchboardP2pTest : public SwitchboardFixture {
  protected:
    static std::string slp(const std::string& method) {
        const std::string body =
            "EUF-GUID: {5D3E02AB-6190-11D3-BBBB-00C04F795683}\r\nSessionID: 4711\r\nAppID: 2\r\nContext: AAAA\r\n\r\n";
        return method +
               " MSNMSGR:ana@example.com MSNSLP/1.0\r\nTo: <msnmsgr:ana@example.com>\r\n"
               "From: <msnmsgr:bob@example.com>\r\nVia: MSNSLP/1.0/TLP ;branch={1}\r\nCSeq: 0 \r\n"
               "Call-ID: {2}\r\nMax-Forwards: 0\r\nContent-Type: application/x-msnmsgr-sessionreqbody\r\n"
               "Content-Length: " +
               std::to_string(body.size() + 1) + "\r\n\r\n" + body + std::string(1, '\0');
    }
    void bob_sends(const std::string& to, const std::string& body) {
        say(message("bob@example.com Bob", "MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: " +
                                               to + "\r\n\r\n" + body));
    }
    static std::string whole(const std::string& data) { return format_p2p({0, 77, 0, 0, 0, 0, 99, 0, 0}, data); }

    /// The pieces that we have sent.
    std::vector<std::pair<P2pHeader, std::string>> answers() {
        std::vector<std::pair<P2pHeader, std::string>> found;
        const std::string sent = server.take();
        CommandFramer framer(Direction::to_server);
        framer.feed(sent);
        Command command;
        while (framer.next(command) == CommandFramer::Outcome::command) {
            EXPECT_EQ(command.param(1), "D");
            const auto mime = parse_mime(command.payload);
            EXPECT_EQ(find_header(*mime, "P2P-Dest"), "bob@example.com");
            const auto piece = parse_p2p(mime->body);
            if (piece) found.emplace_back(piece->header, std::string(piece->data));
        }
        return found;
    }
};

TEST_F(SwitchboardP2pTest, AnOfferIsAcknowledgedAndDeclined) {
    talk_with_bob();
    bob_sends("ana@example.com;{0123}", whole(slp("INVITE")));
    const auto sent = answers();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].first.ack_id, 77U);
    EXPECT_EQ(sent[0].first.ack_uid, 99U);
    EXPECT_TRUE(sent[1].second.starts_with(
        "MSNSLP/1.0 603 Decline\r\nTo: <msnmsgr:bob@example.com>\r\nFrom: <msnmsgr:ana@example.com>\r\n"));
    EXPECT_NE(sent[1].second.find("SessionID: 4711"), std::string::npos);
    EXPECT_EQ(seen.take(), Events{"message bob@example.com Bob application/x-msnmsgrp2p"});
    // The server's word about it is of no interest.
    say("ACK 3\r\nNAK 4\r\n");
    EXPECT_EQ(seen.take(), Events{});
}

TEST_F(SwitchboardP2pTest, WhatIsNoOfferIsAcknowledgedAtMost) {
    talk_with_bob();
    bob_sends("ana@example.com", whole(slp("BYE")));
    EXPECT_EQ(answers().size(), 1U);
    bob_sends("ana@example.com", whole("nonsense"));
    EXPECT_EQ(answers().size(), 1U);
    bob_sends("ana@example.com", format_p2p_ack({}, 1));
    bob_sends("ana@example.com", "short");
    bob_sends("carol@example.com", whole(slp("INVITE")));
    bob_sends("", whole(slp("INVITE")));
    EXPECT_EQ(answers().size(), 0U);
}

TEST_F(SwitchboardP2pTest, WhereMoreAreThereSomebodyElseMayTakeIt) {
    talk_with_bob();
    say("JOI carol@example.com Carol\r\n");
    bob_sends("ana@example.com", whole(slp("INVITE")));
    EXPECT_EQ(answers().size(), 0U);
}

TEST_F(SwitchboardP2pTest, WhoeverTakesOffersAnswersThemAlone) {
    SwitchboardOptions options{"ana@example.com", "17.26", {}};
    options.decline_p2p = false;
    SwitchboardClient client(scheduler, seen, options);
    client.connection_made(server);
    client.data_received("USR 1 OK ana@example.com Ana\r\nJOI bob@example.com Bob\r\n");
    server.take();
    const std::string payload =
        "Content-Type: application/x-msnmsgrp2p\r\nP2P-Dest: ana@example.com\r\n\r\n" + whole(slp("INVITE"));
    client.data_received(message("bob@example.com Bob", payload));
    EXPECT_EQ(server.take(), "");
}

}  // namespace
}  // namespace patchcord::msn
