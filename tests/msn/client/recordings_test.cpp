// What the notification servers of a real service once said to another client, told to ours, which is made to do the
// same.

#include <algorithm>

#include "gateway/auth/md5.hpp"
#include "msn/wire/percent.hpp"
#include "tests/msn/client/notification_fixture.hpp"
#include "tests/msn/client/recording_player.hpp"

namespace patchcord::msn {
namespace {

class RecordedNotificationTest : public NotificationFixture {
  protected:
    /// What our client told and how its requests ended, in order.
    Events replay(const std::string& name) {
        const std::vector<RecordedStep> steps = read_recording("escargot/" + name);
        NotificationOptions options = options_of(steps);
        server = {};
        seen.take();
        contacts.clear();
        tickets.ticket.ticket = recorded_param(steps, "USR 4", 3);
        NotificationClient client(scheduler, tickets, seen, options);
        RecordingPlayer player(scheduler, server, client);
        player.play(steps, [&](const Command& command) { drive(client, command); });
        EXPECT_EQ(unanswered_, 0U);
        EXPECT_EQ(scheduler.pending(), 0U);
        for (const auto& [handle, contact] : client.roster().contacts()) {
            contacts.push_back(handle + " " + std::to_string(contact.lists) + " " +
                               std::string(format_status(contact.status)));
        }
        name_ = client.screen_name();
        extra = player.extra();
        left_out = player.left_out();
        return seen.take();
    }
    [[nodiscard]] const std::string& screen_name() const { return name_; }

    Events contacts;
    std::vector<std::string> extra;
    std::vector<std::string> left_out;

  private:
    static NotificationOptions options_of(const std::vector<RecordedStep>& steps) {
        NotificationOptions options;
        const auto highest = parse_dialect(recorded_param(steps, "VER", 1));
        options.highest = highest.value_or(Dialect(12));
        options.lowest = std::min(options.highest, Dialect(8));
        options.auth = options.highest < Dialect(8) ? Auth::md5 : Auth::twn;
        options.handle = recorded_param(steps, "USR", 3);
        options.password = "123456";
        options.md5 = gateway::md5;
        options.capabilities = 268435492;
        return options;
    }
    void drive(NotificationClient& client, const Command& command) {
        const std::string what(command.verb);
        if (command.verb == "SYN") {
            client.sync_list(note(what));
        } else if (command.verb == "CHG") {
            client.change_status(*parse_status(command.param(1)), note(what + " " + std::string(command.param(1))));
        } else if (command.verb == "ADD" || command.verb == "ADC") {
            std::string_view who = command.param(2);
            if (who.starts_with("N=")) who.remove_prefix(2);
            const auto list = static_cast<ListBit>(parse_list_name(command.param(1)));
            client.add_contact(list, std::string(who),
                               note(what + " " + std::string(command.param(1)) + " " + std::string(who)));
        } else if (command.verb == "REM") {
            const RosterContact* contact = client.roster().find_guid(command.param(2));
            const std::string who = contact == nullptr ? std::string(command.param(2)) : contact->handle;
            client.remove_contact(static_cast<ListBit>(parse_list_name(command.param(1))), who,
                                  note("REM " + std::string(command.param(1)) + " " + who));
        } else if (command.verb == "XFR" && command.param(1) == "SB") {
            ++unanswered_;
            client.request_switchboard_server([this](const chat::Result<SwitchboardAddress>& address) {
                --unanswered_;
                seen.events.push_back(
                    "XFR: " + (address ? address->endpoint.host + " " + address->key : address.error().message()));
            });
        } else if (command.verb == "REA") {
            client.change_screen_name(percent_decode(command.param(2)), note(what));
        } else if (command.verb == "BLP") {
            client.set_privacy_mode(command.param(1) == "AL", note("BLP " + std::string(command.param(1))));
        } else if (command.verb == "OUT") {
            client.log_out();
        }
    }
    ClientBase::Done note(const std::string& what) {
        ++unanswered_;
        return [this, what](std::error_code result) {
            --unanswered_;
            seen.events.push_back(what + ": " + (result ? result.message() : "done"));
        };
    }

