#include "gateway/os/service_manager.hpp"

#include <ctime>
#include <systemd/sd-daemon.h>

namespace patchcord::gateway {

void ServiceManager::ready() {
    (void)::sd_notify(0, "READY=1\nSTATUS=Serving");
    std::uint64_t microseconds = 0;
    if (timer_ || ::sd_watchdog_enabled(0, &microseconds) <= 0) return;
    interval_ = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(microseconds)) / 2;
    keep_alive();
}

void ServiceManager::keep_alive() {
    (void)::sd_notify(0, "WATCHDOG=1");
    timer_ = loop_.after(interval_, [this] { keep_alive(); });
}

/// The time tells the manager which READY=1 is the answer (sd_notify(3), Type=notify-reload).
void ServiceManager::reloading() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    const std::string state = "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds);
    (void)::sd_notify(0, state.c_str());
}

void ServiceManager::stopping() {
    (void)::sd_notify(0, "STOPPING=1\nSTATUS=Saying goodbye");
}

}  // namespace patchcord::gateway
