#include "gateway/os/rights.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace patchcord::gateway {
namespace {

std::string failed(const std::string& what) {
    return what + ": " + std::generic_category().message(errno);
}

std::vector<gid_t> groups_of_process() {
    const int count = ::getgroups(0, nullptr);
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 0)));
    if (::getgroups(count, groups.data()) < 0) groups.clear();
    std::sort(groups.begin(), groups.end());
    return groups;
}

std::vector<gid_t> groups_of(const SystemUser& user) {
    int count = 0;
    (void)::getgrouplist(user.name.c_str(), user.group, nullptr, &count);
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(count, 1)));
    if (::getgrouplist(user.name.c_str(), user.group, groups.data(), &count) < 0) return {user.group};
    groups.resize(static_cast<std::size_t>(count));
    std::sort(groups.begin(), groups.end());
    return groups;
}

/// Not what was asked for, but what is: a call that claims to have worked is not enough here.
std::string left_behind(const SystemUser& user, const std::vector<gid_t>& groups) {
    std::array<gid_t, 3> own_groups{};
    if (::getresgid(&own_groups[0], &own_groups[1], &own_groups[2]) != 0) return failed("getresgid");
    const bool has_group =
        std::all_of(own_groups.begin(), own_groups.end(), [&](gid_t id) { return id == user.group; });
    if (!is_wholly(user) || !has_group) return "the process is still somebody else's";
    if (groups_of_process() != groups) return "the process is still in groups of somebody else";
    if (::setuid(0) == 0 || ::setgid(0) == 0) return "the process can become root again";
    return {};
}

}  // namespace

std::optional<SystemUser> find_system_user(const std::string& name) {
    const passwd* found = ::getpwnam(name.c_str());
    if (found == nullptr) return std::nullopt;
    return SystemUser{name, found->pw_uid, found->pw_gid};
}

SystemUser system_user(uid_t user, gid_t group) {
    const passwd* found = ::getpwuid(user);
    if (found == nullptr) return SystemUser{{}, user, group};
    return SystemUser{found->pw_name, user, found->pw_gid};
}

bool is_root() {
    return ::geteuid() == 0;
}

bool is_wholly(const SystemUser& user) {
    std::array<uid_t, 3> users{};
    if (::getresuid(&users[0], &users[1], &users[2]) != 0) return false;
    return std::all_of(users.begin(), users.end(), [&](uid_t id) { return id == user.user; });
}

/// Groups first, then the group, then the user: each needs the rights that the next gives up.
std::string become(const SystemUser& user) {
    const std::vector<gid_t> groups = groups_of(user);
    if (::setgroups(groups.size(), groups.data()) != 0) return failed("setgroups");
    if (::setresgid(user.group, user.group, user.group) != 0) return failed("setresgid");
    if (::setresuid(user.user, user.user, user.user) != 0) return failed("setresuid");
    // Or the process could not read its own /proc any more, as if it had been started with rights of the file's owner.
    (void)::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    return left_behind(user, groups);
}

void harden_process() {
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace patchcord::gateway
