#pragma once

#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include "irc/server/history_recorder.hpp"
#include "irc/server/session.hpp"

namespace patchcord::irc::commands {

/// Answers a labelled command when what it says is safe: then its echo means that it will be there after a crash.
class WhenSafe {
  public:
    explicit WhenSafe(Session& session) : session_(session) {
        if (!session.is_labelled() || session.server().recorder() == nullptr) return;
        answer_ = std::make_shared<Answer>();
        session.server().recorder()->expect([answer = answer_](std::error_code failed) { (*answer)(failed); });
    }
    ~WhenSafe() {
        if (answer_ != nullptr) (void)session_.server().recorder()->take_back();  // the command has failed
    }
    WhenSafe(const WhenSafe&) = delete;
    WhenSafe& operator=(const WhenSafe&) = delete;
    /// The message was sent, or refused, and what the client is told of it is said.
    void wait() {
        const std::shared_ptr<Answer> answer = std::exchange(answer_, nullptr);
        if (answer == nullptr || session_.server().recorder()->take_back()) return;
        *answer = [go_on = session_.await_answer(), session = &session_](std::error_code failed) {
            go_on([&] {
                if (!failed) return;
                session->standard_reply("WARN", "PRIVMSG", "NOT_IN_HISTORY", {},
                                        "Your message was sent, but is not in the history: " + failed.message());
            });
        };
    }

  private:
    using Answer = std::function<void(std::error_code)>;
    Session& session_;
    std::shared_ptr<Answer> answer_;
};

}  // namespace patchcord::irc::commands
