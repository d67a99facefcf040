#pragma once

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/file_desk.hpp"
#include "msn/server/notification_session.hpp"
#include "msn/server/server.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/memory_file_network.hpp"
#include "tests/support/msn_md5.hpp"
#include "tests/support/msn_memory_store.hpp"
#include "tests/support/msn_transport.hpp"
#include "tests/support/names.hpp"
#include "tests/support/recording_log.hpp"

namespace patchcord::tests {

/// The verbs (or error numbers) of commands, in their order.
inline Commands verbs_of(const Commands& commands) {
    Commands verbs;
    for (const std::string& command : commands) verbs.push_back(command.substr(0, 3));
    return verbs;
}

/// The commands with that verb or number.
inline Commands matching(std::string_view verb, const Commands& commands) {
    Commands found;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(found),
                 [&](const std::string& command) { return command.starts_with(verb); });
    return found;
}

/// Gives out nicks made from handles.
class PlainNicks final : public msn::NickNames {
  public:
    /// From now on everybody is given this one.
    void give(std::string nick) { given_ = std::move(nick); }

    std::string nick_for(std::string_view handle, std::string_view,
                         const std::function<bool(std::string_view)>& is_taken) override {
        if (!given_.empty()) return given_;
        std::string nick(handle.substr(0, handle.find('@')));
        while (is_taken(nick)) nick += '_';
        return nick;
    }
    std::string new_nick_for(std::string_view, std::string_view friendly_name,
                             const std::function<bool(std::string_view)>& is_taken) override {
        std::string nick(friendly_name);
        while (is_taken(nick)) nick += '_';
        return nick;
    }

  private:
    std::string given_;
};

/// One MSN client's connection to a server under test: what it sends goes straight into its session, what it is sent is
/// kept. Time stands still but for what is due at once, such as the store's answers.
class MsnClient {
  public:
    MsnClient(std::unique_ptr<chat::Protocol> session, ManualScheduler& scheduler,
              chat::PeerInfo peer = {"192.0.2.1", "", false, "192.0.2.9"})
        : scheduler_(&scheduler),
          transport_(std::make_unique<MsnTransport>(std::move(peer))),
          session_(std::move(session)) {
        session_->connection_made(*transport_);
    }
    MsnClient(MsnClient&&) noexcept = default;
    MsnClient& operator=(MsnClient&&) = delete;
    ~MsnClient() { hang_up(); }

    /// Sends a command without a payload.
    void send(std::string_view line) { send_raw(std::string(line) + "\r\n"); }
    /// Sends a command with one; its length is added.
    void send(std::string_view line, std::string_view payload) {
        send_raw(std::string(line) + " " + std::to_string(payload.size()) + "\r\n" + std::string(payload));
    }
    /// Sends bytes as they are, and lets the answer be found.
    void send_raw(std::string_view bytes) {
        send_only(bytes);
        scheduler_->advance(std::chrono::milliseconds(0));
    }
    /// The same, but leaves what waits for an answer waiting.
    void send_only(std::string_view bytes) {
        // A copy that ends with the call, as a reader's buffer does.
        if (session_) session_->data_received(std::string(bytes));
    }
    /// The commands received since the last time.
    Commands take() { return transport_->take(); }
    /// Sends a command and gives what came back.
    Commands ask(std::string_view line) {
        take();
        send(line);
        return take();
    }
    Commands ask(std::string_view line, std::string_view payload) {
        take();
        send(line, payload);
        return take();
    }
    /// The connection is gone, and the session with it.
    void hang_up(std::error_code why = {}) {
        if (!session_) return;
        session_->connection_lost(why);
        session_.reset();
    }

    [[nodiscard]] MsnTransport& transport() { return *transport_; }
    [[nodiscard]] bool closed() const { return transport_->closed(); }

  private:
    ManualScheduler* scheduler_;
    std::unique_ptr<MsnTransport> transport_;
    std::unique_ptr<chat::Protocol> session_;
};

/// A server without flood control that shows every change at once: a test that is about these says so.
inline msn::ServerOptions msn_options() {
    msn::ServerOptions options;
    options.name = "msn.test";
    options.flood = {0, 0};
    options.presence_interval = std::chrono::milliseconds(0);
    return options;
}

