// From the first line to the end of the welcome.

#include "irc/server/commands/commands.hpp"
#include "irc/server/person.hpp"
#include "irc/server/registration.hpp"
#include "irc/server/session.hpp"

namespace patchcord::irc {

void Session::try_to_register() {
    const Registration& so_far = *registration_;
    const bool named = !so_far.nick.name().empty() || !so_far.account_nick.empty();
    if (!named || !so_far.user_given || so_far.negotiating || suspended_) return;
    if (sasl_) commands::abort_sasl(*this);
    if (options().password_hash.empty()) {
        log_in_by_pass();
        return;
    }
    if (so_far.password_right) {
        admit();
        return;
    }
    if (so_far.password.empty()) {
        refuse_password("Password incorrect");
        return;
    }
    check_password(so_far.password, options().password_hash, [this](chat::PasswordVerifier::Answer answer) {
        switch (answer) {
            case chat::PasswordVerifier::Answer::right:
                registration_->password_right = true;
                admit();
                break;
            case chat::PasswordVerifier::Answer::wrong: refuse_password("Password incorrect"); break;
            case chat::PasswordVerifier::Answer::busy:
                close({chat::CloseKind::login, "Too many logins at the moment, try again"});
                break;
        }
    });
}

void Session::check_password(std::string password, std::string hash,
                             std::function<void(chat::PasswordVerifier::Answer)> then) {
    server_.environment().passwords.verify(
        std::move(password), std::move(hash),
        [go_on = await_answer(), then = std::move(then)](chat::PasswordVerifier::Answer answer) {
            go_on([&] { then(answer); });
        });
}

void Session::continue_command(const std::function<void()>& answer) {
    if (state_ != State::open) return;
    collecting_ = label_ != nullptr;
    guarded(answer);
    // The answer may have asked something else, or have begun to show something: then this command goes on.
    if (state_ == State::open && !stream_ && awaited_ == 0) return resume();
    collecting_ = false;
}

void Session::refuse_password(std::string_view why) {
    reply(Numeric::err_passwdmismatch, {}, why);
    close({chat::CloseKind::login, "Bad password"});
}

void Session::log_in() {
    const Registration& so_far = *registration_;
    chat::Profile profile;
    profile.username = so_far.username;
    profile.real_name = so_far.real_name;
    const chat::PeerInfo from = peer();
    profile.host = server_.environment().cloak(from.address);
    profile.secure = from.secure;
    profile.fingerprint = from.fingerprint;
    profile.account = so_far.account;
    const std::string account = so_far.account;
    const std::string nick = so_far.nick.name();
    registration_->nick.release();
    auto person = std::make_shared<Person>(server_);
    person->set_proof(so_far.proof);
    if (const std::error_code refused = person->log_in(nick, std::move(profile), !account.empty())) {
        const std::string guests = "Guests may not log in here";
        close({chat::CloseKind::login, refused == chat::Errc::no_such_user ? guests : refused.message()});
        return;
    }
    if (!account.empty()) server_.people().add(account, person);
    if (so_far.markers) person->take_markers(*so_far.markers);
    enter(std::move(person));
}

void Session::join_person(std::shared_ptr<Person> person) {
    const std::size_t most = options().max_sessions;
    if (most != 0 && person->sessions().size() >= most) {
        close(Limit::sessions, "Too many connections of this account");
        return;
    }
    enter(std::move(person));
    for (const chat::Membership& membership : user().groups()) {
        commands::send_joined(*this, *membership.group);
        replay_group(*this, *membership.group);
    }
}

void Session::enter(std::shared_ptr<Person> person) {
    person_ = std::move(person);
    user_ = person_->user();
    user_id_ = user_->id();
    device_ = registration_->device.empty() ? registration_->username : registration_->device;
    const std::string away = registration_->away;
    since_ = server_.now();
    registration_.reset();
    person_->attach(*this);
    server_.session_registered();
    server_.scheduler().cancel(liveness_timer_);
    schedule_liveness(options().ping_interval);
    bucket_ = chat::TokenBucket(options().flood.burst);
    away_ = away.empty() ? nullptr : std::make_unique<std::string>(away);
    person_->update_presence();
    welcome();
}

void Session::welcome() {
    const ServerOptions& o = options();
    reply(Numeric::rpl_welcome, {}, "Welcome to the " + o.network + " Network, " + user().identity());
    reply(Numeric::rpl_yourhost, {}, "Your host is " + o.name + ", running version " + o.version);
    reply(Numeric::rpl_created, {}, "This server was created " + std::string(server_.time_tag(server_.started_at())));
    reply(Numeric::rpl_myinfo, {o.name, o.version, "Bio", "Ibeiklmnostv", "Ibeklov"});
    send_isupport();
    reply(Numeric::rpl_visiblehost, {user().profile().host}, "is now your visible host");
    commands::send_lusers(*this);
    commands::send_own_metadata(*this);
    commands::send_motd(*this);
    reply(Numeric::rpl_umodeis, {commands::user_modes(user())});
    roster_restored();  // if it was there at once
    replay_queries(*this);
}

/// In a batch for those who know of it, always (IRCv3 extended-isupport).
void Session::send_isupport() {
    const std::string batch =
        has(Cap::batch) && has(Cap::extended_isupport) ? "isupport" + std::to_string(number_) : std::string();
    const auto mark = [&](const std::string& reference) {
        if (batch.empty()) return;
        emit([&](LineBuilder& line) {
            line.source(server_.options().name).command("BATCH").param(reference);
            if (reference.front() == '+') line.param("draft/isupport");
        });
    };
    mark("+" + batch);
    for (const std::string& tokens : server_.isupport(peer().secure)) {
        emit([&](LineBuilder& line) {
            if (!batch.empty()) line.tag("batch", batch);
            begin_numeric(line, Numeric::rpl_isupport);
            line.words(tokens).trailing("are supported by this server");
        });
    }
    mark("-" + batch);
}

}  // namespace patchcord::irc
