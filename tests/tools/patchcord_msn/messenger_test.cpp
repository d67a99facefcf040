#include "tools/patchcord_msn/messenger.hpp"

#include <deque>

#include "msn/wire/text_message.hpp"
#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::tools {
namespace {

using msn::Events;
using msn::ServerEnd;

/// Connects to servers that the test plays.
class ScriptedConnector final : public chat::Connector {
  public:
    struct Line {
        std::string to;
        ServerEnd server;
        std::unique_ptr<chat::Protocol> protocol;

        void say(std::string_view bytes) { protocol->data_received(bytes); }
        /// Lets the client know that the connection is gone.
        void end() {
            protocol->connection_lost({});
            protocol.reset();
        }
    };

    void connect(chat::Endpoint to, chat::Security, std::unique_ptr<chat::Protocol> protocol,
                 std::function<void(std::error_code)> failed) override {
        if (refusing) return failed(std::make_error_code(std::errc::connection_refused));
        lines.push_back({to.host + ":" + std::to_string(to.port), {}, std::move(protocol)});
        lines.back().protocol->connection_made(lines.back().server);
    }

    std::deque<Line> lines;
    bool refusing = false;
};

class MessengerTest : public testing::Test {
  protected:
    MessengerTest() {
        MessengerOptions options;
        options.login.handle = "ana@example.com";
        options.login.password = "secret";
        options.login.lowest = options.login.highest = msn::Dialect(8);
        options.server = {"192.0.2.1", 1863};
        messenger = std::make_unique<Messenger>(
            MessengerPorts{scheduler, connector, tickets, [this](const std::string& line) { printed.push_back(line); },
                           [this](bool wanted) { wants_input = wanted; }, [this] { over = true; }},
            options);
    }

    ScriptedConnector::Line& line(std::size_t index) { return connector.lines.at(index); }

    void sign_in() {
        messenger->start();
        line(0).say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\nUSR 4 OK ana@example.com Ana 1 0\r\n");
        line(0).say("SYN 5 1 1 0\r\nLST bob@example.com Bob 3 0\r\nCHG 6 NLN 32\r\n");
        EXPECT_EQ(take(), Events{"* signed in as ana@example.com (Ana)"});
        line(0).server.take();
    }

    /// A conversation with bob over line 1, the next TrID there is 3.
    void talk_with_bob() {
        sign_in();
        messenger->input("/chat bob@example.com");
        line(0).say("XFR 7 SB 192.0.2.2:1864 CKI 17\r\n");
        line(1).say("USR 1 OK ana@example.com Ana\r\nCAL 2 RINGING 1\r\nJOI bob@example.com Bob\r\n");
        EXPECT_EQ(take(), Events{"bob@example.com> * bob@example.com joined (Bob)"});
        line(0).server.take();
        line(1).server.take();
    }

    Events take() { return std::exchange(printed, {}); }

    static std::string text(const std::string& words) {
        const std::string payload = msn::format_text(chat::StyledText(words)).front();
        return std::to_string(payload.size()) + "\r\n" + payload;
    }

