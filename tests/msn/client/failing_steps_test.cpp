// Whatever is asked for, and in whatever way it fails, it is answered: once, and as what it was.

#include <algorithm>

#include "tests/msn/client/notification_fixture.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

enum class Failure { refusal, silence, cut, garbage };
constexpr std::array<Failure, 4> failures = {Failure::refusal, Failure::silence, Failure::cut, Failure::garbage};

/// The last TrID among what was sent, refused, or what else goes wrong.
void fail(Failure how, ClientBase& client, ServerEnd& server, tests::ManualScheduler& scheduler) {
    std::string trid;
    const std::string sent = server.take();
    CommandFramer framer(Direction::to_server);
    framer.feed(sent);
    Command command;
    while (framer.next(command) == CommandFramer::Outcome::command) trid = command.param(0);
    ASSERT_FALSE(trid.empty());
    switch (how) {
        case Failure::refusal: client.data_received("603 " + trid + "\r\n"); break;
        case Failure::silence:
            for (int i = 0; i < 130; ++i) {
                scheduler.advance(std::chrono::seconds(1));
                client.data_received("QNG\r\n");
            }
            break;
        case Failure::cut: client.connection_lost({}); break;
        case Failure::garbage: client.data_received("\x01\x02\r\n"); client.connection_lost({});
    }
}

bool is_expected(Failure how, std::error_code why) {
    switch (how) {
        case Failure::refusal: return why == refusal_error(ErrorCode::database_unreachable);
        case Failure::silence: return why == ClientErrc::timed_out || why == ClientErrc::not_answered;
        default: return why == ClientErrc::disconnected || why == ClientErrc::unconfirmed;
    }
}

using NotificationStepsTest = NotificationFixture;

TEST_F(NotificationStepsTest, EveryRequestFailsOnceAndSaysHow) {
    using Step = std::function<void(NotificationClient&, ClientBase::Done)>;
    const std::vector<Step> steps = {
        [](NotificationClient& client, auto done) { client.sync_list(done); },
        [](NotificationClient& client, auto done) { client.change_status(Status::busy, done); },
        [](NotificationClient& client, auto done) { client.change_screen_name("Ana", done); },
        [](NotificationClient& client, auto done) {
            client.change_personal_message({"x", ""}, done);
        },
        [](NotificationClient& client, auto done) { client.set_phone_details(Phone::home, "1", done); },
        [](NotificationClient& client, auto done) { client.set_privacy_mode(true, done); },
        [](NotificationClient& client, auto done) { client.add_contact(ListBit::block, "mal@example.com", done); },
        [](NotificationClient& client, auto done) { client.remove_contact(ListBit::forward, "bob@example.com", done); },
        [](NotificationClient& client, auto done) { client.block_contact("mal@example.com", done); },
        [](NotificationClient& client, auto done) { client.unblock_contact("mal@example.com", done); },
        [](NotificationClient& client, auto done) { client.add_list_group("Pals", done); },
        [](NotificationClient& client, auto done) { client.remove_list_group("33", done); },
        [](NotificationClient& client, auto done) { client.rename_list_group("33", "Pals", done); },
        [](NotificationClient& client, auto done) { client.add_to_group("bob@example.com", "33", done); },
        [](NotificationClient& client, auto done) { client.remove_from_group("bob@example.com", "33", done); },
        [](NotificationClient& client, auto done) {
            client.request_switchboard_server([done](const auto& address) { done(address.error()); });
        },
    };
    for (std::size_t step = 0; step < steps.size(); ++step) {
        for (const Failure how : failures) {
            SCOPED_TRACE(std::to_string(step) + " in way " + std::to_string(static_cast<int>(how)));
            server = {};
            NotificationClient& client = log_in(11);
            say("LSG Friends 33\r\nADC 0 FL N=bob@example.com F=Bob C=22\r\n");
            const Roster before = client.roster();
            std::vector<std::error_code> results;
            steps[step](client, [&](std::error_code why) { results.push_back(why); });
            fail(how, client, server, scheduler);
            if (how == Failure::refusal || how == Failure::silence) {
                EXPECT_FALSE(server.closed());
                client.connection_lost({});
            }
            ASSERT_EQ(results.size(), 1U);
            EXPECT_TRUE(is_expected(how, results.front())) << results.front().message();
            EXPECT_EQ(client.roster().contacts(), before.contacts());
            EXPECT_EQ(client.roster().groups(), before.groups());
            EXPECT_EQ(scheduler.pending(), 0U);
        }
    }
}

using SwitchboardStepsTest = SwitchboardFixture;

TEST_F(SwitchboardStepsTest, EveryRequestFailsOnceAndSaysHow) {
    using Step = std::function<void(SwitchboardClient&, ClientBase::Done)>;
    const std::vector<Step> steps = {
        [](SwitchboardClient& client, auto done) { client.invite_user("carol@example.com", done); },
        [](SwitchboardClient& client, auto done) { client.send_text(plain("hello"), done); },
        [](SwitchboardClient& client, auto done) { client.send_nudge(done); },
        [](SwitchboardClient& client, auto done) {
            client.send_message("Content-Type: x/y\r\n\r\n", Acknowledge::data, done);
        },
        [](SwitchboardClient& client, auto done) {
            client.send_file_invitation("a", 1, [done](const auto& answer) { done(answer.error()); });
        },
    };
    for (std::size_t step = 0; step < steps.size(); ++step) {
        for (const Failure how : failures) {
            SCOPED_TRACE(std::to_string(step) + " in way " + std::to_string(static_cast<int>(how)));
            server = {};
            SwitchboardClient& client = talk_with_bob();
            std::vector<std::error_code> results;
            steps[step](client, [&](std::error_code why) { results.push_back(why); });
            fail(how, client, server, scheduler);
            if (how == Failure::silence) scheduler.advance(std::chrono::minutes(5));
            if (how == Failure::refusal || how == Failure::silence) {
                EXPECT_FALSE(server.closed());
                client.connection_lost({});
            }
            ASSERT_EQ(results.size(), 1U);
            EXPECT_TRUE(is_expected(how, results.front())) << results.front().message();
            EXPECT_EQ(scheduler.pending(), 0U);
        }
    }
}

TEST_F(SwitchboardStepsTest, EveryWayInFailsOnce) {
    for (const char* const session : {"", "77"}) {
        for (const Failure how : failures) {
            server = {};
            SwitchboardClient& client = connect(session);
            fail(how, client, server, scheduler);
            if (how == Failure::refusal || how == Failure::silence) {
                EXPECT_TRUE(server.closed());
                client.connection_lost({});
            }
            const Events events = seen.take();
            EXPECT_EQ(std::count_if(events.begin(), events.end(),
                                    [](const std::string& event) { return event.starts_with("login failure"); }),
                      1);
            EXPECT_EQ(events.back(), "connection lost");
            EXPECT_FALSE(client.is_logged_in());
            EXPECT_EQ(scheduler.pending(), 0U);
        }
    }
}

}  // namespace
}  // namespace patchcord::msn
