#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "gateway/config/config.hpp"

namespace patchcord::gateway {

/// Where the account commands read and write.
struct AccountConsole {
    std::function<std::string()> read_new_password;  // empty when none was given
    std::ostream& out;
    std::ostream& errors;
};

/// The process's own: the password comes from the terminal, twice, or as one line of standard input.
[[nodiscard]] AccountConsole standard_console();

struct NewAccount {
    std::string name;         // a nick, or the handle
    std::string handle;       // empty: the name if that is a handle, else `name@<gateway.name>`
    bool legacy_md5 = false;  // let clients of MSNP2 to 7 in: the password is kept, sealed
};

// The commands `patchcord account ...`. They work on the database while the gateway runs, and return an exit code:
// 0, 64 (something is wrong with the arguments or the password), 74 (the database cannot be used).

[[nodiscard]] int account_add(const Config& config, const NewAccount& account, const AccountConsole& console);
/// A line each: name, handle, `md5` or `-`, and the day it was made (UTC).
[[nodiscard]] int account_list(const Config& config, const AccountConsole& console);
/// An account that clients of MSNP2 to 7 may use stays so.
[[nodiscard]] int account_passwd(const Config& config, const std::string& name, const AccountConsole& console);
[[nodiscard]] int account_remove(const Config& config, const std::string& name, const AccountConsole& console);

}  // namespace patchcord::gateway
