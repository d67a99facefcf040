#include "gateway/services/passport_client.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "gateway/net/net_error.hpp"
#include "gateway/services/password_rules.hpp"
#include "tests/gateway/support/scripted_connector.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace patchcord::gateway {
namespace {

using msn::ClientErrc;
using Ticket = msn::TicketSource::Ticket;
using tests::ScriptedConnector;

const std::string ticket_answer =
    "HTTP/1.1 200 OK\r\nAuthentication-Info: Passport1.4 da-status=success,tname=MSPAuth,from-PP='t=a,b&p=c'\r\n"
    "Content-Length: 0\r\n\r\n";

std::string redirection(const std::string& to, const std::string& status = "302 Found") {
    return "HTTP/1.1 " + status + "\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n";
}

std::string nexus_answer(const std::string& login) {
    return "HTTP/1.1 200 OK\r\nPassportURLs: DARealm=Passport.Net,DALogin=" + login + "\r\nContent-Length: 0\r\n\r\n";
}

class PassportClientTest : public ::testing::Test {
  protected:
    void TearDown() override {
        client_.reset();
        EXPECT_EQ(scheduler_.pending(), 0U);
    }

    void begin(const PassportClientOptions& options) {
        client_.reset();
        ticket_.reset();
        connector_.lines.clear();
        client_.emplace(connector_, scheduler_, options);
        client_->get_ticket("ct=1,rver=1", "ana@example.com", "a b,c", [this](Ticket ticket) {
            EXPECT_FALSE(ticket_) << "told twice";
            ticket_ = std::move(ticket);
        });
    }
    void begin_login(const std::string& url, bool insecure = false) { begin({"", url, insecure}); }
    void begin_nexus(const std::string& url, bool insecure = false) { begin({url, "", insecure}); }
    ScriptedConnector::Line& last() { return connector_.lines.back(); }
    [[nodiscard]] std::size_t asked() const { return connector_.lines.size(); }
    [[nodiscard]] bool no_ticket_because(const std::string& why) const {
        return ticket_ && ticket_->ticket.empty() && ticket_->error == ClientErrc::no_ticket && ticket_->reason == why;
    }

