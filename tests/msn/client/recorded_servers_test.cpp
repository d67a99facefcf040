// What a real server once said to another client, told to ours, which asks the same in the same order.

#include <algorithm>

#include "tests/msn/client/notification_fixture.hpp"
#include "tests/msn/client/recording_player.hpp"

namespace patchcord::msn {
namespace {

/// All the server said in a recording.
std::string server_stream(const std::string& name) {
    std::string stream;
    for (const RecordedStep& step : read_recording(name)) {
        if (step.kind == RecordedStep::Kind::server) stream += step.bytes;
    }
    return stream;
}

class RecordedServerTest : public NotificationFixture {
  protected:
    /// Logs in as the recorded client did, then does `then`.
    NotificationClient& replay(const std::string& name, unsigned dialect, const std::function<void()>& then = {}) {
        NotificationOptions options = options_for(dialect);
        options.handle = "a@example.com";
        NotificationClient& client = connect(options);
        seen.on_login = [this, &client, then] {
            client.sync_list([&client, then](std::error_code) {
                client.change_status(Status::online, [then](std::error_code) {
                    if (then) then();
                });
            });
        };
        say(server_stream(name));
        return client;
    }
};

TEST_F(RecordedServerTest, LoginsOfMsnp8To12) {
    const std::vector<std::string> names = {"010119-007-ns-a.txt", "010120-008-ns-a.txt", "010121-009-ns-a.txt",
                                            "010123-010-ns-a.txt", "010123-011-ns-a.txt"};
    for (unsigned dialect = 8; dialect <= 12; ++dialect) {
        SCOPED_TRACE(dialect);
        server = {};
        NotificationClient& client = replay("escargot/00-login-sweep/" + names[dialect - 8], dialect);
        Events expected = {"logged in", "profile 507", "list synchronized"};
        if (dialect >= 11) expected.emplace_back("mail that waits");
        EXPECT_EQ(seen.take(), expected);
        EXPECT_EQ(client.dialect(), Dialect(dialect));
        EXPECT_EQ(client.screen_name(), "A");
        EXPECT_EQ(client.status(), Status::online);
        EXPECT_FALSE(server.closed());
    }
}

TEST_F(RecordedServerTest, AWholeConversationOfMsnp8) {
    Outcomes& done = outcomes;
    NotificationClient* client = nullptr;
    const auto edit = [&] {
        for (const char* const who : {"b@example.com", "c@example.com"}) {
            client->add_contact(ListBit::allow, who, done.note("AL"));
            client->add_contact(ListBit::forward, who, done.note("FL"));
        }
        client->request_switchboard_server([&](const chat::Result<SwitchboardAddress>& address) {
            ASSERT_TRUE(address);
            EXPECT_EQ(address->endpoint.port, 1864);
            EXPECT_EQ(address->key, "d7431154c35204f07db9");
        });
    };
    NotificationOptions options = options_for(8);
    options.handle = "a@example.com";
    client = &connect(options);
    seen.on_login = [&] {
        client->sync_list(
            [&](std::error_code) { client->change_status(Status::online, [&](std::error_code) { edit(); }); });
    };
    say(server_stream("escargot/10-msnp8-conversation/010627-060-ns-a.txt"));
    EXPECT_EQ(outcomes.take(), (Events{"AL: done", "FL: done", "AL: done", "FL: done"}));
    const Events events = seen.take();
    const Events beginning = {"logged in",
                              "profile 507",
                              "list synchronized",
                              "initially NLN b@example.com B",
                              "initially NLN c@example.com C",
                              "now NLN b@example.com B",
                              "added by b@example.com B",
                              "now NLN c@example.com C",
                              "now BSY b@example.com B"};
    ASSERT_GE(events.size(), beginning.size());
    EXPECT_EQ(Events(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(beginning.size())), beginning);
    EXPECT_EQ(std::count_if(events.begin(), events.end(),
                            [](const std::string& event) { return event.starts_with("bad line"); }),
              0);
    EXPECT_TRUE(client->roster().find("c@example.com") != nullptr);
}

TEST_F(RecordedServerTest, EveryRecordedServerIsUnderstood) {
    const std::filesystem::path root = std::filesystem::path(PATCHCORD_TEST_DATA) / "msn-sessions";
    std::size_t streams = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string name = entry.path().lexically_relative(root).string();
        if (entry.path().extension() != ".txt" || name.find("-ns-") == std::string::npos) continue;
        const std::string stream = server_stream(name);
        const std::size_t at = stream.find("MSNP");
        const auto dialect = at == std::string::npos
                                 ? std::nullopt
                                 : parse_dialect(stream.substr(at, stream.find_first_of(" \r", at) - at));
        if (!dialect || *dialect < Dialect(8) || *dialect > Dialect(12)) continue;
        ++streams;
        server = {};
        replay(name, dialect->number());
        for (const std::string& event : seen.take()) {
            EXPECT_FALSE(event.starts_with("bad line")) << name << ": " << event;
        }
    }
    EXPECT_GE(streams, 60U);
}

}  // namespace
}  // namespace patchcord::msn
