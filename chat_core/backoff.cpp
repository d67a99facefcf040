#include "chat_core/backoff.hpp"

#include <algorithm>
#include <utility>

namespace patchcord::chat {

Backoff::Backoff(BackoffOptions options, std::function<double()> random)
    : options_(options), random_(std::move(random)), wait_(options.first) {}

std::chrono::milliseconds Backoff::next() {
    const auto whole = static_cast<double>(wait_.count());
    wait_ = std::min(wait_ * 2, options_.longest);
    return std::chrono::milliseconds(static_cast<long long>(whole * (1 - options_.jitter * random_())));
}

}  // namespace patchcord::chat
