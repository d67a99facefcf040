#include "gateway/bridge/always_on_list.hpp"

#include <algorithm>

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
    std::string stored = who.name + "\n" + who.username + "\n" + who.host + "\n" + who.real_name;
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
    who.name = take_line(stored);
    who.username = take_line(stored);
    who.host = take_line(stored);
    who.real_name = take_line(stored);
    while (!stored.empty()) who.groups.emplace_back(take_line(stored));
    return who;
}

void AlwaysOnList::load(std::function<void(const std::vector<chat::AlwaysOn>&)> done) {
    store_.settings_called(setting, [this, alive = std::weak_ptr(alive_),
                                     done = std::move(done)](const chat::Result<Store::Names>& stored) {
        if (alive.expired()) return;
        std::vector<chat::AlwaysOn> all;
        if (stored) {
            for (const auto& [account, value] : *stored) {
                known_[account] = value;
                if (auto who = parse_always_on(account, value)) all.push_back(std::move(*who));
            }
        }
        done(all);
    });
}

bool AlwaysOnList::contains(std::string_view account) const {
    return known_.contains(account);
}

void AlwaysOnList::save(chat::AlwaysOn who) {
    std::string value = format_always_on(who, longest_field);
    std::string& known = known_[who.account];
    if (known == value) return;
    known = value;
    store_.set_setting(std::move(who.account), setting, std::move(value), [](std::error_code) {});
}

void AlwaysOnList::forget(std::string_view account) {
    const auto found = known_.find(account);
    if (found == known_.end()) return;
    store_.set_setting(found->first, setting, {}, [](std::error_code) {});
    known_.erase(found);
}

}  // namespace patchcord::gateway
