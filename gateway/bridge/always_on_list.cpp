#include "gateway/bridge/always_on_list.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/store/limits.hpp"

namespace patchcord::gateway {
namespace {

constexpr const char* setting = "always_on";

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

std::string format_always_on(const chat::AlwaysOn& who, std::size_t most_bytes) {
    const long long made = who.made.time_since_epoch().count();
    std::string stored = made == 0 ? std::string() : std::to_string(made) + " ";
    stored += who.name + "\n" + who.username + "\n" + who.host + "\n" + who.real_name;
    for (const std::string& group : who.groups) {
        if (stored.size() + 1 + group.size() > most_bytes) break;
        stored.append(1, '\n').append(group);
    }
    return stored;
}

std::optional<chat::AlwaysOn> parse_always_on(std::string_view account, std::string_view stored) {
    if (std::count(stored.begin(), stored.end(), '\n') < 3) return std::nullopt;
    chat::AlwaysOn who;
    who.account = account;
    std::string_view name = take_line(stored);
    if (const std::size_t blank = name.find(' '); blank != std::string_view::npos) {
        long long made = 0;
        if (std::from_chars(name.data(), name.data() + blank, made).ptr != name.data() + blank) return std::nullopt;
        who.made = chat::WallTime(std::chrono::milliseconds(made));
        name.remove_prefix(blank + 1);
    }
    who.name = name;
    who.username = take_line(stored);
    who.host = take_line(stored);
    who.real_name = take_line(stored);
    while (!stored.empty()) who.groups.emplace_back(take_line(stored));
    return who;
}

void AlwaysOnList::load(std::function<void(const std::vector<chat::AlwaysOn>&)> done) {
    store_.settings_called(setting, [this, alive = std::weak_ptr(alive_),
                                     done = std::move(done)](const chat::Result<std::vector<AccountSetting>>& stored) {
        if (alive.expired()) return;
        std::vector<chat::AlwaysOn> all;
        if (stored) {
            for (const AccountSetting& each : *stored) take(each, all);
        }
        done(all);
    });
}

void AlwaysOnList::take(const AccountSetting& stored, std::vector<chat::AlwaysOn>& all) {
    auto who = parse_always_on(stored.account, stored.value);
    if (who && who->made != chat::WallTime{} && who->made != stored.made) {
        store_.set_setting(stored.account, setting, {}, [](std::error_code) {});
        return;
    }
    known_[stored.account] = {stored.value, stored.made};
    if (!who) return;
    who->made = stored.made;
    all.push_back(std::move(*who));
}

bool AlwaysOnList::contains(std::string_view account, chat::WallTime made) const {
    const auto found = known_.find(account);
    if (found == known_.end()) return false;
    const chat::WallTime unknown{};
    return made == unknown || found->second.made == unknown || found->second.made == made;
}

void AlwaysOnList::save(chat::AlwaysOn who) {
    std::string value = format_always_on(who, longest_field);
    Entry& known = known_[who.account];
    if (known.value == value) return;
    known = {value, who.made};
    store_.set_setting(std::move(who.account), setting, std::move(value), [](std::error_code) {});
}

void AlwaysOnList::forget(std::string_view account) {
    const auto found = known_.find(account);
    if (found == known_.end()) return;
    store_.set_setting(found->first, setting, {}, [](std::error_code) {});
    known_.erase(found);
}

}  // namespace patchcord::gateway
