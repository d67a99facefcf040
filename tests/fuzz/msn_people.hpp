#pragma once

#include <charconv>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "msn/client/notification_client.hpp"
#include "msn/client/switchboard_client.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/joint.hpp"
#include "tests/fuzz/msn_client_world.hpp"
#include "tests/fuzz/msn_world.hpp"

namespace patchcord::fuzz {

/// What a client tells when its server is not ours.
template <class Observer>
struct Contented : Observer {
    void got_error(msn::ErrorCode) override { demand(false, "a refusal answers a request"); }
    void got_bad_line(std::string_view, std::string_view) override { demand(false, "the client can read all lines"); }
    void got_unknown_command(std::string_view) override { demand(false, "the client knows all commands"); }
    void connection_lost(std::error_code) override { demand(!std::exchange(gone, true), "the end is told once"); }
    bool gone = false;
};

/// Somebody's connection to the notification server.
struct Person final : Contented<msn::NotificationObserver> {
    void login_failure(std::error_code why, std::string_view) override {
        demand(why == msn::ClientErrc::disconnected, "only a lost connection keeps somebody out");
    }
    void got_switchboard_invitation(const msn::SwitchboardInvitation& call) override { calls.push_back(call); }

    std::string handle;
    std::deque<msn::SwitchboardInvitation> calls;
    bool synchronized = false;
    msn::NotificationClient* client = nullptr;
    std::unique_ptr<Joint> joint;  // goes first
};

/// Somebody's connection to a switchboard. Whatever is said begins with its number, or with an x if it is the rest of
/// something long.
struct Window final : Contented<msn::SwitchboardObserver> {
    void logged_in() override {
        if (on_login) on_login();
    }
    void login_failure(std::error_code) override {}
    void user_joined(const msn::ChatMember&) override {}
    void user_left(const msn::ChatMember&, bool) override {}
    void user_typing(const msn::ChatMember&) override {}
    void got_nudge(const msn::ChatMember&) override {}
    void got_text(const msn::ChatMember& from, const chat::StyledText& styled, bool complete) override {
        const std::string& text = styled.text();
        if (text.starts_with('x') || !complete) return;
        std::size_t number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        demand(read.ec == std::errc(), "nothing is heard but what was said");
        demand(!last_heard.contains(from.handle) || last_heard[from.handle] < number, "it is heard once, and in order");
        last_heard[from.handle] = number;
        heard.insert(number);
    }
    [[nodiscard]] bool is_in() const { return client->is_logged_in() && client->open(); }

    std::function<void()> on_login;
    std::set<std::size_t> heard;
    std::map<std::string, std::size_t> last_heard;
    std::string handle;
    bool stands = false;  // in the end
    msn::SwitchboardClient* client = nullptr;
    std::unique_ptr<Joint> joint;  // goes first
};

/// A text: who said it, who was there, and what its sender was told of it.
struct Said {
    const Window* by;
    std::vector<const Window*> there;
    std::optional<msn::Delivery> became = {};
};

/// One for everybody.
struct Tickets final : msn::TicketSource {
    void get_ticket(const std::string&, const std::string& handle, const std::string&,
                    std::function<void(Ticket)> done) override {
        done({"t=" + handle, {}, {}});
    }
};

inline msn::NotificationOptions options_of(const std::string& handle, unsigned dialect) {
    msn::NotificationOptions options;
    options.handle = handle;
    options.password = "secret";
    options.lowest = options.highest = msn::Dialect(dialect);
    options.auth = dialect < 8 ? msn::Auth::md5 : msn::Auth::twn;
    options.md5 = MsnWorld::digest;
    return options;
}

/// What somebody does with what the server keeps of them. False: there is nothing of that number.
inline bool change_something(msn::NotificationClient& client, unsigned what, const std::string& other,
                             const std::string& word, Ledger& ledger) {
    const auto list = what % 2 == 0 ? msn::ListBit::forward : msn::ListBit::allow;
    switch (what % 16) {
        case 0:
        case 1: client.add_contact(list, other, ledger.entry()); break;
        case 2:
        case 3: client.remove_contact(list, other, ledger.entry()); break;
        case 4: client.block_contact(other, ledger.entry()); break;
        case 5: client.unblock_contact(other, ledger.entry()); break;
        case 6: client.change_screen_name(word, ledger.entry()); break;
        case 7: client.change_personal_message({word, {}}, ledger.entry()); break;
        case 8: client.add_list_group(word, ledger.entry()); break;
        case 9: client.add_to_group(other, "1", ledger.entry()); break;
        case 10: client.change_status(static_cast<msn::Status>(word.size() % 8), ledger.entry()); break;
        case 11: client.set_privacy_mode(word.empty(), ledger.entry()); break;
        case 12: client.set_phone_details(msn::Phone::work, word, ledger.entry()); break;
        default: return false;
    }
    return true;
}

/// The client has the lists that the server has stored.
inline void check_lists(const Person& person, MsnWorld& world) {
    if (person.joint->over() || !person.synchronized) return;
    constexpr unsigned own = msn::list_forward | msn::list_allow | msn::list_block;
    std::map<std::string, unsigned> stored;
    for (const msn::Contact& contact : world.store.account(person.handle).contacts) {
        if ((contact.lists & own) != 0) stored[contact.handle] = contact.lists & own;
    }
    std::map<std::string, unsigned> known;
    for (const auto& [handle, contact] : person.client->roster().contacts()) {
        if ((contact.lists & own) != 0) known[handle] = contact.lists & own;
    }
    demand(known == stored, "the client has the lists of the server");
}

}  // namespace patchcord::fuzz
