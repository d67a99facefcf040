#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "chat_core/chat_service.hpp"

namespace patchcord::tests {

using Log = std::vector<std::string>;

/// A client that writes down each call as a readable line, and fails when told to.
///
/// A call that fails is not written down: its client has learnt nothing. The lines:
///   message bob -> #a: hi              or action, notice, nudge, native; "@#a", "+#a" when meant for a role and above
///   joined #a bob                      left #a bob: bye
///   removed #a bob by ana: flood       failed #a bob: why
///   topic #a by ana: new               settings #a by ana: +op bob -ban *!*@x
///   typing bob -> #a: active           presence bob [group,watch] away: gone
///   withdrawn bob -> #a: id (why)      group #a -> #b by ana: why
///   profile bob [group] account        host bob [watch] b@old.example -> b@new.example
///   renamed ann -> ana                 signed_off bob: bye
///   watched_on bob                     watched_off bob
///   contact came bob                   contact left bob: bye (told)
///   roster restored
///   invited #a bob by ana              disconnected by ana: why
///   operator ana: word                 undelivered carol: hi (SendQ exceeded)
///   told words                         brought in &bob: why
///   asked by bob@example.com Bob       not invited &bob carol: why
///   file bob -> ana: cat.png 12        file bob -> ana: cat.png 12: failed (no connection could be made)
class RecordingClient : public chat::ChatClient {
  public:
    enum class Call : std::size_t {
        receive,
        user_joined,
        user_left,
        group_meta_update,
        group_settings_changed,
        file_offered
    };

    RecordingClient() = default;
    RecordingClient(const RecordingClient&) = delete;
    RecordingClient& operator=(const RecordingClient&) = delete;

    [[nodiscard]] const Log& log() const { return log_; }
    /// What happened since the last time.
    Log take() { return std::exchange(log_, {}); }
    /// How many calls failed.
    [[nodiscard]] std::size_t failures() const { return failures_; }

    /// Every `call` returns `error`, after `successes` more that do not.
    void fail(Call call, std::error_code error, std::size_t successes = 0) { plan(call) = {error, successes}; }
    /// Every call that can fail does.
    void fail_all(std::error_code error) {
        for (Plan& plan : plans_) plan = {error, 0};
    }
    void stop_failing() { plans_ = std::vector<Plan>(call_kinds); }

    /// From now on each message is rendered under `key`, as an edge would.
    void render_as(chat::RenderKey key) { render_key_ = key; }
    /// How often this client was the one to render.
    [[nodiscard]] std::size_t renderings() const { return renderings_; }
    /// The bytes of the last message.
    [[nodiscard]] const chat::WireBytes& last_bytes() const { return last_bytes_; }

