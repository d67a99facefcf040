#pragma once

#include <array>
#include <cstdint>

#include "tests/msn/client/client_fixture.hpp"

namespace patchcord::msn {

/// Gives the ticket it is told to, at once or when the test says so.
class ScriptedTickets final : public TicketSource {
  public:
    void get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override {
        asked = challenge + " " + handle + " " + password;
        if (at_once) return done(ticket);
        waiting = std::move(done);
    }

    Ticket ticket{"t=1&p=2", {}, {}};
    bool at_once = true;
    std::string asked;
    std::function<void(Ticket)> waiting;
};

/// Writes down what a NotificationClient tells.
class RecordingNotification final : public NotificationObserver {
  public:
    Events take() { return std::exchange(events, {}); }

    void logged_in() override {
        events.emplace_back("logged in");
        if (on_login) on_login();
    }
    void login_failure(std::error_code why, std::string_view reason) override {
        events.push_back("login failure: " + why.message() + (reason.empty() ? "" : ": " + std::string(reason)));
    }
    void got_notification_referral(const chat::Endpoint& to) override {
        events.push_back("referral " + to.host + " " + std::to_string(to.port));
    }
    void got_profile(const MimeMessage& message) override {
        events.push_back("profile " + std::string(find_header(message, "sid").value_or("-")));
    }
    void got_message(const MimeMessage& message) override {
        events.push_back("message " + std::string(content_type(message).type));
    }
    void got_mail_notice(const MailNotice& notice) override {
        events.emplace_back(notice.complete ? "mail that waits" : "more mail");
    }
    void list_synchronized() override { events.emplace_back("list synchronized"); }
    void got_contact_status(const RosterContact& contact) override { events.push_back("initially " + shown(contact)); }
    void contact_status_changed(const RosterContact& contact) override { events.push_back("now " + shown(contact)); }
    void contact_offline(const RosterContact& contact) override { events.push_back("offline " + contact.handle); }
    void contact_message_changed(const RosterContact& contact) override {
        events.push_back("words " + contact.handle + " '" + contact.personal.text + "'");
    }
    void user_added_me(const std::string& handle, const std::string& name) override {
        events.push_back("added by " + handle + " " + name);
    }
    void user_removed_me(const std::string& handle) override { events.push_back("removed by " + handle); }
    void status_changed() override { ++own_changes; }
    void got_switchboard_invitation(const SwitchboardInvitation& call) override {
        events.push_back("call " + call.session_id + " " + call.address.endpoint.host + " " +
                         std::to_string(call.address.endpoint.port) + " " + call.address.key + " " + call.handle + " " +
                         call.name);
    }
    void multiple_login() override { events.emplace_back("multiple login"); }
    void server_going_down() override { events.emplace_back("server going down"); }
    void got_error(ErrorCode code) override { events.push_back("error " + refusal_error(code).message()); }
    void got_bad_line(std::string_view line, std::string_view why) override {
        events.push_back("bad line '" + std::string(line.substr(0, line.find('\r'))) + "' " + std::string(why));
    }
    void got_phone_number(const RosterContact& contact) override {
        events.push_back("phones " + contact.handle + " " + contact.phones.home + "," + contact.phones.work + "," +
                         contact.phones.mobile + "," + (contact.phones.pager ? "Y" : "N"));
    }
    void got_unknown_command(std::string_view line) override {
        events.push_back("unknown " + std::string(line.substr(0, line.find('\r'))));
    }
    void connection_lost(std::error_code why) override {
        events.push_back("connection lost" + (why ? ": " + why.message() : std::string()));
    }

    static std::string shown(const RosterContact& contact) {
        return std::string(format_status(contact.status)) + " " + contact.handle + " " + contact.name;
    }

    Events events;
    std::function<void()> on_login;
    int own_changes = 0;
};

/// No MD5, but good enough to see what it was made of.
inline std::array<std::uint8_t, 16> fake_md5(std::string_view bytes) {
    std::array<std::uint8_t, 16> digest{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        digest[i % digest.size()] =
            static_cast<std::uint8_t>(digest[i % digest.size()] * 31U + static_cast<unsigned char>(bytes[i]));
    }
    return digest;
}

class NotificationFixture : public testing::Test {
  protected:
    static NotificationOptions options_for(unsigned dialect) {
        NotificationOptions options;
        options.handle = "ana@example.com";
        options.password = "secret";
        options.lowest = options.highest = Dialect(dialect);
        options.md5 = fake_md5;
        return options;
    }

    NotificationClient& connect(const NotificationOptions& options) {
        client_ = std::make_unique<NotificationClient>(scheduler, tickets, seen, options);
        client_->connection_made(server);
        return *client_;
    }

    void say(std::string_view bytes) { client_->data_received(bytes); }

    /// Logs in; nothing of it is left to be seen. The next TrID is 5.
    NotificationClient& log_in(unsigned dialect) {
        NotificationClient& client = connect(options_for(dialect));
        say("VER 1 MSNP" + std::to_string(dialect) + "\r\n");
        say("CVR 2 7.0 7.0 7.0 http://x http://x\r\n");
        say("USR 3 TWN S lc=1033,id=507\r\n");
        say(dialect < 10 ? "USR 4 OK ana@example.com Ana 1 0\r\n" : "USR 4 OK ana@example.com 1 0\r\n");
        EXPECT_TRUE(client.is_logged_in());
        server.take();
        seen.take();
        return client;
    }

    tests::ManualScheduler scheduler;
    ScriptedTickets tickets;
    RecordingNotification seen;
    ServerEnd server;
    Outcomes outcomes;

  private:
    std::unique_ptr<NotificationClient> client_;
};

}  // namespace patchcord::msn
