// What people on MSN are called on IRC: whatever names they choose, while others come and go, and across restarts.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "gateway/bridge/name_map.hpp"
#include "gateway/text/confusables.hpp"
#include "gateway/text/nick_from_name.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/recording_client.hpp"
#include "tests/support/recording_log.hpp"

namespace {

using namespace patchcord;
using namespace patchcord::fuzz;
using gateway::NameMap;
using tests::Visitor;

constexpr std::array<std::string_view, 6> handles{"ana@example.com",      "42@example.com",
                                                  "nickserv@example.com", "_@example.com",
                                                  "o'b@x.example",        "a_very_long_name_of_somebody@x.example"};
constexpr std::size_t max_names = 5;  // one less than there are handles

using Stored = std::map<std::string, std::string>;

const chat::FoldTable& fold() {
    return irc::fold_table(irc::Casemapping::rfc1459);
}

chat::ServiceOptions service_options(std::size_t length) {
    chat::ServiceOptions options;
    options.names.fold = &fold();
    options.names.is_user_name = [length](std::string_view name) {
        return irc::is_valid_nick(name, length) && !irc::is_reserved_nick(name);
    };
    return options;
}

/// One run of the gateway.
struct World {
    World(std::size_t nick_length, Stored& stored)
        : length(nick_length),
          service(service_options(length), scheduler),
          names(fold(),
                [&stored](std::string handle, std::string nick, const NameMap::Saved& done) {
                    stored[handle] = std::move(nick);
                    done({});
                },
                log, {length, max_names}) {
        names.load({stored.begin(), stored.end()});
        names.set_accounts([](std::string_view nick, std::string_view handle) { return is_anothers(nick, handle); });
        service.add_observer(names);
    }
    ~World() {
        for (auto& visitor : irc) visitor.reset();
        for (auto& visitor : msn) visitor.reset();
        service.remove_observer(names);
    }

    /// One nick is an account, of the first of the handles.
    static bool is_anothers(std::string_view nick, std::string_view handle) {
        return chat::equal_folded(nick, "ana", fold()) && handle != handles.front();
    }
    bool is_taken(std::string_view nick) { return service.reserve_name(nick).error() != std::error_code(); }

    std::size_t length;
    tests::ManualScheduler scheduler;
    chat::ChatService service;
    tests::RecordingLog log;
    NameMap names;
    std::array<std::unique_ptr<Visitor>, 4> irc;
    std::array<std::unique_ptr<Visitor>, handles.size()> msn;
};

class Play {
  public:
    explicit Play(Script& script) : script_(script) { restart(); }

    void step() {
        const unsigned what = script_.byte();
        const std::size_t who = what / 8 % handles.size();
        switch (what % 8) {
            case 3: world_->msn[who].reset(); break;
            case 4: rename(who); break;
            case 5: come(what / 8 % world_->irc.size()); break;
            case 6: world_->irc[what / 8 % world_->irc.size()].reset(); break;
            case 7: restart(); break;
            default: sign_in(who);
        }
        check_all();
    }

  private:
    void restart() {
        world_.reset();
        world_ = std::make_unique<World>(9 + script_.byte() % 22, stored_);
    }
    /// Somebody on IRC takes a nick, if they may have it.
    void come(std::size_t place) {
        const std::string nick(script_.text());
        auto& visitor = world_->irc[place];
        visitor.reset();
        if (!world_->is_taken(nick)) visitor = std::make_unique<Visitor>(world_->service, nick);
    }
    void sign_in(std::size_t who) {
        const std::string_view handle = handles[who];
        const std::string_view name = script_.text().substr(0, 600);
        if (world_->msn[who]) return;
        const auto known = world_->names.nick_of(handle);
        const std::vector<std::string> looks = known ? std::vector<std::string>() : looks_in_use();
        const auto taken = [this](std::string_view nick) { return world_->is_taken(nick); };
        const std::string nick = world_->names.nick_for(handle, name, taken);
        check(nick, handle);
        demand(!taken(nick), "nobody else has the nick");
        if (known && known->size() <= world_->length && !taken(*known) && !World::is_anothers(*known, handle)) {
            demand(nick == *known, "a nick that is remembered stays");
        }
        demand(std::count(looks.begin(), looks.end(), gateway::skeleton(nick)) == 0, "it looks like none in use");
        if (world_->names.nick_of(handle)) {
            demand(world_->names.nick_for(handle, "another name", taken) == nick, "asked again, it is the same");
        }
        world_->msn[who] = std::make_unique<Visitor>(world_->service, nick);
    }
    void rename(std::size_t who) {
        const std::string_view name = script_.text().substr(0, 600);
        const auto& visitor = world_->msn[who];
        if (!visitor) return;
        const auto taken = [&](std::string_view nick) {
            return !world_->service.same_name(nick, visitor->user().name()) && world_->is_taken(nick);
        };
        const std::string nick = world_->names.new_nick_for(handles[who], name, taken);
        check(nick, handles[who]);
        demand(!taken(nick), "nobody else has the new nick");
        demand(!visitor->user().rename(nick), "the new nick can be taken");
    }
    void check(std::string_view nick, std::string_view handle) const {
        demand(irc::is_valid_nick(nick, world_->length), "a nick is one");
        demand(!irc::is_reserved_nick(nick), "nobody is called like a service");
        demand(!World::is_anothers(nick, handle), "nobody is called like another's account");
    }
    /// Each remembered nick is one person's, and stored.
    void check_all() const {
        const NameMap& names = world_->names;
        demand(names.size() <= max_names, "what is remembered is bounded");
        for (const std::string_view handle : handles) {
            const auto nick = names.nick_of(handle);
            if (!nick) continue;
            demand(names.handle_of(*nick) == handle, "a nick is of one handle");
            const auto stored = stored_.find(std::string(handle));
            demand(stored != stored_.end() && stored->second == *nick, "what is remembered is stored");
        }
    }
    [[nodiscard]] std::vector<std::string> looks_in_use() const {
        std::vector<std::string> looks;
        for (const chat::User* user : world_->service.online_users()) looks.push_back(gateway::skeleton(user->name()));
        for (const std::string_view handle : handles) {
            if (const auto nick = world_->names.nick_of(handle)) looks.push_back(gateway::skeleton(*nick));
        }
        return looks;
    }

    Script& script_;
    Stored stored_;
    std::unique_ptr<World> world_;
};

/// Any name makes a nick, and that one itself.
void check_name(Script script) {
    const std::size_t length = script.byte() % 40 + 1;
    const std::string_view handle = script.text();
    const std::string_view name = script.text();
    const std::string nick = gateway::nick_from_name(name, handle, length);
    demand(irc::is_valid_nick(nick, length), "any name makes a nick");
    demand(gateway::nick_from_name(nick, "x@example.com", length) == nick, "a nick makes itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_name(Script(data, size));
    Script script(data, size);
    Play play(script);
    while (!script.empty()) play.step();
    return 0;
}
