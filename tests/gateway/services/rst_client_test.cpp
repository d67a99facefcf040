#include "gateway/services/rst_client.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "gateway/http/rst.hpp"
#include "gateway/net/net_error.hpp"
#include "gateway/services/password_rules.hpp"
#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using Ticket = msn::TicketSource::Ticket;
using tests::ScriptedConnector;

const std::string login_url = "https://login.example/RST.srf";

std::string http(const std::string& body, const std::string& status = "200 OK", const std::string& headers = {}) {
    return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

std::string token(const std::string& address, const std::string& ticket) {
    return "<RequestSecurityTokenResponse><AppliesTo><EndpointReference><Address>" + address +
           "</Address></EndpointReference></AppliesTo><RequestedSecurityToken><BinarySecurityToken>" + ticket +
           "</BinarySecurityToken></RequestedSecurityToken><RequestedProofToken><BinarySecret>QUJD</BinarySecret>"
           "</RequestedProofToken></RequestSecurityTokenResponse>";
}

std::string tokens(const std::string& content) {
    return "<Envelope><Body><RequestSecurityTokenResponseCollection>" + content +
           "</RequestSecurityTokenResponseCollection></Body></Envelope>";
}

const std::string both = tokens(token("messengerclear.live.com", "t=m") + token("contacts.msn.com", "t=c"));

std::string fault(const std::string& content) {
    return "<Envelope><Body><Fault>" + content + "</Fault></Body></Envelope>";
}

std::string redirection(const std::string& to) {
    return http(fault("<faultcode>psf:Redirect</faultcode><redirectUrl>" + to + "</redirectUrl>"));
}

class RstClientTest : public ::testing::Test {
  protected:
    void TearDown() override {
        client_.reset();
        EXPECT_EQ(scheduler_.pending(), 0U);
    }

    void begin(const std::string& url = login_url, const std::string& password = "a<b", bool insecure = false) {
        client_.reset();
        connector_.lines.clear();
        client_.emplace(connector_, scheduler_, RstClientOptions{url, insecure, std::chrono::seconds(30)});
        ask(password);
    }
    void ask(const std::string& password = "a<b") {
        ticket_.reset();
        client_->get_ticket("MBI_KEY_OLD", "ana@example.com", password, take());
    }
    std::function<void(Ticket)> take() {
        return [this](Ticket ticket) {
            EXPECT_FALSE(ticket_) << "told twice";
            ticket_ = std::move(ticket);
        };
    }
    ScriptedConnector::Line& last() { return connector_.lines.back(); }
    [[nodiscard]] std::size_t asked() const { return connector_.lines.size(); }
    [[nodiscard]] bool no_ticket_because(const std::string& why) const {
        return ticket_ && ticket_->ticket.empty() && ticket_->error == ClientErrc::no_ticket && ticket_->reason == why;
    }
    [[nodiscard]] std::optional<RstRequest> question() {
        const std::string& bytes = last().received();
        return parse_rst_request(bytes.substr(bytes.find("\r\n\r\n") + 4));
    }

    tests::ManualScheduler scheduler_;
    ScriptedConnector connector_;
    std::optional<RstClient> client_;
    std::optional<Ticket> ticket_;
};

TEST_F(RstClientTest, TicketAndSecretComeFromTheLoginAddress) {
    begin();
    EXPECT_EQ(last().to(), "login.example:443 tls");
    EXPECT_TRUE(last().received().starts_with("POST /RST.srf HTTP/1.1\r\n")) << last().received();
    ASSERT_TRUE(question());
    EXPECT_EQ(question()->username, "ana@example.com");
    EXPECT_EQ(question()->password, "a<b");
    last().say(http(both));
    ASSERT_TRUE(ticket_);
    EXPECT_FALSE(ticket_->error);
    EXPECT_EQ(ticket_->ticket, "t=m");
    EXPECT_EQ(ticket_->secret, "QUJD");
}

TEST_F(RstClientTest, AddressWithoutAPathMeansTheUsualOne) {
    begin("https://login.example");
    EXPECT_TRUE(last().received().starts_with("POST /RST.srf HTTP/1.1\r\n"));
    begin("https://login.example/other");
    EXPECT_TRUE(last().received().starts_with("POST /other HTTP/1.1\r\n"));
}

TEST_F(RstClientTest, TicketOfTheAddressBookIsKeptUntilItIsForgotten) {
    begin();
    last().say(http(both));
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "t=c");
    EXPECT_EQ(client_->ticket_for("bob@example.com", contacts_address), "");
    ask();
    last().say(http(tokens(token("messengerclear.live.com", "t=m2"))));
    EXPECT_EQ(ticket_->ticket, "t=m2");
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "") << "the old one may be worth nothing";
    ask();
    last().say(http(both));
    client_->forget("ana@example.com");
    client_->forget("ana@example.com");
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "");
}

