// What is said in the core: who gets it, what its sender is told, what is recorded, and the receipts of what somebody
// keeps until it is delivered. The input says who comes, joins, speaks, goes, and whose client fails when.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "chat_core/receipt.hpp"
#include "tests/fuzz/deliveries.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Fate;
using fuzz::Listener;
using fuzz::Recorded;
using fuzz::Script;

constexpr std::array<const char*, 5> names{"ana", "bob", "carol", "dave", "eve"};
constexpr std::array<const char*, 2> groups{"#a", "#b"};
constexpr std::size_t most_kept = 1000;

struct Person {
    Person(const std::string& name, Fate& fate) : client(name, fate) {}
    Listener client;
    chat::Login login;
};

/// What the keeper of a message was told of it.
struct Kept {
    int told = 0;
    bool settled = false;
};

class Play {
  public:
    explicit Play(Script& script) : script_(script) {
        service_.set_recorder(&recorder_);
        // Somebody of another gateway: in the rooms, but nobody hears through them.
        const auto puppet = service_.create_puppet("puppet", {});
        if (const auto group = service_.get_group(groups[0]); puppet && group) (void)(*puppet)->join(**group);
    }
    void step() {
        const unsigned what = script_.byte();
        const std::size_t who = what / 8 % names.size();
        auto& person = people_[who];
        const auto group = service_.get_group(groups[what / 64 % groups.size()]);
        if (!person || person->login.user() == nullptr) return come(who);
        chat::User& user = *person->login.user();
        switch (what % 8) {
            case 0: person.reset(); break;
            case 1: (void)user.join(**group); break;
            case 2: (void)user.leave(**group, "bye"); break;
            case 3: plan(person->client, script_.byte()); break;
            case 4: say_to(user, script_.byte()); break;
            case 5: scheduler_.advance(std::chrono::milliseconds(script_.byte())); break;
            default: say_in(user, **group, what % 8 == 7);
        }
    }
    void end() {
        for (auto& person : people_) person.reset();
        for (const auto& kept : kept_) demand(kept->told == 1, "each keeper is told once");
    }

  private:
    void come(std::size_t who) {
        people_[who] = std::make_unique<Person>(names[who], fate_);
        auto login = service_.login(names[who], people_[who]->client, {});
        demand(login.has_value(), "whoever is gone may come again");
        people_[who]->login = std::move(*login);
    }
    /// What the client does with the next message, and with those that it has receipts of.
    void plan(Listener& client, unsigned how) {
        constexpr std::array<chat::Errc, 3> errors{chat::Errc::client_gone, chat::Errc::send_queue_exceeded,
                                                   chat::Errc::not_supported};
        if (how % 4 == 1) client.failing = errors[how / 4 % errors.size()];
        if (how % 4 == 2) client.failing_later = errors[how / 4 % errors.size()];
        if (how % 4 == 3) client.keeps = !client.keeps;
        if (how % 4 != 0) return;
        if (how % 8 == 0 && !client.receipts.empty()) client.receipts.front()->settle();
        client.receipts.clear();
    }
    [[nodiscard]] chat::Message message_to(const chat::Target& target) {
        const std::string words = "message " + std::to_string(++last_number_);
        return {{}, nullptr, target, chat::MessageKind::text, chat::MessageText(chat::StyledText(words)), {}};
    }
    void say_in(chat::User& user, chat::Group& group, bool to_operators) {
        fate_ = {};
        std::set<std::string> expected;
        for (const chat::Member& member : group.users()) {
            const bool meant = !to_operators || member.roles.at_least(chat::Role::op);
            if (member.client != nullptr && member.user != &user && meant) expected.insert(member.user->name());
        }
        chat::Message message = message_to({&group, nullptr, {}});
        if (to_operators) message.target.at_least = chat::Role::op;
        chat::RenderCache cache;
        const chat::GroupId id = group.id();
        const bool refused = static_cast<bool>(user.send(message, cache));
        std::map<std::string, int> told = fate_.heard;
        for (const auto& [name, times] : fate_.failed) told[name] += times;
        if (refused) expected.clear();
        demand(told.size() == expected.size(), "those who are there hear it, and nobody else");
        for (const auto& [name, times] : told) demand(times == 1 && expected.contains(name), "each hears it once");
        demand(fate_.undelivered == fate_.failed, "the sender is told of each who did not");
        demand(fate_.recorded == (refused ? 0 : 1), "it is recorded once, unless it was refused");
        const chat::Group* still = service_.find_group(id);
        for (const auto& [name, times] : fate_.failed) {
            const auto whoever = service_.lookup_user(name);
            demand(still == nullptr || !whoever || !still->has(**whoever), "whoever fails is taken out");
        }
    }
    /// To one, with a receipt or without.
    void say_to(chat::User& user, unsigned how) {
        const auto to = service_.lookup_user(names[how % names.size()]);
        fate_ = {};
        chat::Message message = message_to({nullptr, to ? *to : nullptr, {}});
        const bool again = how / 8 % 2 == 1;
        std::shared_ptr<Kept> kept;
        if (how / 16 % 2 == 1 && kept_.size() < most_kept) {
            kept_.push_back(kept = std::make_shared<Kept>());
            message.receipt = std::make_shared<chat::Receipt>(
                [kept](bool settled) {
                    ++kept->told;
                    kept->settled = settled;
                },
                again);
        }
        const bool recorded = message.receipt == nullptr || !again;
        chat::RenderCache cache;
        const bool refused = static_cast<bool>(user.send(message, cache));
        const std::size_t told = fate_.heard.size() + fate_.failed.size();
        demand(refused ? fate_.heard.empty() : told == 1 && fate_.failed.empty(), "it is heard once, or refused");
        demand(fate_.recorded == (!refused && recorded ? 1 : 0), "it is recorded once, the first time");
        demand(!kept || kept->told == 0, "no keeper is told while somebody has the message");
        message.receipt.reset();
        if (kept && refused && fate_.failed.empty()) demand(kept->told == 1 && !kept->settled, "nobody has it");
    }

    Script& script_;
    tests::ManualScheduler scheduler_;
    Fate fate_;
    Recorded recorder_{fate_};
    chat::ChatService service_{tests::service_options(), scheduler_};
    std::vector<std::shared_ptr<Kept>> kept_;
    std::array<std::unique_ptr<Person>, names.size()> people_;
    unsigned last_number_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    play.end();
    return 0;
}
