#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "chat_core/ports/password_verifier.hpp"

namespace patchcord::tests {

/// Keeps every question until the test answers it.
class ManualPasswords final : public chat::PasswordVerifier {
  public:
    struct Question {
        std::string password;
        std::string hash;
        std::function<void(Answer)> done;
    };

    void verify(std::string password, std::string hash, std::function<void(Answer)> done) override {
        questions_.push_back({std::move(password), std::move(hash), std::move(done)});
    }

    /// Questions that wait for an answer.
    [[nodiscard]] std::size_t pending() const { return questions_.size(); }
    /// The one that waits longest; there must be one.
    [[nodiscard]] const Question& next() const { return questions_.front(); }
    /// Answers it.
    void answer(Answer answer) {
        const Question question = std::move(questions_.front());
        questions_.pop_front();
        question.done(answer);
    }

  private:
    std::deque<Question> questions_;
};

}  // namespace patchcord::tests
