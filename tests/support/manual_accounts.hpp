#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat_core/fold.hpp"
#include "chat_core/ports/account_verifier.hpp"
#include "irc/wire/casemap.hpp"

namespace patchcord::tests {

/// Accounts that a test names; keeps every question until the test answers it. Of what is said by PLAIN, and by
/// whatever else, it understands only which part is the name and which the password.
class ManualAccounts final : public chat::AccountVerifier {
  public:
    void check(Attempt attempt, Done done) override {
        questions_.push_back({std::move(attempt), {}, {}, std::move(done), nullptr});
    }
    /// Those that the test allows: EXTERNAL needs a certificate, all others a connection that takes passwords.
    [[nodiscard]] std::vector<std::string> mechanisms(const Peer& peer) const override {
        std::vector<std::string> usable;
        for (const std::string& mechanism : mechanisms_) {
            const bool may = mechanism == "EXTERNAL" ? !peer.fingerprint.empty() : peer.takes_passwords;
            if (may) usable.push_back(mechanism);
        }
        return usable;
    }
    [[nodiscard]] std::unique_ptr<chat::LoginExchange> begin(std::string_view mechanism, Peer peer,
                                                             MayOpen may_open) override {
        const std::vector<std::string> usable = mechanisms(peer);
        if (std::find(usable.begin(), usable.end(), mechanism) == usable.end()) return nullptr;
        return std::make_unique<Exchange>(*this, std::string(mechanism), std::move(peer.address), std::move(may_open));
    }
    [[nodiscard]] bool is_account(std::string_view name) const override {
        for (const std::string& known : names_) {
            if (chat::equal_folded(known, name, irc::fold_table(irc::Casemapping::ascii))) return true;
        }
        return false;
    }

    void add(std::string name) { names_.push_back(std::move(name)); }
    void set_mechanisms(std::vector<std::string> mechanisms) { mechanisms_ = std::move(mechanisms); }
    /// Questions that wait for an answer.
    [[nodiscard]] std::size_t pending() const { return questions_.size(); }
    /// The one that waits longest; there must be one.
    [[nodiscard]] const Attempt& next() const { return questions_.front().attempt; }
    /// What the client said, in an exchange, and by which mechanism.
    [[nodiscard]] const std::string& next_message() const { return questions_.front().message; }
    [[nodiscard]] const std::string& next_mechanism() const { return questions_.front().mechanism; }
    /// Answers it: `account`, and when that was made, are given when it is right.
    void answer(Answer answer, const std::string& account = {}, chat::WallTime made = {}) {
        using Kind = chat::LoginExchange::Step::Kind;
        const Question question = take();
        if (!question.step) {
            question.done(answer, {account, {}, made});
        } else if (answer == Answer::right) {
            question.step({Kind::right, {}, {account, {}, made}});
        } else {
            question.step({answer == Answer::wrong ? Kind::wrong : Kind::busy});
        }
    }
    /// Answers what was said in an exchange with something to respond to.
    void challenge(const std::string& bytes) { take().step({chat::LoginExchange::Step::Kind::challenge, bytes}); }

  private:
    struct Question {
        Attempt attempt;
        std::string mechanism;
        std::string message;
        Done done;
        chat::LoginExchange::Done step;  // in an exchange, instead of `done`
    };

    class Exchange final : public chat::LoginExchange {
      public:
        Exchange(ManualAccounts& owner, std::string mechanism, std::string address, MayOpen may_open)
            : owner_(owner),
              mechanism_(std::move(mechanism)),
              address_(std::move(address)),
              may_open_(std::move(may_open)) {}
        void respond(std::string message, Done done) override {
            Attempt attempt{message, {}, address_};
            const std::size_t name = message.find('\0') + 1;
            if (const std::size_t end = message.find('\0', name); name != 0 && end != std::string::npos) {
                attempt.name = message.substr(name, end - name);
                attempt.password = message.substr(end + 1);
            }
            attempt.may_open = may_open_(attempt.name);
            owner_.questions_.push_back({std::move(attempt), mechanism_, std::move(message), nullptr, std::move(done)});
        }

      private:
        ManualAccounts& owner_;
        std::string mechanism_;
        std::string address_;
        MayOpen may_open_;
    };

    Question take() {
        Question question = std::move(questions_.front());
        questions_.pop_front();
        return question;
    }

    std::vector<std::string> names_;
    std::vector<std::string> mechanisms_{"PLAIN"};
    std::deque<Question> questions_;
};

}  // namespace patchcord::tests
