#pragma once

#include <string>

#include "chat_core/result.hpp"

namespace patchcord::chat {

class User;

/// Lets people send files from a web browser.
class UploadDesk {
  public:
    virtual ~UploadDesk() = default;

    /// A link by which `user` can send one file, for some minutes: to a person or a group by that name, or, with an
    /// empty name, to whoever is told the link of what was sent. Errors: `FileErrc::not_possible` when there are no
    /// links here, `FileErrc::too_many`.
    virtual Result<std::string> invite(const User& user, const std::string& target) = 0;
};

}  // namespace patchcord::chat
