#include "msn/wire/slp.hpp"

#include <gtest/gtest.h>
#include <string>

namespace patchcord::msn {
namespace {

const std::string nul(1, '\0');

std::string invitation(const std::string& body,
                       const std::string& start = "INVITE MSNMSGR:bob@example.com MSNSLP/1.0") {
    return start +
           "\r\nTo: <msnmsgr:bob@example.com>\r\nFrom: <msnmsgr:ana@example.com>\r\n"
           "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\nCSeq: 0 \r\n"
           "Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\nMax-Forwards: 0\r\n"
           "Content-Type: application/x-msnmsgr-sessionreqbody\r\nContent-Length: " +
           std::to_string(body.size() + 1) + "\r\n\r\n" + body + nul;
}

TEST(SlpTest, InvitationSaysWhatItIsFor) {
    const auto file =
        parse_slp_request(invitation("EUF-GUID: {5d3e02ab-6190-11d3-bbbb-00c04f795683}\r\nSessionID: "
                                     "305419896\r\nAppID: 2\r\nContext: PgIA=\r\n\r\n"));
    ASSERT_TRUE(file);
    EXPECT_EQ(file->method, SlpRequest::Method::invite);
    EXPECT_EQ(file->purpose, SlpPurpose::file) << "GUIDs are the same in any case";
    EXPECT_EQ(file->session_id, 305419896U);
    EXPECT_EQ(file->context, "PgIA=");
    const auto object =
        parse_slp_request(invitation("EUF-GUID: {A4268EEC-FEC5-49E5-95C3-F126696BDBF6}\r\nSessionID: 7\r\n\r\n"));
    ASSERT_TRUE(object);
    EXPECT_EQ(object->purpose, SlpPurpose::object);
    EXPECT_EQ(parse_slp_request(invitation("Bridges: TCPv1\r\n\r\n"))->purpose, SlpPurpose::other);
}

TEST(SlpTest, LongContextIsRead) {
    const std::string context(20'000, 'A');
    const auto request = parse_slp_request(invitation("SessionID: 7\r\nContext: " + context + "\r\n\r\n"));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->context, context);
}

TEST(SlpTest, DeclineIsWhatClientsExpect) {
    const auto request = parse_slp_request(invitation("SessionID: 305419896\r\n\r\n"));
    ASSERT_TRUE(request);
    EXPECT_EQ(format_slp_decline(*request, "zoe@irc.msn.test", "ana@example.com"),
              "MSNSLP/1.0 603 Decline\r\n"
              "To: <msnmsgr:ana@example.com>\r\n"
              "From: <msnmsgr:zoe@irc.msn.test>\r\n"
              "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\n"
              "CSeq: 1 \r\n"
              "Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\n"
              "Max-Forwards: 0\r\n"
              "Content-Type: application/x-msnmsgr-sessionreqbody\r\n"
              "Content-Length: 25\r\n\r\n"
              "SessionID: 305419896\r\n\r\n" +
                  nul);
}

TEST(SlpTest, DeclineWithoutASessionHasAnEmptyBody) {
    const auto request = parse_slp_request(invitation("Bridges: TRUDPv1 TCPv1\r\nNetID: 0\r\n\r\n"));
    ASSERT_TRUE(request);
    const std::string answer = format_slp_decline(*request, "a@b.c", "d@e.f");
    EXPECT_TRUE(answer.ends_with("Content-Length: 3\r\n\r\n\r\n" + nul)) << answer;
}

TEST(SlpTest, EndOfASessionIsARequest) {
    const auto bye = parse_slp_request(invitation("", "BYE MSNMSGR:bob@example.com MSNSLP/1.0"));
    ASSERT_TRUE(bye);
    EXPECT_EQ(bye->method, SlpRequest::Method::bye);
}

TEST(SlpTest, AnswersAndNonsenseAreNoRequests) {
    EXPECT_FALSE(parse_slp_request(""));
    EXPECT_FALSE(parse_slp_request(invitation("", "MSNSLP/1.0 200 OK")));
    EXPECT_FALSE(parse_slp_request(invitation("", "INVITE")));
    EXPECT_FALSE(parse_slp_request(invitation("", "DANCE MSNMSGR:bob@example.com MSNSLP/1.0")));
    EXPECT_FALSE(parse_slp_request("INVITE MSNMSGR:bob@example.com MSNSLP/1.0\r\n\r\n")) << "nothing to answer with";
    std::string longer = invitation("");
    longer.insert(longer.find("{9D79"), std::string(300, 'x'));
    EXPECT_FALSE(parse_slp_request(longer));
}

TEST(SlpTest, NothingOfARequestAddsALineToItsAnswer) {
    std::string text = invitation("SessionID: 7\r\n\r\n");
    text.replace(text.find("{33517CE4"), 9, "x\x01\x02\x7Fy");
    const auto request = parse_slp_request(text);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->via.find_first_of("\x01\x02\x7F\r\n"), std::string::npos);
}

// What our side of a session says; lengths and numbers as clients write them for a file of 11 bytes.
const SlpDialogue dialogue{"ana@example.com", "bob@example.com", "{33517CE4-02FC-4428-B6F4-39927229B722}",
                           "{9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}", 305419896};

TEST(SlpTest, AnOfferOfAFileIsReadAsIt) {
    SlpDialogue with_alice = dialogue;
    with_alice.from = "alice@example.com";
    EXPECT_EQ(format_slp_file_invite(with_alice, std::string(768, 'A')).size(), 1192U);
    const std::string invite = format_slp_file_invite(dialogue, std::string(768, 'A'));
    EXPECT_TRUE(
        invite.starts_with("INVITE MSNMSGR:bob@example.com MSNSLP/1.0\r\n"
                           "To: <msnmsgr:bob@example.com>\r\n"
                           "From: <msnmsgr:ana@example.com>\r\n"
                           "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\n"
                           "CSeq: 0 \r\n"
                           "Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\n"
                           "Max-Forwards: 0\r\n"
                           "Content-Type: application/x-msnmsgr-sessionreqbody\r\n"
                           "Content-Length: 864\r\n\r\n"
                           "EUF-GUID: {5D3E02AB-6190-11D3-BBBB-00C04F795683}\r\n"
                           "SessionID: 305419896\r\nAppID: 2\r\nContext: A"))
        << invite;
    const auto read = parse_slp_request(invite);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->purpose, SlpPurpose::file);
    EXPECT_EQ(read->session_id, 305419896U);
    EXPECT_EQ(read->call_id, dialogue.call_id);
    EXPECT_EQ(read->via, format_slp_via(dialogue.branch));
    EXPECT_EQ(read->context.size(), 768U);
}

