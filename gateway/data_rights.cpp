#include "gateway/data_rights.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/files/file_descriptor.hpp"

namespace patchcord::gateway {

std::string find_configured_user(const std::string& name, SystemUser& user) {
    const auto found = find_system_user(name);
    if (!found) return "gateway.user: there is no user \"" + name + '"';
    if (found->user == 0) return "gateway.user: root is who the gateway must not be";
    user = *found;
    return {};
}

std::string make_data_dir_for(const SystemUser& user, std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();  // behind which a link would be followed
    if (::mkdir(path.c_str(), S_IRWXU) != 0) return {};  // it is there; or what is wrong will be said when it is used
    // Not by its name: whoever may write beside it could have put a link to something of root's there meanwhile.
    const FileDescriptor made(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (made && ::fchown(made.number(), user.user, user.group) == 0) return {};
    return "cannot give data_dir to the user";
}

std::string become_owner_of_data(const Config& config) {
    if (!is_root()) return {};
    const std::string& path = config.gateway.data_dir;
    if (config.gateway.user.empty()) {
        struct stat data {};
        const bool is_roots = ::stat(path.c_str(), &data) != 0 || data.st_uid == 0;
        return is_roots ? std::string() : become(system_user(data.st_uid, data.st_gid));
    }
    SystemUser user;
    std::string problem = find_configured_user(config.gateway.user, user);
    if (problem.empty()) problem = make_data_dir_for(user, path);
    return problem.empty() ? become(user) : problem;
}

}  // namespace patchcord::gateway
