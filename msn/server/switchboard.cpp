#include "msn/server/switchboard.hpp"

#include <algorithm>
#include <utility>

#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/switchboard_session.hpp"

namespace patchcord::msn {

Switchboard::Switchboard(Server& server, std::string id) : server_(server), id_(std::move(id)) {
    server_.metrics().switchboards.add();
}

Switchboard::~Switchboard() {
    for (const Ring& ring : rings_) server_.scheduler().cancel(ring.timer);
    server_.scheduler().cancel(alone_timer_);
    if (!person_.empty()) server_.conversation_ended(person_, *this);
    server_.metrics().switchboards.add(-1);
}

chat::Group* Switchboard::group() const {
    return stands_for_group() ? server_.service().find_group(group_) : nullptr;
}

/// The very one who was there when it began, not whoever has that nick by now.
chat::User* Switchboard::person() const {
    chat::User* person = person_id_ ? server_.service().find_user(person_id_) : nullptr;
    return person != nullptr && person->online() ? person : nullptr;
}

void Switchboard::set_person(std::string handle) {
    if (!person_.empty()) server_.conversation_ended(person_, *this);
    person_ = std::move(handle);
    person_id_ = {};
    if (!person_.empty()) server_.conversation_began(person_, *this);
    look_for_company();
}

void Switchboard::attach(const chat::Group& group) {
    group_ = group.id();
    set_person({});
}

void Switchboard::attach(const chat::User& person) {
    set_person(server_.directory().person_handle(person));
    person_id_ = person.id();
}

void Switchboard::attach_absent(Identity person) {
    set_person(person.handle);
    if (const chat::User* author = server_.author(person.handle)) person_id_ = author->id();
    absent_ = std::move(person);
}

void Switchboard::person_came(const chat::User& person, SwitchboardSession& session) {
    person_id_ = person.id();
    look_for_company();
    session.show_joined(identity_of(server_, person));
}

void Switchboard::person_returned(const chat::User& person) {
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(sessions_)) {
        const chat::User* other = session->user();
        if (other == nullptr || !person.blocks(*other)) person_came(person, *session);
    }
}

/// Who only seems to be there, because messages are kept for them, has not left.
void Switchboard::person_left() {
    if (!std::exchange(person_id_, {})) return;
    look_for_company();
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(sessions_)) session->show_left(person_);
}

/// A window whose person left serves for somebody else.
void Switchboard::forget_gone_person() {
    if (!person_.empty() && person() == nullptr) set_person({});
}

void Switchboard::callee_gone(const std::string& handle) {
    if (ringing(handle) || sessions_.empty()) not_answered(handle, chat::Errc::client_gone);
}

// --- coming and going ------------------------------------------------------------------------------------------------

void Switchboard::open(SwitchboardSession& session) {
    sessions_.push_back(&session);
    look_for_company();
    session.principal()->switchboard_entered(session);
}

void Switchboard::answer(SwitchboardSession& session, std::string_view trid) {
    stop_ringing(session.handle());
    const bool reachable = session.user() != nullptr || (!stands_for_group() && person_.empty());
    if (!reachable || has_session_of(session.handle())) {
        refuse_answer(session, trid);
        return;
    }
    const std::vector<SwitchboardSession*> others = sessions_;
    if (!others.empty()) forget_gone_person();
    if (!stands_for_group() && !person_.empty() && !others.empty() && !become_group()) {
        refuse_answer(session, trid);
        return;
    }
    open(session);
    if (stands_for_group() && !join_group(session)) {
        refuse_answer(session, trid);
        return;
    }
    send_roster(session, trid);
    for (SwitchboardSession* other : others) other->show_joined(session.identity());
    flush(session);
    // Whoever answers is there: stored messages for which there were too many rings may have room now.
    if (Principal* principal = session.principal()) principal->fetch_remaining();
}

void Switchboard::refuse_answer(SwitchboardSession& session, std::string_view trid) {
    session.error(ErrorCode::authentication_failed, trid);
    session.close({chat::CloseKind::login, "cannot enter its conversation"});
}

bool Switchboard::has_session_of(std::string_view handle) const {
    return std::any_of(sessions_.begin(), sessions_.end(),
                       [&](const SwitchboardSession* session) { return session->handle() == handle; });
}

void Switchboard::send_roster(SwitchboardSession& session, std::string_view trid) {
    const std::vector<Identity> roster = roster_for(session);
    std::vector<const Identity*> shown;
    for (const Identity& who : roster) {
        if (session.note_present(who.handle)) shown.push_back(&who);
    }
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        CommandBuilder line(out);
        line.verb("IRO").param(trid).param(i + 1).param(shown.size());
        line.param(shown[i]->handle).name(shown[i]->name, shown[i]->handle);
        if (session.sends_capabilities()) line.param(server_.capabilities_of(shown[i]->handle));
        line.finish();
    }
    CommandBuilder(out).verb("ANS").param(trid).param("OK").finish();
    session.send(std::string_view(out));
}