    tests::ManualScheduler scheduler;
    ScriptedConnector connector;
    msn::ScriptedTickets tickets;
    Events printed;
    bool wants_input = false;
    bool over = false;
    std::unique_ptr<Messenger> messenger;
};

TEST_F(MessengerTest, TakesInputOnceItIsSignedIn) {
    messenger->start();
    EXPECT_EQ(line(0).to, "192.0.2.1:1863");
    EXPECT_FALSE(wants_input);
    line(0).say(
        "VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\nUSR 4 OK ana@example.com Ana 1 0\r\nSYN 5 0\r\n");
    EXPECT_FALSE(wants_input);
    line(0).say("CHG 6 NLN 32\r\n");
    EXPECT_TRUE(wants_input);
}

TEST_F(MessengerTest, WhatIsSaidWaitsUntilSomebodyIsThere) {
    sign_in();
    messenger->input("/chat Bob@example.com");
    messenger->input("hello");
    messenger->input("/me waves");
    messenger->input("//slash");
    EXPECT_EQ(line(0).server.take(), "XFR 7 SB\r\n");
    line(0).say("XFR 7 SB 192.0.2.2:1864 CKI 17\r\n");
    EXPECT_EQ(line(1).to, "192.0.2.2:1864");
    line(1).say("USR 1 OK ana@example.com Ana\r\n");
    EXPECT_EQ(line(1).server.take(), "USR 1 ana@example.com 17\r\nCAL 2 bob@example.com\r\n");
    line(1).say("JOI bob@example.com Bob\r\n");
    EXPECT_EQ(line(1).server.take(),
              "MSG 3 A " + text("hello") + "MSG 4 A " + text("/me waves") + "MSG 5 A " + text("/slash"));
}

TEST_F(MessengerTest, WhatCannotBeDeliveredIsShown) {
    sign_in();
    messenger->input("/chat bob@example.com");
    messenger->input("hello");
    line(0).say("XFR 7 SB 192.0.2.2:1864 CKI 17\r\n");
    line(1).say("USR 1 OK ana@example.com Ana\r\n217 2\r\n");
    EXPECT_EQ(take(), (Events{"bob@example.com> ! cannot talk: not online (217)",
                              "bob@example.com> ! not delivered (not online (217)): hello"}));
    EXPECT_TRUE(line(1).server.closed());
    line(1).end();
    EXPECT_EQ(take(), Events{});
}

TEST_F(MessengerTest, AConversationThatEndedIsOpenedAnew) {
    talk_with_bob();
    line(1).say("BYE bob@example.com 1\r\n");
    EXPECT_EQ(take(), (Events{"bob@example.com> * bob@example.com was silent too long", "bob@example.com> * closed"}));
    line(1).end();
    scheduler.advance(std::chrono::seconds(0));
    messenger->input("are you there?");
    EXPECT_EQ(line(0).server.take(), "XFR 8 SB\r\n");
    line(0).say("913 8\r\n");
    EXPECT_EQ(take(), (Events{"bob@example.com> ! cannot talk: not allowed when offline (913)",
                              "bob@example.com> ! not delivered (not allowed when offline (913)): are you there?"}));
}

TEST_F(MessengerTest, AnswersCallsAndShowsWhatIsSaidLineByLine) {
    sign_in();
    line(0).say("RNG 9 192.0.2.2:1864 CKI 5 carol@example.com Carol\r\n");
    EXPECT_EQ(line(1).server.take(), "ANS 1 ana@example.com 5 9\r\n");
    line(1).say("IRO 1 1 1 carol@example.com Carol\r\nANS 1 OK\r\nMSG carol@example.com Carol " + text("one\ntwo"));
    EXPECT_EQ(take(),
              (Events{"* carol@example.com calls (Carol)", "carol@example.com> * carol@example.com joined (Carol)",
                      "carol@example.com> <carol@example.com> one", "carol@example.com> <carol@example.com> two"}));
    messenger->input("hi");
    EXPECT_EQ(line(1).server.take(), "MSG 2 A " + text("hi"));
}

TEST_F(MessengerTest, CommandsThatMakeNoSenseAreExplained) {
    sign_in();
    for (const char* const typed :
         {"hello", "/bogus", "/chat bob", "/nudge", "/status", "/status XYZ", "/font loud", "/name", "/add", ""}) {
        messenger->input(typed);
    }
    EXPECT_EQ(take().size(), 9U);
    EXPECT_EQ(line(0).server.take(), "");
}

TEST_F(MessengerTest, AtTheEndOfTheInputItWaitsForWhatWasSaid) {
    talk_with_bob();
    messenger->input("bye");
    messenger->finish();
    EXPECT_EQ(line(0).server.take(), "");
    line(1).say("ACK 3\r\n");
    EXPECT_EQ(line(0).server.take(), "OUT\r\n");
    EXPECT_TRUE(line(1).server.take().ends_with("OUT\r\n"));
    line(0).end();
    EXPECT_TRUE(over);
    EXPECT_FALSE(messenger->failed());
}

TEST_F(MessengerTest, AnEndThatNobodyWantedIsAFailure) {
    sign_in();
    line(0).end();
    EXPECT_EQ(take(), Events{"! connection lost"});
    EXPECT_TRUE(over);
    EXPECT_TRUE(messenger->failed());
}

TEST_F(MessengerTest, WithoutAServerItIsOverAtOnce) {
    connector.refusing = true;
    messenger->start();
    EXPECT_EQ(take(), Events{"! cannot connect to 192.0.2.1: Connection refused"});
    EXPECT_TRUE(over);
    EXPECT_TRUE(messenger->failed());
}

TEST_F(MessengerTest, FollowsAFewReferralsAndNoMore) {
    messenger->start();
    for (int i = 0; i <= Messenger::max_referrals; ++i) {
        const auto index = static_cast<std::size_t>(i);
        line(index).say("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nXFR 3 NS 192.0.2.9:1863 0 192.0.2.1:1863\r\n");
        line(index).end();
    }
    EXPECT_EQ(connector.lines.size(), static_cast<std::size_t>(Messenger::max_referrals) + 1);
    EXPECT_EQ(line(1).to, "192.0.2.9:1863");
    EXPECT_EQ(take(), Events{"! the servers send us around in circles"});
    EXPECT_TRUE(over);
    EXPECT_TRUE(messenger->failed());
}

}  // namespace
}  // namespace patchcord::tools
