#include "gateway/services/rst_messages.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

#include "gateway/http/rst.hpp"

namespace patchcord::gateway {
namespace {

using Kind = RstReply::Kind;

std::string envelope(const std::string& body, const std::string& header = {}) {
    return "<?xml version=\"1.0\"?><S:Envelope><S:Header>" + header + "</S:Header>" + body + "</S:Envelope>";
}

std::string token(const std::string& address, const std::string& ticket, const std::string& more = {}) {
    return "<wst:RequestSecurityTokenResponse><wsp:AppliesTo><wsa:EndpointReference><wsa:Address>" + address +
           "</wsa:Address></wsa:EndpointReference></wsp:AppliesTo><wst:RequestedSecurityToken>"
           "<wsse:BinarySecurityToken Id=\"Compact1\">" +
           ticket + "</wsse:BinarySecurityToken></wst:RequestedSecurityToken>" + more +
           "</wst:RequestSecurityTokenResponse>";
}

std::string answer(const std::string& tokens) {
    return envelope("<S:Body><wst:RequestSecurityTokenResponseCollection>" + tokens +
                    "</wst:RequestSecurityTokenResponseCollection></S:Body>");
}

std::string proof(const std::string& secret) {
    return "<wst:RequestedProofToken><wst:BinarySecret>" + secret + "</wst:BinarySecret></wst:RequestedProofToken>";
}

RstReply fault(const std::string& content, const std::string& header = {}) {
    return parse_rst_answer(envelope("<S:Body><S:Fault>" + content + "</S:Fault></S:Body>", header));
}

TEST(RstMessagesTest, OurOwnPassportReadsTheQuestion) {
    const std::string question = format_rst_question(
        "ana@example.com", "secret", {{"messengerclear.live.com", "?id=7&x"}, {"contacts.msn.com", "MBI"}});
    const auto read = parse_rst_request(question);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->username, "ana@example.com");
    EXPECT_EQ(read->password, "secret");
    EXPECT_EQ(read->addresses,
              (std::vector<std::string>{"http://Passport.NET/tb", "messengerclear.live.com", "contacts.msn.com"}));
    EXPECT_NE(question.find("<wsse:PolicyReference URI=\"?id=7&amp;x\""), std::string::npos);
    EXPECT_NE(question.find("<wsse:PolicyReference URI=\"MBI\""), std::string::npos);
}

TEST(RstMessagesTest, NamesCannotLookLikeThePassword) {
    const auto read = parse_rst_request(
        format_rst_question("<wsse:Password>-</wsse:Password>", "secret", {{"<wsse:Password>-", "<wsse:Password>-"}}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->username, "<wsse:Password>-</wsse:Password>");
    EXPECT_EQ(read->password, "secret");
}

RC_GTEST_PROP(RstMessagesTest, AnyPrintablePasswordArrives, ()) {
    const auto password = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7F)));
    RC_PRE(password.find_first_not_of(' ') != std::string::npos);
    const auto read = parse_rst_request(format_rst_question("ana", password, {{"a", "b"}}));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->password == password);
}

TEST(RstMessagesTest, TokensAreFoundByAddress) {
    const RstReply reply =
        parse_rst_answer(answer(token("http://Passport.NET/tb", "") + token("contacts.msn.com", "\n t=c&amp;p= \n") +
                                token("MessengerClear.live.com", "t=m&amp;p=", proof("QUJD"))));
    EXPECT_EQ(reply.kind, Kind::tokens);
    ASSERT_NE(reply.token_for(messenger_address), nullptr);
    EXPECT_EQ(reply.token_for(messenger_address)->ticket, "t=m&p=");
    EXPECT_EQ(reply.token_for(messenger_address)->secret, "QUJD");
    ASSERT_NE(reply.token_for(contacts_address), nullptr);
    EXPECT_EQ(reply.token_for(contacts_address)->ticket, "t=c&p=");
    EXPECT_EQ(reply.token_for(contacts_address)->secret, "");
    EXPECT_EQ(reply.token_for("http://Passport.NET/tb"), nullptr) << "it has no text";
}

TEST(RstMessagesTest, OneTokenAloneHasNoCollection) {
    const RstReply reply = parse_rst_answer(envelope("<S:Body>" + token("a", "t") + "</S:Body>"));
    EXPECT_EQ(reply.kind, Kind::tokens);
    EXPECT_NE(reply.token_for("a"), nullptr);
}

