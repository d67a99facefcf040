#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

using NotificationLoginTest = NotificationFixture;

TEST_F(NotificationLoginTest, GoesFromVerToTheTicket) {
    NotificationOptions options = options_for(12);
    options.lowest = Dialect(8);
    connect(options);
    EXPECT_EQ(server.take(), "VER 1 MSNP12 MSNP11 MSNP10 MSNP9 MSNP8 CVR0\r\n");
    say("VER 1 MSNP9 CVR0\r\n");
    EXPECT_EQ(server.take(), "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 msmsgs ana@example.com\r\n");
    say("CVR 2 7.0 7.0 7.0 http://x http://x\r\n");
    EXPECT_EQ(server.take(), "USR 3 TWN I ana@example.com\r\n");
    say("USR 3 TWN S lc=1033,id=507\r\n");
    EXPECT_EQ(tickets.asked, "lc=1033,id=507 ana@example.com secret");
    EXPECT_EQ(server.take(), "USR 4 TWN S t=1&p=2\r\n");
    say("USR 4 OK ana@example.com Ana%20A 1 0\r\n");
    EXPECT_EQ(seen.take(), Events{"logged in"});
}

TEST_F(NotificationLoginTest, TheOwnNameComesWithTheLoginUpToMsnp9AndLaterFromMsnp10) {
    for (unsigned dialect = 8; dialect <= 12; ++dialect) {
        server = {};
        NotificationClient& client = log_in(dialect);
        EXPECT_EQ(client.screen_name(), dialect < 10 ? "Ana" : "ana@example.com") << dialect;
        say("PRP MFN Ana%20B\r\n");
        EXPECT_EQ(client.screen_name(), "Ana B") << dialect;
    }
}

TEST_F(NotificationLoginTest, AServerWithoutACommonDialectIsLeft) {
    for (const std::string_view answer : {"VER 1 0\r\n", "VER 1 CVR0\r\n", "VER 1 MSNP18\r\n", "VER 1\r\n"}) {
        server = {};
        connect(options_for(12));
        say(answer);
        EXPECT_EQ(seen.take(), Events{"login failure: the server speaks no version of the protocol that we do"});
        EXPECT_TRUE(server.closed()) << answer;
    }
}

// Whatever step the server refuses, in whatever way, the observer hears of it once and the connection is closed.
TEST_F(NotificationLoginTest, EveryStepMayFail) {
    const std::vector<std::string> steps = {"VER 1 MSNP8\r\n", "CVR 2 7.0 7.0 7.0 x x\r\n", "USR 3 TWN S lc=1033\r\n",
                                            "USR 4 OK ana@example.com Ana 1 0\r\n"};
    const std::vector<std::string> bad = {"911 N\r\n", "600 N\r\n", "USR N nonsense\r\n", "", "\x01\x02 \r\n"};
    for (std::size_t failing = 0; failing < steps.size(); ++failing) {
        for (const std::string& how : bad) {
            SCOPED_TRACE("step " + std::to_string(failing) + ": " + how);
            server = {};
            connect(options_for(8));
            for (std::size_t step = 0; step < failing; ++step) say(steps[step]);
            std::string answer = how;
            if (const std::size_t at = answer.find('N'); at != std::string::npos && answer.ends_with("\r\n")) {
                answer.replace(at, 1, std::to_string(failing + 1));
            }
            // A step that expects another verb passes nonsense over, and the time runs out.
            if (!answer.empty()) say(answer);
            scheduler.advance(std::chrono::seconds(31));
            const Events events = seen.take();
            EXPECT_TRUE(server.closed());
            EXPECT_FALSE(events.empty());
            const auto failures = std::count_if(events.begin(), events.end(), [](const std::string& event) {
                return event.starts_with("login failure") || event.starts_with("bad line");
            });
            EXPECT_GE(failures, 1);
            EXPECT_LE(std::count_if(events.begin(), events.end(),
                                    [](const std::string& event) { return event.starts_with("login failure"); }),
                      1);
        }
    }
}

