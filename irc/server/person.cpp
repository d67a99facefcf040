#include "irc/server/person.hpp"

#include <algorithm>

#include "irc/server/session.hpp"

namespace patchcord::irc {
namespace {

constexpr const char* made_marker = "made";  // under which the history remembers of which account it is
constexpr const char* removed_words = "Account removed";

}  // namespace

std::error_code Person::log_in(std::string_view nick, chat::Profile profile, bool has_account) {
    auto login = server_.service().login(nick, *this, std::move(profile), has_account);
    if (!login) return login.error();
    login_ = std::move(*login);
    const chat::AlwaysOnBook* book = server_.environment().always_on;
    always_on_ =
        has_account && book != nullptr && book->contains(user()->profile().account, proof_.made) && may_be_always_on();
    return {};
}

std::error_code Person::restore(const chat::AlwaysOn& who) {
    chat::Profile profile;
    profile.username = who.username;
    profile.host = who.host;
    profile.real_name = who.real_name;
    profile.account = who.account;
    proof_ = {who.made, server_.scheduler().now()};
    if (const std::error_code refused = log_in(who.name, std::move(profile), true)) return refused;
    always_on_ = true;
    for (const std::string& name : who.groups) {
        const auto group = server_.service().get_group(name);
        if (group) (void)user()->join(**group, {.key = {}, .let_in = true});
    }
    update_presence();
    return {};
}

bool Person::may_be_always_on() const {
    const ServerEnvironment& environment = server_.environment();
    const chat::User* me = user();
    return environment.always_on != nullptr && environment.history != nullptr && me != nullptr &&
           !me->profile().account.empty();
}

void Person::set_always_on(bool on) {
    always_on_ = on;
    if (on) {
        save_always_on();
    } else if (chat::AlwaysOnBook* book = server_.environment().always_on) {
        book->forget(user()->profile().account);
    }
}

void Person::save_always_on() const {
    const chat::User* me = user();
    if (!always_on_ || me == nullptr) return;
    const chat::Profile& profile = me->profile();
    chat::AlwaysOn who{profile.account, me->name(), profile.username, profile.host, profile.real_name, {}, proof_.made};
    for (const chat::Membership& membership : me->groups()) {
        // A conversation of several (&) is over when its members are gone.
        if (membership.group->name().front() == '#') who.groups.push_back(membership.group->name());
    }
    server_.environment().always_on->save(std::move(who));
}

/// Who was here to the end may have been so after the account was removed: whoever has the name next is to notice.
void Person::end(std::string_view reason) {
    if (chat::HistoryStore* history = store(); history != nullptr && proof_.made != chat::WallTime{}) {
        history->set_marker(user()->profile().account, made_marker, proof_.made);
    }
    login_.logout(reason);
    server_.people().remove(*this);
}

void Person::account_removed() {
    const std::string account = user()->profile().account;
    const std::shared_ptr<Person> alive = shared_from_this();
    always_on_ = false;
    account_removed_ = true;
    for (Session* session : std::vector<Session*>(sessions_)) session->close({chat::CloseKind::removed, removed_words});
    if (user() != nullptr) end(removed_words);
    if (chat::AlwaysOnBook* book = server_.environment().always_on) book->forget(account);
    if (chat::HistoryStore* history = server_.environment().history) history->forget_account(account);
}

void Person::attach(Session& session) {
    sessions_.push_back(&session);
    active_ = &session;
}

void Person::detach(Session& session, std::string_view reason) {
    if (std::erase(sessions_, &session) == 0) return;
    if (active_ == &session) active_ = sessions_.empty() ? nullptr : sessions_.back();
    if (!sessions_.empty()) {
        update_presence();
        return;
    }
    if (always_on_ && user() != nullptr && !server_.shutting_down()) {
        save_always_on();
        update_presence();
        server_.people().keep(shared_from_this());
        return;
    }
    end(reason);
}

void Person::mirror(const Session& said_at, const chat::Message& message, chat::RenderCache& cache) {
    if (sessions_.size() < 2 || message.target.user == user()) return;  // what is said to oneself comes to all anyway
    const auto* native = message.text.native(irc_protocol);
    // What programs say to each other (CTCP) is the matter of the one that said it.
    const bool shown = message.kind != chat::MessageKind::native || (native != nullptr && native->verb == "TAGMSG");
    if (!shown) return;
    for_each([&](Session& session) {
        if (&session != &said_at) (void)session.receive(message, cache);
    });
}

void Person::update_presence() {
    chat::User* me = user();
    if (me == nullptr) return;
    std::string message = "Nobody is there";
    for (const Session* session : sessions_) {
        if (session->away_message() == nullptr) {
            me->set_presence({});
            return;
        }
        if (!session->is_machine()) message = *session->away_message();  // the youngest connection's
    }
    me->set_presence({chat::Availability::away, std::move(message)});
}

bool Person::monitors(std::string_view name) const {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [&](Session* session) { return session->has_monitored(name); });
}

