#include "gateway/http/passport_service.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <memory>
#include <pugixml.hpp>
#include <string>

#include "msn/wire/passport.hpp"
#include "tests/gateway/http/http_test.hpp"

namespace patchcord::gateway {
namespace {

using std::chrono::seconds;
using tests::body_of;
using tests::count_of;
using tests::get;
using tests::header_of;
using tests::HttpClient;
using tests::status_of;

/// A Passport in which ana's password is "s3cret"; each question waits for the test.
class PassportServiceTest : public tests::HttpTest {
  protected:
    void SetUp() override { start({}); }

    void start(PassportOptions options) {
        server_.reset();
        throttle_ = LoginThrottle({10, 1.0 / 6}, 100);
        passport_ = std::make_unique<PassportService>(
            scheduler_, log_, metrics_, tickets_, throttle_,
            [this](std::string handle, std::string password, std::function<void(Verdict)> done) {
                const bool right = handle == "ana@example.com" && password == "s3cret";
                asked_.push_back(handle + " " + password);
                waiting_.emplace_back(std::move(done), right ? Verdict::right : Verdict::wrong);
            },
            std::move(options));
        HttpRoutes routes;
        passport_->add_routes(routes);
        server_ = std::make_unique<HttpServer>(scheduler_, log_, metrics_, HttpOptions{}, std::move(routes));
    }

    void answer_all(std::optional<Verdict> verdict = {}) {
        for (; !waiting_.empty(); waiting_.pop_front()) {
            waiting_.front().first(verdict.value_or(waiting_.front().second));
        }
    }
    /// What a new client gets for `request` in the end.
    std::string ask(std::string_view request, std::optional<Verdict> verdict = {}) {
        HttpClient client(*server_, address_);
        client.send(request);
        answer_all(verdict);
        return client.take();
    }
    static std::string login(const std::string& sign_in, const std::string& password,
                             const std::string& path = "/login") {
        return "GET " + path +
               " HTTP/1.0\r\nHost: login.example.com\r\nConnection: close\r\nAuthorization: Passport1.4 "
               "OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=" +
               sign_in + ",pwd=" + password + ",ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1\r\n\r\n";
    }
    static std::string soap(const std::string& name, const std::string& password,
                            const std::string& path = "/RST.srf") {
        const std::string body =
            "<Envelope><Header><Security><UsernameToken><Username>" + name + "</Username><Password>" + password +
            "</Password></UsernameToken></Security></Header><Body><RequestMultipleSecurityTokens><RequestSecurityToken>"
            "<AppliesTo><EndpointReference><Address>http://Passport.NET/tb</Address></EndpointReference></AppliesTo>"
            "</RequestSecurityToken><RequestSecurityToken><AppliesTo><EndpointReference><Address>messenger.msn.com"
            "</Address></EndpointReference></AppliesTo></RequestSecurityToken></RequestMultipleSecurityTokens></Body>"
            "</Envelope>";
        return "POST " + path + " HTTP/1.0\r\nAccept: text/*\r\nHost: login.example.com\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nCache-Control: no-cache\r\n\r\n" + body;
    }
    static std::string ticket_in(const std::string& answer) {
        const auto parsed = msn::parse_passport_answer(header_of(answer, "Authentication-Info").value_or(""));
        return parsed ? parsed->ticket : "";
    }
    static std::string soap_text(const std::string& answer, const char* path) {
        pugi::xml_document document;
        EXPECT_TRUE(document.load_string(body_of(answer).c_str()));
        return document.select_node(path).node().text().get();
    }
    std::int64_t logins(const char* result) {
        return registry_.value("patchcord_passport_logins_total", "result=\"" + std::string(result) + "\"");
    }

