#include "msn/wire/control_message.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace patchcord::msn {
namespace {

MimeMessage parsed(const std::string& payload) {
    return parse_mime(payload).value_or(MimeMessage());
}

BodyKind kind_of(const std::string& type, const std::string& rest = "\r\n") {
    const std::string payload = "MIME-Version: 1.0\r\nContent-Type: " + type + "\r\n" + rest;
    return classify(parsed(payload));
}

TEST(ControlMessageTest, ATypingNoticeIsWhatOfficialClientsSend) {
    const std::string payload = format_typing("ana@example.com");
    EXPECT_EQ(payload,
              "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: ana@example.com\r\n\r\n\r\n");
    EXPECT_EQ(parse_typing(parsed(payload)), "ana@example.com");
    EXPECT_EQ(classify(parsed(payload)), BodyKind::typing);
    EXPECT_EQ(format_typing("alice@example.com").size(), 90U);
}

TEST(ControlMessageTest, AHandleCannotAddAHeaderToATypingNotice) {
    EXPECT_EQ(parsed(format_typing("mal\r\nContent-Type: x")).headers.size(), 3U);
}

TEST(ControlMessageTest, ANudgeIsWhatOfficialClientsSend) {
    const std::string payload = format_datacast({DatacastId::nudge, ""});
    EXPECT_EQ(payload, "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n");
    EXPECT_EQ(payload.size(), 69U);
    EXPECT_EQ(classify(parsed(payload)), BodyKind::nudge);
}

TEST(ControlMessageTest, ANudgeIsKnownWithAnyLineEndsBehindIt) {
    for (const std::string_view body : {"ID: 1", "ID: 1\r\n", "ID: 1\r\n\r\n", "id:1\n", "\tx\r\nID: 1\r\n\r\n\r\n"}) {
        EXPECT_EQ(kind_of("text/x-msnmsgr-datacast", "\r\n" + std::string(body)), BodyKind::nudge) << body;
    }
}

TEST(ControlMessageTest, OtherDatacastsAreToldApartByTheirId) {
    const auto read = [](const std::string& body) {
        const std::string payload = "Content-Type: text/x-msnmsgr-datacast\r\n\r\n" + body;
        EXPECT_EQ(classify(parsed(payload)), BodyKind::datacast) << body;
        return parse_datacast(parsed(payload)).value_or(Datacast()).id;
    };
    EXPECT_EQ(read("ID: 2\r\nData: <msnobj/>\r\n\r\n"), DatacastId::wink);
    EXPECT_EQ(read("ID: 3\r\nData: <msnobj/>\r\n\r\n"), DatacastId::voice_clip);
    EXPECT_EQ(read("ID: 4\r\nData: Ana waves\r\n\r\n"), DatacastId::action);
    for (const std::string body : {"", "ID: 5", "ID: 257", "ID: -1", "ID: 1x", "Data: 1", "\r\nID: 1"}) {
        EXPECT_EQ(read(body), DatacastId::unknown) << body;
    }
}

TEST(ControlMessageTest, AnActionCarriesItsTextInOneLine) {
    const std::string payload = format_datacast({DatacastId::action, "Alice waves"});
    EXPECT_EQ(payload.size(), 88U);
    EXPECT_EQ(parse_datacast(parsed(payload)), (Datacast{DatacastId::action, "Alice waves"}));
    const std::string hostile = format_datacast({DatacastId::action, "a\r\nID: 1"});
    EXPECT_EQ(parse_datacast(parsed(hostile)), (Datacast{DatacastId::action, "a  ID: 1"}));
}

TEST(ControlMessageTest, WhatIsNoDatacastOrTypingNoticeIsNotReadAsOne) {
    EXPECT_EQ(parse_datacast(parsed("Content-Type: text/plain\r\n\r\nID: 1\r\n")), std::nullopt);
    EXPECT_EQ(parse_typing(parsed("Content-Type: text/plain\r\nTypingUser: ana@example.com\r\n\r\n")), std::nullopt);
    EXPECT_EQ(kind_of("text/x-msmsgscontrol", "RecordingUser: ana@example.com\r\n\r\n\r\n"), BodyKind::other);
}

TEST(ControlMessageTest, ClientCapsAreWhatThirdPartyClientsSend) {
    const std::string payload = format_client_caps("Patchcord/1.0", true);
    EXPECT_EQ(payload.size(), 101U);
    EXPECT_TRUE(payload.ends_with("\r\n\r\nClient-Name: Patchcord/1.0\r\nChat-Logging: Y\r\n\r\n"));
    EXPECT_NE(format_client_caps("x", false).find("Chat-Logging: N\r\n"), std::string::npos);
    EXPECT_EQ(classify(parsed(payload)), BodyKind::client_caps);
}

TEST(ControlMessageTest, EveryTypeHasItsKindWithoutCaseAndWithParameters) {
    const std::vector<std::pair<std::string, BodyKind>> cases = {
        {"text/plain; charset=UTF-8", BodyKind::text},
        {"TEXT/Plain", BodyKind::text},
        {"text/x-clientcaps", BodyKind::client_caps},
        {"text/x-msmsgsinvite; charset=UTF-8", BodyKind::invitation},
        {"application/x-msnmsgrp2p", BodyKind::p2p},
        {"text/x-mms-emoticon", BodyKind::emoticon},
        {"text/x-mms-animemoticon", BodyKind::emoticon},
        {"image/gif", BodyKind::ink},
        {"application/x-ms-ink", BodyKind::ink},
        {"text/x-msmsgsprofile; charset=UTF-8", BodyKind::profile},
        {"text/x-msmsgsinitialemailnotification", BodyKind::notification},
        {"text/x-msmsgsinitialmdatanotification; charset=UTF-8", BodyKind::notification},
        {"application/x-msmsgssystemmessage", BodyKind::notification},
        {"text/x-keepalive", BodyKind::other},
        {"text/plainer", BodyKind::other},
        {"", BodyKind::other}};
    for (const auto& [type, kind] : cases) EXPECT_EQ(kind_of(type), kind) << type;
    EXPECT_EQ(classify(MimeMessage()), BodyKind::other);
}

RC_GTEST_PROP(ControlMessageTest, AnyBytesHaveAKind, (const std::string& bytes)) {
    for (const std::string type : {"text/x-msnmsgr-datacast", "text/x-msmsgscontrol", "text/plain"}) {
        const std::string payload = "Content-Type: " + type + "\r\n\r\n" + bytes;
        const MimeMessage message = parsed(payload);
        (void)classify(message);
        if (const auto datacast = parse_datacast(message)) {
            RC_ASSERT(datacast->data.find_first_of("\r\n") == std::string_view::npos);
        }
    }
}

}  // namespace
}  // namespace patchcord::msn
