#pragma once

#include <string>

#include "chat_core/chat_service.hpp"

namespace patchcord::msn {

// A switchboard of more than two that somebody on IRC takes part in stands for a group of the core, named after the
// first in it. It is nobody's in particular, and nobody's business but theirs.

/// A new group, `&bob` or `&bob_2`; nullptr when there cannot be one. It ends again unless somebody joins.
[[nodiscard]] chat::Group* create_adhoc_group(chat::ChatService& service, const chat::User& first);
/// Nobody sees it or comes in who is not asked.
void close_adhoc_group(chat::Group& group, const std::string& set_by);
/// Everybody may ask others in.
void make_adhoc_operator(chat::Group& group, chat::User& user, const std::string& set_by);

}  // namespace patchcord::msn
