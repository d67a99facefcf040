// What people and channels tell of themselves (IRCv3 metadata).

#include "irc/server/metadata.hpp"

#include "irc/server/commands/commands.hpp"

namespace patchcord::irc::commands {
namespace {

using Values = MetadataStore::Values;

/// Whom a command is about: one of both.
struct Target {
    chat::User* user = nullptr;
    chat::Group* group = nullptr;

    [[nodiscard]] const std::string& name() const { return user != nullptr ? user->name() : group->name(); }
};

/// Who asked for metadata understands this form, whatever else it asked for.
void fail(Session& session, std::string_view code, std::initializer_list<std::string_view> context,
          std::string_view text) {
    if (!session.has(Cap::metadata)) {
        session.standard_reply("FAIL", "METADATA", code, context, text);
        return;
    }
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("FAIL").param("METADATA").param(code);
        for (const std::string_view param : context) line.param(param);
        line.trailing(text);
    });
}

/// Lines that belong together, for those who know batches.
class Batch {
  public:
    Batch(Session& session, std::string type, std::string about = {})
        : session_(session), type_(std::move(type)), about_(std::move(about)) {}

    void open() const {
        if (!known()) return;
        session_.emit([&](LineBuilder& line) {
            line.source(session_.options().name).command("BATCH").param("+" + reference()).param(type_);
            if (!about_.empty()) line.param(about_);
        });
    }
    void close() const {
        if (!known()) return;
        session_.emit(
            [&](LineBuilder& line) { line.source(session_.options().name).command("BATCH").param("-" + reference()); });
    }
    /// A line in it; `build` appends what follows its command.
    template <class Build>
    void line(std::string_view command, Build&& build) const {
        session_.emit([&](LineBuilder& out) {
            if (known()) out.tag("batch", reference());
            build(out.source(session_.options().name).command(command));
        });
    }
    template <class Build>
    void numeric(Numeric numeric, Build&& build) const {
        line(NumericText(numeric).view(), [&](LineBuilder& out) { build(out.param(session_.nick())); });
    }

  private:
    [[nodiscard]] bool known() const { return session_.has(Cap::batch); }
    [[nodiscard]] std::string reference() const { return "metadata" + std::to_string(session_.number()); }

    Session& session_;
    std::string type_;
    std::string about_;
};

void send_value(const Batch& batch, std::string_view target, std::string_view key, std::string_view value) {
    batch.numeric(Numeric::rpl_keyvalue,
                  [&](LineBuilder& line) { line.param(target).param(key).param("*").trailing(value); });
}

Values values_of(Session& session, const Target& target) {
    MetadataStore& store = session.server().metadata();
    return target.user != nullptr ? store.of(*target.user) : store.of(*target.group);
}

/// Answers INVALID_TARGET and gives nothing when there is none.
std::optional<Target> find_target(Session& session, std::string_view name) {
    if (name == "*") return Target{&session.user(), nullptr};
    const auto group = session.service().lookup_group(name);
    if (group && (*group)->visible_to(session.user())) return Target{nullptr, *group};
    const auto user = session.service().lookup_user(name, session.user());
    if (user && (*user)->online()) return Target{*user, nullptr};
    fail(session, "INVALID_TARGET", {name}, "Invalid target");
    return std::nullopt;
}

bool may_change(Session& session, const Target& target) {
    if (target.user != nullptr) return target.user == &session.user();
    return target.group->roles(session.user()).has(chat::Role::op);
}

bool is_told_of(Session& listener, const Target& target) {
    const chat::User& me = listener.user();
    if (target.group != nullptr) return target.group->has(me);
    return target.user == &me || shares_channel(listener, *target.user) || listener.has_monitored(target.user->name());
}

void send_notice(Session& session, const Target& target, std::string_view key, const std::string* value) {
    session.emit([&](LineBuilder& line) {
        line.source(session.options().name).command("METADATA").param(target.name()).param(key).param("*");
        if (value != nullptr) line.trailing(*value);
    });
}

/// Everybody who wants to know is told, but for who changed it. `value` is nullptr when it is gone.
void tell_others(Session& by, const Target& target, const std::string& key, const std::string* value) {
    by.server().for_each_session([&](Session& session) {
        const bool asked = session.logged_in() && session.has(Cap::metadata) && session.metadata_subs().contains(key);
        if (asked && &session != &by && is_told_of(session, target)) send_notice(session, target, key, value);
    });
}

void get(Session& session, const Target& target, std::span<const std::string_view> keys) {
    const Values values = values_of(session, target);
    const Batch batch(session, "metadata", target.name());
    batch.open();
    for (const std::string_view key : keys) {
        const auto found = values.find(key);
        if (!is_metadata_key(key)) {
            batch.line("FAIL", [&](LineBuilder& line) {
                line.param("METADATA").param("KEY_INVALID").param(key).trailing("Invalid key");
            });
        } else if (found == values.end()) {
            batch.numeric(Numeric::rpl_keynotset,
                          [&](LineBuilder& line) { line.param(target.name()).param(key).trailing("Key not set"); });
        } else {
            send_value(batch, target.name(), key, found->second);
        }
    }
    batch.close();
}

