#pragma once

#include <optional>
#include <string_view>
#include <system_error>

#include "chat_core/ports/connector.hpp"
#include "chat_core/wipe.hpp"
#include "msn/client/client_base.hpp"
#include "msn/client/notification_options.hpp"

namespace patchcord::msn {

/// The beginning of a login, which is the same with a dispatch and a notification server: which dialect (VER), how to
/// prove oneself (INF up to MSNP7) or which client this is (CVR from MSNP8), and for whom (USR).
class LoginClient : public ClientBase {
  public:
    /// Before the server has chosen: the highest that is offered.
    [[nodiscard]] Dialect dialect() const { return dialect_; }

  protected:
    LoginClient(chat::Scheduler& scheduler, NotificationOptions options);

    /// `USR trid TWN S challenge`: the server itself lets in who proves to be that person.
    virtual void got_challenge(const Command& command) = 0;
    /// The server sends us to another one; the connection is being closed.
    virtual void referred(const chat::Endpoint& to) = 0;
    /// Nothing came of it; the connection is being closed. `reason` is one line in somebody else's words, or empty.
    virtual void login_failed(std::error_code why, std::string_view reason) = 0;

    void opened() override;
    /// Ends the login, once.
    void fail_login(std::error_code why, std::string_view reason = {});
    /// The same for a step that got no good answer. If it got none, the step is told as the reason: "USR I".
    void fail_step(std::string_view step, std::error_code why);
    /// `XFR trid NS host:port`, and what newer dialects have behind it. False when it leads nowhere.
    bool refer(const Command& command);
    void malformed(const Command& command);
    void send_cvr(Answered answered);
    [[nodiscard]] const NotificationOptions& options() const { return options_; }
    /// It has been shown; a new login is given it again.
    void forget_password() { chat::wipe(options_.password); }
    /// "MD5", "TWN": the second word of USR.
    [[nodiscard]] std::string_view family() const;

  private:
    // Each step ends in the next, or in fail_login.
    void send_ver();
    void take_dialect(const Command& command);
    void send_inf();
    void ask_for_challenge();

    NotificationOptions options_;
    Dialect dialect_;
    bool over_ = false;
};

/// Reads `host:port`, as in XFR and RNG; `[address]:port` for IPv6. Without a port it is 1863.
[[nodiscard]] std::optional<chat::Endpoint> parse_endpoint(std::string_view text);

}  // namespace patchcord::msn
