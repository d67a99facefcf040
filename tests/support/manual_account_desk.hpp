#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat_core/ports/account_desk.hpp"

namespace patchcord::tests {

/// Remembers what it was asked, and keeps the last question until the test answers it.
class ManualAccountDesk final : public chat::AccountDesk {
  public:
    void open(chat::AccountVerifier::Attempt wanted,
              std::function<void(Opened, const chat::AccountIdentity& who)> done) override {
        asked.push_back("open " + wanted.name + " " + wanted.password + (wanted.may_open ? "" : " taken"));
        opening = std::move(done);
    }
    void change_password(PasswordChange change, Done done) override {
        asked.push_back("password " + change.account + " " + change.address + " " + change.old_password + " " +
                        change.new_password);
        waiting = std::move(done);
    }
    void certificates(std::string account, std::function<void(chat::Result<std::vector<std::string>>)> done) override {
        asked.push_back("list " + account);
        listing = std::move(done);
    }
    void add_certificate(std::string account, std::string fingerprint, Done done) override {
        asked.push_back("add " + account + " " + fingerprint);
        waiting = std::move(done);
    }
    void remove_certificate(std::string account, std::string fingerprint, Done done) override {
        asked.push_back("remove " + account + " " + fingerprint);
        waiting = std::move(done);
    }

    std::vector<std::string> asked;
    std::function<void(Opened, const chat::AccountIdentity& who)> opening;
    std::function<void(chat::Result<std::vector<std::string>>)> listing;
    Done waiting;
};

}  // namespace patchcord::tests
