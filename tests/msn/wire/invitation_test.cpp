#include "msn/wire/invitation.hpp"

#include <gtest/gtest.h>

namespace patchcord::msn {
namespace {

const std::string head = "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsinvite; charset=UTF-8\r\n\r\n";

std::optional<Invitation> read(const std::string& payload) {
    const auto mime = parse_mime(payload);
    return mime ? parse_invitation(*mime) : std::nullopt;
}

TEST(InvitationTest, WritesWhatOfficialClientsWrite) {
    EXPECT_EQ(format_accept("33267"), head +
                                          "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 33267\r\n"
                                          "Launch-Application: FALSE\r\nRequest-Data: IP-Address:\r\n\r\n");
    EXPECT_EQ(format_accept("33267").size(), 181U);
    EXPECT_EQ(format_cancel("33267", "REJECT").size(), 148U);
    EXPECT_EQ(format_accept("33267", {"192.0.2.10", 6891, "458752"}).size(), 237U);
    const std::string offer = format_file_offer("hello.txt", 11, "33267");
    EXPECT_EQ(offer, head +
                         "Application-Name: File Transfer\r\n"
                         "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\nInvitation-Command: INVITE\r\n"
                         "Invitation-Cookie: 33267\r\nApplication-File: hello.txt\r\n"
                         "Application-FileSize: 11\r\n\r\n");
}

TEST(InvitationTest, WhatIsWrittenIsRead) {
    const auto offer = read(format_file_offer("C:\\x\\holiday photo.jpg", 12345, "4294967295"));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->command, Invitation::Command::invite);
    EXPECT_EQ(offer->cookie, "4294967295");
    EXPECT_EQ(offer->file, (FileInvitation{"holiday photo.jpg", 12345}));
    const auto where = read(format_accept("007", {"192.0.2.10", 6891, "458752"}));
    ASSERT_TRUE(where);
    EXPECT_EQ(where->cookie, "007");
    EXPECT_EQ(where->address, (TransferAddress{"192.0.2.10", 6891, "458752"}));
    EXPECT_EQ(where->fields.at("request-data"), "IP-Address:");
    const auto accepted = read(format_accept("1"));
    EXPECT_EQ(accepted->command, Invitation::Command::accept);
    EXPECT_FALSE(accepted->address);
    EXPECT_EQ(read(format_cancel("1", "FTTIMEOUT"))->cancel_code, "FTTIMEOUT");
}

TEST(InvitationTest, WhatHasNoCommandOrNoCookieIsNone) {
    for (const char* const body :
         {"", "Invitation-Command: INVITE\r\n\r\n", "Invitation-Command: DANCE\r\nInvitation-Cookie: 1\r\n\r\n",
          "Invitation-Cookie: 1\r\n\r\n", "Invitation-Command: CANCEL\r\nInvitation-Cookie: 12345678901\r\n\r\n",
          "Invitation-Command: CANCEL\r\nInvitation-Cookie: -1\r\n\r\n",
          "Invitation-Command: CANCEL\r\nInvitation-Cookie: 4294967296\r\n\r\n"}) {
        EXPECT_FALSE(read(head + body)) << body;
    }
    EXPECT_FALSE(read("Content-Type: text/plain\r\n\r\nInvitation-Command: CANCEL\r\nInvitation-Cookie: 1\r\n\r\n"));
    EXPECT_TRUE(read(head + "Invitation-Command: cancel\r\nInvitation-Cookie: 1\r\n\r\n"));
}

TEST(InvitationTest, AnAddressIsWholeOrNone) {
    const auto address = [](const std::string& fields) {
        return read(head + "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\n" + fields + "\r\n")->address;
    };
    EXPECT_TRUE(address("IP-Address: 192.0.2.1\r\nPort: 1\r\nAuthCookie: 1\r\n"));
    EXPECT_FALSE(address("IP-Address: 192.0.2.1\r\nPort: 0\r\nAuthCookie: 1\r\n"));
    EXPECT_FALSE(address("IP-Address: 192.0.2.1\r\nPort: 65536\r\nAuthCookie: 1\r\n"));
    EXPECT_FALSE(address("IP-Address: \r\nPort: 1\r\nAuthCookie: 1\r\n"));
    EXPECT_FALSE(address("IP-Address: 192.0.2.1\r\nPort: 1\r\nAuthCookie: x\r\n"));
}

TEST(InvitationTest, NothingInItBreaksALine) {
    const std::string offer = format_file_offer("a\r\nX: y", 1, "1\r\nZ: 2");
    EXPECT_EQ(offer.find("\nX"), std::string::npos);
    EXPECT_EQ(offer.find("\nZ"), std::string::npos);
    const auto read_back =
        read(head + "Invitation-Command: CANCEL\r\nInvitation-Cookie: 1\r\nCancel-Code: a\x01z\r\n\r\n");
    EXPECT_EQ(read_back->cancel_code, "a z");
}

TEST(InvitationTest, WhoCannotBeConnectedToSaysSo) {
    const std::string offer = format_file_offer("hello.txt", 11, "33267", false);
    EXPECT_EQ(offer.size(), 290U);
    EXPECT_TRUE(offer.ends_with("Application-FileSize: 11\r\nConnectivity: N\r\n\r\n")) << offer;
    EXPECT_TRUE(cannot_listen(*read(offer)));
    EXPECT_FALSE(cannot_listen(*read(format_file_offer("hello.txt", 11, "33267"))));
}

TEST(InvitationTest, WhetherTheSenderConnectsIsRead) {
    const TransferAddress here{"192.0.2.10", 6891, "458752"};
    const auto accept = read(format_sender_connect("33267", here));
    ASSERT_TRUE(accept);
    EXPECT_TRUE(sender_connects(*accept));
    EXPECT_EQ(accept->address, here);
    EXPECT_FALSE(sender_connects(*read(format_accept("33267", here))));
}

TEST(InvitationTest, AllPlacesOfAnAcceptAreReadBestFirst) {
    const auto accept = read(head +
                             "Invitation-Command: ACCEPT\r\nInvitation-Cookie: 1\r\nIP-Address: 192.0.2.10\r\n"
                             "IP-Address-Internal: 10.0.0.5\r\nPort: 6891\r\nPortX: 11178\r\n"
                             "PortX-Internal: 6892\r\nAuthCookie: 7\r\n\r\n");
    ASSERT_TRUE(accept);
    EXPECT_EQ(
        transfer_addresses(*accept),
        (std::vector<TransferAddress>{{"192.0.2.10", 6891, "7"}, {"192.0.2.10", 11178, "7"}, {"10.0.0.5", 6892, "7"}}));
    EXPECT_TRUE(transfer_addresses(*read(format_accept("1"))).empty());
}

TEST(InvitationTest, OnlySomeInvitationsOfferFiles) {
    const std::string invite = head + "Invitation-Command: INVITE\r\nInvitation-Cookie: 1\r\n";
    const std::string file = "Application-File: a\r\nApplication-FileSize: 1\r\n";
    EXPECT_TRUE(offers_file(*read(invite + "Application-GUID: {5d3e02ab-6190-11D3-bbbb-00c04f795683}\r\n" + file)));
    EXPECT_TRUE(offers_file(*read(invite + file)));
    EXPECT_FALSE(offers_file(*read(invite + "Application-GUID: {02D3C01F-BF30-4825-A83A-DE7AF41648AA}\r\n" + file)));
    EXPECT_FALSE(offers_file(*read(invite + "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n")));
}

}  // namespace
}  // namespace patchcord::msn
