#pragma once

#include <string>

#include "gateway/config/config.hpp"
#include "gateway/os/rights.hpp"

namespace patchcord::gateway {

/// The user that gateway.user names, into `user`. Gives what is wrong with the name, as a sentence.
[[nodiscard]] std::string find_configured_user(const std::string& name, SystemUser& user);

/// Made as root, data_dir has to be the user's; one that is there is whose it is. Gives what went wrong, as a sentence.
[[nodiscard]] std::string make_data_dir_for(const SystemUser& user, std::string path);

/// A command that root gives works on the data as whoever they belong to, or the gateway could not open what it made:
/// as gateway.user or, if none is named, as the owner of data_dir. Nothing changes for anybody but root. Gives what
/// went wrong, as a sentence; then the process has to end.
[[nodiscard]] std::string become_owner_of_data(const Config& config);

}  // namespace patchcord::gateway
