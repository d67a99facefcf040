// What a session has to do with accounts.

#include "irc/server/commands/commands.hpp"
#include "irc/server/person.hpp"
#include "irc/server/registration.hpp"
#include "irc/server/session.hpp"

namespace patchcord::irc {

std::string_view Session::account() const {
    return registered() ? std::string_view(user().profile().account) : std::string_view(registration_->account);
}

std::error_code Session::set_account(const chat::AccountIdentity& who) {
    const AccountProof proof{who.made, server_.scheduler().now()};
    if (!registered()) {
        registration_->account = who.account;
        registration_->device = who.device;
        registration_->proof = proof;
        return {};
    }
    if (!server_.people().make_room(who.account, proof)) return chat::Errc::already_logged_in;
    const auto other = server_.people().find(who.account);
    if (other != nullptr && other != person_) return chat::Errc::already_logged_in;
    server_.people().add(who.account, person_);
    person_->set_proof(proof);
    user().set_account(who.account);
    if (chat::HistoryStore* history = server_.environment().history; history != nullptr) {
        // Until that is known nothing is read: what is kept may be that of another who had the account before.
        history->markers(who.account, [weak = person_->weak_from_this(), go_on = await_answer()](const auto& known) {
            if (const auto person = weak.lock(); person != nullptr && known) person->take_markers(*known);
            go_on([] {});
        });
    }
    return {};
}

chat::AccountVerifier::Peer Session::login_peer() const {
    chat::PeerInfo from = peer();
    return {std::move(from.address), std::move(from.fingerprint), takes_passwords()};
}

std::vector<std::string> Session::sasl_mechanisms() const {
    const chat::AccountVerifier* accounts = server_.environment().accounts;
    return accounts == nullptr ? std::vector<std::string>() : accounts->mechanisms(login_peer());
}

bool Session::takes_passwords() const {
    const chat::PeerInfo from = peer();
    const bool same_machine = from.address.starts_with("127.") || from.address == "::1";
    return from.secure || same_machine || options().plaintext_passwords;
}

bool Session::may_bear(std::string_view nick) const {
    const chat::AccountVerifier* accounts = server_.environment().accounts;
    return accounts == nullptr || !accounts->is_account(nick) || server_.service().same_name(nick, account());
}

/// Whoever goes by a name without an account keeps it from others.
bool Session::may_open_account(std::string_view name) {
    if (service().same_name(name, nick())) return true;
    return static_cast<bool>(service().reserve_name(name));
}

void Session::check_account(std::string name, std::string password, chat::AccountVerifier::Done then) {
    const bool may_open = may_open_account(name);
    server_.environment().accounts->check({std::move(name), std::move(password), peer().address, may_open},
                                          [go_on = await_answer(), then = std::move(then)](
                                              chat::AccountVerifier::Answer answer, const chat::AccountIdentity& who) {
                                              go_on([&] { then(answer, who); });
                                          });
}

/// `PASS account:password`, where the server has no password of its own; any other is ignored.
void Session::log_in_by_pass() {
    Registration& so_far = *registration_;
    const std::size_t colon = so_far.password.find(':');
    if (server_.environment().accounts == nullptr || colon == std::string::npos || !so_far.account.empty()) {
        admit();
        return;
    }
    if (!takes_passwords()) {
        refuse_password(tls_only);
        return;
    }
    std::string name = so_far.password.substr(0, colon);
    std::string password = so_far.password.substr(colon + 1);
    so_far.password.clear();
    check_account(std::move(name), std::move(password),
                  [this](chat::AccountVerifier::Answer answer, const chat::AccountIdentity& who) {
                      switch (answer) {
                          case chat::AccountVerifier::Answer::right:
                              set_account(who);
                              admit();
                              break;
                          case chat::AccountVerifier::Answer::wrong: refuse_password("Password incorrect"); break;
                          case chat::AccountVerifier::Answer::busy:
                              close({chat::CloseKind::login, "Too many logins at the moment, try again"});
                              break;
                      }
                  });
}

/// Who is here already by that account gets one more connection, whatever nick it asked for.
void Session::admit() {
    const std::string& account = registration_->account;
    if (!account.empty() && !server_.people().make_room(account, registration_->proof)) {
        close({chat::CloseKind::removed, "Account removed"});
        return;
    }
    if (auto person = account.empty() ? nullptr : server_.people().find(account)) {
        join_person(std::move(person));
    } else if (!account.empty() && server_.environment().history != nullptr && !registration_->markers) {
        fetch_markers();
    } else if (take_nick()) {
        log_in();
    }
}

/// Without them it goes on as if there were none.
void Session::fetch_markers() {
    server_.environment().history->markers(
        registration_->account, [this, go_on = await_answer()](const chat::Result<chat::HistoryStore::Markers>& known) {
            go_on([&] {
                registration_->markers = known ? *known : chat::HistoryStore::Markers();
                admit();
            });
        });
}

/// Only now is it certain which account the client is logged in to, whatever the order of its commands was.
bool Session::take_nick() {
    Registration& so_far = *registration_;
    const std::string wanted = so_far.account_nick.empty() ? so_far.nick.name() : so_far.account_nick;
    if (!may_bear(wanted)) {
        so_far.nick = {};
        so_far.account_nick = wanted;
        commands::refuse_reserved_nick(*this, wanted);
        return false;
    }
    if (so_far.account_nick.empty()) return true;
    so_far.account_nick.clear();
    auto reserved = service().reserve_name(wanted);
    if (!reserved) {
        reply(Numeric::err_nicknameinuse, {wanted}, "Nickname is already in use");
        return false;
    }
    so_far.nick = std::move(*reserved);
    return true;
}

}  // namespace patchcord::irc
