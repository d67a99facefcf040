#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "msn/server/principal.hpp"
#include "msn/server/session.hpp"
#include "msn/wire/dialect.hpp"

namespace patchcord::msn {

/// What is known of a client between `USR … I` and the end of its login.
struct LoginAttempt {
    std::string handle;
    std::string challenge;  // of an MD5 login (MSNP2 to 7)
};

/// One client's connection to the dispatch and notification server.
///
/// What one command answers is in the functions of msn/server/commands/.
class NotificationSession final : public Session {
  public:
    NotificationSession(Server& server, std::uint64_t number);
    ~NotificationSession() override;

    // --- what commands and the principal use ------------------------------------------------------------------------

    /// The lowest we speak as long as none has been agreed on.
    [[nodiscard]] Dialect dialect() const { return dialect_.value_or(options().lowest); }
    [[nodiscard]] bool negotiated() const { return dialect_.has_value(); }
    void set_dialect(Dialect dialect) { dialect_ = dialect; }
    /// Only when signed in.
    [[nodiscard]] Principal& principal() const { return *principal_; }
    [[nodiscard]] bool signed_in() const { return principal_ != nullptr; }

    /// `OUT reason` (OTH, SSD; empty: without one), then the end. The principal goes after this turn.
    void end(std::string_view out_reason, chat::CloseKind kind);
    /// The principal goes now. Not from inside a function of its own.
    void sign_out();

    // --- what commands note ------------------------------------------------------------------------------------------

    [[nodiscard]] std::unique_ptr<LoginAttempt>& login_attempt() { return login_attempt_; }
    /// Counts and logs a login that failed, answers, and closes.
    void refuse_login(ErrorCode code, std::string_view trid);
    void sign_in(std::unique_ptr<Principal> principal);

    /// Has the client been sent its lists? What changed in RL before is among them.
    [[nodiscard]] bool synchronized() const { return synchronized_; }
    void note_synchronized() { synchronized_ = true; }
    /// Tells that somebody put the principal on FL, or took it off, if that is news.
    void reverse_added(std::string_view handle, std::string_view name);
    void reverse_removed(std::string_view handle);

    /// True at the first call: ILN answers the first CHG only.
    [[nodiscard]] bool first_status() { return !std::exchange(status_given_, true); }
    /// What CHL asked and QRY has not answered; empty: nothing.
    [[nodiscard]] std::string& challenge() { return challenge_; }
    /// May it ask for another switchboard now?
    [[nodiscard]] bool take_call();
    /// Whoever has sent PNG once is expected to be heard from time and again.
    void expect_pings();

  protected:
    void run_command(const Command& command) override;
    void opened() override;
    void closed() override;
    [[nodiscard]] bool authenticated() const override { return signed_in(); }
    [[nodiscard]] std::string_view account() const override;

  private:
    void refuse_command(ErrorCode code, const Command& command, std::string_view log_reason);
    void schedule_silence_check(std::chrono::milliseconds delay);
    void check_silence();

    std::optional<Dialect> dialect_;
    std::unique_ptr<LoginAttempt> login_attempt_;
    std::unique_ptr<Principal> principal_;
    bool synchronized_ = false;
    bool status_given_ = false;
    std::string challenge_;
    chat::TokenBucket calls_;
    chat::TimerId silence_timer_;
    std::shared_ptr<char> exists_ = std::make_shared<char>();
};

}  // namespace patchcord::msn
