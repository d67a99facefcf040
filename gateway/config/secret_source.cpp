#include "gateway/config/secret_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <sodium.h>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "gateway/log/escape.hpp"

namespace patchcord::gateway {
namespace {

constexpr std::string_view credentials = "$CREDENTIALS_DIRECTORY/";
constexpr const char* credentials_variable = "CREDENTIALS_DIRECTORY";
constexpr std::string_view variable = "env:";

/// An open file, closed at the end of the scope.
class File {
  public:
    /// Does not wait for whoever may write to it, nor let a terminal take hold of the process.
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

std::string system_error_text() {
    return std::system_category().message(errno);
}

/// May the same work later, without anybody's doing?
bool is_passing(int error) {
    constexpr int all[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, EIO, EAGAIN, EINTR, ETIMEDOUT, ESTALE};
    return std::find(std::begin(all), std::end(all), error) != std::end(all);
}

std::string octal(mode_t mode) {
    std::ostringstream out;
    out << std::oct << (mode & 07777U);
    return out.str();
}

std::string longer_than(std::size_t bytes) {
    return " is longer than " + std::to_string(bytes / 1024) + " KiB";
}

/// A prefix that is all of the file, or `most` bytes; wiped by whoever asked.
std::string read_up_to(int descriptor, std::size_t most, std::string& into, bool& passing) {
    into.resize(most);
    std::size_t length = 0;
    while (length < most) {
        const ssize_t count = ::read(descriptor, into.data() + length, most - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            passing = is_passing(errno);
            return " cannot be read: " + system_error_text();
        }
        if (count == 0) break;
        length += static_cast<std::size_t>(count);
    }
    into.resize(length);
    return {};
}

bool is_variable_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

SecretSource::SecretSource(std::string_view text, std::string_view directory, std::size_t most_bytes)
    : most_bytes_(most_bytes) {
    if (text.starts_with(variable)) {
        kind_ = Kind::variable;
        name_ = text.substr(variable.size());
    } else if (is_credential(text)) {
        kind_ = Kind::credential;
        name_ = text.substr(credentials.size());
    } else if (!text.empty()) {
        kind_ = Kind::file;
        name_ = (std::filesystem::path(directory) / text).string();
    }
}

bool SecretSource::is_credential(std::string_view text) {
    return text.starts_with(credentials);
}

std::string SecretSource::problem() const {
    std::string secret;
    std::string problem = read(secret);
    sodium_memzero(secret.data(), secret.size());
    return problem;
}

std::string SecretSource::read(std::string& secret, bool& passing) const {
    passing = false;
    if (kind_ == Kind::none) return "names no file";
    return kind_ == Kind::variable ? read_variable(secret) : read_file(secret, passing);
}

std::string SecretSource::read(std::string& secret) const {
    bool passing = false;
    return read(secret, passing);
}

std::string SecretSource::read_variable(std::string& secret) const {
    if (!is_variable_name(name_)) return "must be env:NAME, with the name of an environment variable";
    const char* value = std::getenv(name_.c_str());
    if (value == nullptr || *value == '\0') return "the environment variable " + name_ + " is not set or empty";
    const std::string_view text(value);
    if (text.size() > most_bytes_) return "the environment variable " + name_ + longer_than(most_bytes_);
    secret = text;
    return {};
}

/// Where the file is; or a problem.
std::string SecretSource::path(std::string& problem) const {
    if (name_.find('\0') != std::string::npos) problem = "must be a path";
    if (kind_ == Kind::file) return name_;
    if (name_.empty() || name_.find('/') != std::string::npos || name_ == "..") {
        problem = "must be $CREDENTIALS_DIRECTORY/ and a name without another /";
    }
    const char* directory = std::getenv(credentials_variable);
    if (directory == nullptr || *directory == '\0') {
        problem = "systemd has given no credentials: CREDENTIALS_DIRECTORY is not set";
        return {};
    }
    return std::string(directory) + "/" + name_;
}

/// Looks at the open file and not at its path, so that what is looked at is what is read.
std::string SecretSource::read_file(std::string& secret, bool& passing) const {
    std::string problem;
    const std::string where = path(problem);
    if (!problem.empty()) return problem;
    const std::string shown = escape_for_log(where);
    const File file(where);
    struct stat status {};
    if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) {
        passing = is_passing(errno);
        return shown + ": " + system_error_text();
    }
    if (!S_ISREG(status.st_mode)) return shown + " is not a plain file";
    // Of a credential, systemd may give its reader rights by an access list, whose mask shows as the group's mode.
    const mode_t others = kind_ == Kind::credential ? S_IRWXO : S_IRWXG | S_IRWXO;
    if ((status.st_mode & others) != 0) {
        return shown + " has mode " + octal(status.st_mode) + ", so others may read it; use chmod 600";
    }
    if (status.st_size == 0) return shown + " is empty";
    if (status.st_size > static_cast<off_t>(most_bytes_ + 1)) return shown + longer_than(most_bytes_);
    problem = read_up_to(file.descriptor(), most_bytes_ + 2, secret, passing);
    if (secret.ends_with('\n')) secret.pop_back();
    if (problem.empty() && secret.empty()) problem = " is empty";
    if (problem.empty() && secret.size() > most_bytes_) problem = longer_than(most_bytes_);
    if (problem.empty()) return {};
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
    return shown + problem;
}

}  // namespace patchcord::gateway
