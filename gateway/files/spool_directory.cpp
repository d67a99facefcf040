#include "gateway/files/spool_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "chat_core/file_error.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::size_t longest_name = 64;

}  // namespace

std::error_code file_error(int number) {
    if (number == ENOSPC || number == EDQUOT || number == EFBIG) return chat::FileErrc::no_space;
    return {number, std::generic_category()};
}

std::string SpoolDirectory::open(const std::string& data_dir, std::unique_ptr<SpoolDirectory>& into) {
    const std::string path = data_dir + "/files";
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return path + ": " + file_error(errno).message();
    FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) return path + ": " + file_error(errno).message();
    if (::fchmod(directory.number(), 0700) != 0) return path + ": " + file_error(errno).message();
    into = std::unique_ptr<SpoolDirectory>(new SpoolDirectory(std::move(directory)));
    return {};
}

bool SpoolDirectory::is_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

chat::Result<FileDescriptor> SpoolDirectory::create(const std::string& name) const {
    if (!is_name(name)) return file_error(EINVAL);
    FileDescriptor file(
        ::openat(directory_.number(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return file_error(errno);
    return file;
}

chat::Result<FileDescriptor> SpoolDirectory::open_file(const std::string& name) const {
    if (!is_name(name)) return file_error(EINVAL);
    FileDescriptor file(::openat(directory_.number(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return file_error(errno);
    struct stat what {};
    if (::fstat(file.number(), &what) != 0 || !S_ISREG(what.st_mode)) return file_error(EINVAL);
    return file;
}

std::optional<std::uint64_t> SpoolDirectory::size_of(const std::string& name) const {
    struct stat what {};
    if (!is_name(name) || ::fstatat(directory_.number(), name.c_str(), &what, AT_SYMLINK_NOFOLLOW) != 0) return {};
    if (!S_ISREG(what.st_mode)) return {};
    return static_cast<std::uint64_t>(what.st_size);
}

void SpoolDirectory::remove(const std::string& name) const {
    if (name.find('/') == std::string::npos) (void)::unlinkat(directory_.number(), name.c_str(), 0);
}

std::vector<std::string> SpoolDirectory::names() const {
    std::vector<std::string> names;
    const int copy = ::openat(directory_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const list = copy < 0 ? nullptr : ::fdopendir(copy);
    if (list == nullptr) {
        if (copy >= 0) ::close(copy);
        return names;
    }
    while (const dirent* entry = ::readdir(list)) {
        const std::string name(static_cast<const char*>(entry->d_name));
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(list);
    return names;
}

}  // namespace patchcord::gateway
