#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat_core/ports/account_verifier.hpp"
#include "gateway/auth/account_check.hpp"
#include "gateway/auth/account_names.hpp"
#include "gateway/auth/login_book.hpp"
#include "gateway/auth/scram_server.hpp"

namespace patchcord::gateway {

/// The accounts that people on IRC log in to: those whose name is a nick. Somebody whose account is a handle only signs
/// in on MSN.
class IrcAccounts final : public chat::AccountVerifier {
  public:
    struct Parts {
        AccountCheck& check;
        AccountNames& names;
        LoginBook& book;
        Store& store;
    };
    using Test = std::function<bool(std::string_view name)>;

    /// `domain` is that of handles which stand for people on IRC; newcomers get such a handle, if their name
    /// `is_nick`.
    IrcAccounts(const Parts& parts, std::string domain, Test is_nick, Test stands_for_handle);

    void check(Attempt attempt, Done done) override;
    [[nodiscard]] std::vector<std::string> mechanisms(const Peer& peer) const override;
    [[nodiscard]] std::unique_ptr<chat::LoginExchange> begin(std::string_view mechanism, Peer peer,
                                                             MayOpen may_open) override;
    /// A nick that stands for a handle on MSN is an account's, too: else whoever took it would get what is meant for
    /// its owner.
    [[nodiscard]] bool is_account(std::string_view name) const override {
        return parts_.names.contains(name) || stands_for_handle_(name);
    }
    /// The handle that an account of this name gets; empty when the name cannot become one.
    [[nodiscard]] std::string handle_of_newcomer(const std::string& name) const;

  private:
    void settle(const LoginAttempt& attempt, const std::string& device, Verdict verdict, const Account& account,
                const Done& done);

    Parts parts_;
    std::string domain_;
    Test is_nick_;
    Test stands_for_handle_;
    std::shared_ptr<const ScramLibrary> scram_;
};

}  // namespace patchcord::gateway
