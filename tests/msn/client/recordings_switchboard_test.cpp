// What the switchboards of a real server once said to another client, told to ours, which is made to do the same.

#include "msn/wire/field_text.hpp"
#include "tests/msn/client/recording_player.hpp"
#include "tests/msn/client/switchboard_fixture.hpp"

namespace patchcord::msn {
namespace {

class RecordedSwitchboardTest : public SwitchboardFixture {
  protected:
    /// What our client told and how its requests ended, in order.
    Events replay(const std::string& name) { return replay(read_recording("escargot/" + name)); }
    Events replay(const std::vector<RecordedStep>& steps) {
        SwitchboardOptions options;
        const bool answers = recorded_param(steps, "ANS", 0) == "1";
        options.handle = recorded_param(steps, answers ? "ANS" : "USR", 1);
        options.key = recorded_param(steps, answers ? "ANS" : "USR", 2);
        options.session_id = recorded_param(steps, "ANS", 3);
        server = {};
        seen.take();
        SwitchboardClient client(scheduler, seen, options);
        RecordingPlayer player(scheduler, server, client);
        player.play(steps, [&](const Command& command) { drive(client, command); });
        EXPECT_EQ(player.extra(), std::vector<std::string>{});
        EXPECT_EQ(unanswered_, 0U);
        EXPECT_EQ(scheduler.pending(), 0U);
        left_out = player.left_out();
        return seen.take();
    }

    std::vector<std::string> left_out;

  private:
    /// Does what the recorded client did.
    void drive(SwitchboardClient& client, const Command& command) {
        if (command.verb == "CAL") {
            client.invite_user(std::string(command.param(1)), note("CAL " + std::string(command.param(1))));
        } else if (command.verb == "MSG" && command.param(1).size() == 1 && parse_letter(command.param(1).front())) {
            client.send_message(command.payload, *parse_letter(command.param(1).front()),
                                note("MSG " + std::string(command.param(0)) + " " + std::string(command.param(1))));
        } else if (command.verb == "OUT") {
            client.leave();
        }
    }
    static std::optional<Acknowledge> parse_letter(char letter) {
        for (const Acknowledge known :
             {Acknowledge::never, Acknowledge::failure, Acknowledge::always, Acknowledge::data}) {
            if (static_cast<char>(known) == letter) return known;
        }
        return std::nullopt;
    }
    ClientBase::Done note(const std::string& what) {
        ++unanswered_;
        return [this, what](std::error_code result) {
            --unanswered_;
            seen.events.push_back(what + ": " + (result ? result.message() : "done"));
        };
    }