std::vector<Identity> Switchboard::roster_for(const SwitchboardSession& session) const {
    std::vector<Identity> roster;
    if (const chat::Group* group = this->group()) {
        if (is_room(*group)) roster.push_back({server_.directory().room_handle(*group), group->name()});
        for (const chat::Member& member : group->users()) {
            if (roster.size() > server_.options().max_participants) break;
            if (member.user == nullptr || !member.shown) continue;
            Identity who = identity_of(server_, *member.user);
            if (who.handle != session.handle()) roster.push_back(std::move(who));
        }
        return roster;
    }
    if (const chat::User* person = this->person()) {
        roster.push_back(identity_of(server_, *person));
    } else if (!absent_.handle.empty()) {
        roster.push_back(absent_);
    }
    for (const SwitchboardSession* other : sessions_) {
        if (other != &session) roster.push_back(other->identity());
    }
    return roster;
}

void Switchboard::leave(SwitchboardSession& session, std::string_view reason) {
    const std::shared_ptr<Switchboard> keep = shared_from_this();
    if (std::erase(sessions_, &session) == 0) return;
    look_for_company();
    Principal* principal = session.principal();
    if (principal != nullptr) principal->switchboard_left(session);
    if (chat::Group* group = this->group(); group != nullptr && principal != nullptr && principal->user() != nullptr) {
        if (principal->session_for(*group) == nullptr && group->has(*principal->user()) && !session.removed()) {
            principal->user()->leave(*group, reason);
        }
    }
    const std::vector<SwitchboardSession*> others = sessions_;
    for (SwitchboardSession* other : others) other->show_left(session.handle());
    somebody_caught_up();
    // Nobody can be there any more for whom it rings.
    if (sessions_.empty() && !stands_for_group() && waiting_.empty()) {
        for (const Ring& ring : std::vector<Ring>(rings_)) stop_ringing(ring.handle);
    }
    end_if_empty();
}

void Switchboard::somebody_caught_up() {
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(sessions_)) session->go_on();
}

void Switchboard::end_if_empty() {
    if (!sessions_.empty() || !rings_.empty()) return;
    fail_waiting(chat::Errc::not_answered);
    server_.forget_switchboard(*this);
}

bool Switchboard::alone() const {
    return sessions_.size() == 1 && rings_.empty() && !stands_for_group() && person() == nullptr;
}

/// Called whenever somebody comes, goes, is rung or no longer.
void Switchboard::look_for_company() {
    if (alone() == static_cast<bool>(alone_timer_)) return;
    server_.scheduler().cancel(std::exchange(alone_timer_, {}));
    if (!alone()) return;
    alone_timer_ = server_.scheduler().after(server_.options().alone_timeout, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self == nullptr || self->sessions_.empty()) return;
        self->alone_timer_ = {};
        self->sessions_.front()->limit_hit(Limit::alone_timeout);
        self->sessions_.front()->dismiss(
            {chat::CloseKind::timeout, "alone for too long", limit_key(Limit::alone_timeout)});
    });
}

void Switchboard::note_said_to_absent() {
    server_.scheduler().cancel(std::exchange(alone_timer_, {}));
    look_for_company();
}

// --- ringing ---------------------------------------------------------------------------------------------------------

void Switchboard::ring(Principal& callee, const Identity& caller, chat::UserId inviter) {
    const std::string handle = callee.handle();
    stop_ringing(handle);
    const std::string key = server_.keys().issue({handle, id_}, server_.scheduler().now());
    callee.session().emit([&](CommandBuilder& line) {
        line.verb("RNG").param(id_).param(server_.switchboard_address(callee.session().peer().local_address));
        line.param("CKI").param(key).param(caller.handle).name(caller.name, caller.handle).finish();
    });
    const chat::TimerId timer =
        server_.scheduler().after(server_.options().ring_timeout, [weak = weak_from_this(), handle] {
            if (const auto self = weak.lock()) self->not_answered(handle, chat::Errc::not_answered);
        });
    rings_.push_back({handle, key, timer, inviter});
    look_for_company();
    callee.note_ringing(shared_from_this());
}

bool Switchboard::ringing(std::string_view handle) const {
    return std::any_of(rings_.begin(), rings_.end(), [&](const Ring& ring) { return ring.handle == handle; });
}

void Switchboard::stop_ringing(std::string_view handle) {
    std::erase_if(rings_, [&](const Ring& ring) {
        if (ring.handle != handle) return false;
        server_.scheduler().cancel(ring.timer);
        server_.keys().revoke(ring.key);
        return true;
    });
    look_for_company();
}

