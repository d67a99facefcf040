#include "tests/bench/load/server_meter.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <time.h>

#include "tests/bench/load/run_failure.hpp"

namespace patchcord::bench {
namespace {

std::filesystem::path proc_path(pid_t pid) {
    return "/proc/" + std::to_string(pid);
}

Nanoseconds thread_cpu(const std::filesystem::path& thread) {
    std::ifstream file(thread / "schedstat");
    std::int64_t on_processor = 0;
    file >> on_processor;  // a thread that ended meanwhile counts nothing
    return Nanoseconds(on_processor);
}

Nanoseconds process_cpu(pid_t pid) {
    std::error_code failure;
    std::filesystem::directory_iterator threads(proc_path(pid) / "task", failure);
    if (failure) throw RunFailure("no process " + std::to_string(pid) + ": " + failure.message());
    Nanoseconds sum{};
    for (const auto& thread : threads) sum += thread_cpu(thread.path());
    return sum;
}

std::int64_t process_resident_bytes(pid_t pid) {
    std::ifstream file(proc_path(pid) / "smaps_rollup");
    std::string word;
    while (file >> word) {
        std::int64_t kibibytes = 0;
        if (word == "Rss:" && file >> kibibytes) return kibibytes * 1024;
    }
    throw RunFailure("cannot read the memory of process " + std::to_string(pid));
}

}  // namespace

Nanoseconds ServerMeter::cpu() const {
    Nanoseconds sum{};
    for (const pid_t pid : pids_) sum += process_cpu(pid);
    return sum;
}

Nanoseconds ServerMeter::main_thread_cpu() const {
    Nanoseconds sum{};
    for (const pid_t pid : pids_) sum += thread_cpu(proc_path(pid) / "task" / std::to_string(pid));
    return sum;
}

std::int64_t ServerMeter::resident_bytes() const {
    std::int64_t sum = 0;
    for (const pid_t pid : pids_) sum += process_resident_bytes(pid);
    return sum;
}

Nanoseconds own_cpu() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + Nanoseconds(used.tv_nsec);
}

}  // namespace patchcord::bench
