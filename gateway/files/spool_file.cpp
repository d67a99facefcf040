#include "gateway/files/spool_file.hpp"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

#include "gateway/files/spool_directory.hpp"

namespace patchcord::gateway {

std::error_code SpoolFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return file_error(errno);
        size_ += static_cast<std::uint64_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    tell();
    return {};
}

std::error_code SpoolFile::read(std::uint64_t offset, std::size_t most, std::string& into) const {
    if (offset >= size_) return {};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - offset));
    const std::size_t before = into.size();
    into.resize(before + wanted);
    ssize_t got = 0;
    do {
        got = ::pread(file_.number(), into.data() + before, wanted, static_cast<off_t>(offset));
    } while (got < 0 && errno == EINTR);
    into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return file_error(errno);
    return got == 0 ? file_error(EIO) : std::error_code();  // shorter than it was: somebody has cut it
}

SpoolFile::WaitId SpoolFile::when_changed(std::function<void()> then) {
    waiting_.emplace(++last_wait_, std::move(then));
    return last_wait_;
}

void SpoolFile::change(State state) {
    if (state_ != State::growing) return;
    state_ = state;
    tell();
}

/// Who is told may wait again at once, or make another forget.
void SpoolFile::tell() {
    const WaitId last = last_wait_;
    while (!waiting_.empty() && waiting_.begin()->first <= last) {
        const auto next = waiting_.extract(waiting_.begin());
        next.mapped()();
    }
}

}  // namespace patchcord::gateway
