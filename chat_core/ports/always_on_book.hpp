#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat_core/clock.hpp"

namespace patchcord::chat {

/// Somebody who stays when their last client is gone, and what they stay as.
struct AlwaysOn {
    std::string account;
    std::string name;
    std::string username;
    std::string host;
    std::string real_name;
    std::vector<std::string> groups;
    WallTime made{};  // when the account was; the epoch: not known
};

/// Remembers who wants to stay, also over a restart.
class AlwaysOnBook {
  public:
    virtual ~AlwaysOnBook() = default;

    /// Not when it was an earlier account of that name, which was removed; `made` says when this one was made.
    [[nodiscard]] virtual bool contains(std::string_view account, WallTime made) const = 0;
    /// Remembers them as they are now.
    virtual void save(AlwaysOn who) = 0;
    virtual void forget(std::string_view account) = 0;
};

}  // namespace patchcord::chat