TEST_F(RstClientTest, AnotherTicketOfTheAddressBookIsAskedForAlone) {
    begin();
    last().say(http(both));
    ticket_.reset();
    client_->renew_ticket("ana@example.com", "a<b", contacts_address, take());
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "");
    ASSERT_TRUE(question());
    EXPECT_EQ(question()->addresses, (std::vector<std::string>{"http://Passport.NET/tb", "contacts.msn.com"}));
    last().say(http(tokens(token("contacts.msn.com", "t=c2"))));
    EXPECT_EQ(ticket_->ticket, "t=c2");
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "t=c2");
}

TEST_F(RstClientTest, FurtherTicketsAreAskedForKeptAndRenewedOneByOne) {
    RstClientOptions options{"https://login.example", false, std::chrono::seconds(30)};
    options.more = {{"messenger.msn.com", "?id=507"}, {"messengersecure.live.com", "MBI_SSL"}};
    client_.emplace(connector_, scheduler_, options);
    ask();
    ASSERT_TRUE(question());
    EXPECT_EQ(question()->addresses,
              (std::vector<std::string>{"http://Passport.NET/tb", "messengerclear.live.com", "contacts.msn.com",
                                        "messenger.msn.com", "messengersecure.live.com"}));
    EXPECT_NE(last().received().find("?id=507"), std::string::npos);
    last().say(http(tokens(token("messengerclear.live.com", "t=m") + token("contacts.msn.com", "t=c") +
                           token("Messenger.msn.com", "t=r") + token("messengersecure.live.com", "t=s"))));
    EXPECT_EQ(client_->ticket_for("ana@example.com", "messenger.msn.com"), "t=r");
    EXPECT_EQ(client_->ticket_for("ana@example.com", "messengersecure.live.com"), "t=s");
    ticket_.reset();
    client_->renew_ticket("ana@example.com", "a<b", "messenger.msn.com", take());
    EXPECT_EQ(client_->ticket_for("ana@example.com", "messenger.msn.com"), "");
    last().say(http(tokens(token("messenger.msn.com", "t=r2"))));
    EXPECT_EQ(client_->ticket_for("ana@example.com", "messenger.msn.com"), "t=r2");
    EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "t=c") << "the others stay";
    ticket_.reset();
    client_->renew_ticket("ana@example.com", "a<b", "elsewhere.example", take());
    EXPECT_EQ(ticket_->error, ClientErrc::no_ticket) << "nobody said what it would be for";
}

TEST_F(RstClientTest, PasswordIsNotSentInClearToOtherMachines) {
    for (const char* url : {"http://login.example/", "http://127.0.0.1.example/"}) {
        begin(url);
        EXPECT_EQ(asked(), 0U) << url;
        EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
    }
    begin("http://127.0.0.1/");
    EXPECT_EQ(asked(), 1U);
    begin("http://login.example/", "a", true);
    EXPECT_EQ(asked(), 1U) << "unless that is meant";
    begin("login.example");
    EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
}

TEST_F(RstClientTest, PasswordThatXmlCannotHoldIsNotSent) {
    for (const std::string& password : {std::string("a\0b", 3), std::string("a\nb"), std::string("\xFF")}) {
        begin(login_url, password);
        EXPECT_EQ(asked(), 0U);
        EXPECT_TRUE(no_ticket_because("the password holds characters that cannot be sent"));
    }
}

