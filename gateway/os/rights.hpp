#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

namespace patchcord::gateway {

/// A user of this machine.
struct SystemUser {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;
};

/// Nothing when there is none of that name.
[[nodiscard]] std::optional<SystemUser> find_system_user(const std::string& name);

/// Whoever has this number, with their own group; `group` when nobody is known by it.
[[nodiscard]] SystemUser system_user(uid_t user, gid_t group);

[[nodiscard]] bool is_root();

/// Whether this process is `user`'s in every respect: with a real or saved user of root's it could become root again.
[[nodiscard]] bool is_wholly(const SystemUser& user);

/// This process, which is root's, is `user`'s from now on: in all its threads, with the groups of that user alone, and
/// without a way back. Gives what went wrong, as a sentence; then it may be neither the one nor the other, and has to
/// end.
[[nodiscard]] std::string become(const SystemUser& user);

/// No program that this process starts gets more rights than it has, and it leaves no core file. One that the system
/// pipes to a program is the system's matter: core(5).
void harden_process();

}  // namespace patchcord::gateway
