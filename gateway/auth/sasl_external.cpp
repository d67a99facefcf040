#include "gateway/auth/sasl_external.hpp"

#include "gateway/auth/login_name.hpp"

namespace patchcord::gateway {

/// A failure counts for the address alone: keys cannot be guessed, and so the account needs no guard.
void ExternalExchange::respond(std::string message, Done done) {
    const std::weak_ptr<bool> alive = alive_;
    if (!book_.begin({{}, peer_.address})) {
        book_.later([alive, done = std::move(done)] {
            if (!alive.expired()) done({Step::Kind::busy});
        });
        return;
    }
    store_.find_by_certificate(peer_.fingerprint, [this, alive, message = std::move(message), done = std::move(done)](
                                                      const chat::Result<std::optional<Account>>& found) {
        if (!alive.expired()) settle(message, found, done);
    });
}

void ExternalExchange::settle(const std::string& acting_for, const chat::Result<std::optional<Account>>& found,
                              const Done& done) {
    const LoginAttempt nobody{{}, peer_.address};
    if (!found) {
        book_.busy(nobody);
        done({Step::Kind::busy});
        return;
    }
    const LoginName wanted = parse_login_name(acting_for);
    const bool is_owner = *found && (acting_for.empty() || book_.stored_name(wanted.account) == (*found)->name);
    if (!is_owner) {
        book_.wrong({wanted.account, peer_.address});
        done({Step::Kind::wrong});
        return;
    }
    const Account& account = **found;
    book_.right(nobody);
    book_.remember(account.name, peer_.address);
    book_.learned(account.name, account.handle);
    done({Step::Kind::right, {}, {account.name, wanted.device, account.created_at}});
}

}  // namespace patchcord::gateway