void Switchboard::not_answered(const std::string& handle, std::error_code why) {
    const auto keep = shared_from_this();
    chat::UserId inviter;
    for (const Ring& ring : rings_) {
        if (ring.handle == handle) inviter = ring.inviter;
    }
    stop_ringing(handle);
    not_delivered(handle);
    fail_waiting(why);
    const Principal* callee = server_.find_principal(handle);
    chat::User* by = server_.service().find_user(inviter);
    if (by != nullptr && by->client() != nullptr && callee != nullptr && callee->user() != nullptr) {
        if (const chat::Group* group = this->group()) {
            by->client()->invitation_failed(*group, *callee->user(), why);
        }
    }
    end_if_empty();
}

// --- messages that wait ----------------------------------------------------------------------------------------------

void Switchboard::queue_stored(std::string commands, std::uint64_t stored_id) {
    const auto first_new =
        std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& message) { return message.stored_id == 0; });
    waiting_.insert(first_new, {std::move(commands), {}, {}, chat::MessageKind::text, {}, stored_id});
}

bool Switchboard::holds_stored(std::uint64_t stored_id) const {
    return std::any_of(waiting_.begin(), waiting_.end(),
                       [&](const Waiting& message) { return message.stored_id == stored_id; });
}

void Switchboard::hand_over(SwitchboardSession& session) {
    const auto keep = shared_from_this();
    flush(session);
    stop_ringing(session.handle());
    end_if_empty();
}

void Switchboard::merge_into(Switchboard& other) {
    const auto keep = shared_from_this();
    for (const chat::FileOfferId offer : std::exchange(waiting_offers_, {})) other.waiting_offers_.push_back(offer);
    for (Waiting& message : std::exchange(waiting_, {})) {
        if (message.stored_id != 0) {
            other.queue_stored(std::move(message.commands), message.stored_id);
        } else {
            other.waiting_.push_back(std::move(message));
        }
    }
    end_if_empty();
}

std::error_code Switchboard::queue(const chat::Message& message, const chat::User& callee, std::string commands) {
    if (waiting_.size() >= server_.options().max_queued_messages) {
        server_.metrics().limit_hits(Limit::queued_messages).add();
        return chat::Errc::queue_full;
    }
    waiting_.push_back(
        {std::move(commands), message.sender->id(), callee.id(), message.kind, message.text.styled(), 0});
    return {};
}

void Switchboard::flush(SwitchboardSession& session) {
    std::vector<std::uint64_t> delivered;
    while (!waiting_.empty()) {
        if (session.send(std::string_view(waiting_.front().commands))) break;
        if (waiting_.front().stored_id != 0) delivered.push_back(waiting_.front().stored_id);
        waiting_.pop_front();
    }
    if (!delivered.empty()) server_.store().forget_messages(std::move(delivered), [](std::error_code) {});
    not_delivered(session.handle());
    flush_offers(session);
    fail_waiting(chat::Errc::client_gone);
}

std::error_code Switchboard::queue_offer(chat::FileOfferId offer) {
    if (waiting_offers_.size() >= server_.options().max_queued_messages) {
        server_.metrics().limit_hits(Limit::queued_messages).add();
        return chat::Errc::queue_full;
    }
    waiting_offers_.push_back(offer);
    return {};
}

void Switchboard::flush_offers(SwitchboardSession& session) {
    chat::FileDesk* desk = server_.environment().files;
    for (const chat::FileOfferId id : std::exchange(waiting_offers_, {})) {
        const auto offer = desk->find(id);
        if (!offer || offer->from == nullptr) continue;
        if (const std::error_code refused = session.offer_to_client(identity_of(server_, *offer->from), *offer)) {
            Principal* principal = session.principal();
            if (principal == nullptr || principal->show_link(*offer)) desk->decline(id, refused);
        }
    }
}

void Switchboard::report_undelivered(const Waiting& waiting, std::error_code why) {
    chat::User* sender = server_.service().find_user(waiting.sender);
    chat::User* receiver = server_.service().find_user(waiting.receiver);
    if (sender == nullptr || sender->client() == nullptr || receiver == nullptr) return;
    const chat::Message message{{}, sender, {nullptr, receiver, {}}, waiting.kind, chat::MessageText(waiting.text), {}};
    sender->client()->undelivered(message, *receiver, why);
}

void Switchboard::not_delivered(const std::string& handle) {
    const bool stored =
        std::any_of(waiting_.begin(), waiting_.end(), [](const Waiting& message) { return message.stored_id != 0; });
    Principal* callee = stored ? server_.find_principal(handle) : nullptr;
    if (callee != nullptr) callee->note_messages_remain();
}

void Switchboard::fail_waiting(std::error_code why) {
    for (const Waiting& message : std::exchange(waiting_, {})) {
        report_undelivered(message, why);
    }
    for (const chat::FileOfferId offer : std::exchange(waiting_offers_, {})) {
        server_.environment().files->decline(offer, why);
    }
}

}  // namespace patchcord::msn
