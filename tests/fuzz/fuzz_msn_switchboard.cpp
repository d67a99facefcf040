// Three people on MSN with switchboards, two on IRC and a room; the input says who calls whom, who says what in which
// bytes, when time passes, and who stops reading, hides or goes.

#include <array>
#include <memory>
#include <vector>

#include "tests/fuzz/msn_world.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::MsnPeer;
using fuzz::MsnWorld;
using fuzz::Script;

constexpr std::size_t max_windows = 4;  // of one person
constexpr std::array<std::string_view, 2> nicks{"zoe", "yan"};

class Play {
  public:
    explicit Play(Script& script) : script_(script) {
        for (std::size_t i = 0; i < people_.size(); ++i) sign_in(i);
        for (std::size_t i = 0; i < visitors_.size(); ++i) visitors_[i] = world_.visitor(std::string(nicks[i]));
    }
    void step() {
        const unsigned what = script_.byte();
        const std::size_t who = what % people_.size();
        switch (what / 3 % 20) {
            case 0: world_.scheduler.advance(std::chrono::milliseconds(1000)); break;
            case 1: world_.scheduler.advance(std::chrono::seconds(31)); break;
            case 2:
            case 3: enter(who); break;
            case 4:
            case 5: answer(who); break;
            case 6:
            case 7: call(who); break;
            case 8:
            case 9: say(who); break;
            case 10: notify(who); break;
            case 11: window(who).stall(); break;
            case 12: close(who); break;
            case 13: sign_in(who); break;
            case 14:
            case 15: speak(); break;
            case 16: move(); break;
            case 17: meet(who); break;
            default: window(who).send(script_.text());
        }
        world_.run();
        demand(world_.server.metrics().switchboards.value() < 200, "there are not too many switchboards");
    }
    void end() {
        for (Person& person : people_) {
            person.windows.clear();
            person.ns.reset();
        }
        for (auto& visitor : visitors_) visitor.reset();
        world_.demand_alive();
    }

  private:
    struct Person {
        std::unique_ptr<MsnPeer> ns;
        std::vector<std::unique_ptr<MsnPeer>> windows;
    };

