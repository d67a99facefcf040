// Our MSN client against our MSN server: three people in every dialect, their lists, and conversations in which they
// count. The input says who does what, how far bytes get meanwhile and in which pieces, and which connection breaks.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/fuzz/msn_people.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::fuzz;

constexpr std::size_t most_windows = 24;
constexpr std::size_t everything = 1 << 20;

class Play {
  public:
    explicit Play(Script& script) : script_(script) {
        for (std::size_t i = 0; i < people_.size(); ++i) come(i);
        settle(everything);
        for (auto& person : people_) demand(person->client->is_logged_in(), "everybody gets in");
        for (std::size_t i = 0; i < people_.size(); ++i) begin(i);
        settle(everything);
    }
    void step() {
        const unsigned what = script_.byte();
        const std::size_t who = what % people_.size();
        switch (what / 3 % 8) {
            case 0: settle(script_.byte() + 1); break;
            case 1:
                settle(everything);  // what waits for no answer cannot be late
                world_.scheduler.advance(std::chrono::milliseconds(script_.byte() * 100));
                break;
            case 2: lose(who); break;
            case 3: ask(who); break;
            case 4: answer(who); break;
            default: talk();
        }
        const std::size_t most = script_.byte() + 1;
        for (unsigned rounds = script_.byte() % 8; rounds-- > 0;) {
            for_each_joint([&](Joint& joint) { (void)joint.step(most); });
            world_.run();
        }
    }
    void end() {
        settle(everything);
        for (auto& person : people_) check_lists(*person, world_);
        for (auto& window : windows_) window->stands = !window->joint->over();
        for_each_joint([](Joint& joint) { joint.lose({}); });
        demand(ledger_.open() == 0, "every request is answered");
        for (std::size_t i = 0; i < said_.size(); ++i) check_said(i, said_[i]);
        windows_.clear();
        for (auto& person : people_) person.reset();
        world_.demand_alive();
    }

  private:
    template <class Call>
    void for_each_joint(Call call) {
        for (auto& person : people_) call(*person->joint);
        for (std::size_t i = 0; i < windows_.size(); ++i) call(*windows_[i]->joint);  // may become more meanwhile
    }
    void settle(std::size_t most) {
        for (bool moved = true; moved;) {
            moved = false;
            world_.run();
            for_each_joint([&](Joint& joint) {
                while (joint.step(most)) moved = true;
            });
        }
    }
    void come(std::size_t who) {
        people_[who] = std::make_unique<Person>();
        Person& person = *people_[who];
        person.handle = MsnWorld::handle_of(MsnWorld::names[who]);
        const auto options = options_of(person.handle, 2 + script_.byte() % 11);
        auto client = std::make_unique<msn::NotificationClient>(world_.scheduler, tickets_, person, options);
        person.client = client.get();
        person.joint = std::make_unique<Joint>(std::move(client), world_.server.make_notification_session());
    }
    /// Signed in, one sees and is seen.
    void begin(std::size_t who) {
        Person& person = *people_[who];
        person.client->sync_list([&person, answered = ledger_.entry()](std::error_code failed) {
            person.synchronized = !failed;
            answered();
        });
        person.client->change_status(msn::Status::online, ledger_.entry());
    }
    /// A connection breaks: somebody's, who comes back, or a window's.
    void lose(std::size_t who) {
        const std::size_t which = script_.byte() % (windows_.size() + 1);
        const std::error_code why = std::make_error_code(std::errc::connection_reset);
        if (which < windows_.size()) return windows_[which]->joint->lose(why);
        people_[who]->joint->lose(why);
        world_.run();
        come(who);
        settle(everything);
        if (people_[who]->client->is_logged_in()) begin(who);
    }
    void ask(std::size_t who) {
        Person& person = *people_[who];
        const unsigned what = script_.byte();
        const std::string other = MsnWorld::handle_of(MsnWorld::names[what / 16 % people_.size()]);
        const std::string word(script_.text().substr(0, 100));
        if (!person.client->is_logged_in()) return;
        if (change_something(*person.client, what, other, word, ledger_)) return;
        person.client->request_switchboard_server([this, who, other, answered = ledger_.entry()](const auto& address) {
            answered();
            if (address) call(who, address->key, other);
        });
    }
    void call(std::size_t who, const std::string& key, const std::string& other) {
        if (Window* window = open(who, key, {}))
            window->on_login = [this, window, other] { window->client->invite_user(other, ledger_.entry()); };
    }
    Window* open(std::size_t who, const std::string& key, const std::string& session_id) {
        if (windows_.size() >= most_windows) return nullptr;
        windows_.push_back(std::make_unique<Window>());
        Window& window = *windows_.back();
        window.handle = people_[who]->handle;
        auto client = std::make_unique<msn::SwitchboardClient>(world_.scheduler, window,
                                                               msn::SwitchboardOptions{window.handle, key, session_id});
        window.client = client.get();
        window.joint = std::make_unique<Joint>(std::move(client), world_.server.make_switchboard_session());
        return &window;
    }
    void answer(std::size_t who) {
        Person& person = *people_[who];
        if (person.calls.empty()) return;
        const msn::SwitchboardInvitation call = person.calls.front();
        person.calls.pop_front();
        (void)open(who, call.address.key, call.session_id);
    }
    void talk() {
        const unsigned which = script_.byte();
        const unsigned what = script_.byte();
        if (windows_.empty()) return;
        Window& window = *windows_[which % windows_.size()];
        if (!window.is_in()) return;
        switch (what % 8) {
            case 0:
                window.client->invite_user(MsnWorld::handle_of(MsnWorld::names[what / 8 % 3]), ledger_.entry());
                break;
            case 1: window.client->send_nudge(ledger_.entry()); break;
            case 2: window.client->send_typing_notification(); break;
            case 3: window.client->leave(); break;
            case 4: say(window, what * 20); break;
            default: say(window, 0);
        }
    }
    void say(Window& window, std::size_t more) {
        const std::size_t number = said_.size();
        said_.push_back({&window, {}});
        for (const auto& other : windows_) {
            const bool here = other->is_in() && other->client->session_id() == window.client->session_id();
            if (other.get() != &window && here) said_.back().there.push_back(other.get());
        }
        const std::string text = std::to_string(number) + " " + std::string(more, 'x');
        window.client->send_text(chat::StyledText(text),
                                 [this, number, answered = ledger_.entry()](std::error_code result) {
                                     answered();
                                     said_[number].became = msn::delivery_of(result);
                                 });
    }
    void check_said(std::size_t number, const Said& said) const {
        for (const auto& window : windows_) {
            if (!window->heard.contains(number)) continue;
            demand(said.became != msn::Delivery::refused, "nobody has heard what was refused");
            demand(window->client->session_id() == said.by->client->session_id(), "nobody else has heard it");
            demand(window->last_heard.contains(said.by->handle), "they know who said it");
        }
        if (said.became != msn::Delivery::delivered) return;
        for (const Window* window : said.there) {
            demand(!window->stands || window->heard.contains(number), "all who were there have heard it");
        }
    }

    Script& script_;
    MsnWorld world_;
    Tickets tickets_;
    Ledger ledger_;
    std::vector<Said> said_;
    std::array<std::unique_ptr<Person>, 3> people_;
    std::vector<std::unique_ptr<Window>> windows_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    for (int steps = 0; steps < 500 && !script.empty(); ++steps) play.step();
    play.end();
    return 0;
}
