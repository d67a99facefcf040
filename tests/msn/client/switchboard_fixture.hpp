#pragma once

#include <memory>

#include "tests/msn/client/client_fixture.hpp"

namespace patchcord::msn {

/// Writes down what a SwitchboardClient tells.
class RecordingSwitchboard final : public SwitchboardObserver {
  public:
    Events take() { return std::exchange(events, {}); }

    void got_chatting_users(const std::vector<ChatMember>& users) override {
        events.emplace_back("there:");
        for (const ChatMember& who : users) events.back() += " " + who.handle;
    }
    void logged_in() override { events.emplace_back("logged in"); }
    void login_failure(std::error_code why) override { events.push_back("login failure: " + why.message()); }
    void user_joined(const ChatMember& who) override { events.push_back("joined " + shown(who)); }
    void user_left(const ChatMember& who, bool idle) override {
        events.push_back((idle ? "idle " : "left ") + shown(who));
    }
    void got_text(const ChatMember& from, const chat::StyledText& text, bool complete) override {
        const chat::Style style = text.uniform_style().value_or(chat::Style());
        events.push_back("text " + shown(from) + (style.bold ? " bold" : "") + (complete ? "" : " incomplete") + ": " +
                         text.text());
    }
    void user_typing(const ChatMember& who) override { events.push_back("typing " + shown(who)); }
    void got_nudge(const ChatMember& from) override { events.push_back("nudge " + shown(from)); }
    bool got_send_request(const SendRequest& request) override {
        events.push_back("offer " + request.handle + " " + request.cookie + " " + request.file.name + " " +
                         (request.file.size ? std::to_string(*request.file.size) : "?"));
        offer = request;
        return takes_files;
    }
    void invitation_cancelled(const ChatMember& from, const std::string& cookie, const std::string& code) override {
        events.push_back("cancelled " + from.handle + " " + cookie + " " + code);
    }
    void got_message(const ChatMember& from, const MimeMessage& message) override {
        events.push_back("message " + shown(from) + " " + std::string(content_type(message).type));
    }
    void got_error(ErrorCode code) override { events.push_back("error " + refusal_error(code).message()); }
    void got_bad_line(std::string_view line, std::string_view why) override {
        events.push_back("bad line '" + std::string(line.substr(0, line.find('\r'))) + "' " + std::string(why));
    }
    void got_unknown_command(std::string_view line) override {
        events.push_back("unknown " + std::string(line.substr(0, line.find('\r'))));
    }
    void connection_lost(std::error_code) override { events.emplace_back("connection lost"); }

    static std::string shown(const ChatMember& who) { return who.handle + " " + who.name; }

    Events events;
    bool takes_files = false;
    SendRequest offer;
};

/// A message as the server passes it on; `sender` is handle and name.
inline std::string message(std::string_view sender, std::string_view payload) {
    return "MSG " + std::string(sender) + " " + std::to_string(payload.size()) + "\r\n" + std::string(payload);
}

inline chat::StyledText plain(std::string text) {
    return chat::StyledText(std::move(text));
}

class SwitchboardFixture : public testing::Test {
  protected:
    SwitchboardClient& connect(const std::string& session_id) {
        client_ = std::make_unique<SwitchboardClient>(scheduler, seen,
                                                      SwitchboardOptions{"ana@example.com", "17.26", session_id});
        client_->connection_made(server);
        return *client_;
    }

    void say(std::string_view bytes) { client_->data_received(bytes); }

    /// Opens a switchboard, in which bob is then; the next TrID is 3.
    SwitchboardClient& talk_with_bob() {
        SwitchboardClient& client = connect({});
        say("USR 1 OK ana@example.com Ana\r\n");
        client.invite_user("bob@example.com");
        say("CAL 2 RINGING 1\r\nJOI bob@example.com Bob\r\n");
        server.take();
        seen.take();
        return client;
    }

    tests::ManualScheduler scheduler;
    RecordingSwitchboard seen;
    ServerEnd server;
    Outcomes outcomes;

  private:
    std::unique_ptr<SwitchboardClient> client_;
};

}  // namespace patchcord::msn
