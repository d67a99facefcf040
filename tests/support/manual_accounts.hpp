#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/fold.hpp"
#include "chat_core/ports/account_verifier.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::tests {

/// Accounts that a test names; keeps every question until the test answers it.
class ManualAccounts final : public chat::AccountVerifier {
  public:
    void check(Attempt attempt, Done done) override { questions_.emplace_back(std::move(attempt), std::move(done)); }
    [[nodiscard]] bool is_account(std::string_view name) const override {
        for (const std::string& known : names_) {
            if (chat::equal_folded(known, name, irc::fold_table(irc::Casemapping::ascii))) return true;
        }
        return false;
    }

    void add(std::string name) { names_.push_back(std::move(name)); }
    /// Questions that wait for an answer.
    [[nodiscard]] std::size_t pending() const { return questions_.size(); }
    /// The one that waits longest; there must be one.
    [[nodiscard]] const Attempt& next() const { return questions_.front().first; }
    /// Answers it: `account` is given when it is right.
    void answer(Answer answer, const std::string& account = {}) {
        const auto question = std::move(questions_.front());
        questions_.pop_front();
        question.second(answer, account);
    }

  private:
    std::vector<std::string> names_;
    std::deque<std::pair<Attempt, Done>> questions_;
};

}  // namespace patchcord::tests
