#pragma once

#include <functional>
#include <memory>
#include <string>

#include "chat_core/log_sink.hpp"
#include "gateway/auth/passwords.hpp"
#include "gateway/http/passport_service.hpp"
#include "gateway/store/store.hpp"

namespace patchcord::gateway {

/// Says whether a handle and a password belong together, and opens accounts for newcomers where that is allowed.
class AccountCheck {
  public:
    /// May this handle have an account here at all? Those of IRC people and rooms may not.
    using MayExist = std::function<bool(const std::string& handle)>;

    AccountCheck(Store& store, Passwords& passwords, chat::LogSink& log, MayExist may_exist);

    /// Twisted's createUserOnRequest: the first password of an unknown handle is kept.
    void set_create_on_request(bool create) { create_on_request_ = create; }
    /// Equal time for unknown handles and wrong passwords, unless newcomers are let in.
    void check(std::string handle, std::string password, std::function<void(Verdict)> done);

  private:
    using Done = std::function<void(Verdict)>;

    void compare(const std::string& password, const std::string& hash, Done done);
    void create(const std::string& handle, const std::string& password, Done done);

    Store& store_;
    Passwords& passwords_;
    chat::LogSink& log_;
    MayExist may_exist_;
    bool create_on_request_ = false;
};

}  // namespace patchcord::gateway
