#pragma once

#include <string_view>

#include "chat_core/chat_service.hpp"
#include "chat_core/name_rules.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::tests {

/// Name rules for tests: a group's name begins with '#', a user's does not; neither is empty or has a space. ASCII
/// letters are the same in either case.
inline chat::NameRules name_rules() {
    const auto plain = [](std::string_view name) { return !name.empty() && name.find(' ') == std::string_view::npos; };
    chat::NameRules rules;
    rules.fold = &irc::fold_table(irc::Casemapping::ascii);
    rules.is_user_name = [plain](std::string_view name) { return plain(name) && name.front() != '#'; };
    rules.is_group_name = [plain](std::string_view name) { return plain(name) && name.front() == '#'; };
    return rules;
}

/// The default options with these name rules.
inline chat::ServiceOptions service_options() {
    chat::ServiceOptions options;
    options.names = name_rules();
    return options;
}

}  // namespace patchcord::tests