    std::size_t unanswered_ = 0;
};

TEST_F(RecordedSwitchboardTest, EveryRecordingIsPlayedToItsEndWithoutABadLine) {
    std::size_t played = 0;
    for (const char* const scene :
         {"10-msnp8-conversation", "11-msnp7-md5-conversation", "12-msnp12-conversation", "13-mixed-msnp2-msnp8-msnp11",
          "14-msnp9-msnp10-conversation", "20-errors", "21-order", "22-no-answer", "23-stale-contact", "40-idle"}) {
        for (const std::string& name : recordings_in("escargot/" + std::string(scene), "-sb-")) {
            SCOPED_TRACE(name);
            if (name.find("unknown") != std::string::npos) continue;  // nobody said anything
            const Events events = replay(name.substr(std::string_view("escargot/").size()));
            ++played;
            ASSERT_FALSE(events.empty());
            EXPECT_EQ(events.back(), "connection lost");
            for (const std::string& event : events) {
                EXPECT_FALSE(event.starts_with("bad line") || event.starts_with("unknown")) << event;
            }
        }
    }
    EXPECT_EQ(played, 56U);
}

TEST_F(RecordedSwitchboardTest, TheCallerOfAWholeConversation) {
    const Events events = replay("10-msnp8-conversation/010631-063-sb-a.txt");
    const std::string doubt = " N: connection closed before the server confirmed it";
    EXPECT_EQ(events,
              (Events{"logged in", "joined b@example.com B", "CAL b@example.com: done", "MSG 3 U: done",
                      "MSG 4 U: done", "MSG 6 A: done", "MSG 7 D: done", "MSG 8 A: done", "MSG 9 A: done",
                      "MSG 11 A: done", "joined c@example.com C", "text c@example.com C: hello from c",
                      "text b@example.com B: hello from b", "message b@example.com B text/x-msmsgsinvite",
                      "cancelled b@example.com 33268 REJECT", "left c@example.com C", "left b@example.com B",
                      // It was acknowledged with nobody there.
                      "MSG 17 A: nobody else is there", "joined b@example.com B", "CAL b@example.com: done",
                      "left b@example.com B", "MSG 5" + doubt, "MSG 10" + doubt, "MSG 12" + doubt, "MSG 13" + doubt,
                      "MSG 14" + doubt, "MSG 15" + doubt, "MSG 16" + doubt, "MSG 19" + doubt, "connection lost"}));
    EXPECT_EQ(left_out.size(), 1U);
}

TEST_F(RecordedSwitchboardTest, TheCalledOfAWholeConversation) {
    EXPECT_EQ(replay("12-msnp12-conversation/010702-079-sb-c.txt"),
              (Events{"there: a@example.com b@example.com", "logged in", "text b@example.com B: hello from b",
                      "text a@example.com A: hello from a", "message a@example.com A text/x-msmsgsinvite",
                      "message b@example.com B text/x-msmsgsinvite", "message a@example.com A text/x-msmsgsinvite",
                      "cancelled b@example.com 33268 REJECT", "message a@example.com A text/x-msmsgsinvite",
                      "cancelled a@example.com 33269 TIMEOUT",
                      "MSG 2 N: connection closed before the server confirmed it", "connection lost"}));
    const Events second = replay("11-msnp7-md5-conversation/010645-071-sb-b.txt");
    const Events beginning = {"there: a@example.com",
                              "logged in",
                              "typing a@example.com A",
                              "text a@example.com A: ack mode U: h\u00E9llo \u4E16\u754C \U0001F600",
                              "text a@example.com A: ack mode N: h\u00E9llo \u4E16\u754C \U0001F600",
                              "text a@example.com A: ack mode A: h\u00E9llo \u4E16\u754C \U0001F600",
                              "text a@example.com A: ack mode D: h\u00E9llo \u4E16\u754C \U0001F600",
                              "text a@example.com A bold: red bold italic",
                              "text a@example.com A: line one\nline two",
                              "text a@example.com A: no format header",
                              "nudge a@example.com A",
                              "joined c@example.com C"};
    ASSERT_GE(second.size(), beginning.size());
    EXPECT_EQ(Events(second.begin(), second.begin() + static_cast<std::ptrdiff_t>(beginning.size())), beginning);
}

TEST_F(RecordedSwitchboardTest, RefusalsAreToldByNumber) {
    EXPECT_EQ(replay("20-errors/010748-104-sb-a.txt"),
              (Events{"logged in", "CAL nobody@example.com: not online (217)", "CAL d@example.com: not online (217)",
                      "CAL nobody: invalid handle (208)", "CAL a@example.com: already there (215)",
                      "MSG 6 A: nobody else is there", "MSG 7 N: nobody else is there", "joined b@example.com B",
                      "CAL b@example.com: done", "CAL b@example.com: done", "MSG 10 A: done", "MSG 11 A: done",
                      "connection lost"}));
    EXPECT_EQ(replay("20-errors/010753-113-sb-a.txt"),
              (Events{"login failure: authentication failed (911)", "connection lost"}));
}

// It was acknowledged before anybody had come, and lost.
TEST_F(RecordedSwitchboardTest, AMessageBeforeSomebodyComesIsNotSent) {
    EXPECT_EQ(replay("22-no-answer/010823-132-sb-a.txt"),
              (Events{"logged in", "MSG 3 A: nobody else is there", "MSG 4 N: nobody else is there",
                      "joined b@example.com B", "CAL b@example.com: done", "CAL b@example.com: done",
                      "MSG 6 N: connection closed before the server confirmed it", "connection lost"}));
    EXPECT_EQ(left_out.size(), 3U);
}

TEST_F(RecordedSwitchboardTest, ACallThatNobodyAnswersEnds) {
    std::vector<RecordedStep> steps = read_recording("escargot/22-no-answer/010823-132-sb-a.txt");
    steps.resize(5);
    steps.push_back({RecordedStep::Kind::end, {}, std::chrono::minutes(1)});
    EXPECT_EQ(replay(steps), (Events{"logged in", "MSG 3 A: nobody else is there", "CAL b@example.com: no answer",
                                     "connection lost"}));
}

TEST_F(RecordedSwitchboardTest, AConversationSurvivesSilence) {
    EXPECT_EQ(replay("40-idle/010949-164-sb-a.txt"),
              (Events{"logged in", "joined b@example.com B", "CAL b@example.com: done", "MSG 3 N: done",
                      "MSG 4 N: connection closed before the server confirmed it", "connection lost"}));
}

}  // namespace
}  // namespace patchcord::msn
