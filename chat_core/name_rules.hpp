#pragma once

#include <functional>
#include <string_view>

#include "chat_core/fold.hpp"

namespace patchcord::chat {

/// What counts as a name and when two are the same. Injected, because the core knows no protocol's rules.
struct NameRules {
    const FoldTable* fold = nullptr;
    std::function<bool(std::string_view)> is_user_name;
    std::function<bool(std::string_view)> is_group_name;
};

}  // namespace patchcord::chat
