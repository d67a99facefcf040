#include "gateway/bridge/name_map.hpp"

#include <algorithm>

#include "gateway/text/confusables.hpp"
#include "gateway/text/nick_from_name.hpp"
#include "irc/wire/casemap.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::gateway {
namespace {

// Numbers behind a nick are tried in turn so far, then from one on that the handle decides: a name that thousands bear
// would else take as many tries.
constexpr std::size_t tries_in_turn = 100;
constexpr std::size_t most_tries = 1'000;
constexpr std::size_t scattered_numbers = 900'000;

const chat::FoldTable& handle_fold() {
    return irc::fold_table(irc::Casemapping::ascii);
}

std::size_t number_of_try(std::size_t number, std::string_view handle) {
    if (number <= tries_in_turn) return number;
    return tries_in_turn + (chat::FoldHash{&handle_fold()}(handle) + number) % scattered_numbers;
}

/// `base` with a number behind it, cut so that both fit.
std::string variant(std::string_view base, std::size_t number, std::size_t length) {
    const std::string suffix = number == 1 ? std::string() : "_" + std::to_string(number);
    std::string nick(base.substr(0, length - std::min(length, suffix.size())));
    while (!suffix.empty() && nick.ends_with('_')) nick.pop_back();
    return nick + suffix;
}

}  // namespace

NameMap::NameMap(const chat::FoldTable& fold, Save save, chat::LogSink& log, NameMapOptions options)
    : nick_hash_{&fold},
      save_(std::move(save)),
      log_(log),
      options_(options),
      nicks_(0, chat::FoldHash{&handle_fold()}, chat::FoldEqual{&handle_fold()}),
      handles_(0, nick_hash_, chat::FoldEqual{&fold}) {}

void NameMap::load(const std::vector<std::pair<std::string, std::string>>& names) {
    for (const auto& [handle, nick] : names) {
        if (nicks_.size() >= options_.max_names) return;
        if (irc::is_valid_nick(nick, nick.size()) && !nicks_.contains(handle) && !handles_.contains(nick)) {
            add(handle, nick);
        }
    }
}

std::string NameMap::nick_for(std::string_view handle, std::string_view friendly_name, const IsTaken& is_taken) {
    if (const auto known = nicks_.find(handle); known != nicks_.end()) {
        const std::string& nick = known->second;
        if (nick.size() <= options_.nick_length && !is_taken(nick) && !is_anothers_(nick, handle)) return nick;
        return free_variant(nick, 2, handle, is_taken).value_or(nick);
    }
    const std::string base = nick_from_name(friendly_name, handle, options_.nick_length);
    const auto nick = free_variant(base, 1, handle, is_taken);
    if (!nick) return base;
    remember(handle, *nick);
    return *nick;
}

std::string NameMap::new_nick_for(std::string_view handle, std::string_view friendly_name, const IsTaken& is_taken) {
    if (!nicks_.contains(handle)) return nick_for(handle, friendly_name, is_taken);
    const std::string base = nick_from_name(friendly_name, handle, options_.nick_length);
    const auto nick = free_variant(base, 1, handle, is_taken);
    if (!nick) return nick_for(handle, friendly_name, is_taken);
    if (nicks_.find(handle)->second != *nick) {
        forget(handle);
        remember(handle, *nick);
    }
    return *nick;
}

std::optional<std::string> NameMap::handle_of(std::string_view nick) const {
    const auto found = handles_.find(nick);
    return found == handles_.end() ? std::nullopt : std::optional(std::string(found->second));
}

std::optional<std::string> NameMap::nick_of(std::string_view handle) const {
    const auto found = nicks_.find(handle);
    return found == nicks_.end() ? std::nullopt : std::optional(found->second);
}

void NameMap::user_signed_on(const chat::User& user) {
    add_look(user.name());
}

void NameMap::user_signed_off(const chat::User& user, std::string_view) {
    remove_look(user.name());
}

void NameMap::user_renamed(const chat::User& user, std::string_view old_name) {
    remove_look(old_name);
    add_look(user.name());
}

NameMap::Look NameMap::look_of(std::string_view nick) const {
    return nick_hash_(skeleton(nick));
}

void NameMap::remove_look(std::string_view nick) {
    const auto found = looks_.find(look_of(nick));
    if (found != looks_.end() && --found->second == 0) looks_.erase(found);
}

bool NameMap::is_own(std::string_view handle, std::string_view nick) const {
    const auto owner = handles_.find(nick);
    return owner != handles_.end() && chat::equal_folded(owner->second, handle, handle_fold());
}

bool NameMap::is_free(std::string_view nick, std::string_view handle, const IsTaken& is_taken) const {
    return !handles_.contains(nick) && !is_taken(nick) && !is_anothers_(nick, handle) &&
           !looks_.contains(look_of(nick));
}

std::optional<std::string> NameMap::free_variant(std::string_view base, std::size_t first, std::string_view handle,
                                                 const IsTaken& is_taken) const {
    for (std::size_t number = first; number <= most_tries; ++number) {
        std::string nick = variant(base, number_of_try(number, handle), options_.nick_length);
        if (is_free(nick, handle, is_taken) || (is_own(handle, nick) && !is_taken(nick))) return nick;
    }
    return std::nullopt;
}

void NameMap::remember(std::string_view handle, std::string_view nick) {
    if (nicks_.size() >= options_.max_names) {
        if (!limit_logged_) log_.log(chat::LogLevel::warn, {}, "limit hit", {{"limit", "remembered nicks"}});
        limit_logged_ = true;
        return;
    }
    add(handle, nick);
    save_(std::string(handle), std::string(nick), [&log = log_, owner = std::string(handle)](std::error_code error) {
        if (!error) return;
        log.log(chat::LogLevel::error, {}, "cannot store a nick", {{"handle", owner}, {"error", error.message()}});
    });
}

void NameMap::forget(std::string_view handle) {
    const auto known = nicks_.find(handle);
    handles_.erase(known->second);
    remove_look(known->second);
    nicks_.erase(known);
}

void NameMap::add(std::string_view handle, std::string_view nick) {
    const auto added = nicks_.emplace(handle, nick).first;
    handles_.emplace(added->second, added->first);
    add_look(nick);
}

}  // namespace patchcord::gateway