    std::size_t unanswered_ = 0;
    std::string name_;
};

TEST_F(RecordedNotificationTest, EveryRecordingIsPlayedToItsEndWithoutABadLine) {
    std::size_t played = 0;
    for (const char* const scene :
         {"00-login-sweep", "10-msnp8-conversation", "11-msnp7-md5-conversation", "12-msnp12-conversation",
          "13-mixed-msnp2-msnp8-msnp11", "14-msnp9-msnp10-conversation", "20-errors", "21-order", "22-no-answer",
          "23-stale-contact", "40-idle"}) {
        for (const std::string& name : recordings_in("escargot/" + std::string(scene), "-ns-")) {
            SCOPED_TRACE(name);
            const Events events = replay(name.substr(std::string_view("escargot/").size()));
            ++played;
            ASSERT_FALSE(events.empty());
            for (const std::string& event : events) {
                EXPECT_FALSE(event.starts_with("bad line") || event.starts_with("unknown")) << event;
            }
        }
    }
    EXPECT_EQ(played, 54U);
}

Events part(const Events& events, std::size_t from, std::size_t count) {
    const auto begin = events.begin() + static_cast<std::ptrdiff_t>(std::min(from, events.size()));
    const auto end = events.begin() + static_cast<std::ptrdiff_t>(std::min(from + count, events.size()));
    return {begin, end};
}

TEST_F(RecordedNotificationTest, AWholeDayOnMsnp2AndMsnp7) {
    Events all = {"logged in",
                  "profile 507",
                  "list synchronized",
                  "SYN: done",
                  "CHG NLN: done",
                  "ADD AL b@example.com: done",
                  "ADD FL b@example.com: done",
                  "initially NLN b@example.com B",
                  "ADD AL c@example.com: done",
                  "ADD FL c@example.com: done",
                  "initially NLN c@example.com C",
                  "now NLN b@example.com B",
                  "added by b@example.com B",
                  "now NLN c@example.com C",
                  "now BSY b@example.com B",
                  "now IDL b@example.com B",
                  "now AWY b@example.com B",
                  "now AWY b@example.com B",
                  "now PHN b@example.com B",
                  "now LUN b@example.com B",
                  "now NLN b@example.com B",
                  "now NLN b@example.com B",
                  "XFR: 127.0.0.1 34f367668cf190ec079e",
                  "now IDL b@example.com B",
                  "offline b@example.com",
                  "offline c@example.com",
                  "REM FL b@example.com: done",
                  "connection lost"};
    EXPECT_EQ(replay("11-msnp7-md5-conversation/010641-067-ns-a.txt"), all);
    EXPECT_EQ(contacts, (Events{"b@example.com 10 FLN", "c@example.com 3 FLN"}));
    EXPECT_EQ(extra, std::vector<std::string>{"CVR 5 0x0409 winnt 5.1 i386 MSNMSGR 7.0.0777 msmsgs\r\n"});
    const Events oldest = replay("13-mixed-msnp2-msnp8-msnp11/010711-081-ns-a.txt");
    EXPECT_EQ(part(oldest, 0, 14), part(all, 0, 14));
    EXPECT_EQ(contacts, (Events{"b@example.com 10 FLN", "c@example.com 3 FLN"}));
    EXPECT_EQ(screen_name(), "A");
}

TEST_F(RecordedNotificationTest, AWholeDayOnMsnp12) {
    EXPECT_EQ(replay("12-msnp12-conversation/010658-075-ns-b.txt"),
              (Events{"logged in",
                      "profile 507",
                      "list synchronized",
                      "SYN: done",
                      "CHG NLN: done",
                      "mail that waits",
                      "added by a@example.com A",
                      "ADC AL a@example.com: done",
                      "ADC FL a@example.com: done",
                      "initially NLN a@example.com A",
                      "words a@example.com ''",
                      "CHG BSY: done",
                      "CHG IDL: done",
                      "CHG BRB: done",
                      "CHG AWY: done",
                      "CHG PHN: done",
                      "CHG LUN: done",
                      "CHG HDN: done",
                      "CHG NLN: done",
                      "call 59131175eb3dbb6f6b257b17dd2109f 127.0.0.1 1864 04abf30d5d4b371c56b5 a@example.com A",
                      "call 59131175eb3dbb6f6b257b17dd2109f 127.0.0.1 1864 491464792532ac4c6542 a@example.com A",
                      "CHG IDL: done",
                      "connection lost"}));
    EXPECT_EQ(contacts, Events{"a@example.com 11 NLN"});
    EXPECT_EQ(screen_name(), "B");
    EXPECT_EQ(extra, std::vector<std::string>{});
    EXPECT_EQ(left_out, std::vector<std::string>{});
}

TEST_F(RecordedNotificationTest, RefusalsAreToldByNumber) {
    EXPECT_EQ(replay("20-errors/010741-095-ns-a.txt"),
              (Events{"login failure: wrong handle or password", "connection lost"}));
    EXPECT_EQ(replay("20-errors/010742-097-ns-nobody.txt"),
              (Events{"login failure: wrong handle or password", "connection lost"}));
    const Events none = {"login failure: the server speaks no version of the protocol that we do", "connection lost"};
    EXPECT_EQ(replay("20-errors/010742-098-ns-unknown.txt"), none);
    EXPECT_EQ(replay("20-errors/010743-099-ns-unknown.txt"), none);
    EXPECT_EQ(
        part(replay("20-errors/010743-101-ns-a.txt"), 5, 12),
        (Events{"CHG HDN: done", "XFR: not allowed when offline (913)", "CHG NLN: done",
                "ADD FL nobody@example.com: no such user (205)", "ADD FL nobody: invalid parameter (201)",
                "added by a@example.com A", "ADD FL a@example.com: done", "ADD AL b@example.com: done",
                "ADD AL b@example.com: done", "ADD BL b@example.com: done",
                "REM FL d@example.com: not on the contact list", "ADD RL d@example.com: invalid parameter (201)"}));
}

TEST_F(RecordedNotificationTest, ASwitchboardComesOnlyToThoseWhoAreOnline) {
    EXPECT_EQ(replay("21-order/010815-121-ns-a.txt"),
              (Events{"logged in", "profile 507", "XFR: not allowed when offline (913)", "CHG NLN: done",
                      "XFR: 127.0.0.1 0674c1df2b2346ce36bb", "XFR: 127.0.0.1 18a00c863594e017ae05",
                      "XFR: 127.0.0.1 61d216b9ec0a03edf548",
                      "call beacbf2bb0442fcf87deccf8ad2939c 127.0.0.1 1864 32d45514437bb10ca94a b@example.com B",
                      "connection lost"}));
}

TEST_F(RecordedNotificationTest, WhoIsTakenOffTheListIsNoLongerSeen) {
    replay("23-stale-contact/010836-145-ns-a.txt");
    EXPECT_EQ(contacts, Events{"b@example.com 11 NLN"});
    const Events events = replay("23-stale-contact/010838-148-ns-a.txt");
    EXPECT_EQ(std::count(events.begin(), events.end(), "REM FL b@example.com: done"), 1);
    EXPECT_EQ(contacts, Events{"b@example.com 10 FLN"});
}

TEST_F(RecordedNotificationTest, ASecondLoginEndsTheFirst) {
    const Events events = replay("20-errors/010746-103-ns-a.txt");
    EXPECT_EQ(part(events, events.size() - 2, 2), (Events{"multiple login", "connection lost"}));
}

}  // namespace
}  // namespace patchcord::msn