/// A few lines at a time, for there may be many keys.
void send_values(Session& session, const std::string& target, Values values) {
    auto step = [batch = Batch(session, "metadata", target), target, values = std::move(values),
                 begun = false]() mutable {
        if (!std::exchange(begun, true)) batch.open();
        for (std::size_t sent = 0; sent < Session::lines_a_slice && !values.empty(); ++sent) {
            send_value(batch, target, values.begin()->first, values.begin()->second);
            values.erase(values.begin());
        }
        if (values.empty()) batch.close();
        return !values.empty();
    };
    auto steps = std::function<bool()>(std::move(step));
    if (steps()) session.stream(std::move(steps));
}

void remove(Session& session, const Target& target, const std::string& key) {
    MetadataStore& store = session.server().metadata();
    const bool was_there = target.user != nullptr ? store.remove(*target.user, key) : store.remove(*target.group, key);
    if (was_there) tell_others(session, target, key, nullptr);
}

void set(Session& session, const Target& target, const Message& message) {
    const std::string_view key = message.param(2);
    if (!is_metadata_key(key)) {
        fail(session, "KEY_INVALID", {key.empty() ? "*" : key}, "Invalid key");
    } else if (!may_change(session, target)) {
        fail(session, "KEY_NO_PERMISSION", {target.name(), key}, "You may not change that");
    } else if (message.params().size() < 4) {
        if (!values_of(session, target).contains(key)) {
            fail(session, "KEY_NOT_SET", {target.name(), key}, "Key not set");
            return;
        }
        remove(session, target, std::string(key));
        session.reply(Numeric::rpl_keynotset, {target.name(), key}, "Key not set");
    } else if (message.param(3).size() > metadata_value_limit(session.options())) {
        session.limit_hit(Limit::metadata_value);
        fail(session, "VALUE_INVALID", {}, "Value is too long");
    } else {
        const std::string value(message.param(3));
        MetadataStore& store = session.server().metadata();
        const std::size_t most = session.options().max_metadata_keys;
        const bool kept = target.user != nullptr ? store.set(*target.user, key, value, most)
                                                 : store.set(*target.group, key, value, most);
        if (!kept) {
            session.limit_hit(Limit::metadata_keys);
            fail(session, "LIMIT_REACHED", {target.name()}, "Too many keys");
            return;
        }
        session.reply(Numeric::rpl_keyvalue, {target.name(), key, "*"}, value);
        tell_others(session, target, std::string(key), &value);
    }
}

void clear(Session& session, const Target& target) {
    if (!may_change(session, target)) {
        fail(session, "KEY_NO_PERMISSION", {target.name(), "*"}, "You may not change that");
        return;
    }
    const Values values = values_of(session, target);
    for (const auto& [key, value] : values) remove(session, target, key);
    send_values(session, target.name(), values);
}

/// Keys in as many lines as they need.
void send_keys(Session& session, const Batch* batch, Numeric numeric, const std::vector<std::string>& keys) {
    constexpr std::size_t room = 360;  // beside the longest server name and nick
    std::string words;
    const auto flush = [&] {
        if (words.empty()) return;
        const auto build = [&](LineBuilder& line) { line.words(words); };
        if (batch != nullptr) {
            batch->numeric(numeric, build);
        } else {
            session.emit([&](LineBuilder& line) {
                build(line.source(session.options().name).command(NumericText(numeric).view()).param(session.nick()));
            });
        }
        words.clear();
    };
    for (const std::string& key : keys) {
        if (words.size() + key.size() > room) flush();
        words += (words.empty() ? "" : " ") + key;
    }
    flush();
}

/// Where the client is told of more than before, it may ask for that when it likes.
void offer_channels(Session& session) {
    for (const chat::Membership& membership : session.user().groups()) send_sync_later(session, *membership.group);
}

void subscribe(Session& session, std::span<const std::string_view> keys) {
    Session::MetadataSubs& subs = session.metadata_subs();
    std::vector<std::string> done;
    std::string refused;
    for (const std::string_view key : keys) {
        if (!is_metadata_key(key)) {
            fail(session, "KEY_INVALID", {key.empty() ? "*" : key}, "Invalid key");
        } else if (subs.size() >= session.options().max_metadata_subs) {
            refused = key;
            break;
        } else {
            subs.emplace(key);
            done.emplace_back(key);
        }
    }
    send_keys(session, nullptr, Numeric::rpl_metadatasubok, done);
    if (!refused.empty()) {
        session.limit_hit(Limit::metadata_subs);
        fail(session, "TOO_MANY_SUBS", {refused}, "Too many subscriptions");
    }
    if (done.empty()) return;
    ask_for_contacts_avatars(session);
    offer_channels(session);
}

