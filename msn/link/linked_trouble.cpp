// What goes wrong with a linked account: its service cannot be reached, refuses it, or is gone.

#include <set>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/linked_account.hpp"
#include "msn/link/offline_inbox.hpp"

namespace patchcord::msn {

void LinkedAccount::enter(State state) {
    if (std::exchange(state_, state) != state) since_ = service_.scheduler().wall_now();
}

void LinkedAccount::login_failure(std::error_code why, std::string_view reason) {
    trouble_ = why.message();
    if (!reason.empty()) trouble_ += ": " + std::string(reason);
    if (why == ClientErrc::wrong_password) stop(trouble_);
    if (why == ClientErrc::no_common_dialect) lower_version_ = service_.try_lower_version(offered_);
}

void LinkedAccount::got_notification_referral(const chat::Endpoint& to) {
    if (++referrals_ > max_referrals) {
        service_.metrics().limit_hits(LinkLimit::max_referrals).add();
        trouble_ = "its servers send us around in circles";
        return;
    }
    referral_ = to;
    if (state_ == State::signed_in) enter(State::connecting);
}

void LinkedAccount::multiple_login() {
    stop("somebody signed in there with the same account");
}

void LinkedAccount::server_going_down() {
    trouble_ = "it is closing for maintenance";
}

void LinkedAccount::got_bad_line(std::string_view, std::string_view why) {
    service_.environment().log.log(chat::LogLevel::debug, "msn-link", "bad line from a service",
                                   {{"service", service_.options().name}, {"why", why}});
}

void LinkedAccount::connection_lost(std::error_code why) {
    client_ = nullptr;
    changes_.clear();  // the list is compared anew at the next sign-in
    changing_ = false;
    if (std::exchange(counted_, false)) service_.metrics().signed_in.add(-1);
    arriving_ = false;
    if (inbox_ != nullptr) inbox_->close();
    for (chat::TimerId* timer : {&steady_timer_, &arrival_timer_, &status_timer_}) {
        service_.scheduler().cancel(std::exchange(*timer, {}));
    }
    if (state_ == State::idle) return;
    if (state_ == State::connecting && referral_) return dial();
    if (state_ == State::connecting && (again_ || std::exchange(lower_version_, false))) return begin_sign_in();
    if (state_ == State::stopped) return split();
    service_.metrics().connections_lost.add();
    if (trouble_.empty()) trouble_ = why ? why.message() : "the connection was closed";
    try_again(std::exchange(trouble_, {}));
}

/// The wait is told once, not at every try; and not again when the service was back for a moment only.
void LinkedAccount::try_again(const std::string& why) {
    enter(State::waiting);
    last_trouble_ = trouble_ = why;
    if (!flapping_ && !std::exchange(trouble_told_, true)) {
        tell(title() + " cannot be reached (" + why + "); it is tried again and again. What you write there waits");
    }
    set_timer(retry_timer_, backoff_.next(), &LinkedAccount::begin_sign_in);
    if (!split_timer_ && !sighted_.empty())
        set_timer(split_timer_, service_.options().split_after, &LinkedAccount::split);
}

/// Trying again would do harm, or nothing but harm.
void LinkedAccount::stop(const std::string& why) {
    service_.scheduler().cancel(std::exchange(retry_timer_, {}));
    const bool was_stopped = state_ == State::stopped;
    enter(State::stopped);
    last_trouble_ = trouble_ = why;
    trouble_told_ = greeted_ = flapping_ = false;
    if (was_stopped) return;
    tell("Not signed in to " + title() + ": " + why + ". /msg *patchcord connect " + service_.options().name +
         " signs in again");
    for (const auto& conversation : std::vector(conversations_)) conversation->end(chat::Errc::service_away);
    if (client_ == nullptr) split();
}

/// The contacts leave, as people do whose server is cut off.
void LinkedAccount::split() {
    if (sighted_.empty()) return;
    const std::string there = service_.server_name();
    service_.service().begin_split({false, there});
    for (const std::string& handle : std::set(sighted_)) lose_sight(handle, there);
    service_.service().end_split();
}

void LinkedAccount::network_changed() {
    if (state_ == State::signed_in) return client_->ping();
    if (state_ != State::waiting) return;
    backoff_.succeeded();
    begin_sign_in();
}

}  // namespace patchcord::msn
