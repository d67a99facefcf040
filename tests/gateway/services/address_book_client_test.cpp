#include "gateway/services/address_book_client.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "gateway/net/net_error.hpp"
#include "gateway/services/address_book_error.hpp"
#include "msn/client/client_error.hpp"
#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using msn::ListBit;
using tests::ScriptedConnector;

std::string http(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string soap(const std::string& body) {
    return "<Envelope><Body>" + body + "</Body></Envelope>";
}

std::string fault(const std::string& code, const std::string& more = {}) {
    return http(soap("<Fault><detail><errorcode>" + code + "</errorcode>" + more + "</detail></Fault>"),
                "500 Internal Server Error");
}

std::string token(const std::string& address, const std::string& ticket) {
    return "<RequestSecurityTokenResponse><AppliesTo><EndpointReference><Address>" + address +
           "</Address></EndpointReference></AppliesTo><RequestedSecurityToken><BinarySecurityToken>" + ticket +
           "</BinarySecurityToken></RequestedSecurityToken></RequestSecurityTokenResponse>";
}

const std::string memberships = http(
    soap("<FindMembershipResponse><FindMembershipResult><Services><Service><Memberships><Membership><MemberRole>Allow"
         "</MemberRole><Members><Member><PassportName>bob@example.com</PassportName></Member></Members></Membership>"
         "</Memberships></Service></Services></FindMembershipResult></FindMembershipResponse>"));
const std::string contacts =
    http(soap("<ABFindAllResponse><ABFindAllResult><contacts><Contact><contactId>11-guid</contactId><contactInfo>"
              "<passportName>bob@example.com</passportName></contactInfo></Contact></contacts></ABFindAllResult>"
              "</ABFindAllResponse>"));
const std::string member_added = http(soap("<AddMemberResponse/>"));
const std::string member_removed = http(soap("<DeleteMemberResponse/>"));
const std::string contact_added = http(
    soap("<ABContactAddResponse><ABContactAddResult><guid>22-guid</guid></ABContactAddResult></ABContactAddResponse>"));
const std::string contact_removed = http(soap("<ABContactDeleteResponse/>"));

class AddressBookClientTest : public ::testing::Test {
  protected:
    AddressBookClientTest() {
        open("https://contacts.example");
        give_ticket("t=1");
    }
    ~AddressBookClientTest() override {
        client_.reset();
        tickets_.reset();
        EXPECT_EQ(scheduler_.pending(), 0U);
    }

    void open(const std::string& url, bool insecure = false) {
        client_.reset();
        tickets_.emplace(connector_, scheduler_,
                         RstClientOptions{"https://login.example", false, std::chrono::seconds(30)});
        client_.emplace(AddressBookClient::Parts{connector_, scheduler_, log_, *tickets_},
                        AddressBookClientOptions{"far", url, insecure, std::chrono::seconds(30)},
                        AddressBookClient::Account{"ana@example.com", [this](std::string& password) {
                                                       password = "secret";
                                                       return password_problem_;
                                                   }});
    }
    /// As a login does.
    void give_ticket(const std::string& ticket) {
        tickets_->get_ticket("MBI_KEY_OLD", "ana@example.com", "secret", [](const msn::TicketSource::Ticket&) {});
        last().say(http(soap("<RequestSecurityTokenResponseCollection>" + token("messengerclear.live.com", "t=m") +
                             token("contacts.msn.com", ticket) + "</RequestSecurityTokenResponseCollection>")));
        connector_.lines.clear();
    }
    void renew_ticket(const std::string& ticket) {
        EXPECT_EQ(last().to(), "login.example:443 tls");
        last().say(http(soap(token("contacts.msn.com", ticket))));
    }
    void fetch() {
        client_->fetch([this](chat::Result<msn::AddressBook> book) {
            EXPECT_FALSE(book_) << "told twice";
            book_ = std::move(book);
        });
    }
    void add(ListBit list, const std::string& handle = "bob@example.com") {
        client_->add(list, handle, [this](const chat::Result<std::string>& guid) {
            outcomes_.push_back(guid ? "done " + *guid : guid.error().message());
        });
    }
    void remove(ListBit list, const std::string& guid = "11-guid") {
        msn::RosterContact bob;
        bob.handle = "bob@example.com";
        bob.guid = guid;
        client_->remove(list, bob, [this](std::error_code why) { outcomes_.push_back(why ? why.message() : "done"); });
    }
    ScriptedConnector::Line& last() { return connector_.lines.back(); }
    [[nodiscard]] std::size_t asked() const { return connector_.lines.size(); }
    [[nodiscard]] bool last_holds(const std::string& text) { return last().received().find(text) != std::string::npos; }
    std::vector<std::string> outcomes() { return std::exchange(outcomes_, {}); }
    [[nodiscard]] std::error_code fetch_error() const { return book_ ? book_->error() : std::error_code(); }

    using Outcomes = std::vector<std::string>;

    tests::ManualScheduler scheduler_;
    tests::RecordingLog log_;
    ScriptedConnector connector_;
    std::string password_problem_;
    std::optional<RstClient> tickets_;
    std::optional<AddressBookClient> client_;
    std::optional<chat::Result<msn::AddressBook>> book_;
    Outcomes outcomes_;
};

TEST_F(AddressBookClientTest, ListsComeFromBothServices) {
    fetch();
    EXPECT_EQ(last().to(), "contacts.example:443 tls");
    EXPECT_TRUE(last().received().starts_with("POST /abservice/SharingService.asmx HTTP/1.1\r\n")) << last().received();
    EXPECT_TRUE(last_holds("\r\nSOAPAction: \"http://www.msn.com/webservices/AddressBook/FindMembership\"\r\n"));
    EXPECT_TRUE(last_holds("<TicketToken>t=1</TicketToken>"));
    last().say(memberships);
    EXPECT_TRUE(last().received().starts_with("POST /abservice/abservice.asmx HTTP/1.1\r\n"));
    last().say(contacts);
    ASSERT_TRUE(book_ && *book_);
    ASSERT_EQ((*book_)->contacts.size(), 1U);
    EXPECT_EQ((*book_)->contacts[0].handle, "bob@example.com");
    EXPECT_EQ((*book_)->contacts[0].lists, 3U);
}

TEST_F(AddressBookClientTest, ServicesStandBelowTheAddress) {
    for (const char* url : {"https://a.example/x", "https://a.example/x/", "https://a.example/x/abservice",
                            "https://a.example/x/abservice/", "https://a.example/x/abservice/abservice.asmx",
                            "https://a.example/x/abservice/SharingService.asmx?y"}) {
        open(url);
        give_ticket("t=1");
        fetch();
        EXPECT_TRUE(last().received().starts_with("POST /x/abservice/SharingService.asmx HTTP/1.1\r\n")) << url;
    }
}

TEST_F(AddressBookClientTest, TicketIsNotSentInClearToOtherMachines) {
    open("http://contacts.example");
    give_ticket("t=1");
    fetch();
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(fetch_error(), ClientErrc::no_address_book);
    for (const bool insecure : {true, false}) {
        open(insecure ? "http://contacts.example" : "http://127.0.0.1", insecure);
        give_ticket("t=1");
        book_.reset();
        fetch();
        EXPECT_EQ(asked(), 1U);
    }
}

TEST_F(AddressBookClientTest, ChangesGoToTheirService) {
    add(ListBit::forward);
    EXPECT_TRUE(last_holds("AddressBook/ABContactAdd\""));
    last().say(contact_added);
    add(ListBit::allow);
    EXPECT_TRUE(last_holds("AddressBook/AddMember\""));
    last().say(member_added);
    remove(ListBit::block);
    EXPECT_TRUE(last_holds("AddressBook/DeleteMember\""));
    EXPECT_TRUE(last_holds("<MemberRole>Block</MemberRole>"));
    last().say(member_removed);
    remove(ListBit::forward);
    EXPECT_TRUE(last_holds("<contactId>11-guid</contactId>"));
    last().say(contact_removed);
    EXPECT_EQ(outcomes(), (Outcomes{"done 22-guid", "done ", "done", "done"}));
    remove(ListBit::forward, "");
    EXPECT_EQ(outcomes(), Outcomes{"not on the contact list"});
    EXPECT_EQ(asked(), 4U);
}

TEST_F(AddressBookClientTest, OneThingIsAskedAfterTheOther) {
    remove(ListBit::allow);
    add(ListBit::block);
    fetch();
    EXPECT_EQ(asked(), 1U);
    last().say(member_removed);
    EXPECT_EQ(asked(), 2U);
    last().say(member_added);
    EXPECT_EQ(outcomes(), (Outcomes{"done", "done "}));
    EXPECT_EQ(asked(), 3U);
    add(ListBit::allow);
    last().say(memberships);
    EXPECT_TRUE(last_holds("ABFindAll")) << "both halves of a list belong together";
    last().say(contacts);
    EXPECT_TRUE(book_ && *book_);
    last().say(member_added);
    EXPECT_EQ(outcomes(), Outcomes{"done "});
}

TEST_F(AddressBookClientTest, NumberOfThoseWhoWaitIsBounded) {
    for (std::size_t i = 0; i <= AddressBookClient::max_waiting; ++i) add(ListBit::allow);
    EXPECT_EQ(outcomes(), Outcomes{"too many requests wait for an answer"});
}

TEST_F(AddressBookClientTest, WhatIsSoAlreadyIsNoError) {
    add(ListBit::forward);
    last().say(fault("ContactAlreadyExists",
                     "<additionalDetails><conflictObjectId>44-guid</conflictObjectId></additionalDetails>"));
    add(ListBit::allow);
    last().say(fault("MemberAlreadyExists"));
    remove(ListBit::allow);
    last().say(fault("MemberDoesNotExist"));
    remove(ListBit::forward);
    last().say(fault("ContactDoesNotExist"));
    EXPECT_EQ(outcomes(), (Outcomes{"done 44-guid", "done ", "done", "done"}));
}

TEST_F(AddressBookClientTest, RefusalsAreToldAndLogged) {
    add(ListBit::forward);
    last().say(fault("InvalidPassportUser"));
    add(ListBit::forward);
    last().say(fault("Something"));
    EXPECT_EQ(outcomes(), (Outcomes{"nobody has that handle", "the address book refused it"}));
    EXPECT_EQ(log_.count("an address book refused something service=far handle=ana@example.com operation=ABContactAdd"
                         " fault=Something"),
              1U);
}

TEST_F(AddressBookClientTest, TicketThatIsNotTakenIsRenewedOnce) {
    for (const std::string& refusal :
         {fault("PassportAuthFail"), http("", "401 Unauthorized"), http("no", "403 Forbidden")}) {
        add(ListBit::allow);
        last().say(refusal);
        renew_ticket("t=2");
        EXPECT_TRUE(last_holds("<TicketToken>t=2</TicketToken>"));
        last().say(member_added);
        EXPECT_EQ(outcomes(), Outcomes{"done "});
    }
    add(ListBit::allow);
    last().say(fault("PassportAuthFail"));
    renew_ticket("t=3");
    last().say(fault("PassportAuthFail"));
    EXPECT_EQ(outcomes(), Outcomes{"the address book does not take our ticket"});
}

TEST_F(AddressBookClientTest, LoginThatBroughtNoTicketIsMadeUpFor) {
    tickets_->forget("ana@example.com");
    fetch();
    renew_ticket("t=2");
    EXPECT_TRUE(last_holds("<TicketToken>t=2</TicketToken>"));
    last().say(memberships);
    last().say(contacts);
    EXPECT_TRUE(book_ && *book_);
}

TEST_F(AddressBookClientTest, TicketThatCannotBeHadIsTold) {
    tickets_->forget("ana@example.com");
    add(ListBit::allow);
    last().say(http(soap("<Fault><faultcode>wsse:FailedAuthentication</faultcode></Fault>")));
    EXPECT_EQ(outcomes(), Outcomes{"wrong handle or password"});
    password_problem_ = "it is gone";
    add(ListBit::allow);
    EXPECT_EQ(outcomes(), Outcomes{"the Passport service gave no ticket"});
    EXPECT_EQ(asked(), 1U);
}

TEST_F(AddressBookClientTest, AnswerThatMakesNoSenseIsTold) {
    fetch();
    last().say(http("<html/>"));
    EXPECT_EQ(fetch_error(), AddressBookErrc::unexpected_answer);
    book_.reset();
    fetch();
    last().say(memberships);
    last().say(http("", "503 Busy"));
    EXPECT_EQ(fetch_error().message(), "the address book answered 503");
    book_.reset();
    fetch();
    last().say("HTTP/1.1 302 Found\r\nLocation: https://thief.example/\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(fetch_error().message(), "the address book answered 302");
}

TEST_F(AddressBookClientTest, AnswerIsNotReadWithoutEnd) {
    fetch();
    last().say("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(AddressBookClient::max_answer_bytes + 1) +
               "\r\n\r\n");
    EXPECT_TRUE(fetch_error());
}

TEST_F(AddressBookClientTest, TroubleWithTheConnectionEndsOneQuestionOnly) {
    connector_.hesitating = true;
    add(ListBit::allow);
    add(ListBit::block);
    last().fail(NetErrc::host_not_found);
    EXPECT_EQ(outcomes(), Outcomes{"no host has this name"});
    EXPECT_EQ(asked(), 2U);
    scheduler_.advance(std::chrono::seconds(30));
    EXPECT_EQ(outcomes(), Outcomes{"Connection timed out"});
}

TEST_F(AddressBookClientTest, MayEndWhileItTells) {
    client_->add(ListBit::allow, "bob@example.com", [this](const chat::Result<std::string>&) { client_.reset(); });
    add(ListBit::block);
    last().say(member_added);
    EXPECT_FALSE(client_);
    EXPECT_EQ(outcomes(), Outcomes{}) << "nobody who still waits is told";
    EXPECT_EQ(tickets_->ticket_for("ana@example.com", contacts_address), "") << "its ticket is forgotten";
}

TEST_F(AddressBookClientTest, TicketThatComesAfterTheEndIsHarmless) {
    tickets_->forget("ana@example.com");
    add(ListBit::allow);
    client_.reset();
    renew_ticket("t=2");
    EXPECT_EQ(outcomes(), Outcomes{});
}

}  // namespace
}  // namespace patchcord::gateway
