// What lets people in without a password: tickets of the login page and keys of switchboards, each against a list of
// what was given out, on a clock that the input moves.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <sodium.h>
#include <string>
#include <vector>

#include "gateway/auth/tickets.hpp"
#include "msn/server/switchboard_keys.hpp"
#include "msn/wire/passport.hpp"
#include "tests/fuzz/demand.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace {

using namespace patchcord;
using fuzz::demand;
using fuzz::Script;
using std::chrono::milliseconds;

/// What was given out, in the order of that.
struct Given {
    std::string text;
    std::string handle;
    chat::Now expires{};
    bool spent = false;
    std::string place = {};  // of a key
};

std::uint32_t last_random = 0;

/// The same for every run, and never twice.
std::uint32_t next_random() {
    last_random += 0x9E3779B9U;
    const std::uint32_t mixed = (last_random ^ last_random >> 16U) * 0x85EBCA6BU;
    return mixed ^ mixed >> 13U;
}
void fill_random(void* to, std::size_t size) {
    auto* bytes = static_cast<unsigned char*>(to);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(next_random());
}
const char* random_name() {
    return "counted";
}
randombytes_implementation counted{random_name, next_random, nullptr, nullptr, fill_random, nullptr};

std::string handle_of(unsigned choice) {
    return std::string(1, static_cast<char>('a' + choice % 4)) + "@example.com";
}

class TicketPlay {
  public:
    explicit TicketPlay(Script script) : script_(script) {
        options_.lifetime = milliseconds(script_.byte() * 40 + 1);
        options_.max_tickets = script_.byte() % 6 + 1;
        tickets_.set_options(options_);
    }
    void run() {
        while (!script_.empty()) step();
        scheduler_.advance(milliseconds(256 * 40));
        for (const Given& given : given_) demand(!tickets_.redeem(given.text), "no ticket is of use for ever");
        demand(tickets_.size() == 0, "no ticket is kept for ever");
    }

  private:
    void step() {
        switch (script_.byte() % 6) {
            case 0: issue(); break;
            case 1: redeem(""); break;
            case 2: redeem("&p=profile"); break;
            case 3: refuse(); break;
            case 4: scheduler_.advance(milliseconds(script_.byte() * 8)); break;
            default: options_.lifetime = milliseconds(script_.byte() * 40 + 1); tickets_.set_options(options_);
        }
        demand(tickets_.size() <= options_.max_tickets, "what is kept is bounded");
    }
    void issue() {
        const std::string handle = handle_of(script_.byte());
        const std::string ticket = tickets_.issue(handle);
        const auto read = msn::parse_ticket(ticket);
        demand(read && read->profile.empty() && read->token.size() >= 22, "a ticket has 128 bits, and no profile");
        demand(seen_.insert(read->token).second, "no ticket is given out twice");
        given_.push_back({read->token, handle, scheduler_.now() + options_.lifetime});
    }
    /// In whatever form the client brings it.
    void redeem(const std::string& behind) {
        if (given_.empty()) return;
        const std::size_t which = script_.byte() % given_.size();
        Given& given = given_[which];
        const std::size_t later = given_.size() - 1 - which;
        const bool good = !given.spent && scheduler_.now() < given.expires && later < options_.max_tickets;
        const auto whose = tickets_.redeem((behind.empty() ? "" : "t=") + given.text + behind);
        demand(whose == (good ? std::optional(given.handle) : std::nullopt), "a ticket is good once, and in time");
        given.spent = true;
    }
    /// What is like a ticket is none, and spends none.
    void refuse() {
        const std::string guess(script_.text());
        const auto read = msn::parse_ticket(guess);
        if (!read || !seen_.contains(read->token)) demand(!tickets_.redeem(guess), "a guess is no ticket");
        if (given_.empty()) return;
        std::string other = given_.back().text;
        char& byte = other[script_.byte() % other.size()];
        byte = byte == 'A' ? 'B' : 'A';
        if (!seen_.contains(other)) demand(!tickets_.redeem(other), "each byte of a ticket counts");
    }

    Script script_;
    tests::ManualScheduler scheduler_;
    gateway::TicketOptions options_;
    gateway::Tickets tickets_{scheduler_, options_};
    std::vector<Given> given_;
    std::set<std::string> seen_;
};

class KeyPlay {
  public:
    explicit KeyPlay(Script script) : script_(script) {}
    void run() {
        while (!script_.empty()) step();
        now_ += milliseconds(256 * 40);
        (void)keys_.redeem("none", "a@example.com", now_);
        demand(keys_.size() == 0, "no key is kept for ever");
    }

  private:
    void step() {
        switch (script_.byte() % 5) {
            case 0: issue(); break;
            case 1: redeem(script_.byte() % 8 == 0); break;
            case 2: revoke(); break;
            case 3: now_ += milliseconds(script_.byte() * 8); break;
            default: demand(!keys_.redeem(script_.text(), "a@example.com", now_), "a guess is no key");
        }
        const auto good = std::count_if(given_.begin(), given_.end(),
                                        [&](const Given& given) { return !given.spent && now_ < given.expires; });
        demand(keys_.size() >= static_cast<std::size_t>(good), "no key that is good is forgotten");
    }
    void issue() {
        const std::string handle = handle_of(script_.byte());
        const std::string place = script_.byte() % 2 == 0 ? "" : "77";
        given_.push_back({keys_.issue({handle, place}, now_), handle, now_ + lifetime_, false, place});
    }
    Given* choose() { return given_.empty() ? nullptr : &given_[script_.byte() % given_.size()]; }
    void redeem(bool stranger) {
        Given* given = choose();
        if (given == nullptr) return;
        const std::string who = stranger ? "mal@example.com" : given->handle;
        const auto grant = keys_.redeem(given->text, who, now_);
        const bool good = !given->spent && now_ < given->expires && !stranger;
        demand(grant.has_value() == good, "a key is good once, in time, and for its owner");
        demand(!grant || (grant->handle == given->handle && grant->switchboard == given->place), "it opens its door");
        given->spent = true;  // by a stranger, too
    }
    void revoke() {
        if (Given* given = choose()) {
            keys_.revoke(given->text);
            given->spent = true;
        }
    }

    Script script_;
    chat::Now now_{std::chrono::hours(1)};
    milliseconds lifetime_{script_.byte() * 40 + 1};
    unsigned last_ = 0;
    // Nothing that the input could be.
    msn::SwitchboardKeys keys_{[this](std::size_t characters) {
                                   std::string key = std::to_string(++last_);
                                   return key.append(characters - key.size(), '\xFF');
                               },
                               lifetime_};
    std::vector<Given> given_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    last_random = 0;
    (void)randombytes_set_implementation(&counted);
    TicketPlay(Script(data, size)).run();
    KeyPlay(Script(data, size)).run();
    return 0;
}
