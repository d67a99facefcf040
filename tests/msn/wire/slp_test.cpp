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

}  // namespace
}  // namespace patchcord::msn
