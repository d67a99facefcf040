#include "irc/server/metadata.hpp"

#include <algorithm>

#include "irc/server/options.hpp"
#include "irc/server/server.hpp"

namespace patchcord::irc {
namespace {

constexpr std::size_t longest_key = 32;

bool keep(MetadataStore::Values& values, std::string_view key, std::string_view value, std::size_t most) {
    const auto found = values.find(key);
    if (found != values.end()) {
        found->second = value;
        return true;
    }
    if (values.size() >= most) return false;
    values.emplace(key, value);
    return true;
}

template <class Map, class Id>
bool drop(Map& map, const Id& id, std::string_view key) {
    const auto values = map.find(id);
    if (values == map.end()) return false;
    const auto found = values->second.find(key);
    if (found == values->second.end()) return false;
    values->second.erase(found);
    if (values->second.empty()) map.erase(values);
    return true;
}

bool is_on_irc(const chat::User& user) {
    return user.client() != nullptr && user.client()->speaks(irc_protocol);
}

}  // namespace

MetadataStore::Values MetadataStore::of(const chat::User& user) const {
    const auto found = people_.find(id_of(user));
    Values values = found == people_.end() ? Values{} : found->second;
    if (is_on_irc(user)) return values;
    if (!user.profile().real_name.empty()) values["display-name"] = user.profile().real_name;
    const std::string avatar = pictures_ == nullptr ? std::string() : pictures_->link_of(user);
    if (!avatar.empty()) values["avatar"] = avatar;
    return values;
}

const MetadataStore::Values& MetadataStore::of(const chat::Group& group) const {
    static const Values none;
    const auto found = groups_.find(group.id());
    return found == groups_.end() ? none : found->second;
}

bool MetadataStore::set(const chat::User& user, std::string_view key, std::string_view value, std::size_t most) {
    return keep(people_[id_of(user)], key, value, most);
}

bool MetadataStore::set(const chat::Group& group, std::string_view key, std::string_view value, std::size_t most) {
    return keep(groups_[group.id()], key, value, most);
}

bool MetadataStore::remove(const chat::User& user, std::string_view key) {
    return drop(people_, id_of(user), key);
}

bool MetadataStore::remove(const chat::Group& group, std::string_view key) {
    return drop(groups_, group.id(), key);
}

bool is_metadata_key(std::string_view key) {
    return !key.empty() && key.size() <= longest_key &&
           key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_./-") == std::string_view::npos;
}

std::size_t metadata_value_limit(const ServerOptions& options) {
    constexpr std::size_t line = 510;
    constexpr std::size_t fixed = sizeof(": 761    * :") - 1;
    const std::size_t names =
        options.name.size() + options.nick_length + longest_key + std::max(options.channel_length, options.nick_length);
    return std::min(options.metadata_value_bytes, line - fixed - names);
}

std::string metadata_cap_value(const ServerOptions& options) {
    return "max-subs=" + std::to_string(options.max_metadata_subs) +
           ",max-keys=" + std::to_string(options.max_metadata_keys) +
           ",max-value-bytes=" + std::to_string(metadata_value_limit(options));
}

}  // namespace patchcord::irc
