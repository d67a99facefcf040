#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <ostream>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/support/names.hpp"

// Random people come, go, join, leave, are renamed, removed and fail. Whatever happens, the service's books agree with
// themselves, with what each client was told, and (as long as nobody fails) with a model of a few lines.

namespace patchcord::chat {
namespace {

constexpr WallTime noon{std::chrono::hours(12)};

using Key = std::pair<std::uint32_t, std::uint32_t>;
using Names = std::map<Key, std::string>;

Key key_of(const User& user) {
    return {user.id().slot, user.id().generation};
}

// Knows who is in its groups from nothing but what it was told since it joined.
class WatchfulClient : public ChatClient {
  public:
    void begin(const Group& group) {
        Names& names = views_[group.id()];
        for (const Member& member : group.users()) names.emplace(key_of(*member.user), member.user->name());
    }
    void end(GroupId group) { views_.erase(group); }
    /// The call after `successes` more fails; once, or for good with a connection error.
    void fail_later(std::error_code error, int successes) { planned_ = {error, successes}; }
    void next_step() { lost_sight_ = false; }
    /// It may hear of others in a group before it is told who is in it.
    void joining() { lost_sight_ = true; }

    [[nodiscard]] const std::map<GroupId, Names>& views() const { return views_; }
    [[nodiscard]] const std::string& surprise() const { return surprise_; }

    std::error_code receive(const Message& message, RenderCache&) override {
        if (const std::error_code error = outcome(message.target.group)) return error;
        Names* names = view(message.target.group);
        if (names != nullptr && !names->contains(key_of(*message.sender))) surprised("a message from nobody here");
        return {};
    }
    std::error_code user_joined(const Group& group, const User& user, RenderCache&) override {
        if (const std::error_code error = outcome(&group)) return error;
        Names* names = view(&group);
        if (names != nullptr && !names->emplace(key_of(user), user.name()).second) surprised("joined twice");
        return {};
    }
    std::error_code user_left(const Group& group, const User& user, const Departure&, RenderCache&) override {
        if (const std::error_code error = outcome(&group)) return error;
        Names* names = view(&group);
        if (names != nullptr && names->erase(key_of(user)) == 0) surprised("left without being here");
        if (user.client() == this) end(group.id());
        return {};
    }
    std::error_code group_meta_update(const Group& group, const GroupMeta&, const User*, RenderCache&) override {
        return outcome(&group);
    }
    void renamed(const User& user, std::string_view old_name, RenderCache&) override {
        for (auto& [group, names] : views_) {
            const auto known = names.find(key_of(user));
            if (known == names.end()) continue;
            if (known->second != old_name) surprised("renamed from a name not borne");
            known->second = user.name();
        }
    }
    void signed_off(const User& user, std::string_view, RenderCache&) override {
        std::size_t forgotten = 0;
        for (auto& [group, names] : views_) forgotten += names.erase(key_of(user));
        if (forgotten == 0 && !lost_sight_) surprised("somebody unknown signed off");
    }

  private:
    Names* view(const Group* group) {
        const auto found = group == nullptr ? views_.end() : views_.find(group->id());
        return found == views_.end() ? nullptr : &found->second;
    }
    std::error_code outcome(const Group* group) {
        if (!planned_.first || planned_.second-- > 0) return {};
        const std::error_code error = planned_.first;
        lost_sight_ = true;
        if (is_connection_error(error)) {
            planned_.second = 0;
            views_.clear();
        } else {
            planned_ = {};
            if (group != nullptr) end(group->id());
        }
        return error;
    }
    void surprised(const char* what) {
        if (surprise_.empty()) surprise_ = what;
    }

    std::map<GroupId, Names> views_;
    std::pair<std::error_code, int> planned_;
    bool lost_sight_ = false;
    std::string surprise_;
};

struct Person {
    WatchfulClient client;
    Login login;
    UserId id;
};

constexpr std::size_t people = 6;  // the last of them are puppets
constexpr std::size_t first_puppet = 5;
constexpr std::array groups{"#a", "#b", "#c"};

class World {
  public:
    User* user(std::size_t who) { return persons_[who] ? service_.find_user(persons_[who]->id) : nullptr; }
    WatchfulClient& client(std::size_t who) { return persons_[who]->client; }