    void sign_in(std::size_t who) {
        people_[who].ns.reset();
        people_[who].ns = world_.online(MsnWorld::names[who], who == 2 ? 12 : 8);
    }
    MsnPeer& window(std::size_t who) {
        auto& windows = people_[who].windows;
        if (windows.empty()) open(who);
        return *windows[script_.byte() % windows.size()];
    }
    MsnPeer& open(std::size_t who) {
        auto& windows = people_[who].windows;
        if (windows.size() >= max_windows) windows.erase(windows.begin());
        windows.push_back(world_.switchboard());
        return *windows.back();
    }
    void enter(std::size_t who) {
        people_[who].ns->send("XFR 5 SB\r\n");
        open(who).send("USR 1 " + handle(who) + " " + people_[who].ns->opening().key + "\r\n");
    }
    void answer(std::size_t who) {
        const fuzz::MsnKey ring = people_[who].ns->ring();
        open(who).send("ANS 1 " + handle(who) + " " + ring.key + " " + ring.session + "\r\n");
    }
    void call(std::size_t who) {
        constexpr std::array<std::string_view, 8> callees{
            "ana@example.com",  "bob@example.com",  "carol@example.com",   "zoe@irc.msn.test",
            "yan@irc.msn.test", "a@rooms.msn.test", "&ana@rooms.msn.test", "bob@irc.msn.test"};
        MsnPeer& from = window(who);
        from.send("CAL 2 " + std::string(callees[script_.byte() % callees.size()]) + "\r\n");
    }
    void say(std::size_t who) {
        constexpr std::string_view modes = "UNADSx";
        constexpr std::array<std::string_view, 8> heads{
            "Content-Type: text/plain; charset=UTF-8\r\n\r\n",
            "Content-Type: text/plain\r\nX-MMS-IM-Format: FN=A; EF=BI; CO=ff\r\n\r\n",
            "Content-Type: text/x-msmsgscontrol\r\nTypingUser: x\r\n\r\n",
            "Content-Type: text/x-msnmsgr-datacast\r\n\r\nID: ",
            "Content-Type: text/x-msmsgsinvite\r\n\r\nInvitation-Command: INVITE\r\nInvitation-Cookie: ",
            "Content-Type: text/plain\r\nMessage-ID: {1}\r\nChunks: 3\r\n\r\n",
            "Message-ID: {1}\r\nChunk: 1\r\n\r\n",
            ""};
        MsnPeer& from = window(who);
        const unsigned how = script_.byte();
        const std::string payload = std::string(heads[how % heads.size()]) + std::string(script_.text());
        const char mode = modes[how / heads.size() % modes.size()];
        from.send(std::string("MSG ") + std::to_string(how % 5) + " " + mode + " " + std::to_string(payload.size()) +
                  "\r\n" + payload);
    }
    /// The notification connection: hiding, blocking, leaving.
    void notify(std::size_t who) {
        constexpr std::array<std::string_view, 8> lines{
            "CHG 6 HDN 0", "CHG 6 NLN 0", "CHG 6 AWY 0", "ADD 6 BL zoe@irc.msn.test x", "REM 6 BL zoe@irc.msn.test",
            "BLP 6 BL",    "BLP 6 AL",    "OUT"};
        people_[who].ns->send(std::string(lines[script_.byte() % lines.size()]) + "\r\n");
    }
    void close(std::size_t who) {
        auto& windows = people_[who].windows;
        if (!windows.empty())
            windows.erase(windows.begin() + static_cast<std::ptrdiff_t>(script_.byte() % windows.size()));
    }
    tests::Visitor* visitor() {
        tests::Visitor* found = visitors_[script_.byte() % visitors_.size()].get();
        return found != nullptr && found->logged_in() ? found : nullptr;
    }
    chat::User* principal() {
        const auto user = world_.service.lookup_user(MsnWorld::names[script_.byte() % people_.size()]);
        return user ? *user : nullptr;
    }
    chat::Group* group() {
        const std::vector<chat::Group*> groups = world_.service.groups();
        return groups.empty() ? nullptr : groups[script_.byte() % groups.size()];
    }
    /// Somebody on IRC says something to one on MSN, or to a room.
    void speak() {
        tests::Visitor* from = visitor();
        const unsigned how = script_.byte();
        chat::Target to;
        if (how % 2 == 0) {
            to.user = principal();
        } else {
            to.group = group();
        }
        const std::string_view words = script_.text();
        if (from == nullptr || (to.user == nullptr && to.group == nullptr)) return;
        if (how / 2 % 6 == 5) {
            (void)from->user().typing(to, chat::TypingState::active);
        } else {
            (void)from->say(to, std::string(words), static_cast<chat::MessageKind>(how / 2 % 6));
        }
    }
    /// Somebody on IRC comes, goes or takes another nick.
    void move() {
        const unsigned how = script_.byte();
        auto& somebody = visitors_[how % visitors_.size()];
        if (somebody == nullptr || !somebody->logged_in()) {
            somebody.reset();
            somebody = world_.visitor(std::string(nicks[how / 2 % nicks.size()]));
        } else if (how % 3 == 0) {
            somebody.reset();
        } else {
            (void)somebody->user().rename(how % 3 == 1 ? "zelda" : nicks[how / 6 % nicks.size()]);
        }
    }
    /// Somebody on IRC joins, leaves, invites or throws out.
    void meet(std::size_t who) {
        tests::Visitor* from = visitor();
        chat::Group* where = group();
        const unsigned how = script_.byte();
        const auto whom = world_.service.lookup_user(MsnWorld::names[who]);
        if (from == nullptr || where == nullptr) return;
        chat::User& user = from->user();
        if (how % 4 == 0) (void)user.join(*where);
        if (how % 4 == 1) (void)user.leave(*where, "bye");
        if (how % 4 == 2 && whom && (*whom)->online()) (void)where->invite(user, **whom);
        if (how % 4 == 3 && whom) (void)where->remove(**whom, {chat::Departure::Kind::removed, "out", &user});
    }
    [[nodiscard]] static std::string handle(std::size_t who) { return MsnWorld::handle_of(MsnWorld::names[who]); }

    Script& script_;
    MsnWorld world_;
    std::array<Person, 3> people_;
    std::array<std::unique_ptr<tests::Visitor>, 2> visitors_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}
