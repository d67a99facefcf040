#include "irc/server/history_recorder.hpp"

#include <algorithm>

#include "chat_core/chat_client.hpp"
#include "irc/server/channel_modes.hpp"
#include "irc/server/history_places.hpp"
#include "irc/server/render.hpp"
#include "irc/server/server.hpp"

namespace patchcord::irc {
namespace {

/// The account of somebody on IRC; empty for guests, and for those whose account is an address of another network.
std::string own_account(const chat::User* user) {
    return user == nullptr || !user->profile().address.empty() ? std::string() : user->profile().account;
}

void add_party(chat::HistoryLine& line, const chat::User* user) {
    std::string account = own_account(user);
    if (!account.empty()) line.parties.push_back(std::move(account));
}

void set_cause(chat::HistoryLine& line, const Server& server, const chat::User* cause) {
    if (cause == nullptr) {
        line.source = server.options().name;
        return;
    }
    line.source = cause->identity();
    line.account = cause->profile().account;
    line.bot = cause->flags().bot;
}

bool is_tag_message(const chat::Message& message) {
    const auto* native = message.text.native(irc_protocol);
    return native != nullptr && native->verb == "TAGMSG";
}

void set_text(chat::HistoryLine& line, const Server& server, const chat::Message& message) {
    if (const auto* native = message.text.native(irc_protocol)) {
        line.command = native->verb;
        line.tags = native->tags;
        if (native->verb != "TAGMSG") line.text = std::string(native->text);
        return;
    }
    line.command = message.kind == chat::MessageKind::notice ? "NOTICE" : "PRIVMSG";
    line.text = foreign_text(server, message);
}

}  // namespace

bool is_for_history(const chat::Message& message) {
    if (message.target.at_least) return false;
    return message.kind != chat::MessageKind::native || is_tag_message(message);
}

HistoryRecorder::HistoryRecorder(Server& server, chat::HistoryStore& store) : server_(server), store_(store) {
    server_.service().add_observer(*this);
    server_.service().set_recorder(this);
}

HistoryRecorder::~HistoryRecorder() {
    server_.service().set_recorder(nullptr);
    server_.service().remove_observer(*this);
}

void HistoryRecorder::message_sent(const chat::Message& message) {
    if (!is_for_history(message)) return;
    chat::HistoryLine line;
    if (message.target.group != nullptr) {
        // Who speaks from outside does not hear the others.
        if (message.target.group->has(*message.sender)) add_party(line, message.sender);
        line.place = place_of_group(server_, *message.target.group);
    } else {
        add_party(line, message.sender);
        if (message.target.user != message.sender) add_party(line, message.target.user);
        if (line.parties.empty()) return;  // nobody could ever ask for it
        line.place =
            place_of_query(history_identity(server_, *message.sender), history_identity(server_, *message.target.user));
    }
    line.at = message.sent_at;
    last_message_ = std::max(last_message_, message.sent_at);
    line.msgid = server_.msgid(message.id);
    line.event = is_tag_message(message);
    set_cause(line, server_, message.sender);
    line.params = target_name(message.target);
    set_text(line, server_, message);
    store_.append(std::move(line), std::exchange(expected_, nullptr));
}

chat::HistoryLine HistoryRecorder::event_in(const chat::Group& group, const chat::User* cause,
                                            std::string_view command) const {
    chat::HistoryLine line;
    line.place = place_of_group(server_, group);
    // A message may be of the next moment already (ChatService::end_moment): who leaves after it has read it.
    line.at = std::max(server_.now(), last_message_);
    line.event = true;
    set_cause(line, server_, cause);
    line.command = command;
    line.params = group.name();
    return line;
}

/// Who comes in has an account, perhaps, and so may read on when the channel has ended.
void HistoryRecorder::user_joined(const chat::Group& group, const chat::User& user) {
    chat::HistoryLine line = event_in(group, &user, "JOIN");
    add_party(line, &user);
    store_.append(std::move(line));
}

void HistoryRecorder::user_left(const chat::Group& group, const chat::User& user, const chat::Departure& how) {
    const bool removed = how.kind == chat::Departure::Kind::removed;
    chat::HistoryLine line = event_in(group, removed ? how.by : &user, removed ? "KICK" : "PART");
    if (removed) {
        line.params += " " + user.name();
        line.expelled = own_account(&user);
    } else {
        line.left = own_account(&user);
    }
    line.text = std::string(how.reason);
    store_.append(std::move(line));
}

void HistoryRecorder::topic_changed(const chat::Group& group, const chat::User* by) {
    chat::HistoryLine line = event_in(group, by, "TOPIC");
    line.msgid = server_.msgid(group.meta().change);
    line.at = group.meta().set_at;
    line.text = group.meta().topic;
    store_.append(std::move(line));
}

void HistoryRecorder::renamed(const chat::Group& group, const chat::Renaming& how) {
    const chat::HistoryPlace place = place_of_group(server_, group);
    store_.renamed({chat::folded(how.old_name, server_.fold()), place.began}, place);
    chat::HistoryLine line = event_in(group, how.by, "RENAME");
    line.params = std::string(how.old_name) + " " + group.name();
    line.text = std::string(how.reason);
    store_.append(std::move(line));
}

void HistoryRecorder::settings_changed(const chat::Group& group, const chat::User* by,
                                       std::span<const chat::SettingChange> changes) {
    for (const std::string& words : mode_words(changes)) {
        chat::HistoryLine line = event_in(group, by, "MODE");
        line.params += " " + words;
        store_.append(std::move(line));
    }
}

void HistoryRecorder::user_signed_off(const chat::User& user, std::string_view reason) {
    for (const chat::Membership& membership : user.groups()) {
        if (!membership.group->shows(user)) continue;
        chat::HistoryLine line = event_in(*membership.group, &user, "QUIT");
        line.params.clear();
        line.left = own_account(&user);
        line.text = std::string(reason);
        store_.append(std::move(line));
    }
}

void HistoryRecorder::user_renamed(const chat::User& user, std::string_view old_name) {
    for (const chat::Membership& membership : user.groups()) {
        if (!membership.group->shows(user)) continue;
        chat::HistoryLine line = event_in(*membership.group, &user, "NICK");
        line.source = std::string(old_name) + "!" + user.profile().username + "@" + user.profile().host;
        line.params.clear();
        line.text = user.name();
        store_.append(std::move(line));
    }
}

}  // namespace patchcord::irc
