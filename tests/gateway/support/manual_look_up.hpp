#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/net/net_error.hpp"
#include "gateway/net/resolver.hpp"

namespace patchcord::tests {

/// Name servers whose answers the test gives, before or after they are asked. Until then, look-ups block their thread.
class ManualLookUp {
  public:
    [[nodiscard]] gateway::LookUpHost function() const {
        return [state = state_](const std::string& host) { return state->wait_for(host); };
    }
    void answer(const std::string& host, const chat::Result<gateway::Addresses>& answer) {
        const std::lock_guard guard(state_->mutex);
        state_->answers.insert_or_assign(host, answer);
        state_->changed.notify_all();
    }
    /// Nobody has a name any more, so that no thread is left behind.
    void answer_all() {
        const std::lock_guard guard(state_->mutex);
        state_->over = true;
        state_->changed.notify_all();
    }
    [[nodiscard]] std::size_t calls(const std::string& host) const {
        const std::lock_guard guard(state_->mutex);
        return state_->calls[host];
    }
    /// Look-ups that wait.
    [[nodiscard]] std::size_t running() const {
        const std::lock_guard guard(state_->mutex);
        return state_->running;
    }

  private:
    struct State {
        chat::Result<gateway::Addresses> wait_for(const std::string& host) {
            std::unique_lock guard(mutex);
            ++calls[host];
            ++running;
            changed.wait(guard, [&] { return over || answers.contains(host); });
            --running;
            const auto found = answers.find(host);
            if (found == answers.end()) return gateway::NetErrc::host_not_found;
            return found->second;
        }

        std::mutex mutex;
        std::condition_variable changed;
        std::map<std::string, chat::Result<gateway::Addresses>> answers;
        std::map<std::string, std::size_t> calls;
        std::size_t running = 0;
        bool over = false;
    };

    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace patchcord::tests
