#pragma once

#include "msn/client/login_client.hpp"

namespace patchcord::msn {

/// Is told what a DispatchClient learns: one of the first three, then the end.
class DispatchObserver {
  public:
    virtual ~DispatchObserver() = default;

    /// There is the notification server of this account. Twisted: gotNotificationReferral.
    virtual void got_notification_referral(const chat::Endpoint& to) = 0;
    /// There is no other: the server that was asked is the notification server itself.
    virtual void is_notification_server() = 0;
    virtual void login_failure(std::error_code why) = 0;
    /// Twisted: gotBadLine.
    virtual void got_bad_line(std::string_view line, std::string_view why) { (void)line, (void)why; }
    /// The last call; the client is gone after it. Twisted: connectionLost.
    virtual void connection_lost(std::error_code why) = 0;
};

/// A client's connection to a dispatch server, after Twisted's `DispatchClient`: asks where an account's notification
/// server is, and hangs up. It needs no password.
///
/// Nobody has to ask: NotificationClient connects to either kind of server and is referred in the same way.
class DispatchClient final : public LoginClient {
  public:
    DispatchClient(chat::Scheduler& scheduler, DispatchObserver& observer, NotificationOptions options)
        : LoginClient(scheduler, std::move(options)), observer_(observer) {}

  protected:
    void got_challenge(const Command& command) override;
    void referred(const chat::Endpoint& to) override { observer_.got_notification_referral(to); }
    void login_failed(std::error_code why, std::string_view reason) override;
    void handle(const Command& command) override;
    void got_error(ErrorCode code) override;
    void got_bad_line(std::string_view line, std::string_view why) override { observer_.got_bad_line(line, why); }
    void ended(std::error_code why) override { observer_.connection_lost(why); }

  private:
    DispatchObserver& observer_;
};

}  // namespace patchcord::msn