    std::error_code receive(const chat::Message& message, chat::RenderCache& cache) override {
        if (render_key_) render(message, cache);
        return told(Call::receive, line_of(message));
    }
    std::error_code user_joined(const chat::Group& group, const chat::User& user, chat::RenderCache&) override {
        return told(Call::user_joined, "joined " + group.name() + " " + user.name());
    }
    std::error_code user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how,
                              chat::RenderCache&) override {
        using Kind = chat::Departure::Kind;
        const std::string verb = how.kind == Kind::left ? "left " : how.kind == Kind::removed ? "removed " : "failed ";
        const std::string author = how.by == nullptr ? std::string() : " by " + how.by->name();
        return told(Call::user_left, verb + group.name() + " " + user.name() + author + ": " + std::string(how.reason));
    }
    std::error_code group_meta_update(const chat::Group& group, const chat::GroupMeta& meta, const chat::User* by,
                                      chat::RenderCache&) override {
        return told(Call::group_meta_update, "topic " + group.name() + author_of(by) + ": " + meta.topic);
    }
    std::error_code group_settings_changed(const chat::Group& group, const chat::User* by,
                                           std::span<const chat::SettingChange> changes, chat::RenderCache&) override {
        std::string line = "settings " + group.name() + author_of(by) + ":";
        for (const chat::SettingChange& change : changes) {
            line.append(change.on ? " +" : " -").append(name_of(change.setting));
            if (change.member != nullptr) line += " " + change.member->name();
            if (!change.argument.empty()) line += " " + change.argument;
        }
        return told(Call::group_settings_changed, std::move(line));
    }
    void typing(const chat::TypingNotice& notice, chat::RenderCache&) override {
        using State = chat::TypingState;
        const char* state = notice.state == State::active   ? "active"
                            : notice.state == State::paused ? "paused"
                                                            : "done";
        log_.push_back("typing " + notice.who->name() + " -> " + name_of(notice.target) + ": " + state);
    }
    void message_withdrawn(const chat::Withdrawal& withdrawal, chat::RenderCache&) override {
        log_.push_back("withdrawn " + withdrawal.by->name() + " -> " + name_of(withdrawal.target) + ": " +
                       std::string(withdrawal.message) + " (" + std::string(withdrawal.reason) + ")");
    }
    void group_renamed(const chat::Group& group, const chat::Renaming& how, chat::RenderCache&) override {
        log_.push_back("group " + std::string(how.old_name) + " -> " + group.name() + author_of(how.by) + ": " +
                       std::string(how.reason));
    }
    void presence_changed(const chat::User& user, chat::Audience audience, chat::RenderCache&) override {
        log_.push_back("presence " + user.name() + " " + name_of(audience) +
                       (user.presence().away() ? " away: " : " here: ") + user.presence().message);
    }
    void profile_changed(const chat::User& user, chat::ProfileField field, chat::Audience audience,
                         chat::RenderCache&) override {
        log_.push_back("profile " + user.name() + " " + name_of(audience) + " " + name_of(field));
    }
    void host_changed(const chat::User& user, const chat::OldHost& old, chat::Audience audience,
                      chat::RenderCache&) override {
        log_.push_back("host " + user.name() + " " + name_of(audience) + " " + old.username + "@" + old.host + " -> " +
                       user.profile().username + "@" + user.profile().host);
    }
    void renamed(const chat::User& user, std::string_view old_name, chat::RenderCache&) override {
        log_.push_back("renamed " + std::string(old_name) + " -> " + user.name());
    }
    void signed_off(const chat::User& user, std::string_view reason, chat::RenderCache&) override {
        log_.push_back("signed_off " + user.name() + ": " + std::string(reason));
    }
    void watched_on(const chat::User& user, chat::RenderCache&) override {
        log_.push_back("watched_on " + user.name());
    }
    void watched_off(std::string_view name, chat::RenderCache&) override {
        log_.push_back("watched_off " + std::string(name));
    }
    void contact_came(const chat::User& user, chat::RenderCache&) override {
        log_.push_back("contact came " + user.name());
    }
    void contact_left(const chat::User& user, std::string_view reason, bool told, chat::RenderCache&) override {
        log_.push_back("contact left " + user.name() + ": " + std::string(reason) + (told ? " (told)" : ""));
    }
    void roster_restored() override { log_.push_back("roster restored"); }
    void invited(const chat::Group& group, const chat::User& by, const chat::User& invitee,
                 chat::RenderCache&) override {
        log_.push_back("invited " + group.name() + " " + invitee.name() + " by " + by.name());
    }
    void disconnected_by(const chat::User& by, std::string_view reason) override {
        log_.push_back("disconnected by " + by.name() + ": " + std::string(reason));
    }
    void operator_notice(const chat::User& by, std::string_view text, chat::RenderCache&) override {
        log_.push_back("operator " + by.name() + ": " + std::string(text));
    }
    void told(std::string_view text) override { log_.push_back("told " + std::string(text)); }
    void brought_in(const chat::Group& group, std::string_view why) override {
        log_.push_back("brought in " + group.name() + ": " + std::string(why));
    }
    void contact_request(std::string_view address, std::string_view name) override {
        log_.push_back("asked by " + std::string(address) + " " + std::string(name));
    }
    void invitation_failed(const chat::Group& group, const chat::User& invitee, std::error_code why) override {
        log_.push_back("not invited " + group.name() + " " + invitee.name() + ": " + why.message());
    }
    std::error_code file_offered(const chat::FileOffer& offer) override {
        return told(Call::file_offered, "file " + line_of(offer));
    }
    void file_offer_changed(const chat::FileOffer& offer) override {
        log_.push_back("file " + line_of(offer) + ": " + state_of(offer));
    }
    void undelivered(const chat::Message& message, const chat::User& to, std::error_code why) override {
        log_.push_back("undelivered " + to.name() + ": " + message.text.styled().text() + " (" + why.message() + ")");
    }

  private:
    struct Plan {
        std::error_code error;
        std::size_t successes = 0;
    };
    static constexpr std::size_t call_kinds = 6;

    Plan& plan(Call call) { return plans_[static_cast<std::size_t>(call)]; }

