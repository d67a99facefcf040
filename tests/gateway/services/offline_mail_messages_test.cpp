#include "gateway/services/offline_mail_messages.hpp"

#include <gtest/gtest.h>
#include <string>

#include "gateway/http/xml.hpp"

namespace patchcord::gateway {
namespace {

std::string envelope(const std::string& body, const std::string& header = {}) {
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"x\"><s:Header>" + header +
           "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
}

std::string fault(const std::string& code, const std::string& detail = {}) {
    return envelope("<s:Fault><faultcode>q0:" + code + "</faultcode><detail>" + detail + "</detail></s:Fault>");
}

/// The text at the end of a path through a question's elements.
std::string text_at(const MailQuestion& question, std::initializer_list<std::string_view> path) {
    pugi::xml_document document;
    EXPECT_TRUE(load_xml(question.body, document)) << question.body;
    return std::string(text_of(descend(document, path)));
}

std::string attribute_at(const MailQuestion& question, std::string_view element, const char* name) {
    pugi::xml_document document;
    EXPECT_TRUE(load_xml(question.body, document)) << question.body;
    return descend(document, {"Envelope", "Header", element}).attribute(name).value();
}

// --- what is asked

TEST(OfflineMailMessagesTest, TicketIsShownInItsParts) {
    const MailQuestion question = ask_for_mail_list("t=a<b&p=c");
    EXPECT_EQ(question.operation, "GetMetadata");
    EXPECT_EQ(question.action, "\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi/GetMetadata\"");
    EXPECT_EQ(text_at(question, {"Envelope", "Header", "PassportCookie", "t"}), "a<b");
    EXPECT_EQ(text_at(question, {"Envelope", "Header", "PassportCookie", "p"}), "c");
    EXPECT_EQ(text_at(ask_for_mail_list("bare"), {"Envelope", "Header", "PassportCookie", "t"}), "bare");
    EXPECT_EQ(text_at(ask_for_mail_list("t=a"), {"Envelope", "Header", "PassportCookie", "p"}), "");
}

TEST(OfflineMailMessagesTest, MessagesAreNamedByTheirIds) {
    const MailQuestion one = ask_for_mail("t=a&p=", "A<B");
    EXPECT_EQ(text_at(one, {"Envelope", "Body", "GetMessage", "messageId"}), "A<B");
    EXPECT_EQ(text_at(one, {"Envelope", "Body", "GetMessage", "alsoMarkAsRead"}), "false");
    const MailQuestion several = ask_to_delete_mail("t=a&p=", {"1", "2"});
    EXPECT_NE(several.body.find("<messageIds><messageId>1</messageId><messageId>2</messageId></messageIds>"),
              std::string::npos);
}

TEST(OfflineMailMessagesTest, MessageIsStoredWithProofAndNumber) {
    const MailQuestion question = ask_to_store_mail(
        "t=a&p=b", {"ana@example.com", "bob@example.com", "An\"a", "PROD", "0123", 7, "A: b\r\n\r\nxyz"});
    EXPECT_EQ(question.action, "\"http://messenger.live.com/ws/2006/09/oim/Store2\"");
    EXPECT_EQ(attribute_at(question, "From", "memberName"), "ana@example.com");
    EXPECT_EQ(attribute_at(question, "From", "friendlyName"), "=?utf-8?B?QW4iYQ==?=");
    EXPECT_EQ(attribute_at(question, "To", "memberName"), "bob@example.com");
    EXPECT_EQ(attribute_at(question, "Ticket", "passport"), "t=a&p=b");
    EXPECT_EQ(attribute_at(question, "Ticket", "appid"), "PROD");
    EXPECT_EQ(attribute_at(question, "Ticket", "lockkey"), "0123");
    EXPECT_EQ(text_at(question, {"Envelope", "Header", "Sequence", "MessageNumber"}), "7");
    EXPECT_EQ(text_at(question, {"Envelope", "Body", "MessageType"}), "text");
    EXPECT_TRUE(text_at(question, {"Envelope", "Body", "Content"}).starts_with("A: b\n\nxyz"));
}

// --- what is answered

TEST(OfflineMailMessagesTest, ListIsReadAsElementsOrAsText) {
    const std::string list = "<MD><M><I>1</I></M></MD>";
    const auto response = [](const std::string& content) {
        return envelope("<GetMetadataResponse xmlns=\"y\">" + content + "</GetMetadataResponse>");
    };
    EXPECT_EQ(parse_mail_list(response(list)).value, list);
    EXPECT_EQ(parse_mail_list(response("&lt;MD&gt;&lt;M&gt;&lt;I&gt;1&lt;/I&gt;&lt;/M&gt;&lt;/MD&gt;")).value, list);
    EXPECT_EQ(parse_mail_list(response("")).value, "");
}

TEST(OfflineMailMessagesTest, MailIsGivenAsItStands) {
    const auto answer = parse_mail(envelope(
        "<GetMessageResponse><GetMessageResult>From: &lt;bob&gt;\r\n\r\nxyz</GetMessageResult></GetMessageResponse>"));
    EXPECT_EQ(answer.value, "From: <bob>\n\nxyz");
}

TEST(OfflineMailMessagesTest, WhatWasDoneIsKnown) {
    EXPECT_TRUE(parse_mail_deleted(envelope("<DeleteMessagesResponse/>")).value);
    EXPECT_TRUE(parse_mail_stored(envelope("<StoreResponse/>")).value);
    EXPECT_TRUE(parse_mail_stored(envelope("<Store2Response/>")).value);
    EXPECT_TRUE(parse_mail_stored(envelope("", "<SequenceAcknowledgment/>")).value);
}

TEST(OfflineMailMessagesTest, FaultsSayWhatIsWanted) {
    const auto both = parse_mail_stored(fault("AuthenticationFailed",
                                              "<TweenerChallenge>ct=1</TweenerChallenge>"
                                              "<LockKeyChallenge> 1850937852 </LockKeyChallenge>"));
    ASSERT_TRUE(both.fault);
    EXPECT_FALSE(both.value);
    EXPECT_EQ(both.fault->code, "AuthenticationFailed");
    EXPECT_EQ(both.fault->lock_challenge, "1850937852");
    EXPECT_TRUE(both.fault->wants_ticket);
    const auto other = parse_mail(fault("SystemUnavailable"));
    ASSERT_TRUE(other.fault);
    EXPECT_FALSE(other.fault->wants_ticket);
    EXPECT_EQ(other.fault->lock_challenge, "");
    EXPECT_EQ(parse_mail(fault("a b")).fault->code, "a fault without a name");
}

TEST(OfflineMailMessagesTest, ChallengesThatAreTooLongOrNoWordsAreNone) {
    for (const std::string& challenge :
         {std::string(max_lock_challenge_bytes + 1, '1'), std::string("1 2"), std::string("\u00e4")}) {
        const auto answer = parse_mail_stored(fault("x", "<LockKeyChallenge>" + challenge + "</LockKeyChallenge>"));
        ASSERT_TRUE(answer.fault);
        EXPECT_EQ(answer.fault->lock_challenge, "");
    }
}

TEST(OfflineMailMessagesTest, WhatIsNoAnswerIsNone) {
    std::string deep;
    for (std::size_t i = 0; i <= max_xml_depth; ++i) deep += "<a>";
    for (const std::string& text :
         {std::string(), std::string("<a/>"), std::string("<a"), std::string("\xff"), deep, envelope("<Other/>"),
          std::string("<!DOCTYPE a [<!ENTITY b \"c\">]>") + "<Envelope><Body><StoreResponse/></Body></Envelope>"}) {
        for (const auto read : {parse_mail_list, parse_mail, parse_mail_deleted, parse_mail_stored}) {
            const MailAnswer answer = read(text);
            EXPECT_FALSE(answer.value || answer.fault) << text;
        }
    }
}

}  // namespace
}  // namespace patchcord::gateway
