#include "gateway/control/backup.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>

#include "gateway/control/tar_format.hpp"
#include "gateway/files/file_descriptor.hpp"
#include "gateway/store/online_copy.hpp"

namespace patchcord::gateway {
namespace {

namespace fs = std::filesystem;

std::string reason(const std::string& what, int error) {
    return what + ": " + std::generic_category().message(error);
}

/// A directory that nobody else can look into, beside the archive and so on its file system; gone at the end.
class WorkDirectory {
  public:
    explicit WorkDirectory(const fs::path& beside) {
        std::string name = beside.string() + ".part-XXXXXX";
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    ~WorkDirectory() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    WorkDirectory(const WorkDirectory&) = delete;
    WorkDirectory& operator=(const WorkDirectory&) = delete;

    [[nodiscard]] bool exists() const { return !path_.empty(); }
    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    fs::path path_;
};

/// An archive that is being written.
class Archive {
  public:
    explicit Archive(const std::string& file)
        : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
        if (!file_) error_ = errno;
    }

    /// The bytes of `source`, with the owner of `owned_like`.
    std::string add(const std::string& name, const std::string& source, const std::string& owned_like) {
        const FileDescriptor in(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status {};
        struct stat owner {};
        if (!in || ::fstat(in.number(), &status) != 0 || ::stat(owned_like.c_str(), &owner) != 0)
            return reason("cannot read " + source, errno);
        const auto size = static_cast<std::uint64_t>(status.st_size);
        write(tar_header({name, size, status.st_mtime, owner.st_uid, owner.st_gid}));
        const bool is_whole = copy(in.number(), size);
        write(std::string(tar_padding(size), '\0'));
        return is_whole ? problem() : "cannot read all of " + source;
    }
    std::string finish() {
        write(tar_end());
        if (error_ == 0 && ::fsync(file_.number()) != 0) error_ = errno;
        return problem();
    }
    [[nodiscard]] std::string problem() const { return error_ == 0 ? "" : reason("cannot write the backup", error_); }

  private:
    bool copy(int in, std::uint64_t size) {
        std::array<char, 64 * 1024> piece{};
        while (size > 0 && error_ == 0) {
            const ssize_t got = ::read(in, piece.data(), std::min<std::uint64_t>(piece.size(), size));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return false;
            write(std::string_view(piece.data(), static_cast<std::size_t>(got)));
            size -= static_cast<std::uint64_t>(got);
        }
        return true;
    }
    void write(std::string_view bytes) {
        while (!bytes.empty() && error_ == 0) {
            const ssize_t done = ::write(file_.number(), bytes.data(), bytes.size());
            if (done >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(done));
            } else if (errno != EINTR) {
                error_ = errno;
            }
        }
    }

    FileDescriptor file_;
    int error_ = 0;
};

bool sync_directory(const fs::path& directory) {
    const FileDescriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return opened && ::fsync(opened.number()) == 0;
}

std::string fill(const fs::path& data, const WorkDirectory& work, Archive& archive, std::vector<std::string>& files) {
    for (const char* name : {"patchcord.db", "history.db"}) {
        const std::string from = (data / name).string();
        if (!fs::exists(from)) continue;
        const std::string copy = work.file(name);
        if (std::string bad = copy_database(from, copy); !bad.empty()) return bad;
        if (std::string bad = archive.add(name, copy, from); !bad.empty()) return bad;
        ::unlink(copy.c_str());  // the next one may need the room
        files.emplace_back(name);
    }
    for (const char* name : {"secrets.key", "cloak.key"}) {
        const std::string from = (data / name).string();
        if (!fs::exists(from)) continue;
        if (std::string bad = archive.add(name, from, from); !bad.empty()) return bad;
        files.emplace_back(name);
    }
    return archive.finish();
}

/// Without overwriting what somebody else put there meanwhile.
int put_in_place(const std::string& from, const fs::path& to) {
    return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
}

}  // namespace

BackupResult make_backup(const std::string& data_dir, const std::string& file) {
    BackupResult result;
    std::error_code ignored;
    const fs::path data(data_dir);
    const fs::path target = fs::absolute(file, ignored);
    result.exists = fs::exists(fs::symlink_status(target, ignored));
    if (result.exists) result.problem = file + " is there already";
    if (result.exists) return result;
    if (!fs::exists(data / "patchcord.db", ignored)) {
        result.problem = "there is no database in " + data_dir;
        return result;
    }
    const WorkDirectory work(target);
    if (!work.exists()) {
        result.problem = reason("cannot write beside " + file, errno);
        return result;
    }
    const std::string unfinished = work.file("archive");
    Archive archive(unfinished);
    result.problem = archive.problem();
    if (result.problem.empty()) result.problem = fill(data, work, archive, result.files);
    if (!result.problem.empty()) return result;
    if (const int error = put_in_place(unfinished, target)) {
        result.exists = error == EEXIST;
        result.problem = reason("cannot make " + file, error);
    } else if (!sync_directory(target.parent_path())) {
        result.problem = reason("cannot tell whether " + file + " is safely on disk", errno);
    }
    return result;
}

}  // namespace patchcord::gateway