void unsubscribe(Session& session, std::span<const std::string_view> keys) {
    std::vector<std::string> done;
    for (const std::string_view key : keys) {
        if (!is_metadata_key(key)) {
            fail(session, "KEY_INVALID", {key.empty() ? "*" : key}, "Invalid key");
            continue;
        }
        Session::MetadataSubs& subs = session.metadata_subs();
        if (const auto found = subs.find(key); found != subs.end()) subs.erase(found);
        done.emplace_back(key);
    }
    send_keys(session, nullptr, Numeric::rpl_metadataunsubok, done);
}

void list_subscriptions(Session& session) {
    const Batch batch(session, "metadata-subs");
    batch.open();
    const Session::MetadataSubs& subs = session.metadata_subs();
    send_keys(session, &batch, Numeric::rpl_metadatasubs, {subs.begin(), subs.end()});
    batch.close();
}

/// A value that is to be sent, unless it is gone by then.
struct Wanted {
    chat::UserId user;  // nobody: the channel's own
    std::string key;
};

void want(Session& session, const Target& target, std::vector<Wanted>& wanted) {
    const Values values = values_of(session, target);
    const chat::UserId user = target.user != nullptr ? target.user->id() : chat::UserId{};
    for (const std::string& key : session.metadata_subs()) {
        if (values.contains(key)) wanted.push_back({user, key});
    }
}

void sync(Session& session, const Target& target) {
    std::vector<Wanted> wanted;
    want(session, target, wanted);
    if (target.group != nullptr && target.group->has(session.user())) {
        for (const chat::Member& member : target.group->users()) {
            if (member.user != nullptr && member.shown) want(session, {member.user, nullptr}, wanted);
        }
    }
    const std::optional<chat::GroupId> in = target.group != nullptr ? std::optional(target.group->id()) : std::nullopt;
    auto step = [&session, batch = Batch(session, "metadata", target.name()), wanted = std::move(wanted), in,
                 next = std::size_t{0}]() mutable {
        if (next == 0) batch.open();
        for (const std::size_t end = std::min(next + Session::lines_a_slice, wanted.size()); next < end; ++next) {
            const Wanted& one = wanted[next];
            Target about;
            if (one.user) about.user = session.service().find_user(one.user);
            if (!one.user && in) about.group = session.service().find_group(*in);
            if (about.user == nullptr && about.group == nullptr) continue;
            const Values values = values_of(session, about);
            const auto found = values.find(one.key);
            if (found == values.end()) continue;
            batch.line("METADATA", [&](LineBuilder& line) {
                line.param(about.name()).param(one.key).param("*").trailing(found->second);
            });
        }
        if (next < wanted.size()) return true;
        batch.close();
        return false;
    };
    auto steps = std::function<bool()>(std::move(step));
    if (steps()) session.stream(std::move(steps));
}

bool equals_upper(std::string_view text, std::string_view upper) {
    return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
    });
}

}  // namespace

void metadata(Session& session, const Message& message) {
    const std::string_view subcommand = message.param(1);
    const auto is = [&](std::string_view name) { return equals_upper(subcommand, name); };
    const auto keys = message.params().subspan(2);
    const std::optional<Target> target = find_target(session, message.param(0));
    if (!target) return;
    const bool avatar = (is("GET") && std::find(keys.begin(), keys.end(), "avatar") != keys.end()) || is("LIST") ||
                        (is("SYNC") && session.metadata_subs().contains("avatar"));
    if (avatar && target->user != nullptr) ask_for_avatar(session, *target->user);
    if (is("GET")) {
        get(session, *target, keys);
    } else if (is("LIST")) {
        send_values(session, target->name(), values_of(session, *target));
    } else if (is("SET")) {
        set(session, *target, message);
    } else if (is("CLEAR")) {
        clear(session, *target);
    } else if (is("SUB")) {
        subscribe(session, keys);
    } else if (is("UNSUB")) {
        unsubscribe(session, keys);
    } else if (is("SUBS")) {
        list_subscriptions(session);
    } else if (is("SYNC")) {
        sync(session, *target);
    } else {
        fail(session, "SUBCOMMAND_INVALID", {subcommand}, "Invalid subcommand");
    }
}

void send_sync_later(Session& session, const chat::Group& group) {
    if (!session.has(Cap::metadata) || session.metadata_subs().empty()) return;
    ask_for_avatars(session, group);
    session.reply(Numeric::rpl_metadatasynclater, {group.name()});
}

void send_own_metadata(Session& session) {
    if (!session.has(Cap::metadata)) return;
    const Batch batch(session, "metadata", session.user().name());
    batch.open();
    for (const auto& [key, value] : values_of(session, {&session.user(), nullptr})) {
        batch.line("METADATA", [&key = key, &value = value, &session](LineBuilder& line) {
            line.param(session.user().name()).param(key).param("*").trailing(value);
        });
    }
    batch.close();
}

}  // namespace patchcord::irc::commands
