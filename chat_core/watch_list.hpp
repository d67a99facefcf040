#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat_core/fold.hpp"
#include "chat_core/ids.hpp"

namespace patchcord::chat {

/// Who watches which names, whether anybody bears them or not.
class WatchList {
  public:
    explicit WatchList(const FoldTable& fold) : watchers_(0, FoldHash{&fold}, FoldEqual{&fold}) {}

    void add(UserId watcher, std::string_view name) {
        auto found = watchers_.find(name);
        if (found == watchers_.end()) found = watchers_.emplace(std::string(name), std::vector<UserId>()).first;
        if (std::find(found->second.begin(), found->second.end(), watcher) == found->second.end()) {
            found->second.push_back(watcher);
        }
    }
    void remove(UserId watcher, std::string_view name) {
        const auto found = watchers_.find(name);
        if (found == watchers_.end()) return;
        std::erase(found->second, watcher);
        if (found->second.empty()) watchers_.erase(found);
    }
    [[nodiscard]] std::span<const UserId> of(std::string_view name) const {
        const auto found = watchers_.find(name);
        return found == watchers_.end() ? std::span<const UserId>() : std::span<const UserId>(found->second);
    }

  private:
    std::unordered_map<std::string, std::vector<UserId>, FoldHash, FoldEqual> watchers_;
};

}  // namespace patchcord::chat
