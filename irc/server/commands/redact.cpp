#include <algorithm>

#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/history_places.hpp"
#include "irc/wire/names.hpp"

namespace patchcord::irc::commands {
namespace {

/// What the client asked for.
struct Request {
    std::string target;
    std::string msgid;
    std::string reason;
};

/// What is known of a message that is to be taken back.
struct Known {
    bool own = false;
    std::optional<chat::Role> at_least;
    chat::WallTime sent_at{};
};

void refuse(Session& session, const Request& request, std::string_view code, std::string_view text) {
    fail(session, "REDACT", code, {request.target, request.msgid}, text);
}

void refuse_unknown(Session& session, const Request& request) {
    refuse(session, request, "UNKNOWN_MSGID", "This message does not exist or is too old");
}

bool is_oper(Session& session) {
    return session.user().flags().gateway_operator;
}

/// The conversation, if the client takes part in it; operators of the gateway see to all channels.
std::optional<chat::Target> find_target(Session& session, std::string_view name) {
    if (name.size() > 1 && role_of_prefix(name.front()) && is_channel_name(name.substr(1))) name.remove_prefix(1);
    chat::Target target;
    if (is_channel_name(name)) {
        const auto group = session.service().lookup_group(name);
        if (!group || (!(*group)->has(session.user()) && !is_oper(session))) return std::nullopt;
        target.group = *group;
    } else {
        const auto user = session.service().lookup_user(name, session.user());
        if (!user) return std::nullopt;
        target.user = *user;
    }
    return target;
}

bool is_account(const chat::User& user, std::string_view account) {
    return !account.empty() && user.service().same_name(account, user.profile().account);
}

/// What was noted of the message, if it belongs to that conversation.
std::optional<Known> look_up(Session& session, const chat::Target& target, std::string_view msgid) {
    const auto id = session.server().parse_msgid(msgid);
    const RecentMessages::Entry* entry = id ? session.server().recent_messages().find(*id) : nullptr;
    if (entry == nullptr) return std::nullopt;
    const chat::User& me = session.user();
    const bool own = entry->sender == me.id() || is_account(me, entry->account);
    if (target.group != nullptr) {
        if (entry->group != target.group->id()) return std::nullopt;
    } else {
        const chat::UserId other = target.user->id();
        const bool sent = own && entry->peer == other;
        const bool received = entry->sender == other && entry->peer == me.id();
        if (entry->group != chat::GroupId{} || (!sent && !received)) return std::nullopt;
    }
    return Known{own, entry->at_least, entry->sent_at};
}

/// Where the conversation is kept.
chat::HistoryPlace place_of(Session& session, const chat::Target& target) {
    const Server& server = session.server();
    if (target.group != nullptr) return place_of_group(server, *target.group);
    return place_of_query(history_identity(server, session.user()), history_identity(server, *target.user));
}

/// Does somebody on MSN have the message, where it stays whatever is done here?
bool stays_elsewhere(const chat::User& me, const chat::Target& target) {
    if (target.group == nullptr) return is_elsewhere(*target.user);
    const auto members = target.group->users();
    return std::any_of(members.begin(), members.end(), [&](const chat::Member& member) {
        return member.user != nullptr && member.user != &me && is_elsewhere(*member.user) &&
               (!target.at_least || member.roles.at_least(*target.at_least));
    });
}

void take_back(Session& session, const Request& request, const chat::Target& target) {
    chat::Withdrawal withdrawal;
    withdrawal.target = target;
    withdrawal.message = request.msgid;
    withdrawal.reason = request.reason;
    chat::RenderCache cache;
    if (const std::error_code refused = session.user().withdraw(withdrawal, cache)) {
        refuse(session, request, "REDACT_FORBIDDEN", "The message cannot be taken back: " + refused.message());
        return;
    }
    session.echo(withdrawal, cache);
    if (const auto id = session.server().parse_msgid(request.msgid)) session.server().recent_messages().forget(*id);
    if (chat::HistoryStore* history = session.server().environment().history; history != nullptr) {
        history->redact(request.msgid, [&log = session.server().log()](std::error_code failed) {
            if (!failed || failed == chat::Errc::no_such_message) return;
            log.log(chat::LogLevel::warn, {}, "a message that was taken back is still in the history",
                    {{"error", failed.message()}});
        });
    }
    if (stays_elsewhere(session.user(), target)) {
        session.standard_reply("NOTE", "REDACT", "NOT_ON_MSN", {request.target, request.msgid},
                               "People on MSN keep the message, which cannot be taken back there");
    }
}

void decide(Session& session, const Request& request, chat::Target target, const Known& known) {
    const chat::User& me = session.user();
    const bool op = target.group != nullptr && (is_oper(session) || target.group->roles(me).has(chat::Role::op));
    if (!known.own && !op) {
        refuse(session, request, "REDACT_FORBIDDEN", "You are not authorised to delete this message");
        return;
    }
    const std::chrono::milliseconds window = session.options().redact_time;
    if (!op && (window.count() == 0 || session.server().now() - known.sent_at > window)) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window).count();
        fail(session, "REDACT", "REDACT_WINDOW_EXPIRED", {request.target, request.msgid, std::to_string(seconds)},
             "You can no longer delete this message");
        return;
    }
    target.at_least = known.at_least;
    take_back(session, request, target);
}

void decide_by_history(Session& session, const Request& request, const chat::Result<chat::HistoryLine>& line) {
    const auto target = find_target(session, request.target);
    if (!line || line->event || !target) {
        refuse_unknown(session, request);
        return;
    }
    Known known{is_account(session.user(), line->account), {}, line->at};
    if (!line->params.empty()) known.at_least = role_of_prefix(line->params.front());
    decide(session, request, *target, known);
}

/// Whether it was said before what is remembered here, the store knows.
void ask_history(Session& session, Request request, const chat::Target& target) {
    chat::HistoryStore& history = *session.server().environment().history;
    const std::string msgid = request.msgid;
    history.find(place_of(session, target), session.user().profile().account, msgid,
                 [go_on = session.await_answer(), &session,
                  request = std::move(request)](const chat::Result<chat::HistoryLine>& line) {
                     go_on([&] { decide_by_history(session, request, line); });
                 });
}

}  // namespace

void redact(Session& session, const Message& message) {
    // Without the capability the command does not exist for this client.
    if (!session.has(Cap::message_redaction)) {
        session.reply(Numeric::err_unknowncommand, {"REDACT"}, "Unknown command");
        return;
    }
    Request request{std::string(message.param(0)), std::string(message.param(1)),
                    std::string(cut_text(session, message.param(2)))};
    const std::optional<chat::Target> target = find_target(session, request.target);
    if (!target) {
        fail(session, "REDACT", "INVALID_TARGET", {request.target}, "You cannot delete messages from there");
        return;
    }
    if (const auto known = look_up(session, *target, request.msgid)) {
        decide(session, request, *target, *known);
    } else if (session.server().environment().history != nullptr) {
        ask_history(session, std::move(request), *target);
    } else {
        refuse_unknown(session, request);
    }
}

}  // namespace patchcord::irc::commands