TEST(SlpTest, AnswersAreReadAsThem) {
    const auto request = parse_slp_request(invitation("SessionID: 305419896\r\n\r\n"));
    ASSERT_TRUE(request);
    const std::string accept = format_slp_accept(*request, "bob@example.com", "ana@example.com");
    EXPECT_EQ(accept,
              "MSNSLP/1.0 200 OK\r\n"
              "To: <msnmsgr:ana@example.com>\r\n"
              "From: <msnmsgr:bob@example.com>\r\n"
              "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\n"
              "CSeq: 1 \r\n"
              "Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\n"
              "Max-Forwards: 0\r\n"
              "Content-Type: application/x-msnmsgr-sessionreqbody\r\n"
              "Content-Length: 25\r\n\r\n"
              "SessionID: 305419896\r\n\r\n" +
                  nul);
    EXPECT_FALSE(parse_slp_request(accept));
    const std::pair<std::uint32_t, std::string> answers[] = {
        {200U, accept},
        {603U, format_slp_decline(*request, "a@b.c", "d@e.f")},
        {500U, format_slp_error(*request, "a@b.c", "d@e.f")},
    };
    for (const auto& [status, text] : answers) {
        const auto answer = parse_slp_answer(text);
        ASSERT_TRUE(answer) << text;
        EXPECT_EQ(answer->status, status);
        EXPECT_EQ(answer->call_id, request->call_id);
        EXPECT_EQ(answer->via, request->via);
    }
    EXPECT_TRUE(answers[2].second.ends_with("Content-Type: null\r\nContent-Length: 0\r\n\r\n")) << answers[2].second;
}

TEST(SlpTest, WhoAsksForADirectConnectionIsToldThatThereIsNone) {
    std::string text = invitation("Bridges: TRUDPv1 TCPv1\r\nNetID: 0\r\nConn-Type: Firewall\r\n\r\n");
    text.replace(text.find("sessionreqbody"), 14, "transreqbody");
    const auto request = parse_slp_request(text);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->purpose, SlpPurpose::transport);
    const std::string answer = format_slp_no_transport(*request, "a@b.c", "d@e.f");
    EXPECT_TRUE(
        answer.ends_with("Content-Type: application/x-msnmsgr-transrespbody\r\n"
                         "Content-Length: 83\r\n\r\n"
                         "Bridge: TCPv1\r\nListening: false\r\n"
                         "Nonce: {00000000-0000-0000-0000-000000000000}\r\n\r\n" +
                         nul))
        << answer;
    EXPECT_TRUE(answer.starts_with("MSNSLP/1.0 200 OK\r\n"));
}

TEST(SlpTest, TheEndHasAnEmptyBody) {
    SlpDialogue bye = dialogue;
    bye.from = "alice@example.com";
    bye.branch = "{A0D624A6-6C0C-4283-A9E0-BC97B4B46D32}";
    const std::string text = format_slp_bye(bye);
    EXPECT_EQ(text.size(), 328U);
    EXPECT_TRUE(
        text.ends_with("Content-Type: application/x-msnmsgr-sessionclosebody\r\n"
                       "Content-Length: 3\r\n\r\n\r\n" +
                       nul));
    const auto read = parse_slp_request(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->method, SlpRequest::Method::bye);
    EXPECT_EQ(read->call_id, dialogue.call_id);
}

TEST(SlpTest, WhatIsNoAnswerIsNone) {
    for (const std::string text :
         {"", "MSNSLP/1.0", "MSNSLP/1.0 200 OK\r\n\r\n", "MSNSLP/1.0 OK\r\nVia: x\r\nCall-ID: y\r\n\r\n",
          "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\n\r\n",
          "MSNSLP/1.0 4294967296 OK\r\nVia: x\r\nCall-ID: y\r\n\r\n"}) {
        EXPECT_FALSE(parse_slp_answer(text)) << text;
    }
    EXPECT_FALSE(parse_slp_answer(invitation("")));
}

TEST(SlpTest, AGuidIsWrittenInUpperCase) {
    EXPECT_EQ(format_guid({0x33517CE4, 0x02FC4428, 0xB6F43992, 0x7229B722}), "{33517CE4-02FC-4428-B6F4-39927229B722}");
    EXPECT_EQ(format_guid({0, 0, 0, 0xF}), "{00000000-0000-0000-0000-00000000000F}");
}

}  // namespace
}  // namespace patchcord::msn
