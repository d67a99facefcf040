#pragma once

#include <functional>
#include <optional>
#include <string>

#include "chat_core/log_sink.hpp"
#include "chat_core/ports/scheduler.hpp"
#include "chat_core/token_bucket.hpp"
#include "gateway/auth/account_metrics.hpp"
#include "gateway/auth/passwords.hpp"
#include "gateway/http/passport_service.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// Says whether an account and a password belong together, and opens accounts for newcomers where that is allowed.
class AccountCheck {
  public:
    /// May this handle have an account here at all? Those of IRC people and rooms may not.
    using MayExist = std::function<bool(const std::string& handle)>;
    struct Parts {
        Store& store;
        Passwords& passwords;
        chat::Scheduler& scheduler;
        chat::LogSink& log;
        AccountMetrics& metrics;
    };

    AccountCheck(const Parts& parts, MayExist may_exist);

    /// Twisted's createUserOnRequest: the first password of an unknown handle or name is kept.
    void set_create_on_request(bool create) { create_on_request_ = create; }
    /// How many accounts may open themselves at once, and per second after that.
    void set_new_accounts(chat::TokenRate rate);

    /// Equal time for unknown handles and wrong passwords, unless newcomers are let in.
    void check(std::string handle, std::string password, std::function<void(Verdict)> done);
    /// The account is given also when the password is wrong; one without a handle when there is none of that name.
    using NameDone = std::function<void(Verdict, const Account& account)>;
    /// What became of somebody who wants an account.
    enum class Opened { done, exists, bad_password, limited, failed };
    /// `made`: when the account was, if it was.
    using OpenDone = std::function<void(Opened, chat::WallTime made)>;
    /// Opens an account, whether or not newcomers are let in by their first password; they share one limit.
    void open(std::string name, std::string handle, std::string password, OpenDone done);
    /// The same by name. `new_handle` is what a newcomer of that name gets; empty: it is not to be a newcomer's.
    void check_name(std::string name, std::string password, std::string new_handle, NameDone done);

  private:
    struct Question {
        std::string called;
        std::string password;
        std::optional<Account> newcomer;  // who it becomes when it is unknown
    };

    void look_up(Question question, NameDone done);
    void compare(const std::string& password, const Account& account, NameDone done);
    void create(const Question& question, const NameDone& done);
    void add(Account newcomer, std::string password, OpenDone done);
    void add_scram(const Account& account, std::string password);
    [[nodiscard]] bool newcomer_may_enter();

    Parts parts_;
    MayExist may_exist_;
    bool create_on_request_ = false;
    chat::TokenRate new_accounts_;
    chat::TokenBucket newcomers_;
    bool limit_logged_ = false;
};

}  // namespace patchcord::gateway