    Tickets tickets_{scheduler_};
    LoginThrottle throttle_{{}, 0};
    std::string address_ = "192.0.2.1";
    std::vector<std::string> asked_;
    std::deque<std::pair<std::function<void(Verdict)>, Verdict>> waiting_;
    std::unique_ptr<PassportService> passport_;
    std::unique_ptr<HttpServer> server_;
};

TEST_F(PassportServiceTest, NexusNamesTheLoginServerByTheHostItWasAskedUnder) {
    for (const char* path : {"/rdr/pprdr.asp", "/nexus-mock"}) {
        const std::string answer = ask(get(path));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        const std::string urls = header_of(answer, "PassportURLs").value_or("");
        EXPECT_NE(urls.find(",DALogin=example.com/login,"), std::string::npos) << urls;
        EXPECT_EQ(header_of(answer, "Cache-Control"), "no-store");
    }
}

TEST_F(PassportServiceTest, NexusAnswersTheClientThatNamesNoVersionAndNoHost) {
    const std::string answer = ask("GET /rdr/pprdr.asp\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(msn::parse_passport_urls(header_of(answer, "PassportURLs").value_or("")), "https://192.0.2.9/login");
}

TEST_F(PassportServiceTest, NexusPutsAnAddressWithColonsInBrackets) {
    HttpClient client(*server_, "2001:db8::1", "2001:db8::2");
    const std::string answer = client.ask("GET /rdr/pprdr.asp\r\n\r\n");
    EXPECT_EQ(msn::parse_passport_urls(header_of(answer, "PassportURLs").value_or("")), "https://[2001:db8::2]/login");
}

TEST_F(PassportServiceTest, NexusNamesTheConfiguredServerWithoutItsScheme) {
    PassportOptions options;
    options.base_url = "https://msn.example.net/";
    start(options);
    const std::string unnamed = header_of(ask("GET /rdr/pprdr.asp\r\n\r\n"), "PassportURLs").value_or("");
    EXPECT_NE(unnamed.find(",DALogin=msn.example.net/login,"), std::string::npos) << unnamed;
    const std::string urls = header_of(ask(get("/rdr/pprdr.asp")), "PassportURLs").value_or("");
    EXPECT_NE(urls.find(",DALogin=msn.example.net/login,"), std::string::npos) << urls;
}

TEST_F(PassportServiceTest, HostThatIsNoneNeverReachesAnAddress) {
    for (const char* host : {"a,DALogin=mal.example", "a\rX: y", "a b", "mal.example/x", "<b>"}) {
        const std::string answer = ask("GET /rdr/pprdr.asp HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
        EXPECT_EQ(status_of(answer), 400U) << host;
        EXPECT_EQ(count_of(answer, "mal"), 0U);
    }
}

TEST_F(PassportServiceTest, RightPasswordGetsATicketThatIsGoodOnce) {
    for (const char* path : {"/login", "/login2.srf"}) {
        const std::string answer = ask(login("ana%40example.com", "s3cret", path));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        EXPECT_EQ(header_of(answer, "Cache-Control"), "no-store");
        const std::string ticket = ticket_in(answer);
        EXPECT_EQ(tickets_.redeem(ticket), "ana@example.com") << path;
        EXPECT_EQ(tickets_.redeem(ticket), std::nullopt);
    }
    EXPECT_EQ(logins("right"), 2);
}

TEST_F(PassportServiceTest, TicketStandsInQuotesAsClientsLookForIt) {
    const std::string header = header_of(ask(login("ana%40example.com", "s3cret")), "Authentication-Info").value_or("");
    EXPECT_TRUE(header.starts_with("Passport1.4 da-status=success,")) << header;
    const std::size_t begin = header.find("from-PP='t=");
    ASSERT_NE(begin, std::string::npos);
    EXPECT_EQ(header.substr(begin + 9 + 2 + 22, 4), "&p='");
}

TEST_F(PassportServiceTest, TicketOfAnAnswerThatCameTooLateExpires) {
    const std::string ticket = ticket_in(ask(login("ana%40example.com", "s3cret")));
    scheduler_.advance(seconds(120));
    EXPECT_EQ(tickets_.redeem(ticket), std::nullopt);
}

TEST_F(PassportServiceTest, ClientsThatFillTheirFieldsWithNullAreUnderstood) {
    const std::string answer = ask(
        "GET /login HTTP/1.1\r\nAuthorization: Passport1.4 OrgVerb=GET,OrgURL=(null),sign-in=Ana%40Example.com,"
        "pwd=s3cret,lc=1,id=1,tw=(null),fs=(null),ru=(null),ct=201,kpp=(null),kv=(null),ver=(null),tpf=(null)\r\n"
        "User-Agent: MSMSGS\r\nHost: login.example.com\r\nConnection: Keep-Alive\r\nCache-Control: no-cache\r\n\r\n");
    EXPECT_EQ(tickets_.redeem(ticket_in(answer)), "ana@example.com") << "in lower case, whatever was typed";
}

TEST_F(PassportServiceTest, PasswordIsDecodedOnce) {
    (void)ask(login("ana%40example.com", "a%2Cb%27c%2525%20d"));
    ASSERT_EQ(asked_.size(), 1U);
    EXPECT_EQ(asked_.front(), "ana@example.com a,b'c%25 d");
}

TEST_F(PassportServiceTest, WrongPasswordIsToldSoInAWayClientsShow) {
    const std::string answer = ask(login("ana%40example.com", "wrong"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    const auto failure = msn::parse_passport_answer(header_of(answer, "WWW-Authenticate").value_or(""));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->status, msn::PassportAnswer::Status::failed);
    EXPECT_EQ(failure->reason, "The e-mail address or password is wrong");
    EXPECT_EQ(header_of(answer, "Authentication-Info"), std::nullopt);
    EXPECT_EQ(tickets_.size(), 0U);
    EXPECT_EQ(log_.count("login refused handle=ana@example.com address=192.0.2.1 result=wrong"), 1U);
}

TEST_F(PassportServiceTest, UnknownHandleAndOneThatCannotBeAreAnsweredLikeAWrongPassword) {
    const std::string wrong = ask(login("ana%40example.com", "wrong"));
    EXPECT_EQ(ask(login("nobody%40example.com", "s3cret")), wrong);
    for (const char* sign_in : {"ana", "a%20b%40example.com", "%3Cb%3E%40example.com", "ana%40example.com%0D%0AX:%20y",
                                "ana%27%2Cpwd%3Dx%40example.com%2C", ""}) {
        EXPECT_EQ(ask(login(sign_in, "s3cret")), wrong) << sign_in;
    }
    EXPECT_EQ(ask(get("/login", "Connection: close\r\n")), wrong) << "also when nothing is said at all";
    EXPECT_EQ(ask(get("/login", "Authorization: Basic YTpi\r\nConnection: close\r\n")), wrong);
}

TEST_F(PassportServiceTest, BusyIsToldAsAPauseAndIsNoFailure) {
    for (int i = 0; i < 50; ++i) {
        const std::string answer = ask(login("ana%40example.com", "s3cret"), Verdict::busy);
        EXPECT_EQ(status_of(answer), 503U);
        EXPECT_EQ(header_of(answer, "Retry-After"), "10");
    }
    EXPECT_EQ(status_of(ask(soap("ana@example.com", "s3cret"), Verdict::busy)), 503U);
    EXPECT_EQ(logins("busy"), 51);
    EXPECT_EQ(status_of(ask(login("ana%40example.com", "s3cret"))), 200U);
}

TEST_F(PassportServiceTest, TooManyWrongPasswordsFromAnAddressAreNotLookedAt) {
    for (int i = 0; i < 10; ++i) (void)ask(login("ana%40example.com", "wrong"));
    EXPECT_EQ(asked_.size(), 10U);
    const std::string answer = ask(login("ana%40example.com", "s3cret"));
    EXPECT_EQ(asked_.size(), 10U);
    EXPECT_EQ(status_of(answer), 401U);
    const auto failure = msn::parse_passport_answer(header_of(answer, "WWW-Authenticate").value_or(""));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->reason, "Too many wrong passwords; wait a while");
    EXPECT_EQ(header_of(answer, "Retry-After"), "7");
    EXPECT_EQ(logins("throttled"), 1);
    EXPECT_EQ(registry_.value("patchcord_http_limit_hits_total", "limit=\"failed_logins\""), 1);
    address_ = "192.0.2.2";
    EXPECT_EQ(status_of(ask(login("ana%40example.com", "s3cret"))), 200U) << "others are not kept out";
    address_ = "192.0.2.1";
    scheduler_.advance(seconds(7));
    EXPECT_EQ(status_of(ask(login("ana%40example.com", "s3cret"))), 200U);
}

TEST_F(PassportServiceTest, ManyAtOnceAreNoWayAroundTheThrottle) {
    std::deque<HttpClient> clients;
    for (int i = 0; i < 30; ++i) clients.emplace_back(*server_).send(login("ana%40example.com", "wrong"));
    EXPECT_EQ(asked_.size(), 10U);
    answer_all();
}

TEST_F(PassportServiceTest, SoapIsThrottledTogetherWithTheOtherWay) {
    for (int i = 0; i < 10; ++i) (void)ask(login("ana%40example.com", "wrong"));
    const std::string answer = ask(soap("ana@example.com", "s3cret"));
    EXPECT_EQ(asked_.size(), 10U);
    EXPECT_EQ(soap_text(answer, "//faultstring"), "Too many wrong passwords; wait a while");
}

TEST_F(PassportServiceTest, SoapGivesATicketUnderBothOfItsPaths) {
    for (const char* path : {"/RST.srf", "//RST.srf"}) {
        const std::string answer = ask(soap("ana@example.com", "s3cret", path));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        EXPECT_EQ(header_of(answer, "Content-Type"), "text/xml; charset=utf-8");
        EXPECT_EQ(soap_text(answer, "(//wsa:Address)[2]"), "messenger.msn.com");
        EXPECT_EQ(tickets_.redeem(soap_text(answer, "//wsse:BinarySecurityToken[@Id='Compact1']")), "ana@example.com");
    }
}

TEST_F(PassportServiceTest, SoapToldAWrongPasswordAnswersWithAFaultThatIsTheSameForUnknownHandles) {
    const std::string wrong = ask(soap("ana@example.com", "wrong"));
    EXPECT_EQ(status_of(wrong), 200U) << "clients read no body of another status";
    EXPECT_EQ(soap_text(wrong, "/S:Envelope/S:Fault/faultcode"), "wsse:FailedAuthentication");
    EXPECT_EQ(ask(soap("nobody@example.com", "wrong")), wrong);
    EXPECT_EQ(ask(soap("&lt;b&gt;", "wrong")), wrong);
}

TEST_F(PassportServiceTest, SoapThatIsNoneIsABadRequest) {
    EXPECT_EQ(status_of(ask("POST /RST.srf HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello")), 400U);
    EXPECT_EQ(status_of(ask("POST /RST.srf HTTP/1.0\r\n\r\n")), 400U);
    EXPECT_TRUE(asked_.empty());
}

TEST_F(PassportServiceTest, OnlyTheRightMethodsAreAnswered) {
    EXPECT_EQ(status_of(ask(get("/RST.srf"))), 405U);
    EXPECT_EQ(status_of(ask("POST /login HTTP/1.0\r\nContent-Length: 0\r\n\r\n")), 405U);
}

TEST_F(PassportServiceTest, PasswordsAndTicketsAreNeverLogged) {
    const std::string ticket = ticket_in(ask(login("ana%40example.com", "s3cret")));
    (void)ask(login("ana%40example.com", "wr0ng"));
    (void)ask(soap("ana@example.com", "wr0ng"));
    EXPECT_EQ(log_.count("s3cret") + log_.count("wr0ng") + log_.count(ticket.substr(2, 22)), 0U);
}

TEST_F(PassportServiceTest, LongNameIsCutInTheLog) {
    (void)ask(soap(std::string(10'000, 'a'), "x"));
    EXPECT_EQ(log_.count(std::string(129, 'a')), 1U);
    EXPECT_EQ(log_.count(std::string(130, 'a')), 0U);
}

TEST_F(PassportServiceTest, AnswerThatComesAfterTheEndDoesNothing) {
    {
        HttpClient ana(*server_);
        ana.send(login("ana%40example.com", "s3cret"));
    }
    server_.reset();
    passport_.reset();
    answer_all();
    EXPECT_EQ(tickets_.size(), 0U);
}

}  // namespace
}  // namespace patchcord::gateway
