#include "gateway/config/config_change.hpp"

#include <set>

#include "chat_core/utf8.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_shown = 120;

bool is_secret(std::string_view key) {
    const std::string_view name = key.substr(key.rfind('.') + 1);  // npos + 1 is 0
    return name == "password" || name == "password_hash" || name == "password_file";
}

std::string shown(const ConfigValues& values, const std::string& key) {
    const auto found = values.find(key);
    if (found == values.end()) return "(default)";
    if (is_secret(key)) return "(secret)";
    const std::string& value = found->second;
    if (value.size() <= longest_shown) return value;
    return value.substr(0, chat::code_point_border(value, longest_shown)) + "...";
}

}  // namespace

std::vector<ConfigChange> config_changes(const ConfigValues& before, const ConfigValues& after) {
    std::set<std::string> keys;
    for (const auto& [key, value] : before) keys.insert(key);
    for (const auto& [key, value] : after) keys.insert(key);
    std::vector<ConfigChange> changes;
    for (const std::string& key : keys) {
        const auto old_value = before.find(key);
        const auto new_value = after.find(key);
        const bool both = old_value != before.end() && new_value != after.end();
        if (both && old_value->second == new_value->second) continue;
        changes.push_back({key, shown(before, key), both && is_secret(key) ? "(changed)" : shown(after, key)});
    }
    return changes;
}

}  // namespace patchcord::gateway
