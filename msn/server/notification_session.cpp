#include "msn/server/notification_session.hpp"

#include <utility>

#include "msn/server/command_table.hpp"
#include "msn/server/sync.hpp"

namespace patchcord::msn {

NotificationSession::NotificationSession(Server& server, std::uint64_t number)
    : Session(server, "msn-ns", number), calls_(server.options().calls.burst) {}

NotificationSession::~NotificationSession() = default;

void NotificationSession::opened() {
    server().notification_sessions_.insert(this);
}

void NotificationSession::closed() {
    server().notification_sessions_.erase(this);
    server().scheduler().cancel(silence_timer_);
    if (server().shutting_down()) return;  // until all have been told, so that nobody hears of the others
    // Not at once: the principal may be the one who asked for the end.
    server().scheduler().after(std::chrono::milliseconds(0), [exists = std::weak_ptr<char>(exists_), this] {
        if (!exists.expired()) sign_out();
    });
}

void NotificationSession::sign_out() {
    principal_.reset();
}

std::string_view NotificationSession::account() const {
    if (principal_ != nullptr) return principal_->handle();
    return login_attempt_ ? std::string_view(login_attempt_->handle) : std::string_view();
}

void NotificationSession::end(std::string_view out_reason, chat::CloseKind kind) {
    emit([&](CommandBuilder& line) { line.verb("OUT").param(out_reason).finish(); });
    close({kind, out_reason.empty() ? "ended by the server" : out_reason});
}

// --- commands -------------------------------------------------------------------------------------------------------

void NotificationSession::run_command(const Command& command) {
    const CommandInfo* info = find_command(command.verb);
    const bool known = info != nullptr && (!negotiated() || (info->first <= dialect() && dialect() <= info->last));
    if (!known) {
        refuse_command(ErrorCode::syntax_error, command, "unknown command");
        return;
    }
    const bool too_early =
        (info->stage == Stage::negotiated && !negotiated()) || (info->stage == Stage::signed_in && !signed_in());
    if (too_early) {
        close({chat::CloseKind::protocol, "a command that may not come before the login"});
        return;
    }
    if (info->min_params > 0 && (!command.trid() || command.params().size() < info->min_params)) {
        refuse_command(ErrorCode::syntax_error, command, "a command without its parameters");
        return;
    }
    if (info->cost > 1) charge(info->cost - 1);
    info->run(*this, command);
}

/// Official servers hang up on any slip. We do when there is no way to say what was wrong, and on strangers.
void NotificationSession::refuse_command(ErrorCode code, const Command& command, std::string_view log_reason) {
    charge(1);
    if (command.trid() && signed_in()) {
        error(code, *command.trid());
    } else {
        close({chat::CloseKind::protocol, log_reason});
    }
}

// --- login ----------------------------------------------------------------------------------------------------------

void NotificationSession::refuse_login(ErrorCode code, std::string_view trid) {
    server().metrics().login_failures.add();
    if (server().log().enabled(chat::LogLevel::warn)) {
        server().log().log(chat::LogLevel::warn, log_name(), "login refused",
                           {{"why", describe(code)}, {"account", account()}, {"address", peer().address}});
    }
    error(code, trid);
    close({chat::CloseKind::login, "login refused"});
}

void NotificationSession::sign_in(std::unique_ptr<Principal> principal) {
    principal_ = std::move(principal);
    login_attempt_.reset();
    if (!server().log().enabled(chat::LogLevel::info)) return;
    server().log().log(
        chat::LogLevel::info, log_name(), "signed in",
        {{"account", principal_->handle()}, {"dialect", dialect().number()}, {"address", peer().address}});
}

// --- what others do -------------------------------------------------------------------------------------------------

void NotificationSession::reverse_added(std::string_view handle, std::string_view name) {
    if (!principal_->contacts().add_reverse(handle, name) || !synchronized_) return;
    emit([&](CommandBuilder& line) {
        if (group_style(dialect()) == GroupStyle::by_guid) {
            line.verb("ADC").param("0").param("RL").param("N=" + std::string(handle));
            line.param(format_name_field(name, handle)).finish();
        } else {
            line.verb("ADD").param("0").param("RL").param(principal_->contacts().version());
            line.param(handle).name(name, handle).finish();
        }
    });
}

void NotificationSession::reverse_removed(std::string_view handle) {
    if (!principal_->contacts().remove_reverse(handle) || !synchronized_) return;
    emit([&](CommandBuilder& line) {
        line.verb("REM").param("0").param("RL");
        if (group_style(dialect()) == GroupStyle::numbered) line.param(principal_->contacts().version());
        line.param(handle).finish();
    });
}

// --- limits ---------------------------------------------------------------------------------------------------------

bool NotificationSession::take_call() {
    if (calls_.take(options().calls, server().scheduler().now())) return true;
    limit_hit(Limit::calls);
    return false;
}

void NotificationSession::expect_pings() {
    if (!silence_timer_) schedule_silence_check(options().silence_timeout);
}

void NotificationSession::schedule_silence_check(std::chrono::milliseconds delay) {
    silence_timer_ = run_later(delay, [this] { check_silence(); });
}

void NotificationSession::check_silence() {
    const auto silent = server().scheduler().now() - heard();
    if (silent < options().silence_timeout) {
        schedule_silence_check(options().silence_timeout - silent);
        return;
    }
    if (principal_ != nullptr) principal_->end_conversations("idle");  // before the sign-out, which rooms are told too
    close(Limit::silence_timeout, "silent for too long");
    sign_out();  // at once: what is said to them from now on waits
}

}  // namespace patchcord::msn