TEST_F(NotificationLoginTest, AServerThatFallsSilentIsToldWithTheStep) {
    const std::vector<std::string> answers = {"VER 1 MSNP8\r\n", "CVR 2 7.0 7.0 7.0 x x\r\n",
                                              "USR 3 TWN S lc=1033\r\n"};
    const std::vector<std::string> steps = {"VER", "CVR", "USR I", "USR S"};
    for (std::size_t silent = 0; silent < steps.size(); ++silent) {
        server = {};
        connect(options_for(8));
        for (std::size_t step = 0; step < silent; ++step) say(answers[step]);
        scheduler.advance(std::chrono::seconds(31));
        EXPECT_EQ(seen.take(), Events{"login failure: no answer from the server: " + steps[silent]});
        EXPECT_TRUE(server.closed());
    }
}

TEST_F(NotificationLoginTest, ANumberSaysThatThePasswordIsWrong) {
    connect(options_for(8));
    say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\n911 4\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: wrong handle or password"});
}

TEST_F(NotificationLoginTest, WithoutATicketTheServiceSaysWhyInOneLine) {
    tickets.ticket = {{}, ClientErrc::wrong_password, "Bad\r\npassword"};
    connect(options_for(8));
    say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: wrong handle or password: Bad  password"});
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationLoginTest, ATicketThatTakesTooLongIsNotWaitedFor) {
    tickets.at_once = false;
    connect(options_for(8));
    say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\n");
    scheduler.advance(std::chrono::seconds(31));
    EXPECT_EQ(seen.take(), Events{"login failure: the Passport service gave no ticket"});
    server.take();
    tickets.waiting({"t=1", {}, {}});
    EXPECT_EQ(server.take(), "");
}

TEST_F(NotificationLoginTest, ATicketThatComesAfterTheEndIsIgnored) {
    tickets.at_once = false;
    {
        NotificationClient client(scheduler, tickets, seen, options_for(8));
        client.connection_made(server);
        client.data_received("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\n");
        client.connection_lost({});
    }
    tickets.waiting({"t=1", {}, {}});
    EXPECT_EQ(seen.take(), Events{"connection lost"});
    scheduler.advance(std::chrono::hours(1));
}

TEST_F(NotificationLoginTest, AReferralIsHandedOn) {
    connect(options_for(8));
    say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nXFR 3 NS 192.0.2.20:1864 0 192.0.2.10:1863\r\n");
    EXPECT_EQ(seen.take(), Events{"referral 192.0.2.20 1864"});
    EXPECT_TRUE(server.closed());
}

TEST_F(NotificationLoginTest, AReferralToNowhereFails) {
    connect(options_for(8));
    say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nXFR 3 NS :x\r\n");
    EXPECT_EQ(seen.take(), Events{"login failure: the server's answer makes no sense"});
}

TEST_F(NotificationLoginTest, TheEndOfTheConnectionEndsTheLogin) {
    connect(options_for(8)).connection_lost(chat::Errc::client_gone);
    EXPECT_EQ(seen.take(), (Events{"login failure: connection closed", "connection lost: connection closed"}));
    NotificationClient& client = connect(options_for(8));
    say("VER 1 MSNP8\r\n");
    client.connection_lost({});
    EXPECT_EQ(seen.take(), (Events{"login failure: connection closed", "connection lost"}));
}

TEST_F(NotificationLoginTest, AServerThatHangsUpAtOurDialectsSpeaksNoneOfThem) {
    connect(options_for(8)).connection_lost({});
    EXPECT_EQ(seen.take(),
              (Events{"login failure: the server speaks no version of the protocol that we do", "connection lost"}));
}

TEST(ParseEndpointTest, ReadsHostAndPort) {
    const auto read = [](std::string_view text) {
        const auto endpoint = parse_endpoint(text);
        return endpoint ? endpoint->host + " " + std::to_string(endpoint->port) : "nothing";
    };
    EXPECT_EQ(read("192.0.2.1:1864"), "192.0.2.1 1864");
    EXPECT_EQ(read("msn.example.com"), "msn.example.com 1863");
    EXPECT_EQ(read("[2001:db8::1]:1864"), "2001:db8::1 1864");
    EXPECT_EQ(read("[2001:db8::1]"), "2001:db8::1 1863");
    for (const std::string_view bad :
         {"", ":1863", "host:", "host:0", "host:65536", "host:-1", "host:1863x", "2001:db8::1", "[2001:db8::1:1863"}) {
        EXPECT_EQ(read(bad), "nothing") << bad;
    }
}

}  // namespace
}  // namespace patchcord::msn