TEST_F(RstClientTest, WrongPasswordIsToldInTheServicesWords) {
    for (const char* status : {"200 OK", "401 No", "500 Internal"}) {
        begin();
        last().say(http(fault("<faultcode>wsse:FailedAuthentication</faultcode><faultstring>Bad\r\n\xE2\x80\xAEpassword"
                              "</faultstring>"),
                        status));
        ASSERT_TRUE(ticket_);
        EXPECT_EQ(ticket_->error, ClientErrc::wrong_password);
        EXPECT_EQ(ticket_->reason.find_first_of("\r\n"), std::string::npos) << ticket_->reason;
        EXPECT_EQ(ticket_->reason.find("\xE2\x80\xAE"), std::string::npos) << ticket_->reason;
        EXPECT_TRUE(ticket_->reason.starts_with("Bad")) << ticket_->reason;
    }
    begin();
    last().say(http(fault("<faultcode>FailedAuthentication</faultcode><faultstring>" + std::string(5'000, 'x') +
                          "</faultstring>")));
    EXPECT_EQ(ticket_->reason.size(), max_reason_bytes);
}

TEST_F(RstClientTest, OtherFaultsAreNoWrongPassword) {
    begin();
    last().say(http(fault("<faultcode>x</faultcode><faultstring>Busy</faultstring>"), "500 Internal"));
    EXPECT_TRUE(no_ticket_because("login.example: it refused: Busy"));
}

TEST_F(RstClientTest, RedirectionOnTheSameHostIsFollowedWithThePassword) {
    begin();
    last().say(redirection("https://login.example:444/there"));
    EXPECT_EQ(last().to(), "login.example:444 tls");
    EXPECT_TRUE(last().received().starts_with("POST /there HTTP/1.1\r\n"));
    EXPECT_EQ(question()->password, "a<b");
    last().say(http("", "307 Over there", "Location: /and/there\r\n"));
    EXPECT_TRUE(last().received().starts_with("POST /and/there HTTP/1.1\r\n"));
    EXPECT_EQ(question()->password, "a<b");
    last().say(http(both));
    EXPECT_EQ(ticket_->ticket, "t=m");
}

TEST_F(RstClientTest, RedirectionToAnotherHostOrAwayFromTlsIsNotFollowed) {
    begin();
    last().say(redirection("https://thief.example/"));
    EXPECT_TRUE(no_ticket_because("login.example: it sends us, and the password, to another host"));
    begin();
    last().say(http("", "302 x", "Location: https://thief.example/\r\n"));
    EXPECT_TRUE(no_ticket_because("login.example: it sends us, and the password, to another host"));
    begin(login_url, "a", true);
    last().say(redirection("http://login.example/"));
    EXPECT_TRUE(no_ticket_because("login.example: it wants the password without TLS"));
    for (const char* to : {"", "file:///etc/passwd", "//thief.example/", "https://ana@login.example/"}) {
        begin();
        last().say(redirection(to));
        EXPECT_TRUE(no_ticket_because("login.example: it sends us to an address that is none")) << to;
        EXPECT_EQ(asked(), 1U);
    }
}

TEST_F(RstClientTest, ThreeRedirectionsAreEnough) {
    begin();
    for (int i = 0; i < RstClient::max_redirects; ++i) last().say(redirection("/next"));
    EXPECT_FALSE(ticket_);
    last().say(redirection("/next"));
    EXPECT_TRUE(no_ticket_because("login.example: it sends us around in circles"));
    EXPECT_EQ(asked(), 1U + RstClient::max_redirects);
}

TEST_F(RstClientTest, AnswerThatHoldsNoTicketIsTold) {
    for (const std::string& body : {std::string(), std::string("<html/>"), tokens(""), tokens(token("a", "t=1"))}) {
        begin();
        last().say(http(body));
        EXPECT_TRUE(no_ticket_because("login.example: its answer holds no ticket")) << body;
        EXPECT_EQ(client_->ticket_for("ana@example.com", contacts_address), "");
    }
    begin();
    last().say(http("", "503 Busy"));
    EXPECT_TRUE(no_ticket_because("login.example: it answered 503"));
}

TEST_F(RstClientTest, AnswerIsNotReadWithoutEnd) {
    begin();
    last().say("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(RstClient::max_answer_bytes + 1) + "\r\n\r\n");
    ASSERT_TRUE(ticket_);
    EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
}

TEST_F(RstClientTest, TroubleWithTheConnectionIsToldInPlainWords) {
    connector_.hesitating = true;
    begin();
    last().fail(NetErrc::certificate_expired);
    EXPECT_TRUE(no_ticket_because("login.example: the host's certificate has expired"));
    begin();
    scheduler_.advance(std::chrono::seconds(30));
    EXPECT_TRUE(no_ticket_because("login.example: Connection timed out"));
}

TEST_F(RstClientTest, EndOfTheClientForgetsWhoWaits) {
    begin();
    client_.reset();
    last().end();
    EXPECT_FALSE(ticket_);
}

}  // namespace
}  // namespace patchcord::gateway