    std::error_code told(Call call, std::string line) {
        Plan& planned = plan(call);
        if (planned.error && planned.successes-- == 0) {
            planned.successes = 0;
            ++failures_;
            return planned.error;
        }
        log_.push_back(std::move(line));
        return {};
    }

    void render(const chat::Message& message, chat::RenderCache& cache) {
        last_bytes_ = cache.get_or_render(*render_key_, [&] {
            ++renderings_;
            return line_of(message);
        });
    }

    static std::string line_of(const chat::Message& message) {
        static constexpr const char* kinds[] = {"message", "action", "notice", "nudge", "native"};
        return std::string(kinds[static_cast<std::size_t>(message.kind)]) + " " + message.sender->name() + " -> " +
               name_of(message.target) + ": " + message.text.styled().text();
    }
    static std::string line_of(const chat::FileOffer& offer) {
        return offer.from_name + " -> " + offer.to_name + ": " + offer.name + " " + std::to_string(offer.size);
    }
    static std::string state_of(const chat::FileOffer& offer) {
        switch (offer.state) {
            case chat::FileState::offered: return "offered";
            case chat::FileState::accepted: return "accepted";
            case chat::FileState::transferring: return "transferring";
            case chat::FileState::completed: return "completed";
            case chat::FileState::declined: return "declined";
            case chat::FileState::cancelled: return "cancelled";
            case chat::FileState::failed: break;
        }
        return "failed (" + offer.why.message() + ")";
    }
    static std::string author_of(const chat::User* by) { return by == nullptr ? "" : " by " + by->name(); }
    static std::string name_of(const chat::Target& target) {
        if (target.group == nullptr) return target.user->name();
        const std::string role = !target.at_least ? "" : *target.at_least == chat::Role::op ? "@" : "+";
        return role + target.group->name();
    }
    static std::string name_of(chat::Audience audience) {
        if (audience.shares_group) return audience.watches ? "[group,watch]" : "[group]";
        if (audience.lists) return audience.watches ? "[watch,list]" : "[list]";
        return audience.watches ? "[watch]" : "[]";
    }
    static std::string name_of(chat::ProfileField field) {
        static constexpr const char* names[] = {"real_name", "account"};
        return names[static_cast<std::size_t>(field)];
    }
    static std::string name_of(chat::Setting setting) {
        static constexpr const char* names[] = {
            "invite_only", "moderated", "members_only",  "secret",           "topic_locked", "key",
            "limit",       "ban",       "ban_exemption", "invite_exemption", "op",           "voice"};
        return names[static_cast<std::size_t>(setting)];
    }

    Log log_;
    std::size_t failures_ = 0;
    std::vector<Plan> plans_ = std::vector<Plan>(call_kinds);
    std::optional<chat::RenderKey> render_key_;
    std::size_t renderings_ = 0;
    chat::WireBytes last_bytes_;
};

/// Somebody logged in with a recording client, from construction until the end of the scope or `log_out`.
class Visitor : public RecordingClient {
  public:
    /// Throws when the login is refused.
    Visitor(chat::ChatService& service, std::string_view name, chat::Profile profile = {}) {
        auto made = service.login(name, *this, std::move(profile));
        if (!made) throw std::runtime_error("no login for " + std::string(name) + ": " + made.error().message());
        login_ = std::move(*made);
        id_ = login_.user()->id();
    }

    /// Only while the login lasts.
    [[nodiscard]] chat::User& user() const { return *login_.user(); }
    chat::User* operator->() const { return login_.user(); }
    [[nodiscard]] bool logged_in() const { return login_.user() != nullptr; }
    [[nodiscard]] chat::UserId id() const { return id_; }
    [[nodiscard]] chat::Login& login() { return login_; }
    void log_out(std::string_view reason) { login_.logout(reason); }

    /// Sends plain text; the error is that of `User::send`.
    std::error_code say(const chat::Target& target, std::string text,
                        chat::MessageKind kind = chat::MessageKind::text) const {
        chat::Message message{{}, nullptr, target, kind, chat::MessageText(chat::StyledText(std::move(text))), {}};
        chat::RenderCache cache;
        return user().send(message, cache);
    }
    std::error_code say(chat::Group& group, std::string text) const {
        return say(chat::Target{&group, nullptr, {}}, std::move(text));
    }
    std::error_code say(chat::User& to, std::string text) const {
        return say(chat::Target{nullptr, &to, {}}, std::move(text));
    }

  private:
    chat::UserId id_;
    chat::Login login_;
};

}  // namespace patchcord::tests