/// A whole MSN server whose clock, accounts and clients the test moves. `ana@example.com`, `bob@example.com` and
/// `carol@example.com` exist; their password is "secret", their friendly names are "Ana" and so on.
///
///     MsnClient ana = sign_in("ana@example.com", 8);
///     EXPECT_EQ(ana.ask("PNG"), (Commands{"QNG"}));
class MsnTest : public testing::Test {
  protected:
    explicit MsnTest(msn::ServerOptions options = msn_options(), chat::ServiceOptions service = service_options())
        : service_(std::move(service), scheduler_),
          store_(scheduler_),
          server_({service_, scheduler_, log_, metrics_, store_, nicks_, graphemes_, md5,
                   [this](std::string_view ticket) { return redeem(ticket); },
                   [this](std::size_t length) { return random_text(length); }},
                  std::move(options)) {
        server_.environment().files = &desk_;
        server_.environment().file_network = &file_network_;
        for (const char* name : {"Ana", "Bob", "Carol"}) {
            std::string handle = std::string(name) + "@example.com";
            handle.front() = static_cast<char>(handle.front() - 'A' + 'a');
            store_.add(handle, name);
            store_.set_legacy_password(handle, "secret");
        }
    }

    /// A connection to the notification server that has said nothing yet.
    MsnClient open() { return {server_.make_notification_session(), scheduler_}; }
    /// One to the switchboard.
    MsnClient open_switchboard() { return {server_.make_switchboard_session(), scheduler_}; }
    /// One that has agreed on MSNP<dialect>.
    MsnClient greet(unsigned dialect) {
        MsnClient client = open();
        const std::string name = "MSNP" + std::to_string(dialect);
        EXPECT_EQ(client.ask("VER 1 " + name + " CVR0"), (Commands{"VER 1 " + name + " CVR0"}));
        return client;
    }
    /// Sends the login of the dialect's kind and gives the answer to it.
    Commands log_in(MsnClient& client, std::string_view handle, unsigned dialect,
                    std::string_view password = "secret") {
        const std::string who(handle);
        if (dialect >= 8) {
            client.send("USR 3 TWN I " + who);
            return client.ask("USR 4 TWN S " + ticket_for(who));
        }
        const Commands asked = client.ask("USR 3 MD5 I " + who);
        const std::string challenge = asked.empty() ? "" : asked.front().substr(asked.front().rfind(' ') + 1);
        return client.ask("USR 4 MD5 S " + msn::answer_md5_login(challenge, password, md5));
    }
    /// A client that is signed in, and has read the welcome; nobody sees it before its first CHG.
    MsnClient sign_in(std::string_view handle, unsigned dialect) {
        MsnClient client = greet(dialect);
        EXPECT_EQ(matching("USR 4 OK", log_in(client, handle, dialect)).size(), 1U) << handle << " was not let in";
        return client;
    }
    /// The same, with its lists read, and online.
    MsnClient come_online(std::string_view handle, unsigned dialect) {
        MsnClient client = sign_in(handle, dialect);
        client.send("SYN 5 0 0");
        client.send(dialect >= 8 ? "CHG 6 NLN 0" : "CHG 6 NLN");
        client.take();
        return client;
    }
    /// A ticket that lets `handle` in, once.
    std::string ticket_for(const std::string& handle) {
        const std::string ticket = "t=ticket" + std::to_string(++last_ticket_) + "&p=";
        tickets_[ticket] = handle;
        return ticket;
    }
    /// Puts somebody on a list before they or their owner sign in.
    void put_on_lists(const std::string& owner, const std::string& handle, unsigned lists) {
        msn::Contact contact;
        contact.handle = handle;
        contact.name = handle;
        contact.lists = lists;
        store_.account(owner).contacts.push_back(contact);
    }
    template <class Change>
    void change_options(Change&& change) {
        msn::ServerOptions options = server_.options();
        change(options);
        server_.reload(std::move(options));
    }
    void advance(std::chrono::milliseconds by) { scheduler_.advance(by); }
    [[nodiscard]] std::int64_t limit_hits(msn::Limit limit) { return server_.metrics().limit_hits(limit).value(); }

    ManualScheduler scheduler_;
    chat::ChatService service_;
    RecordingLog log_;
    chat::MetricRegistry metrics_;
    MsnMemoryStore store_;
    PlainNicks nicks_;
    chat::CodePointBreaker graphemes_;
    chat::FileDesk desk_{service_, metrics_, {}};
    MemoryFileNetwork file_network_;
    msn::Server server_;

  private:
    std::optional<std::string> redeem(std::string_view ticket) {
        const auto found = tickets_.find(std::string(ticket));
        if (found == tickets_.end()) return std::nullopt;
        std::string handle = std::move(found->second);
        tickets_.erase(found);
        return handle;
    }
    /// Nothing one could guess from, were it not for a test.
    std::string random_text(std::size_t length) {
        std::string text;
        for (std::uint64_t number = ++last_random_; text.size() < length; number = number * 31 + text.size()) {
            text += "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36];
        }
        return text;
    }

    std::map<std::string, std::string> tickets_;
    std::uint64_t last_ticket_ = 0;
    std::uint64_t last_random_ = 0;
};

}  // namespace patchcord::tests
