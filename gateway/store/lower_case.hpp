#pragma once

#include <string>
#include <string_view>

#include "chat_core/fold.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::gateway {

/// The form under which handles and names are stored.
[[nodiscard]] inline std::string lower_case(std::string_view text) {
    return chat::folded(text, irc::fold_table(irc::Casemapping::ascii));
}

}  // namespace patchcord::gateway
