#include "irc/server/server.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "chat_core/mask.hpp"
#include "irc/server/channel_modes.hpp"
#include "irc/server/commands/commands.hpp"
#include "irc/server/history_recorder.hpp"
#include "irc/server/person.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/isupport.hpp"
#include "irc/wire/line_builder.hpp"

namespace patchcord::irc {
namespace {

void append_digits(std::string& out, long long value, int width) {
    std::string digits = std::to_string(value);
    out.append(static_cast<std::size_t>(width) - std::min<std::size_t>(digits.size(), static_cast<std::size_t>(width)),
               '0');
    out += digits;
}

/// "2026-11-22T03:04:05."
std::string format_second(long long unix_second) {
    using namespace std::chrono;
    const sys_seconds at{seconds(unix_second)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss time(at - day);
    std::string out;
    append_digits(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, time.hours().count(), 2);
    out += ':';
    append_digits(out, time.minutes().count(), 2);
    out += ':';
    append_digits(out, time.seconds().count(), 2);
    out += '.';
    return out;
}

}  // namespace

Server::Server(ServerEnvironment environment, ServerOptions options)
    : environment_(std::move(environment)),
      options_(std::move(options)),
      metrics_(environment_.metrics),
      whowas_(options_.whowas_entries),
      started_at_(environment_.scheduler.wall_now()),
      isupport_(make_all_isupport()),
      people_(std::make_unique<People>()) {
    environment_.service.add_observer(*this);
    if (environment_.history != nullptr) keep_history(*environment_.history);
}

void Server::keep_history(chat::HistoryStore& store) {
    environment_.history = &store;
    recorder_ = std::make_unique<HistoryRecorder>(*this, store);
    isupport_ = make_all_isupport();
}

void Server::show_pictures(chat::PictureShelf& shelf) {
    environment_.pictures = &shelf;
    metadata_.set_pictures(shelf);
}

bool Server::wants_picture(const chat::User& user) {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [&](Session* session) { return commands::wants_avatar(*session, user); });
}

void Server::picture_changed(const chat::User& user) {
    for (Session* session : std::vector<Session*>(sessions_.begin(), sessions_.end())) {
        commands::tell_avatar(*session, user);
    }
}

Server::~Server() {
    environment_.service.remove_observer(*this);
}

std::unique_ptr<chat::Protocol> Server::make_session() {
    return std::make_unique<Session>(*this, ++last_session_);
}

void Server::session_opened(Session& session) {
    sessions_.insert(&session);
    ++unregistered_;
    metrics_.connections_total.add();
    metrics_.connections.add();
}

void Server::session_closed(Session& session) {
    sessions_.erase(&session);
    metrics_.connections.add(-1);
}

void Server::session_registered() {
    --unregistered_;
    metrics_.registered.add();
}

void Server::session_left(const Session& session) {
    if (session.registered()) {
        metrics_.registered.add(-1);
    } else {
        --unregistered_;
    }
}

bool Server::is_open(Session* session, std::uint64_t number) const {
    return sessions_.contains(session) && session->number() == number;
}

void Server::reload(ServerOptions options) {
    const bool registration_changes = options.account_registration != options_.account_registration;
    options_ = std::move(options);
    whowas_.set_capacity(options_.whowas_entries);
    const IsupportLines before = std::exchange(isupport_, make_all_isupport());
    for (Session* session : sessions_) {
        const std::size_t secure = session->peer().secure ? 1 : 0;
        if (session->registered() && isupport_[secure] != before[secure]) session->send_isupport();
        const bool concerned = registration_changes && environment_.account_desk != nullptr;
        if (concerned && session->takes_passwords()) commands::announce_cap(*session, Cap::account_registration);
    }
}

void Server::tell_operators(std::string_view text) {
    for (Session* session : sessions_) {
        if (session->registered() && session->user().flags().gateway_operator) send_service_notice(*session, text);
    }
}

void Server::shut_down(std::string_view reason) {
    const std::vector<Session*> all(sessions_.begin(), sessions_.end());
    shutting_down_ = true;
    for (Session* session : all) session->close({chat::CloseKind::shutdown, reason});
    for (Session* session : all) session->log_out();
    people_->clear(reason);
}

void Server::restore(const chat::AlwaysOn& who) {
    if (environment_.history == nullptr || people_->find(who.account) != nullptr) return;
    auto person = std::make_shared<Person>(*this);
    if (const std::error_code failed = person->restore(who)) {
        log().log(chat::LogLevel::warn, {}, "somebody who is always on could not be brought back",
                  {{"account", who.account}, {"error", failed.message()}});
        return;
    }
    people_->add(who.account, person);
    people_->keep(person);
    environment_.history->markers(
        who.account, [weak = std::weak_ptr(person)](const chat::Result<chat::HistoryStore::Markers>& known) {
            const auto here = weak.lock();
            if (here != nullptr && known) here->take_markers(*known);
        });
}

std::string Server::refusal(std::string_view reason) const {
    std::string line;
    LineBuilder(line).command("ERROR").trailing("Closing Link: (" + std::string(reason) + ")").finish();
    return line;
}

std::vector<std::string> Server::make_isupport(bool secure) const {
    const std::string lists = std::to_string(options_.max_list_entries);
    const std::string targets = options_.max_targets == 0 ? "" : std::to_string(options_.max_targets);
    const std::string topic_length = std::to_string(options_.topic_length);
    Isupport tokens;
    tokens.set("NETWORK", options_.network);
    tokens.set("CASEMAPPING", std::string(format_casemapping(options_.casemapping)));
    tokens.set("CHANTYPES", "#&");
    tokens.set("PREFIX", "(ov)@+");
    tokens.set("STATUSMSG", "@+");
    tokens.set("CHANMODES", "Ibe,k,l,imnst");
    tokens.set("MODES", std::to_string(max_modes));
    tokens.set("CHANLIMIT",
               "#&:" + (options_.max_channels == 0 ? std::string() : std::to_string(options_.max_channels)));
    tokens.set("MAXLIST", "I:" + lists + ",b:" + lists + ",e:" + lists);
    tokens.set("EXCEPTS", "e");
    tokens.set("INVEX", "I");
    tokens.set("EXTBAN", "~,a");
    tokens.set("ACCOUNTEXTBAN", "a,account");
    tokens.set("NICKLEN", std::to_string(options_.nick_length));
    tokens.set("USERLEN", std::to_string(options_.user_length));
    tokens.set("HOSTLEN", "63");
    tokens.set("CHANNELLEN", std::to_string(options_.channel_length));
    tokens.set("TOPICLEN", topic_length);
    tokens.set("KICKLEN", topic_length);
    tokens.set("AWAYLEN", topic_length);
    tokens.set("NAMELEN", std::to_string(options_.realname_length));
    tokens.set("TARGMAX", "NAMES:,LIST:,KICK:,WHOIS:1,PRIVMSG:" + targets + ",NOTICE:" + targets +
                              ",TAGMSG:" + targets + ",MONITOR:");
    if (!targets.empty()) tokens.set("MAXTARGETS", targets);
    tokens.set("ELIST", "CMNTU");
    tokens.set("SAFELIST");
    tokens.set("MONITOR", std::to_string(options_.max_monitor));
    tokens.set("WHOX");
    tokens.set("BOT", "B");
    if (environment_.history != nullptr) {
        tokens.set("CHATHISTORY", std::to_string(options_.history_limit));
        tokens.set("MSGREFTYPES", "msgid,timestamp");
    }
    tokens.set("UTF8ONLY");
    // Whoever came over TLS must not be led to send a password without (soju.im/FILEHOST).
    if (!options_.file_host.empty() && (!secure || options_.file_host.starts_with("https:"))) {
        tokens.set("FILEHOST", options_.file_host);
        tokens.set("soju.im/FILEHOST", options_.file_host);
    }
    constexpr std::size_t room = 510 - 70;  // without prefix, nick and the closing words
    return tokens.lines(room - options_.name.size() - options_.nick_length);
}

std::string Server::msgid(chat::MessageId id) const {
    return environment_.boot_id + "-" + std::to_string(static_cast<std::uint64_t>(id));
}

std::optional<chat::MessageId> Server::parse_msgid(std::string_view msgid) const {
    const std::string_view digits = msgid.substr(std::min(msgid.rfind('-') + 1, msgid.size()));
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const chat::MessageId id{number};
    if (number == 0 || this->msgid(id) != msgid) return std::nullopt;
    return id;
}

std::string_view Server::time_tag(chat::WallTime at) const {
    const long long milliseconds = at.time_since_epoch().count();
    const long long second = milliseconds / 1000;
    constexpr std::size_t up_to_point = 20;
    if (second != time_tag_second_) {
        time_tag_ = format_second(second);
        time_tag_second_ = second;
    }
    time_tag_.resize(up_to_point);
    append_digits(time_tag_, milliseconds % 1000, 3);
    time_tag_ += 'Z';
    return time_tag_;
}

bool Server::is_this_server(std::string_view target) const {
    if (chat::matches_mask(target, options_.name, fold())) return true;
    const auto user = service().lookup_user(target);
    return user && (*user)->online();
}

void Server::user_signed_off(const chat::User& user, std::string_view) {
    remember(user, user.name());
    metadata_.forget(user);
}

void Server::user_renamed(const chat::User& user, std::string_view old_name) {
    remember(user, old_name);
}

void Server::split_began(const chat::Split& split) {
    split_.emplace();
    split_->joining = split.joining;
    split_->reference = "split" + std::to_string(++last_split_);
    split_->here_and_there = options_.name + " " + std::string(split.there);
}

void Server::enter_split(Session& session) {
    if (!session.has(Cap::batch) || !split_->told.insert(&session).second) return;
    session.emit([&](LineBuilder& line) {
        line.source(options_.name).command("BATCH").param("+" + split_->reference);
        line.param(split_->joining ? "netjoin" : "netsplit");
        const std::string& both = split_->here_and_there;
        line.param(both.substr(0, both.find(' '))).param(both.substr(both.find(' ') + 1));
    });
}

void Server::split_ended() {
    const SplitBatch ended = std::move(*split_);
    split_.reset();
    for (Session* session : ended.told) {
        if (!sessions_.contains(session)) continue;
        session->emit(
            [&](LineBuilder& line) { line.source(options_.name).command("BATCH").param("-" + ended.reference); });
    }
    for (Session* session : ended.late) {
        if (sessions_.contains(session)) open_contacts(*session);
    }
}

void Server::remember(const chat::User& user, std::string_view nick) {
    const chat::Profile& profile = user.profile();
    if (whowas_.size() >= options_.whowas_entries) metrics_.limit_hits(Limit::whowas_entries).add();
    whowas_.add({std::string(nick), profile.username, profile.host, profile.real_name, now()});
}

}  // namespace patchcord::irc
