#pragma once

#include <memory>
#include <string>
#include <utility>

#include "msn/link/far_service.hpp"
#include "msn/wire/field_text.hpp"
#include "tests/support/msn_fixture.hpp"
#include "tests/support/msn_wire.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::msn {

using tests::Commands;
using tests::Log;
using tests::MsnClient;

/// Gives tickets of the service under test to those who know the password "secret".
class ServiceTickets final : public TicketSource {
  public:
    explicit ServiceTickets(std::function<std::string(const std::string&)> issue) : issue_(std::move(issue)) {}
    void get_ticket(const std::string&, const std::string& handle, const std::string& password,
                    std::function<void(Ticket)> done) override {
        if (password != "secret") return done({{}, ClientErrc::wrong_password, "Bad password"});
        done({issue_(handle), {}, {}});
    }

  private:
    std::function<std::string(const std::string&)> issue_;
};

/// Two worlds under one clock. The service is a whole MSN server, with `bob@example.com`, `carol@example.com` and
/// `ana@example.com`; ours is a chat service where `ana`, of the account of that name, is linked to the last.
class LinkTest : public tests::MsnTest {
  protected:
    LinkTest()
        : near_(near_options(), scheduler_),
          tickets_([this](const std::string& handle) { return ticket_for(handle); }),
          connector_(scheduler_, [this](const chat::Endpoint& to) {
              return to.port == 1863 ? server_.make_notification_session() : server_.make_switchboard_session();
          }) {
        make_service({});
    }
    ~LinkTest() override {
        far_->shut_down();
        for (const auto& wire : connector_.wires) wire->cut();
        connector_.wires.clear();
        advance(std::chrono::milliseconds(0));
    }

    static chat::ServiceOptions near_options() {
        chat::ServiceOptions options = tests::service_options();
        options.names.is_group_name = [](std::string_view name) {
            return name.starts_with('#') || name.starts_with('&');
        };
        options.names.is_user_name = [](std::string_view name) {
            return !name.empty() && name.find_first_of(" #&@/") == std::string_view::npos;
        };
        return options;
    }
    void make_service(FarServiceOptions options) {
        options.name = "far";
        options.server = {"msn.example.com", 1863};
        options.login.md5 = tests::md5;
        far_ = std::make_unique<FarService>(
            FarServiceEnvironment{
                near_,
                scheduler_,
                log_,
                near_nicks_,
                graphemes_,
                tickets_,
                connector_,
                [this](const std::string&) -> chat::Connector& { return connector_; },
                echoes_,
                link_metrics_,
                [] { return 0.5; },
                [this](const chat::User&, const chat::User&, const std::string&, std::function<void()> done) {
                    older_sent_ = std::move(done);
                    return something_waits_;
                },
                {},
                offline_messages_,
                &near_desk_,
                &near_network_,
                [this] { return ++last_random_; },
                &server_.pictures()},
            std::move(options));
    }
    LinkedAccount& link(const std::string& account = "ana") {
        return far_->add({account,
                          {},
                          account + "@example.com",
                          [this](std::string& password) {
                              password = password_;
                              return password_problem_;
                          },
                          {}});
    }
    static chat::Profile profile_of(const std::string& account) {
        chat::Profile profile;
        profile.username = account;
        profile.host = "irc.test";
        profile.account = account;
        return profile;
    }
    /// Time passes until all contacts have come.
    void settle() { advance(std::chrono::milliseconds(2'000)); }
    /// Puts both on the lists of each other.
    void befriend(const std::string& one, const std::string& other) {
        put_on_lists(one, other, list_forward | list_allow);
        put_on_lists(other, one, list_forward | list_allow);
    }
    /// Somebody of the service calls ana into a switchboard, and she came.
    MsnClient call(MsnClient& caller, const std::string& from, const std::string& to = "ana@example.com") {
        const Commands transfer = caller.ask("XFR 20 SB");
        const std::string key = transfer.front().substr(transfer.front().rfind(' ') + 1);
        MsnClient line = open_switchboard();
        line.send("USR 1 " + from + " " + key);
        line.send("CAL 2 " + to);
        settle();
        return line;
    }
    /// Answers the call that a client was rung with.
    MsnClient answer(MsnClient& client, const std::string& handle) {
        const Commands rings = tests::matching("RNG", client.take());
        EXPECT_EQ(rings.size(), 1U);
        if (rings.empty()) return open_switchboard();
        // RNG session address CKI key caller name
        std::vector<std::string> words;
        std::string_view rest = rings.front();
        while (!rest.empty()) words.emplace_back(take_field(rest, ' '));
        MsnClient line = open_switchboard();
        line.send("ANS 1 " + handle + " " + words.at(4) + " " + words.at(1));
        advance(std::chrono::milliseconds(0));
        return line;
    }
    void say(tests::Visitor& who, const std::string& to, const std::string& text) {
        last_error_ = send(who, to, chat::MessageKind::text, text);
    }
    std::error_code send(tests::Visitor& who, const std::string& to, chat::MessageKind kind, const std::string& text) {
        const std::error_code error = post(who, to, kind, text);
        advance(std::chrono::milliseconds(0));
        return error;
    }
    /// The same, but it is on its way still.
    std::error_code post(tests::Visitor& who, const std::string& to, chat::MessageKind kind, const std::string& text) {
        chat::Message message{{}, nullptr, {}, kind, chat::MessageText(chat::StyledText(text)), {}};
        if (const auto group = near_.lookup_group(to)) message.target.group = *group;
        if (const auto user = near_.lookup_user(to)) message.target.user = *user;
        chat::RenderCache cache;
        return who.user().send(message, cache);
    }

    chat::ChatService near_;
    chat::MetricRegistry near_metrics_;
    chat::FileDesk near_desk_{near_, near_metrics_, {}};
    tests::MemoryFileNetwork near_network_;
    std::uint32_t last_random_ = 4000;
    Echoes echoes_;
    LinkMetrics link_metrics_{metrics_};
    tests::PlainNicks near_nicks_;
    ServiceTickets tickets_;
    tests::MemoryConnector connector_;
    std::string password_ = "secret";
    PasswordProblem password_problem_;
    std::function<std::unique_ptr<OfflineMessageSource>(const LinkOptions&)> offline_messages_;
    bool something_waits_ = false;      // for a contact who comes
    std::function<void()> older_sent_;  // says that it was sent
    std::error_code last_error_;
    std::unique_ptr<FarService> far_;
};

}  // namespace patchcord::msn
