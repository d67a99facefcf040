#include "msn/link/offline_inbox.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/first_lines.hpp"
#include "msn/link/linked_account.hpp"

namespace patchcord::msn {
namespace {

// For a client that has more to read than it takes at once; longer each time it has read nothing.
constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{3'200};

}  // namespace

OfflineInbox::OfflineInbox(LinkedAccount& account, std::unique_ptr<OfflineMessageSource> source)
    : account_(account), source_(std::move(source)) {}

OfflineInbox::~OfflineInbox() {
    close();
}

template <class Then>
auto OfflineInbox::while_open(Then then) {
    return [here = std::weak_ptr(session_), then = std::move(then)](const auto& answer) {
        if (!here.expired()) then(answer);
    };
}

void OfflineInbox::log(std::string_view what, std::error_code why) const {
    account_.service().environment().log.log(
        chat::LogLevel::info, "msn-link", what,
        {{"service", account_.service().options().name}, {"handle", account_.handle()}, {"error", why.message()}});
}

void OfflineInbox::open() {
    open_ = true;
    if (session_ == nullptr) session_ = std::make_shared<char>();
    if (std::exchange(list_again_, false)) list();
    fetch_next();
}

void OfflineInbox::close() {
    open_ = fetching_ = listing_ = list_again_ = limit_told_ = false;
    taken_ = 0;
    failures_ = 0;
    wanted_.clear();
    fetched_.clear();
    ready_.clear();
    doomed_.clear();
    session_.reset();
    account_.service().scheduler().cancel(std::exchange(timer_, {}));
}

// --- what waits ------------------------------------------------------------------------------------------------------

void OfflineInbox::notified(const MailNotice& notice) {
    if (session_ == nullptr) session_ = std::make_shared<char>();
    const MailData data = parse_mail_data(notice.data);
    if (data.too_large) {
        list_again_ = true;
        if (open_ && !listing_) list();
        return;
    }
    take(data, notice.complete);
}

void OfflineInbox::list() {
    list_again_ = false;
    listing_ = true;
    source_->list(while_open([this](const chat::Result<std::string>& answer) {
        listing_ = false;
        if (!answer) return log("messages that were left could not be listed", answer.error());
        take(parse_mail_data(*answer), true);
        if (list_again_) list();
    }));
}

void OfflineInbox::take(const MailData& data, bool complete) {
    if (complete) forget_gone(data.notes);
    for (const MailNote& note : data.notes) {
        if (shown_.contains(note.id)) {
            doomed_.push_back(note.id);
        } else if (!is_under_way(note.id)) {
            if (taken_ >= max_fetched) {
                account_.service().metrics().limit_hits(LinkLimit::offline_messages).add();
                tell_limit();
                continue;
            }
            ++taken_;
            wanted_.push_back(note);
        }
    }
    if (!open_) return;
    remove_shown();
    fetch_next();
}

void OfflineInbox::tell_limit() {
    if (std::exchange(limit_told_, true)) return;
    account_.tell(account_.title() + " has more messages for you than are fetched at a time; the rest comes when you " +
                  "sign in there again");
}

/// What the service does not list any more need not be remembered.
void OfflineInbox::forget_gone(const std::vector<MailNote>& notes) {
    if (notes.size() >= max_mail_notes) return;  // there may be more
    std::set<std::string> listed;
    for (const MailNote& note : notes) listed.insert(note.id);
    std::erase_if(shown_, [&](const std::string& id) { return !listed.contains(id); });
}

bool OfflineInbox::is_under_way(const std::string& id) const {
    const auto is_it = [&](const MailNote& note) { return note.id == id; };
    const auto has_it = [&](const Fetched& message) { return message.note.id == id; };
    return std::any_of(wanted_.begin(), wanted_.end(), is_it) ||
           std::any_of(fetched_.begin(), fetched_.end(), has_it) || std::any_of(ready_.begin(), ready_.end(), has_it);
}

// --- fetching --------------------------------------------------------------------------------------------------------

/// One after the other. Nothing is shown before all are there, as they come in no certain order.
void OfflineInbox::fetch_next() {
    if (!open_ || fetching_) return;
    if (wanted_.empty()) {
        sort();
        return show();
    }
    fetching_ = true;
    const std::string id = wanted_.front().id;
    source_->read(id, while_open([this](const chat::Result<std::string>& answer) {
                      fetching_ = false;
                      const MailNote note = std::move(wanted_.front());
                      wanted_.pop_front();
                      fetched(note, answer);
                      fetch_next();
                  }));
}

void OfflineInbox::fetched(const MailNote& note, const chat::Result<std::string>& answer) {
    if (!answer) {
        log("a message that was left could not be fetched", answer.error());
        if (++failures_ >= max_failures) wanted_.clear();
        return;
    }
    failures_ = 0;
    auto mail = parse_offline_mail(*answer);
    if (!mail) return log("a message that was left makes no sense", {});
    if (!mail->sent_at) mail->sent_at = note.received;
    fetched_.push_back({note, std::move(*mail)});
}

/// Those of a run in their order; runs, by their first message.
void OfflineInbox::sort() {
    std::map<std::string, chat::WallTime> begins;
    const chat::WallTime now = account_.service().scheduler().wall_now();
    for (Fetched& message : fetched_) {
        message.mail.sent_at = std::min(message.mail.sent_at.value_or(now), now);
        if (message.mail.run.empty()) message.mail.run = message.note.id;  // a run of its own
        const auto known = begins.try_emplace(message.mail.run, *message.mail.sent_at).first;
        known->second = std::min(known->second, *message.mail.sent_at);
    }
    const auto key = [&](const Fetched& message) {
        return std::tuple(begins[message.mail.run], std::string_view(message.mail.run), message.mail.sequence,
                          *message.mail.sent_at);
    };
    std::stable_sort(fetched_.begin(), fetched_.end(),
                     [&](const Fetched& one, const Fetched& other) { return key(one) < key(other); });
    for (Fetched& message : fetched_) ready_.push_back(std::move(message));
    fetched_.clear();
}

// --- showing ---------------------------------------------------------------------------------------------------------

void OfflineInbox::show() {
    if (!open_ || timer_) return;
    const auto here = std::weak_ptr(session_);
    while (!here.expired() && !ready_.empty()) {
        const Fetched message = ready_.front();
        const std::error_code failed = deliver(message);
        if (here.expired()) return;  // that ended the owner's login
        if (failed == chat::Errc::queue_full) {
            pause_ = pause_ == std::chrono::milliseconds(0) ? shortest_pause : std::min(pause_ * 2, longest_pause);
            timer_ = account_.service().scheduler().after(pause_, [this] {
                timer_ = {};
                show();
            });
            break;
        }
        if (failed == chat::Errc::not_logged_in || chat::is_connection_error(failed)) break;
        pause_ = {};
        ready_.pop_front();
        shown_.insert(message.note.id);
        doomed_.push_back(message.note.id);
    }
    remove_shown();
}

/// Whoever is blocked is not heard.
std::error_code OfflineInbox::deliver(const Fetched& message) const {
    FarService& service = account_.service();
    const chat::User* owner = account_.owner();
    if (owner == nullptr) return chat::Errc::not_logged_in;
    const Roster* roster = account_.roster();
    const RosterContact* contact = roster == nullptr ? nullptr : roster->find(message.note.from);
    std::string name = message.mail.name.empty() ? message.note.name : message.mail.name;
    if (contact != nullptr) name = contact->name;
    FarIdentity from;
    if (const chat::User* local = service.local_user(message.note.from)) {  // one of us: no second person
        from.nick = local->name();
        from.profile.address = service.address_of(message.note.from);
    } else {
        from = identity_of(service, message.note.from, name);
    }
    chat::StyledText text(message.mail.text);
    if (keep_first_lines(text, service.options().max_message_lines)) {
        service.metrics().limit_hits(LinkLimit::message_lines).add();
    }
    const std::error_code failed =
        service.service().deliver_kept(*owner, from.nick, from.profile, text.text(), *message.mail.sent_at);
    if (!failed) service.metrics().messages_received.add();
    return failed;
}

void OfflineInbox::remove_shown() {
    if (doomed_.empty()) return;
    const std::vector<std::string> ids = std::exchange(doomed_, {});
    source_->remove(ids, [alive = std::weak_ptr(alive_), this, ids](std::error_code why) {
        if (!alive.expired()) removed(ids, why);
    });
}

/// Some services delete nothing when one of several is gone already.
void OfflineInbox::removed(const std::vector<std::string>& ids, std::error_code why) {
    if (!why) {
        for (const std::string& id : ids) shown_.erase(id);
        return;
    }
    log("messages that were shown could not be deleted", why);
    if (ids.size() == 1) return;  // it is tried again when the service lists it
    for (const std::string& id : ids) {
        source_->remove({id}, [alive = std::weak_ptr(alive_), this, id](std::error_code again) {
            if (!alive.expired() && !again) shown_.erase(id);
        });
    }
}

}  // namespace patchcord::msn