    std::error_code come(std::size_t who, const std::string& name) {
        auto person = std::make_unique<Person>();
        if (who >= first_puppet) {
            const auto made = service_.create_puppet(name, {});
            if (!made) return made.error();
            person->id = (*made)->id();
        } else {
            auto login = service_.login(name, person->client, {});
            if (!login) return login.error();
            person->login = std::move(*login);
            person->id = person->login.user()->id();
        }
        persons_[who] = std::move(person);
        return {};
    }
    void go(std::size_t who) {
        if (who >= first_puppet) service_.remove_puppet(persons_[who]->id, "gone");
        persons_[who].reset();
    }
    std::error_code join(std::size_t who, const char* name) {
        auto group = service_.get_group(name);
        const GroupId id = (*group)->id();
        client(who).joining();
        const std::error_code refused = user(who)->join(**group);
        Group* joined = service_.find_group(id);
        User* joiner = user(who);
        if (!refused && joined != nullptr && joiner != nullptr && joined->has(*joiner)) client(who).begin(*joined);
        return refused;
    }
    std::error_code leave(std::size_t who, const char* name) {
        const auto group = service_.lookup_group(name);
        if (!group) return group.error();
        const GroupId id = (*group)->id();
        const std::error_code refused = user(who)->leave(**group, "bye");
        if (!refused) client(who).end(id);
        return refused;
    }
    std::error_code remove(std::size_t by, std::size_t who, const char* name) {
        const auto group = service_.lookup_group(name);
        if (!group) return group.error();
        return (*group)->remove(*user(who), {Departure::Kind::removed, "out", user(by)});
    }
    std::error_code say(std::size_t who, const char* name) {
        const auto group = service_.lookup_group(name);
        if (!group) return group.error();
        Message message{{}, nullptr, {*group, nullptr, {}}, MessageKind::text, MessageText(StyledText("hi")), {}};
        RenderCache cache;
        return user(who)->send(message, cache);
    }
    void set_topic(const char* name) {
        if (const auto group = service_.lookup_group(name)) (void)(*group)->set_metadata(nullptr, "topic", "", noon);
    }

    void begin_step() {
        scheduler_.advance(std::chrono::milliseconds(0));  // another turn
        for (const auto& person : persons_) {
            if (person) person->client.next_step();
        }
    }
    /// What is wrong with the service's books, or nothing.
    std::string wrong() {
        for (const Group* group : service_.groups()) {
            const std::string found = wrong_with(*group);
            if (!found.empty()) return group->name() + ": " + found;
        }
        std::size_t online = 0;
        for (std::size_t who = 0; who < people; ++who) {
            if (user(who) == nullptr) continue;
            ++online;
            const std::string found = wrong_with(who);
            if (!found.empty()) return user(who)->name() + ": " + found;
        }
        if (service_.counts().online != online || service_.online_users().size() != online)
            return "online is miscounted";
        return {};
    }
    ChatService& service() { return service_; }

  private:
    std::string wrong_with(const Group& group) {
        if (group.size() == 0) return "empty and still there";
        if (group.users().size() != group.size()) return "gaps are left";
        for (std::size_t i = 0; i < group.users().size(); ++i) {
            const Member& member = group.users()[i];
            if (member.user == nullptr || service_.find_user(member.user->id()) != member.user)
                return "an unknown member";
            if (member.client != member.user->client()) return "a member with another client";
            std::size_t found = 0;
            for (const Membership& membership : member.user->groups()) {
                if (membership.group == &group && membership.index == i) ++found;
            }
            if (found != 1) return "a member who does not know it";
        }
        return {};
    }
    std::string wrong_with(std::size_t who) {
        std::map<GroupId, Names> actual;
        for (const Membership& membership : user(who)->groups()) {
            if (service_.find_group(membership.group->id()) != membership.group) return "in a group that is gone";
            Names& names = actual[membership.group->id()];
            for (const Member& member : membership.group->users())
                names.emplace(key_of(*member.user), member.user->name());
        }
        if (who >= first_puppet) return {};
        if (!client(who).surprise().empty()) return client(who).surprise();
        return client(who).views() == actual ? "" : "was told something else than what is";
    }

