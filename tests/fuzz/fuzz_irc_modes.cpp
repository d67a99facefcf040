// MODE in a small channel: what a client makes of what it is told, against what has changed, and who may change it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/utf8.hpp"
#include "irc/wire/line_framer.hpp"
#include "irc/wire/message.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/irc_world.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/test_transport.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;

constexpr std::array<std::string_view, 3> nicks{"ana", "bob", "carol"};

/// All that modes can say of a channel, each letter with what is set by it: flags with nothing, lists and roles with
/// who or what is in them.
using Modes = std::map<char, std::set<std::string>>;

/// As names and masks compare.
std::string folded(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

Modes modes_of(const chat::Group& group, const chat::ChatService& service) {
    const chat::GroupPolicy& policy = group.policy();
    Modes modes;
    const auto flag = [&](char letter, bool on) {
        if (on) modes[letter] = {""};
    };
    flag('i', policy.invite_only);
    flag('m', policy.moderated);
    flag('n', policy.members_only);
    flag('s', policy.secret);
    flag('t', policy.topic_locked);
    if (!policy.key.empty()) modes['k'] = {policy.key};
    if (policy.limit != 0) modes['l'] = {std::to_string(policy.limit)};
    const auto list = [&](char letter, const chat::MaskList& masks) {
        for (const chat::MaskEntry& entry : masks) modes[letter].insert(folded(entry.mask));
    };
    list('b', policy.bans);
    list('e', policy.ban_exemptions);
    list('I', policy.invite_exemptions);
    for (const std::string_view nick : nicks) {
        const chat::Roles roles = group.roles(**service.lookup_user(nick));
        if (roles.has(chat::Role::op)) modes['o'].insert(std::string(nick));
        if (roles.has(chat::Role::voice)) modes['v'].insert(std::string(nick));
    }
    return modes;
}

/// What a client makes of a MODE that it is told, by ISUPPORT's CHANMODES and PREFIX alone.
void apply_told(Modes& modes, std::span<const std::string_view> words) {
    demand(!words.empty(), "a MODE has letters");
    std::size_t next = 1;
    bool on = true;
    for (const char letter : words.front()) {
        if (letter == '+' || letter == '-') {
            on = letter == '+';
            continue;
        }
        const bool has_argument =
            std::string_view("Ibekov").find(letter) != std::string_view::npos || (letter == 'l' && on);
        demand(!has_argument || next < words.size(), "a letter has its parameter");
        const std::string_view argument = has_argument ? words[next++] : std::string_view();
        const bool holds_many = std::string_view("Ibeov").find(letter) != std::string_view::npos;
        if (!on && holds_many) {
            modes[letter].erase(folded(argument));
            if (modes[letter].empty()) modes.erase(letter);
        } else if (!on) {
            modes.erase(letter);
        } else if (holds_many) {
            modes[letter].insert(folded(argument));
        } else {
            modes[letter] = {std::string(argument)};
        }
    }
    demand(next == words.size(), "no parameter is left");
}

class Peer final : public tests::TestTransport {
  public:
    Peer(irc::Server& server, std::string_view nick)
        : TestTransport(chat::PeerInfo{"192.0.2.1", "", true}), session_(server.make_session()) {
        session_->connection_made(*this);
        send("NICK " + std::string(nick) + "\r\nUSER u 0 * :r\r\nJOIN #a\r\n");
    }
    ~Peer() override { session_->connection_lost({}); }

    void send(std::string_view bytes) { session_->data_received(bytes); }
    std::vector<std::string> take() { return std::exchange(lines_, {}); }

  private:
    void note(std::string_view bytes) override {
        demand(bytes.ends_with("\r\n"), "whole lines are written");
        while (!bytes.empty()) {
            const std::size_t end = bytes.find("\r\n");
            demand(end <= irc::max_body_bytes - 2, "a line has a length");
            demand(chat::is_valid_utf8(bytes.substr(0, end)), "all is UTF-8");
            lines_.emplace_back(bytes.substr(0, end));
            bytes.remove_prefix(end + 2);
        }
    }

    std::unique_ptr<chat::Protocol> session_;
    std::vector<std::string> lines_;
};

irc::ServerOptions server_options() {
    irc::ServerOptions options;
    options.flood = {0, 0};
    return options;
}

/// Everybody is in the channel, and the first is its operator.
struct World : fuzz::IrcWorld {
    World() : IrcWorld(server_options()) {
        for (std::size_t i = 0; i < peers.size(); ++i) peers[i] = std::make_unique<Peer>(server, nicks[i]);
    }

    std::array<std::unique_ptr<Peer>, nicks.size()> peers;
};

/// The MODEs of the channel among `lines`, as their reader understands them.
bool hear(Modes& modes, const std::vector<std::string>& lines) {
    bool heard = false;
    for (const std::string& line : lines) {
        const auto message = irc::parse_message(line);
        if (!message || message->command != "MODE" || message->param(0) != "#a") continue;
        heard = true;
        apply_told(modes, message->params().subspan(1));
    }
    return heard;
}

void run_step(World& world, unsigned who, bool channel, std::string_view text) {
    Peer& peer = *world.peers[who];
    const chat::User& user = **world.service.lookup_user(nicks[who]);
    const chat::Group& group = **world.service.lookup_group("#a");
    for (auto& each : world.peers) (void)each->take();
    const Modes before = modes_of(group, world.service);
    const bool is_operator = group.roles(user).has(chat::Role::op);
    peer.send("MODE " + std::string(channel ? "#a" : nicks[who]) + " " + std::string(text) + "\r\n");
    const Modes after = modes_of(group, world.service);
    demand(after == before || (channel && is_operator), "only an operator changes a channel");
    demand(!user.flags().gateway_operator, "nobody makes themselves an operator of the gateway");
    for (const char list : std::string_view("Ibe")) {
        demand(!after.contains(list) || after.at(list).size() <= World::most_list_entries, "a list has an end");
    }
    for (auto& each : world.peers) {
        Modes told = before;
        const bool heard = hear(told, each->take());
        demand(told == after, "everybody is told what has changed, and nothing else");
        demand(!heard || channel, "nobody hears of another's modes");
        demand(!each->closed(), "a MODE ends nothing");
    }
}

}  // namespace

// Each step: a byte that says who changes what, and the parameters behind the target, up to a byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    World world;
    Script script(data, size);
    constexpr std::size_t longest = 480;
    while (!script.empty()) {
        const unsigned how = script.byte();
        const std::string_view text = script.text();
        if (text.size() > longest || text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            continue;
        run_step(world, how % nicks.size(), how / 4 % 4 != 0, text);
    }
    return 0;
}