TEST(RstMessagesTest, WhatOurOwnPassportSaysIsRead) {
    const RstReply reply =
        parse_rst_answer(format_rst_answer({{"http://Passport.NET/tb", "contacts.msn.com"}, "t=1", {}, {}}));
    ASSERT_NE(reply.token_for(contacts_address), nullptr);
    EXPECT_EQ(reply.token_for(contacts_address)->ticket, "t=1");
    const RstReply failure = parse_rst_answer(format_rst_failure("Bad password"));
    EXPECT_EQ(failure.kind, Kind::wrong_password);
    EXPECT_EQ(failure.words, "Bad password");
}

TEST(RstMessagesTest, TicketThatIsNoWordOfALineIsNone) {
    for (const std::string& ticket : {std::string("a b"), std::string("a&#13;&#10;OUT"), std::string("a&#1;b"),
                                      std::string("\xC3\xA4"), std::string(), std::string(2049, 'x')}) {
        EXPECT_EQ(parse_rst_answer(answer(token("a", ticket))).token_for("a"), nullptr) << ticket;
    }
    EXPECT_NE(parse_rst_answer(answer(token("a", std::string(2048, 'x')))).token_for("a"), nullptr);
    const RstReply reply = parse_rst_answer(answer(token("a", "t", proof("A B"))));
    ASSERT_NE(reply.token_for("a"), nullptr);
    EXPECT_EQ(reply.token_for("a")->secret, "");
}

TEST(RstMessagesTest, NumberOfTokensIsBounded) {
    std::string tokens;
    for (std::size_t i = 0; i < 3 * max_rst_tokens; ++i) tokens += token("a" + std::to_string(i), "t");
    EXPECT_EQ(parse_rst_answer(answer(tokens)).tokens.size(), max_rst_tokens);
}

TEST(RstMessagesTest, WrongPasswordIsKnownByCodeOrByNumber) {
    EXPECT_EQ(fault("<faultcode>wsse:FailedAuthentication</faultcode>").kind, Kind::wrong_password);
    EXPECT_EQ(fault("<faultcode>FailedAuthentication</faultcode>").kind, Kind::wrong_password);
    EXPECT_EQ(fault("<faultcode>x</faultcode>", "<psf:pp><psf:reqstatus>0x80048823</psf:reqstatus></psf:pp>").kind,
              Kind::wrong_password);
    const RstReply newer = fault(
        "<S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>wst:FailedAuthentication</S:Value></S:Subcode></S:Code>"
        "<S:Reason><S:Text>No</S:Text></S:Reason>");
    EXPECT_EQ(newer.kind, Kind::wrong_password);
    EXPECT_EQ(newer.words, "No");
    EXPECT_EQ(fault("<S:Detail><psf:error><psf:value>0x80048821</psf:value></psf:error></S:Detail>").kind,
              Kind::wrong_password);
    EXPECT_EQ(fault("<faultcode>wsse:FailedAuthenticationX</faultcode>").kind, Kind::fault);
    EXPECT_EQ(fault("").kind, Kind::fault);
}

TEST(RstMessagesTest, FaultMayStandBesideTheBody) {
    const RstReply reply = parse_rst_answer(
        envelope("<S:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>No</faultstring></S:Fault>"));
    EXPECT_EQ(reply.kind, Kind::wrong_password);
    EXPECT_EQ(reply.words, "No");
}

TEST(RstMessagesTest, FaultCountsMoreThanTokens) {
    const RstReply reply = parse_rst_answer(
        envelope("<S:Body>" + token("a", "t") + "<S:Fault><faultcode>x</faultcode></S:Fault></S:Body>"));
    EXPECT_EQ(reply.kind, Kind::fault);
    EXPECT_TRUE(reply.tokens.empty());
}

TEST(RstMessagesTest, RedirectionNamesAPlace) {
    const RstReply reply =
        fault("<faultcode>psf:Redirect</faultcode><psf:redirectUrl>https://login.example/RST.srf</psf:redirectUrl>");
    EXPECT_EQ(reply.kind, Kind::elsewhere);
    EXPECT_EQ(reply.location, "https://login.example/RST.srf");
    EXPECT_EQ(fault("<faultcode>psf:Redirect</faultcode>").location, "");
}

TEST(RstMessagesTest, WordsAreBounded) {
    const RstReply reply = fault("<faultcode>x</faultcode><faultstring>" + std::string(50'000, 'w') + "</faultstring>");
    EXPECT_EQ(reply.words.size(), 1024U);
}

TEST(RstMessagesTest, WhatIsNoAnswerIsNothing) {
    for (const char* text : {"", "<html/>", "<Envelope/>", "<Envelope><Body/></Envelope>", "no",
                             "<!DOCTYPE x><Envelope><Fault/></Envelope>"}) {
        EXPECT_EQ(parse_rst_answer(text).kind, Kind::nothing) << text;
    }
}

}  // namespace
}  // namespace patchcord::gateway
