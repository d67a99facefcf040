#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chat_core/fold.hpp"

namespace patchcord::gateway {

/// Which nicks are somebody's account, and what handle that account has on MSN: kept in memory, because it is asked
/// with every nick. Names compare as nicks do.
class AccountNames {
  public:
    /// `fold` outlives this.
    explicit AccountNames(const chat::FoldTable& fold);

    /// Takes these, names with their handles, instead of all it knew; but names that are handles are no nicks.
    void replace(const std::vector<std::pair<std::string, std::string>>& names);
    void add(const std::string& name, const std::string& handle);
    void remove(std::string_view name);

    [[nodiscard]] bool contains(std::string_view nick) const { return handles_.contains(nick); }
    /// The name as it is stored.
    [[nodiscard]] std::optional<std::string> find(std::string_view nick) const;
    /// Is the nick an account's, but not of the one with this handle?
    [[nodiscard]] bool is_anothers(std::string_view nick, std::string_view handle) const;

  private:
    std::unordered_map<std::string, std::string, chat::FoldHash, chat::FoldEqual> handles_;  // by name
};

}  // namespace patchcord::gateway