std::optional<chat::WallTime> Person::marker(const std::string& name) const {
    const auto found = markers_.find(name);
    return found == markers_.end() ? std::nullopt : std::optional(found->second);
}

bool Person::set_marker(const std::string& name, chat::WallTime at) {
    const auto found = markers_.find(name);
    if (found == markers_.end() && markers_.size() >= chat::HistoryStore::most_markers) return false;
    if (found != markers_.end() && found->second >= at) return true;
    markers_[name] = at;
    if (chat::HistoryStore* history = store()) history->set_marker(user()->profile().account, name, at);
    return true;
}

/// A connection that ends does not end the login of somebody who is always on: they find in the history what it missed.
bool Person::outlives(std::error_code failed) const {
    return always_on_ && chat::is_connection_error(failed);
}

chat::HistoryStore* Person::store() const {
    const chat::User* me = user();
    const bool nobody = me == nullptr || me->profile().account.empty() || account_removed_;
    return nobody ? nullptr : server_.environment().history;
}

void Person::take_markers(const chat::HistoryStore::Markers& markers) {
    chat::HistoryStore* history = store();
    const auto made = markers.find(made_marker);
    if (history != nullptr && made != markers.end() && is_another(proof_, {made->second, {}})) {
        history->forget_account(user()->profile().account);
    } else {
        for (const auto& [name, at] : markers) {
            chat::WallTime& known = markers_.try_emplace(name, at).first->second;
            known = std::max(known, at);
        }
    }
    if (proof_.made != chat::WallTime{}) (void)set_marker(made_marker, proof_.made);
}

template <class Tell>
std::error_code Person::reach(Tell&& tell) const {
    if (sessions_.size() == 1) {
        const std::error_code failed = tell(*sessions_.front());
        return outlives(failed) ? std::error_code() : failed;
    }
    if (sessions_.empty() && always_on_) return {};
    std::error_code error = chat::Errc::client_gone;
    bool reached = false;
    for_each([&](Session& session) {
        const std::error_code failed = tell(session);
        reached = reached || !failed;
        if (failed) error = failed;
    });
    return reached || outlives(error) ? std::error_code() : error;
}

std::error_code Person::receive(const chat::Message& message, chat::RenderCache& cache) {
    return reach([&](Session& session) { return session.receive(message, cache); });
}

std::error_code Person::receive_kept(const chat::Message& message, chat::RenderCache& cache) {
    return reach([&](Session& session) { return session.receive_kept(message, cache); });
}

std::error_code Person::user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache& cache) {
    return reach([&](Session& session) { return session.user_joined(group, user, cache); });
}

std::error_code Person::user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                                  chat::RenderCache& cache) {
    if (&user == this->user()) was_removed(group);
    return reach([&](Session& session) { return session.user_left(group, user, how, cache); });
}

/// They are in the group until everybody was told.
void Person::was_removed(const chat::Group& group) {
    note_left(group);
    if (!always_on_) return;
    server_.scheduler().after(std::chrono::milliseconds(0), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->save_always_on();
    });
}

void Person::note_left(const chat::Group& group) {
    constexpr std::size_t most_remembered = 1'000;
    if (left_.size() >= most_remembered) left_.clear();
    server_.service().end_moment();
    left_[chat::folded(group.name(), server_.fold())] = server_.now();
}

std::optional<chat::WallTime> Person::left(const chat::Group& group) const {
    const auto found = left_.find(chat::folded(group.name(), server_.fold()));
    return found == left_.end() ? std::nullopt : std::optional(found->second);
}

std::error_code Person::group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                          chat::RenderCache& cache) {
    return reach([&](Session& session) { return session.group_meta_update(group, meta, by, cache); });
}

std::error_code Person::group_settings_changed(const chat::Group& group, const chat::User* by,
                                               std::span<const chat::SettingChange> changes, chat::RenderCache& cache) {
    return reach([&](Session& session) { return session.group_settings_changed(group, by, changes, cache); });
}

void Person::typing(const chat::TypingNotice& notice, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.typing(notice, cache); });
}

void Person::message_withdrawn(const chat::Withdrawal& withdrawal, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.message_withdrawn(withdrawal, cache); });
}

void Person::group_renamed(const chat::Group& group, const chat::Renaming& how, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.group_renamed(group, how, cache); });
    save_always_on();
}

void Person::presence_changed(const chat::User& user, chat::Audience audience, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.presence_changed(user, audience, cache); });
}

void Person::profile_changed(const chat::User& user, chat::ProfileField field, chat::Audience audience,
                             chat::RenderCache& cache) {
    for_each([&](Session& session) { session.profile_changed(user, field, audience, cache); });
}

