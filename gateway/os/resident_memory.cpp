#include "gateway/os/resident_memory.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <malloc.h>
#include <string_view>
#include <unistd.h>

#include "gateway/files/file_descriptor.hpp"

namespace patchcord::gateway {

std::size_t resident_memory() {
    static const FileDescriptor statm(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));  // proc(5): size resident ...
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::array<char, 128> text;
    const ssize_t read = statm ? ::pread(statm.number(), text.data(), text.size(), 0) : -1;
    if (read <= 0) return 0;
    std::string_view rest(text.data(), static_cast<std::size_t>(read));
    rest.remove_prefix(std::min(rest.find(' '), rest.size() - 1) + 1);
    std::size_t pages = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), pages);
    return error == std::errc() ? pages * page : 0;
}

void give_back_large_memory() {
    constexpr int large = 128 * 1024;   // what the allocator begins with by itself, mallopt(3)
    constexpr int spare = 1024 * 1024;  // kept at the end of the heap
    ::mallopt(M_MMAP_THRESHOLD, large);
    ::mallopt(M_TRIM_THRESHOLD, spare);
}

void give_back_memory() {
    ::malloc_trim(0);
}

}  // namespace patchcord::gateway
