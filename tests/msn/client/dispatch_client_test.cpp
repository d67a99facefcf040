#include "msn/client/dispatch_client.hpp"

#include "tests/msn/client/notification_fixture.hpp"

namespace patchcord::msn {
namespace {

class RecordingDispatch final : public DispatchObserver {
  public:
    Events take() { return std::exchange(events, {}); }

    void got_notification_referral(const chat::Endpoint& to) override {
        events.push_back("referral " + to.host + " " + std::to_string(to.port));
    }
    void is_notification_server() override { events.emplace_back("is it"); }
    void login_failure(std::error_code why) override { events.push_back("failure: " + why.message()); }
    void connection_lost(std::error_code) override { events.emplace_back("connection lost"); }

    Events events;
};

class DispatchClientTest : public NotificationFixture {
  protected:
    DispatchClient& dial(unsigned dialect) {
        NotificationOptions options = options_for(dialect);
        options.auth = dialect < 8 ? Auth::md5 : Auth::twn;
        asker_ = std::make_unique<DispatchClient>(scheduler, told, options);
        server = {};
        asker_->connection_made(server);
        return *asker_;
    }
    void answer(std::string_view bytes) { asker_->data_received(bytes); }

    RecordingDispatch told;

  private:
    std::unique_ptr<DispatchClient> asker_;
};

TEST_F(DispatchClientTest, AsksOldServersWhereToGo) {
    DispatchClient& client = dial(7);
    answer("VER 1 MSNP7\r\nINF 2 MD5\r\n");
    EXPECT_EQ(server.take(), "VER 1 MSNP7 CVR0\r\nINF 2\r\nUSR 3 MD5 I ana@example.com\r\n");
    answer("XFR 3 NS 192.0.2.20:1863 0 192.0.2.10:1863\r\n");
    EXPECT_TRUE(server.closed());
    client.connection_lost({});
    EXPECT_EQ(told.take(), (Events{"referral 192.0.2.20 1863", "connection lost"}));
    EXPECT_EQ(scheduler.pending(), 0U);
}

TEST_F(DispatchClientTest, AsksNewerServersWhereToGo) {
    dial(8);
    answer("VER 1 MSNP8\r\nCVR 2 a b c d e\r\n");
    EXPECT_TRUE(server.take().ends_with("USR 3 TWN I ana@example.com\r\n"));
    answer("XFR 3 NS 192.0.2.20 0 192.0.2.10:1863\r\n");
    EXPECT_EQ(told.take(), Events{"referral 192.0.2.20 1863"});
}

TEST_F(DispatchClientTest, AServerThatLetsInByItselfIsTheOne) {
    dial(8);
    answer("VER 1 MSNP8\r\nCVR 2 a b c d e\r\nUSR 3 TWN S lc=1\r\n");
    EXPECT_EQ(told.take(), Events{"is it"});
    EXPECT_TRUE(server.closed());
    EXPECT_EQ(tickets.asked, "");
}

TEST_F(DispatchClientTest, EveryStepMayFail) {
    const std::vector<std::string> steps = {"VER 1 MSNP7\r\n", "INF 2 MD5\r\n"};
    const std::vector<std::string> bad = {"911 N\r\n", "XFR N NS :\r\n", "INF N CKI\r\n", "\x01\r\n", "OUT\r\n", ""};
    for (std::size_t failing = 0; failing <= steps.size(); ++failing) {
        for (const std::string& how : bad) {
            SCOPED_TRACE("step " + std::to_string(failing) + ": " + how);
            DispatchClient& client = dial(7);
            for (std::size_t step = 0; step < failing; ++step) answer(steps[step]);
            std::string line = how;
            if (const std::size_t at = line.find('N', 4); at < 5) line.replace(at, 1, std::to_string(failing + 1));
            answer(line);
            scheduler.advance(std::chrono::seconds(31));
            EXPECT_TRUE(server.closed());
            client.connection_lost({});
            const Events events = told.take();
            ASSERT_EQ(events.size(), 2U);
            EXPECT_TRUE(events.front().starts_with("failure: "));
        }
    }
}

}  // namespace
}  // namespace patchcord::msn
