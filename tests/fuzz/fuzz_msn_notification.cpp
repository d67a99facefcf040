// A whole MSN server with three connections to its notification side; the input says who sends what, when time passes,
// who stops reading, and when the store fails.

#include <array>
#include <memory>

#include "tests/fuzz/msn_world.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::MsnPeer;
using fuzz::MsnWorld;
using fuzz::Script;

class Play {
  public:
    explicit Play(Script& script) : script_(script) {
        for (std::size_t i = 0; i < peers_.size(); ++i) peers_[i] = world_.online(MsnWorld::names[i], dialect_of(i));
        visitor_ = world_.visitor("zoe");
    }
    void step() {
        const unsigned what = script_.byte();
        std::unique_ptr<MsnPeer>& peer = peers_[what % peers_.size()];
        switch (what / 3 % 12) {
            case 0: world_.scheduler.advance(std::chrono::milliseconds(1000)); break;
            case 1: world_.scheduler.advance(std::chrono::seconds(95)); break;
            case 2: peer->stall(); break;
            case 3: world_.store.fail_after(script_.byte() % 4); break;
            case 4: hold(); break;
            case 5:
                peer.reset();
                peer = world_.online(MsnWorld::names[what % peers_.size()], 2 + script_.byte() % 11);
                break;
            case 6:  // a stranger, or a second login
                peer.reset();
                peer = world_.notification();
                break;
            case 7: come_or_go(); break;
            default:
                peer->send(script_.text());
                if (!held_) world_.run();
        }
    }
    void end() {
        for (auto& peer : peers_) peer.reset();
        visitor_.reset();
        world_.demand_alive();
    }

  private:
    static unsigned dialect_of(std::size_t i) { return i == 0 ? 8 : i == 1 ? 10 : 12; }
    void hold() {
        held_ = !held_;
        if (held_) {
            world_.store.hold_answers();
        } else {
            world_.store.answer_again();
        }
    }
    void come_or_go() {
        if (visitor_) {
            visitor_->user().set_presence({chat::Availability::away, std::string(script_.text())});
            visitor_.reset();
        } else {
            visitor_ = world_.visitor("zoe");
        }
    }

    Script& script_;
    MsnWorld world_;
    std::array<std::unique_ptr<MsnPeer>, 3> peers_;
    std::unique_ptr<tests::Visitor> visitor_;
    bool held_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}