    tests::ManualScheduler scheduler_;
    ChatService service_{tests::service_options(), scheduler_};
    std::array<std::unique_ptr<Person>, people> persons_;
};

// Whoever is not here comes instead.
enum class Act { go, join, leave, rename, remove, say, set_topic, fail_softly, fail_hard };

struct Step {
    Act act;
    std::size_t who;
    std::size_t other;
    std::size_t group;
};

// How RapidCheck prints a counterexample.
void showValue(const Step& step, std::ostream& out) {
    static constexpr std::array names{"go",  "join",      "leave",       "rename",   "remove",
                                      "say", "set_topic", "fail_softly", "fail_hard"};
    out << names[static_cast<std::size_t>(step.act)] << ' ' << step.who << ' ' << step.other << ' '
        << groups[step.group];
}

rc::Gen<std::vector<Step>> steps(Act last) {
    const auto number = [](std::size_t end) { return rc::gen::inRange<std::size_t>(0, end); };
    const auto one = rc::gen::map(
        rc::gen::tuple(rc::gen::inRange(0, static_cast<int>(last) + 4), number(people), number(people),
                       number(groups.size())),
        [last](const std::tuple<int, std::size_t, std::size_t, std::size_t>& drawn) {
            const auto& [act, who, other, group] = drawn;
            // Joining is drawn more often than the rest, so that groups fill.
            return Step{act > static_cast<int>(last) ? Act::join : static_cast<Act>(act), who, other, group};
        });
    return rc::gen::scale(3, rc::gen::container<std::vector<Step>>(one));
}

std::string name_of(std::size_t who) {
    return "p" + std::to_string(who);
}

std::error_code take(World& world, const Step& step) {
    world.begin_step();
    const char* group = groups[step.group];
    if (world.user(step.who) == nullptr) return world.come(step.who, name_of(step.who));
    switch (step.act) {
        case Act::go: world.go(step.who); break;
        case Act::join: return world.join(step.who, group);
        case Act::leave: return world.leave(step.who, group);
        case Act::rename: return world.user(step.who)->rename(name_of(step.other));
        case Act::remove:
            return world.user(step.other) == nullptr ? make_error_code(Errc::no_such_user)
                                                     : world.remove(step.who, step.other, group);
        case Act::say: return world.say(step.who, group);
        case Act::set_topic: world.set_topic(group); break;
        case Act::fail_softly:
            world.client(step.who).fail_later(Errc::not_supported, static_cast<int>(step.other));
            break;
        case Act::fail_hard: world.client(step.who).fail_later(Errc::client_gone, static_cast<int>(step.other)); break;
    }
    return {};
}

// Who bears which name and is in which group: nothing else.
class Model {
  public:
    std::error_code take(const Step& step) {
        if (!names_.contains(step.who)) return come(step.who);
        switch (step.act) {
            case Act::go: return go(step.who);
            case Act::join: return join(step.who, step.group);
            case Act::leave: return leave(step.who, step.group);
            case Act::rename: return rename(step.who, name_of(step.other));
            case Act::remove:
                return names_.contains(step.other) ? leave(step.other, step.group)
                                                   : make_error_code(Errc::no_such_user);
            case Act::say: return say(step.who, step.group);
            default: return {};
        }
    }
    [[nodiscard]] bool agrees_with(World& world) const {
        std::map<std::string, std::set<std::string>> expected;
        for (const auto& [group, members] : members_) {
            for (const std::size_t who : members) expected[groups[group]].insert(names_.at(who));
        }
        std::map<std::string, std::set<std::string>> actual;
        for (const Group* group : world.service().groups()) {
            for (const Member& member : group->users()) actual[group->name()].insert(member.user->name());
        }
        return actual == expected && world.service().counts().online == names_.size();
    }

  private:
    [[nodiscard]] bool taken(const std::string& name, std::size_t except) const {
        for (const auto& [who, borne] : names_) {
            if (who != except && borne == name) return true;
        }
        return false;
    }
    std::error_code come(std::size_t who) {
        if (taken(name_of(who), people)) return who >= first_puppet ? Errc::duplicate_user : Errc::already_logged_in;
        names_[who] = name_of(who);
        return {};
    }
    std::error_code go(std::size_t who) {
        names_.erase(who);
        for (auto& [group, members] : members_) members.erase(who);
        return {};
    }
    std::error_code join(std::size_t who, std::size_t group) {
        return members_[group].insert(who).second ? std::error_code{} : make_error_code(Errc::already_a_member);
    }
    std::error_code leave(std::size_t who, std::size_t group) {
        if (members_[group].empty()) return Errc::no_such_group;
        return members_[group].erase(who) == 1 ? std::error_code{} : make_error_code(Errc::not_a_member);
    }
    std::error_code rename(std::size_t who, const std::string& name) {
        if (taken(name, who)) return Errc::duplicate_user;
        names_[who] = name;
        return {};
    }
    std::error_code say(std::size_t who, std::size_t group) {
        if (members_[group].empty()) return Errc::no_such_group;
        return members_[group].contains(who) ? std::error_code{} : make_error_code(Errc::members_only);
    }

    std::map<std::size_t, std::string> names_;
    std::map<std::size_t, std::set<std::size_t>> members_;
};

RC_GTEST_PROP(MembershipModelTest, BooksModelAndEveryClientsPictureAgreeAfterAnySteps, ()) {
    World world;
    Model model;
    for (const Step& step : *steps(Act::set_topic)) {
        RC_ASSERT(take(world, step) == model.take(step));
        RC_ASSERT(world.wrong() == "");
        RC_ASSERT(model.agrees_with(world));
    }
}

RC_GTEST_PROP(MembershipModelTest, BooksAndEveryClientsPictureAgreeHoweverClientsFail, ()) {
    World world;
    for (const Step& step : *steps(Act::fail_hard)) {
        (void)take(world, step);
        RC_ASSERT(world.wrong() == "");
    }
}

}  // namespace
}  // namespace patchcord::chat