    tests::ManualScheduler scheduler_;
    ScriptedConnector connector_;
    std::optional<PassportClient> client_;
    std::optional<Ticket> ticket_;
};

TEST_F(PassportClientTest, TicketComesFromTheLoginAddress) {
    begin_login("https://login.example/login2.srf");
    EXPECT_EQ(last().to(), "login.example:443 tls");
    EXPECT_TRUE(last().received().starts_with("GET /login2.srf HTTP/1.1\r\n"));
    EXPECT_NE(last().received().find("\r\nAuthorization: Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn"
                                     "%2Ecom,sign-in=ana%40example.com,pwd=a%20b%2Cc,ct=1,rver=1\r\n"),
              std::string::npos)
        << last().received();
    last().say(ticket_answer);
    ASSERT_TRUE(ticket_);
    EXPECT_EQ(ticket_->ticket, "t=a,b&p=c");
    EXPECT_FALSE(ticket_->error);
}

TEST_F(PassportClientTest, NexusSaysWhereToLogIn) {
    begin_nexus("https://nexus.example/rdr/pprdr.asp");
    EXPECT_TRUE(last().received().starts_with("GET /rdr/pprdr.asp HTTP/1.1\r\n"));
    EXPECT_EQ(last().received().find("Authorization"), std::string::npos) << "it needs no password";
    last().say(nexus_answer("login.example/login2.srf"));
    EXPECT_EQ(last().to(), "login.example:443 tls");
    last().say(ticket_answer);
    EXPECT_EQ(ticket_->ticket, "t=a,b&p=c");
}

TEST_F(PassportClientTest, NexusWithoutAPathIsAskedAtTheUsualOne) {
    for (const char* url : {"https://nexus.example", "https://nexus.example/"}) {
        begin_nexus(url);
        EXPECT_TRUE(last().received().starts_with("GET /rdr/pprdr.asp HTTP/1.1\r\n"));
    }
}

TEST_F(PassportClientTest, NexusWithoutTlsNamesNoOtherHost) {
    begin_nexus("http://127.0.0.1:8080");
    last().say(nexus_answer("https://thief.example/login?x"));
    EXPECT_EQ(last().to(), "127.0.0.1:8080 plain");
    EXPECT_TRUE(last().received().starts_with("GET /login?x HTTP/1.1\r\n"));
    last().say(ticket_answer);
    EXPECT_EQ(ticket_->ticket, "t=a,b&p=c");
}

TEST_F(PassportClientTest, NexusThatNamesNothingOrAPlaceWithoutTlsIsRefused) {
    for (const char* login : {"", "ftp://a.example/", "https://ana@a.example/", "https://a.example:0/"}) {
        begin_nexus("https://nexus.example");
        last().say(nexus_answer(login));
        EXPECT_TRUE(no_ticket_because("nexus.example: it does not say where to log in")) << login;
        EXPECT_EQ(asked(), 1U);
    }
    begin_nexus("https://nexus.example", true);
    last().say(nexus_answer("http://login.example/"));
    EXPECT_TRUE(no_ticket_because("nexus.example: it wants the password without TLS"));
}

TEST_F(PassportClientTest, PasswordIsNotSentInClearToOtherMachines) {
    for (const char* url : {"http://login.example/", "http://127.0.0.1.example/", "http://0.0.0.0/"}) {
        begin_login(url);
        EXPECT_EQ(asked(), 0U) << url;
        EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
    }
    for (const char* url : {"http://localhost/", "http://127.0.0.1/", "http://[::1]/"}) {
        begin_login(url);
        EXPECT_EQ(asked(), 1U) << url;
    }
    begin_login("http://login.example/", true);
    EXPECT_EQ(asked(), 1U) << "unless that is meant";
    begin_nexus("http://nexus.example/");
    last().say(nexus_answer("nexus.example/login"));
    EXPECT_EQ(asked(), 1U);
    EXPECT_TRUE(no_ticket_because("nexus.example: the password is not sent there without TLS"));
}

TEST_F(PassportClientTest, RedirectionOnTheSameHostIsFollowedWithThePassword) {
    for (const char* status : {"301 x", "302 x", "303 x", "307 x", "308 x"}) {
        begin_login("https://login.example/");
        last().say(redirection("https://login.example:444/there", status));
        EXPECT_EQ(last().to(), "login.example:444 tls");
        EXPECT_NE(last().received().find("pwd="), std::string::npos);
        last().say(redirection("/and/there"));
        EXPECT_EQ(last().to(), "login.example:444 tls");
        EXPECT_TRUE(last().received().starts_with("GET /and/there HTTP/1.1\r\n"));
        last().say(ticket_answer);
        EXPECT_EQ(ticket_->ticket, "t=a,b&p=c");
    }
}

TEST_F(PassportClientTest, RedirectionToAnotherHostIsNotFollowed) {
    for (const char* to : {"https://thief.example/", "https://login.example.thief.example/", "https://127.0.0.1/"}) {
        begin_login("https://login.example/");
        last().say(redirection(to));
        EXPECT_TRUE(no_ticket_because("login.example: it sends us, and the password, to another host")) << to;
        begin_nexus("https://nexus.example/");
        last().say(nexus_answer("login.example/"));
        last().say(redirection(to));
        EXPECT_TRUE(no_ticket_because("login.example: it sends us, and the password, to another host")) << to;
        EXPECT_EQ(asked(), 2U);
    }
}

TEST_F(PassportClientTest, RedirectionAwayFromTlsIsNotFollowed) {
    begin_login("https://login.example/", true);
    last().say(redirection("http://login.example/"));
    EXPECT_TRUE(no_ticket_because("login.example: it wants the password without TLS"));
    EXPECT_EQ(asked(), 1U);
}

TEST_F(PassportClientTest, RedirectionToNowhereIsNotFollowed) {
    for (const char* to :
         {"", "file:///etc/passwd", "https://", "https://ana@login.example/", "//thief.example/", "x"}) {
        begin_login("https://login.example/");
        last().say(redirection(to));
        EXPECT_TRUE(no_ticket_because("login.example: it sends us to an address that is none")) << to;
        EXPECT_EQ(asked(), 1U);
    }
}

TEST_F(PassportClientTest, FiveRedirectionsAreEnough) {
    begin_login("https://login.example/");
    for (int i = 0; i < PassportClient::max_redirects; ++i) last().say(redirection("/next"));
    EXPECT_FALSE(ticket_);
    EXPECT_EQ(asked(), 1U + PassportClient::max_redirects);
    last().say(redirection("/next"));
    EXPECT_TRUE(no_ticket_because("login.example: it sends us around in circles"));
    EXPECT_EQ(asked(), 1U + PassportClient::max_redirects);
}

TEST_F(PassportClientTest, WrongPasswordIsToldInTheServicesWords) {
    begin_login("https://login.example/");
    last().say(
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,"
        "cbtxt=Bad%20password\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(ticket_);
    EXPECT_EQ(ticket_->error, ClientErrc::wrong_password);
    EXPECT_EQ(ticket_->reason, "Bad password");
}

TEST_F(PassportClientTest, ServicesWordsAreOneLineOfBoundedLengthThatCanBeSeen) {
    begin_login("https://login.example/");
    last().say(
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Passport1.4 da-status=failed,cbtxt=a%0D%0AQUIT%00%1B%5B2J%E2%80%AE%FF"
        "%C2%9B" +
        std::string(3'000, 'x') + "\r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(ticket_);
    EXPECT_EQ(ticket_->error, ClientErrc::wrong_password);
    EXPECT_TRUE(ticket_->reason.starts_with("a")) << ticket_->reason;
    EXPECT_EQ(ticket_->reason.find_first_of(std::string("\r\n\0\x1B", 4)), std::string::npos) << ticket_->reason;
    EXPECT_EQ(ticket_->reason.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_EQ(ticket_->reason.size(), max_reason_bytes);
}

TEST_F(PassportClientTest, RefusalWithoutWordsIsStillAWrongPassword) {
    begin_login("https://login.example/");
    last().say("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(ticket_->error, ClientErrc::wrong_password);
    EXPECT_EQ(ticket_->reason, "");
}

TEST_F(PassportClientTest, AnswerThatHoldsNoTicketIsTold) {
    begin_login("https://login.example/");
    last().say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(no_ticket_because("login.example: its answer holds no ticket"));
    begin_login("https://login.example/");
    last().say("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(no_ticket_because("login.example: it answered 503"));
}

TEST_F(PassportClientTest, TroubleWithTheConnectionIsToldInPlainWords) {
    connector_.hesitating = true;
    begin_login("https://login.example/");
    last().fail(NetErrc::certificate_expired);
    EXPECT_TRUE(no_ticket_because("login.example: the host's certificate has expired"));
    begin_nexus("https://nexus.example/");
    last().fail(NetErrc::host_not_found);
    EXPECT_TRUE(no_ticket_because("nexus.example: no host has this name"));
    begin_login("https://login.example/");
    scheduler_.advance(std::chrono::seconds(30));
    EXPECT_TRUE(no_ticket_because("login.example: Connection timed out"));
}

TEST_F(PassportClientTest, AddressThatIsNoneIsTold) {
    begin({"", "login.example", false});
    EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
    begin({"", "", false});
    EXPECT_EQ(ticket_->error, ClientErrc::no_ticket);
}

TEST_F(PassportClientTest, EndOfTheClientForgetsWhoWaits) {
    begin_login("https://login.example/");
    client_.reset();
    last().end();
    EXPECT_FALSE(ticket_);
}

}  // namespace
}  // namespace patchcord::gateway
