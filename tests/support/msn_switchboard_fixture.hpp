#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "msn/wire/handle.hpp"
#include "msn/wire/mime_message.hpp"
#include "tests/support/msn_fixture.hpp"
#include "tests/support/recording_client.hpp"

namespace patchcord::tests {

/// The options of tests, and group conversations: `&ana` is a group's name, too.
inline chat::ServiceOptions conversation_options() {
    chat::ServiceOptions options = service_options();
    options.names.is_user_name = [](std::string_view name) {
        return !name.empty() && name.find_first_of(" #&") == std::string_view::npos;
    };
    options.names.is_group_name = [](std::string_view name) {
        return name.size() > 1 && std::string_view("#&").find(name.front()) != std::string_view::npos &&
               name.find(' ') == std::string_view::npos;
    };
    return options;
}

/// Somebody online on MSN, and their connection to the notification server.
struct MsnPerson {
    std::string handle;
    MsnClient ns;
};

/// What a RNG says.
struct MsnRing {
    std::string session;
    std::string address;
    std::string key;
    std::string caller;
    std::string name;
};

/// Somebody of the other side, who also writes down what befalls their conversations:
///   brought into &ana                  no bob in #a: not answered
class IrcPerson final : public Visitor {
  public:
    using Visitor::Visitor;

    void brought_in(const chat::Group& group, std::string_view) override {
        fates_.push_back("brought into " + group.name());
    }
    void invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why) override {
        fates_.push_back("no " + invitee.name() + " in " + group.name() + ": " + why.message());
    }
    [[nodiscard]] Log take_fates() { return std::exchange(fates_, {}); }

  private:
    Log fates_;
};

/// An MSN server, and the steps that lead to a conversation in a switchboard.
///
///     MsnPerson ana = online("ana"), bob = online("bob");
///     MsnClient window = call(ana, bob.handle);
///     MsnClient other = pick_up(bob);
class MsnSwitchboardTest : public MsnTest {
  protected:
    explicit MsnSwitchboardTest(msn::ServerOptions options = msn_options())
        : MsnTest(std::move(options), conversation_options()) {}

    /// `name@example.com`, who has an account from now on.
    MsnPerson online(const std::string& name, unsigned dialect = 8) {
        const std::string handle = name + "@example.com";
        std::string friendly = name;
        friendly.front() = static_cast<char>(friendly.front() - 'a' + 'A');
        store_.add(handle, friendly);
        store_.set_legacy_password(handle, "secret");
        return {handle, come_online(handle, dialect)};
    }
    /// The key that XFR gives.
    static std::string new_key(MsnPerson& person) {
        const Commands answer = matching("XFR 70 SB 192.0.2.9:1864 CKI ", person.ns.ask("XFR 70 SB"));
        if (answer.size() == 1) return words_of(answer.front()).back();
        ADD_FAILURE() << "no key for " << person.handle;
        return "none";
    }
    /// A switchboard with nobody else in it, all read.
    MsnClient enter(MsnPerson& person) {
        MsnClient window = open_switchboard();
        EXPECT_EQ(matching("USR 71 OK " + person.handle, window.ask("USR 71 " + person.handle + " " + new_key(person)))
                      .size(),
                  1U);
        return window;
    }
    /// The same, from which `handle` was called.
    MsnClient call(MsnPerson& by, const std::string& handle) {
        MsnClient window = enter(by);
        (void)ring_up(window, handle);
        return window;
    }
    /// Calls another into a switchboard; gives what came with the answer.
    static Commands ring_up(MsnClient& window, const std::string& handle) {
        Commands answer = window.ask("CAL 72 " + handle);
        EXPECT_FALSE(answer.empty() || !answer.front().starts_with("CAL 72 RINGING "))
            << testing::PrintToString(answer);
        if (!answer.empty()) answer.erase(answer.begin());
        return answer;
    }
    /// The last ring somebody was sent.
    static MsnRing ring_of(MsnPerson& person) {
        const Commands rings = matching("RNG", person.ns.take());
        const std::vector<std::string> words = words_of(rings.empty() ? "" : rings.back());
        if (words.size() == 7) return {words[1], words[2], words[4], words[5], words[6]};
        ADD_FAILURE() << "no ring for " << person.handle;
        return {};
    }
    /// Answers a ring; what the switchboard then says is left to be read.
    MsnClient answer(const MsnPerson& person, const MsnRing& ring) {
        MsnClient window = open_switchboard();
        window.send("ANS 73 " + person.handle + " " + ring.key + " " + ring.session);
        return window;
    }
    /// Answers the last one, and has read who is there.
    MsnClient pick_up(MsnPerson& person) {
        MsnClient window = answer(person, ring_of(person));
        EXPECT_EQ(matching("ANS 73 OK", window.take()).size(), 1U) << person.handle << " was not let in";
        return window;
    }
    /// Two on MSN in one switchboard, all read.
    std::pair<MsnClient, MsnClient> connect(MsnPerson& one, MsnPerson& other) {
        MsnClient first = call(one, other.handle);
        MsnClient second = pick_up(other);
        first.take();
        return {std::move(first), std::move(second)};
    }

    /// A text message's payload.
    static std::string text(std::string_view body, std::string_view more_headers = {}) {
        std::string payload = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n";
        return payload.append(more_headers).append("\r\n").append(body);
    }
    /// Any other.
    static std::string payload_of(std::string_view type, std::string_view body) {
        return std::string("MIME-Version: 1.0\r\nContent-Type: ").append(type).append("\r\n\r\n").append(body);
    }
    static std::string typing_of(const std::string& handle) {
        return "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: " + handle + "\r\n\r\n\r\n";
    }
    /// Says something and gives the answer, by the verb.
    static Commands say(MsnClient& window, std::string_view body, std::string_view mode = "A") {
        return verbs_of(window.ask("MSG 9 " + std::string(mode), text(body)));
    }
    /// What came since the last time: texts as "bob@example.com: hello", other messages as "bob@example.com
    /// [text/x-msmsgscontrol]", all else as it is.
    static Commands heard(MsnClient& window) {
        Commands lines;
        for (const std::string& command : window.take()) {
            if (!command.starts_with("MSG ")) {
                lines.push_back(command);
                continue;
            }
            const std::size_t end = command.find('\n');
            const std::string payload = end == std::string::npos ? "" : command.substr(end + 1);
            const auto mime = msn::parse_mime(payload);
            const std::string type(msn::content_type(*mime).type);
            const std::string said = type == "text/plain" ? ": " + std::string(mime->body) : " [" + type + "]";
            lines.push_back(words_of(command.substr(0, end))[1] + said);
        }
        return lines;
    }
    static std::vector<std::string> words_of(std::string_view line) {
        std::vector<std::string> words;
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(' '), line.size());
            words.emplace_back(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
        return words;
    }

    /// A channel that outlives its members.
    chat::Group& make_room(const std::string& name = "#a") {
        chat::Group* room = service_.create_group(name).value();
        room->set_permanent(true);
        return *room;
    }
    [[nodiscard]] chat::User& user_of(const MsnPerson& person) {
        return *server_.find_principal(person.handle)->user();
    }
    [[nodiscard]] static std::string irc_handle(const std::string& nick) { return nick + "@irc.msn.test"; }
    [[nodiscard]] std::int64_t open_switchboards() { return server_.metrics().switchboards.value(); }
};

}  // namespace patchcord::tests