void Person::host_changed(const chat::User& user, const chat::OldHost& old_host, chat::Audience audience,
                          chat::RenderCache& cache) {
    for_each([&](Session& session) { session.host_changed(user, old_host, audience, cache); });
}

void Person::renamed(const chat::User& user, std::string_view old_name, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.renamed(user, old_name, cache); });
    if (&user == this->user()) save_always_on();
}

void Person::signed_off(const chat::User& user, std::string_view reason, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.signed_off(user, reason, cache); });
}

void Person::watched_on(const chat::User& user, chat::RenderCache&) {
    for_each([&](Session& session) { session.watched_on(user); });
}

void Person::watched_off(std::string_view name, chat::RenderCache&) {
    for_each([&](Session& session) { session.watched_off(name); });
}

void Person::contact_came(const chat::User& user, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.contact_came(user, cache); });
}

void Person::contact_left(const chat::User& user, std::string_view reason, bool told, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.contact_left(user, reason, told, cache); });
}

void Person::roster_restored() {
    for_each([&](Session& session) { session.roster_restored(); });
}

void Person::contact_request(std::string_view address, std::string_view name) {
    for_each([&](Session& session) { session.contact_request(address, name); });
}

void Person::invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                     chat::RenderCache& cache) {
    for_each([&](Session& session) { session.invited(group, by, invitee, cache); });
}

void Person::invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why) {
    for_each([&](Session& session) { session.invitation_failed(group, invitee, why); });
}

void Person::brought_in(const chat::Group& group, std::string_view why) {
    for_each([&](Session& session) { session.brought_in(group, why); });
}

/// All connections end, and each leaves the list while it does.
void Person::disconnected_by(const chat::User& by, std::string_view reason) {
    always_on_ = false;
    const std::string why = "Killed (" + by.name() + " (" + std::string(reason) + "))";
    const std::shared_ptr<Person> alive = shared_from_this();
    for (Session* session : std::vector<Session*>(sessions_)) session->disconnected_by(by, reason);
    if (user() != nullptr) end(why);
}

void Person::told(std::string_view text) {
    for_each([&](Session& session) { session.told(text); });
}

void Person::operator_notice(const chat::User& by, std::string_view text, chat::RenderCache& cache) {
    for_each([&](Session& session) { session.operator_notice(by, text, cache); });
}

void Person::undelivered(const chat::Message& message, const chat::User& to, std::error_code why) {
    for_each([&](Session& session) { session.undelivered(message, to, why); });
}

/// By DCC where its user sits, for only one can take it; the others are shown the link, if there is one.
std::error_code Person::file_offered(const chat::FileOffer& offer) {
    return reach([&](Session& session) { return session.file_offered(offer, &session == active_); });
}

void Person::file_offer_changed(const chat::FileOffer& offer) {
    for_each([&](Session& session) { session.file_offer_changed(offer); });
}

std::shared_ptr<Person> People::find(std::string_view account) const {
    const auto found = by_account_.find(std::string(account));
    if (found == by_account_.end()) return nullptr;
    std::shared_ptr<Person> person = found->second.lock();
    return person != nullptr && person->user() != nullptr ? person : nullptr;
}

bool People::make_room(std::string_view account, const AccountProof& proof) {
    const std::shared_ptr<Person> person = find(account);
    if (person == nullptr || !is_another(person->proof(), proof)) return true;
    if (proof.at < person->proof().at) return false;
    person->account_removed();
    return true;
}

void People::keep_only(const std::unordered_set<std::string>& accounts) {
    std::vector<std::shared_ptr<Person>> gone;
    for (const auto& [account, person] : by_account_) {
        if (!accounts.contains(account)) gone.push_back(find(account));
    }
    for (const std::shared_ptr<Person>& person : gone) {
        if (person != nullptr && person->user() != nullptr) person->account_removed();
    }
}

void People::add(const std::string& account, const std::shared_ptr<Person>& person) {
    if (find(account) == nullptr) by_account_[account] = person;
}

void People::clear(std::string_view reason) {
    for (const std::shared_ptr<Person>& person : std::unordered_set(kept_)) person->end(reason);
}

void People::remove(const Person& person) {
    std::erase_if(kept_, [&](const auto& known) { return known.get() == &person; });
    std::erase_if(by_account_, [&](const auto& entry) {
        const auto known = entry.second.lock();
        return known == nullptr || known.get() == &person;
    });
}

bool People::bear(const chat::ChatService& service, std::string_view nick) const {
    const auto user = service.lookup_user(nick);
    if (!user || (*user)->profile().account.empty()) return false;
    const auto person = find((*user)->profile().account);
    return person != nullptr && person->user() == *user;
}

}  // namespace patchcord::irc
