// What is said between a client of IRC and two of MSN, through both servers and the core: one is in a room with the
// first of them, and talks to the second alone. The input has the words and the names.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "irc/server/server.hpp"
#include "irc/wire/formatting.hpp"
#include "msn/wire/charset.hpp"
#include "msn/wire/field_text.hpp"
#include "msn/wire/percent.hpp"
#include "msn/wire/reading.hpp"
#include "tests/fuzz/bridge_ends.hpp"
#include "tests/fuzz/msn_world.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::fuzz;

constexpr int most_steps = 60;
constexpr std::size_t most_on_irc = 380;  // bytes of words: a line has room for them
constexpr std::size_t most_on_msn = 1200;
constexpr std::size_t most_lines = 50;

/// Nobody has one.
struct NoPasswords final : chat::PasswordVerifier {
    explicit NoPasswords(chat::Scheduler& with) : scheduler(with) {}
    void verify(std::string, std::string, std::function<void(Answer)> done) override {
        scheduler.after(std::chrono::milliseconds(0), [done = std::move(done)] { done(Answer::wrong); });
    }
    chat::Scheduler& scheduler;
};

class Play {
  public:
    explicit Play(Script& script) : script_(script) {
        zoe_ = std::make_unique<IrcEnd>(irc_.make_session());
        zoe_->say("CAP REQ :setname extended-join\r\nNICK zoe\r\nUSER u 0 * :r\r\nCAP END\r\nJOIN #a\r\n");
        for (std::size_t i = 0; i < people_.size(); ++i) {
            people_[i] = world_.online(MsnWorld::names[i], 12);
            people_[i]->send("XFR 5 SB\r\n");
            windows_[i] = std::make_unique<MsnEnd>(world_.server.make_switchboard_session());
            windows_[i]->say("USR 1 " + handle(i) + " " + people_[i]->opening().key + "\r\nCAL 2 " +
                             (i == 0 ? "a@rooms.msn.test" : "zoe@irc.msn.test") + "\r\n");
            demand(windows_[i]->called(), "the conversation begins");
        }
    }
    void step() {
        const unsigned what = script_.byte();
        const std::size_t who = what / 4 % people_.size();
        const std::string_view words = script_.text();
        switch (what % 4) {
            case 0: from_irc(who, std::string(words.substr(0, most_on_irc)), what / 8 % 4 == 3); break;
            case 1:
            case 2: from_msn(who, words.substr(0, most_on_msn), what / 8); break;
            default: name(who, words.substr(0, 100));
        }
        world_.scheduler.advance(std::chrono::milliseconds(1000));  // flood control is not meant here
    }

  private:
    void from_irc(std::size_t to, std::string words, bool action) {
        std::erase_if(words, [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == '\x01'; });
        words += serial();
        const std::string target = to == 0 ? "#a" : "bob";
        forget();
        zoe_->say("PRIVMSG " + target + " :" +
                  (action ? "\x01"
                            "ACTION " +
                                words + "\x01"
                          : words) +
                  "\r\n");
        world_.run();
        const std::string plain = msn::clean_text(irc::strip_formatting(words));
        const std::string expected = action ? "*zoe " + plain + "*" : plain;
        demand(windows_[to]->take() == (chat::is_valid_utf8(words) ? expected : ""), "words come over to MSN");
        demand(windows_[1 - to]->take().empty(), "nobody else on MSN hears them");
    }
    void from_msn(std::size_t from, std::string_view words, unsigned how) {
        constexpr std::array<std::string_view, 5> heads{
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n",
            "Content-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: FN=A; EF=BI; CO=ff; CS=0; PF=22\r\n\r\n",
            "Content-Type: text/plain; charset=UTF-8\r\nX-MMS-IM-Format: FN=A; EF=; CO=102030\r\n\r\n/me ",
            "Content-Type: text/plain; charset=windows-1252\r\n\r\n", "Content-Type: text/plain\r\n\r\n"};
        const std::string payload = std::string(heads[how % heads.size()]) + std::string(words) + serial();
        const auto mime = msn::parse_mime(payload);
        if (!mime) return;
        const msn::Reading reading = msn::reading_of(msn::classify(*mime), *mime);
        forget();
        windows_[from]->say("MSG 3 A " + std::to_string(payload.size()) + "\r\n" + payload);
        world_.run();
        const auto taken = windows_[from]->take_answer();
        const auto line_ends = std::count_if(words.begin(), words.end(), [](char c) { return c == '\n' || c == '\r'; });
        demand(taken && (*taken || static_cast<std::size_t>(line_ends) >= most_lines), "words are taken, and answered");
        const bool action = reading.kind == chat::MessageKind::action;
        demand(zoe_->take() == (*taken ? as_shown(reading.decode(*mime).text(), action) : ""), "words come to IRC");
        demand(windows_[1 - from]->take().empty(), "nobody else hears them");
    }
    /// Each line is a message; an empty one is a space, where that says anything.
    static std::string as_shown(std::string_view text, bool action) {
        std::string shown;
        while (text.ends_with('\n')) text.remove_suffix(1);
        for (bool more = true; more;) {
            more = text.find('\n') != std::string_view::npos;
            const std::string_view line = msn::take_field(text, '\n');
            shown += line.empty() && !action ? " " : line;
        }
        std::replace(shown.begin(), shown.end(), '\t', ' ');
        return shown;
    }
    /// What somebody is called is told to the other network in lines and commands of its own.
    void name(std::size_t who, std::string_view words) {
        const std::string coded = msn::percent_encode(words);
        people_[who]->send("PRP 9 MFN " + coded + "\r\n");
        world_.run();
        std::string real_name(words);
        std::erase_if(real_name, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
        zoe_->say("WHOIS " + std::string(MsnWorld::names[who]) + "\r\nSETNAME :" + real_name + "\r\n");
    }
    void forget() {
        (void)zoe_->take();
        for (const auto& window : windows_) (void)window->take();
    }
    /// No words are the same as others: whoever repeats what was said looks like a machine.
    std::string serial() { return " " + std::to_string(++last_serial_); }
    static std::string handle(std::size_t who) { return MsnWorld::handle_of(MsnWorld::names[who]); }
    static irc::ServerOptions irc_options() {
        irc::ServerOptions options;
        options.name = "irc.test";
        options.flood = {1000, 1000};
        return options;
    }

    Script& script_;
    MsnWorld world_;
    NoPasswords passwords_{world_.scheduler};
    chat::MetricRegistry metrics_;
    irc::Server irc_{irc::ServerEnvironment{world_.service, world_.scheduler, world_, metrics_, passwords_,
                                            world_.graphemes, [](std::string_view) { return std::string("a.host"); },
                                            [] { return std::optional<std::string>(); }, "boot"},
                     irc_options()};
    std::unique_ptr<IrcEnd> zoe_;
    std::array<std::unique_ptr<MsnPeer>, 2> people_;
    std::array<std::unique_ptr<MsnEnd>, 2> windows_;
    unsigned last_serial_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    for (int steps = 0; steps < most_steps && !script.empty(); ++steps) play.step();
    return 0;
}
