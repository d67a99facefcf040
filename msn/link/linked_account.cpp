// Signing in to a service, and staying signed in.

#include "msn/link/linked_account.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/chat_service.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/offline_inbox.hpp"

namespace patchcord::msn {
namespace {

constexpr std::chrono::milliseconds arrival_time{1'500};  // how long the first presence of all contacts may take

}  // namespace

LinkedAccount::LinkedAccount(FarService& service, LinkOptions options)
    : service_(service),
      options_(std::move(options)),
      since_(service.scheduler().wall_now()),
      backoff_(service.options().backoff, service.environment().random) {
    if (service.environment().address_book) address_book_ = service.environment().address_book(options_);
    if (!service.environment().offline_messages || !options_.room.empty()) return;
    if (auto source = service.environment().offline_messages(options_)) {
        inbox_ = std::make_unique<OfflineInbox>(*this, std::move(source));
    }
}

LinkedAccount::~LinkedAccount() {
    forget_timers();
}

void LinkedAccount::forget_timers() {
    for (chat::TimerId* timer : {&retry_timer_, &steady_timer_, &split_timer_, &arrival_timer_, &status_timer_}) {
        service_.scheduler().cancel(std::exchange(*timer, {}));
    }
}

chat::User* LinkedAccount::owner() const {
    return service_.service().find_user(owner_);
}

chat::Group* LinkedAccount::room() const {
    if (options_.room.empty()) return nullptr;
    const auto group = service_.service().lookup_group(options_.room);
    return group ? *group : nullptr;
}

std::string LinkedAccount::title() const {
    return service_.options().name + " (" + options_.handle + ")";
}

void LinkedAccount::tell(const std::string& text) const {
    const chat::User* owner = this->owner();
    if (owner != nullptr && owner->client() != nullptr) return owner->client()->told(text);
    service_.environment().log.log(chat::LogLevel::info, "msn-link", "told nobody",
                                   {{"handle", options_.handle}, {"what", text}});
}

void LinkedAccount::set_timer(chat::TimerId& timer, std::chrono::milliseconds delay, void (LinkedAccount::*then)()) {
    service_.scheduler().cancel(timer);
    timer = service_.scheduler().after(delay, [this, &timer, then] {
        timer = {};
        (this->*then)();
    });
}

// --- the owner -------------------------------------------------------------------------------------------------------

void LinkedAccount::attach(chat::User& owner) {
    owner_ = owner.id();
    list_wanted_ = owner.roster_awaited();
    if (!list_wanted_) begin_sign_in();
}

void LinkedAccount::attach_room() {
    begin_sign_in();
}

void LinkedAccount::roster_restored() {
    if (std::exchange(list_wanted_, false)) begin_sign_in();
}

void LinkedAccount::detach() {
    sign_out();
    enter(State::idle);
    owner_ = {};
    list_wanted_ = false;
    trouble_.clear();
    trouble_told_ = greeted_ = flapping_ = false;
    unsaid_.clear();
}

void LinkedAccount::disconnect() {
    sign_out();
    stop("you said \"disconnect\"");
}

/// Everything that depends on being signed in ends, as if it never had been.
void LinkedAccount::sign_out() {
    forget_timers();
    for (const auto& conversation : std::vector(conversations_)) conversation->end(chat::Errc::service_away);
    for (const std::string& handle : std::set(sighted_)) lose_sight(handle, "signed out");
    arriving_ = false;
    arrivals_.clear();
    if (inbox_ != nullptr) inbox_->close();
    if (client_ != nullptr) client_->log_out();
}

void LinkedAccount::connect() {
    if (state_ != State::stopped && state_ != State::waiting) return;
    if (owner() == nullptr && options_.room.empty()) return;
    begin_sign_in();
}

// --- signing in ------------------------------------------------------------------------------------------------------

void LinkedAccount::begin_sign_in() {
    enter(State::connecting);
    referrals_ = 0;
    referral_.reset();
    again_ = client_ != nullptr;
    if (again_) return;  // the last one goes first; `connection_lost` goes on
    set_timer(retry_timer_, service_.take_turn(), &LinkedAccount::dial);
}

void LinkedAccount::dial() {
    if (state_ != State::connecting) return;
    NotificationOptions login = service_.login_options();
    login.handle = options_.handle;
    offered_ = login.highest;
    login.address_book = address_book_.get();
    if (const PasswordProblem why = options_.password(login.password); !why.words.empty()) {
        return why.passing ? try_again(why.words) : stop(why.words);
    }
    // The client tells an account that lives as long as itself.
    struct Client final : chat::Protocol {
        Client(std::shared_ptr<LinkedAccount> account, NotificationOptions options)
            : owner(std::move(account)),
              client(owner->service_.scheduler(), owner->service_.environment().tickets, *owner, std::move(options)) {}
        void connection_made(chat::Transport& transport) override {
            if (owner->state_ != State::connecting) return transport.close("not wanted any more");
            owner->client_ = &client;
            owner->server_address_ = transport.peer().address;
            client.connection_made(transport);
        }
        void data_received(std::string_view bytes) override { client.data_received(bytes); }
        void connection_lost(std::error_code why) override { client.connection_lost(why); }
        std::shared_ptr<LinkedAccount> owner;
        NotificationClient client;
    };
    const bool onward = referral_.has_value();
    const chat::Endpoint to = onward ? *std::exchange(referral_, {}) : service_.options().server;
    chat::Connector& connector = onward ? this->connector() : service_.environment().connector;
    connector.connect(to, chat::Security::plain, std::make_unique<Client>(shared_from_this(), std::move(login)),
                      [self = shared_from_this()](std::error_code why) { self->not_connected(why); });
}

chat::Connector& LinkedAccount::connector() const {
    return service_.environment().onward(server_address_);
}

void LinkedAccount::not_connected(std::error_code why) {
    if (state_ == State::connecting) try_again(why.message());
}

void LinkedAccount::logged_in() {
    client_->sync_list([weak = weak_from_this()](std::error_code why) {
        if (const auto self = weak.lock()) self->list_came(why);
    });
}

void LinkedAccount::list_came(std::error_code why) {
    if (client_ == nullptr || state_ != State::connecting) return;
    if (why) {
        trouble_ = "no contact list: " + why.message();
        client_->close("no contact list");
        return;
    }
    apply_roster();
    arriving_ = true;
    const chat::User* owner = this->owner();
    const Status status = owner == nullptr ? Status::online : status_of(owner->presence());
    client_->change_status(status, [weak = weak_from_this()](std::error_code refused) {
        if (const auto self = weak.lock()) self->ready(refused);
    });
}

void LinkedAccount::ready(std::error_code why) {
    if (client_ == nullptr || state_ != State::connecting) return;
    if (why) {
        trouble_ = "not shown as online: " + why.message();
        client_->close("not shown as online");
        return;
    }
    enter(State::signed_in);
    counted_ = true;
    service_.metrics().signed_in.add();
    service_.metrics().sign_ins.add();
    service_.scheduler().cancel(std::exchange(split_timer_, {}));
    set_timer(steady_timer_, service_.options().steady_after, &LinkedAccount::steady);
    set_timer(arrival_timer_, arrival_time, &LinkedAccount::arrive);
    if (std::exchange(trouble_told_, false)) {
        tell(title() + " is back");
        flapping_ = true;  // until it has held for a while
    } else if (!greeted_) {
        tell("Signed in to " + title());
    }
    greeted_ = true;
    trouble_.clear();
    for (const auto& conversation : std::vector(conversations_)) conversation->pump();
    if (inbox_ != nullptr) inbox_->open();
}

/// It was no mere flapping: the next trouble begins with short waits again.
void LinkedAccount::steady() {
    backoff_.succeeded();
    flapping_ = false;
}

// --- messages --------------------------------------------------------------------------------------------------------

Conversation* LinkedAccount::conversation_with(std::string_view handle) const {
    const auto found = std::find_if(conversations_.begin(), conversations_.end(),
                                    [&](const auto& conversation) { return conversation->is_query_of(handle); });
    return found == conversations_.end() ? nullptr : found->get();
}

std::size_t LinkedAccount::held_messages() const {
    std::size_t count = 0;
    for (const auto& conversation : conversations_) count += conversation->held_messages();
    return count;
}

Conversation* LinkedAccount::make_conversation() {
    if (conversations_.size() >= service_.options().max_conversations && !end_spare_conversation()) {
        service_.metrics().limit_hits(LinkLimit::max_conversations).add();
        return nullptr;
    }
    conversations_.push_back(std::make_shared<Conversation>(*this));
    return conversations_.back().get();
}

/// The conversation of which nothing was heard for longest gives its place to a new one.
bool LinkedAccount::end_spare_conversation() {
    std::shared_ptr<Conversation> oldest;
    for (const auto& known : conversations_) {
        if (known->is_spare() && (oldest == nullptr || known->last_used() < oldest->last_used())) oldest = known;
    }
    if (oldest != nullptr) oldest->end(chat::Errc::client_gone);
    return oldest != nullptr;
}

bool LinkedAccount::talks_to(std::string_view handle) const {
    return std::any_of(conversations_.begin(), conversations_.end(),
                       [&](const auto& conversation) { return conversation->has(handle); });
}

bool LinkedAccount::fetch_picture(const std::string& handle, PictureOrder& order) {
    return std::any_of(conversations_.begin(), conversations_.end(),
                       [&](const auto& conversation) { return conversation->fetch_picture(handle, order); });
}

void LinkedAccount::conversation_ended(Conversation& conversation) {
    std::erase_if(conversations_, [&](const auto& known) { return known.get() == &conversation; });
}

std::error_code LinkedAccount::send(const std::string& handle, const chat::Message& message) {
    const auto conversation = query_with(handle);
    return conversation ? (*conversation)->send(message) : conversation.error();
}

std::error_code LinkedAccount::offer_file(const std::string& handle, const chat::FileOffer& offer) {
    const auto conversation = query_with(handle);
    return conversation ? (*conversation)->offer_file(offer) : conversation.error();
}

/// The query of somebody, made when there is none.
chat::Result<Conversation*> LinkedAccount::query_with(const std::string& handle) {
    if (state_ == State::stopped || state_ == State::idle) return chat::Errc::service_away;
    Conversation* conversation = conversation_with(handle);
    if (conversation == nullptr) {
        conversation = make_conversation();
        if (conversation == nullptr) return chat::Errc::queue_full;
        conversation->add(handle);
    }
    return conversation;
}

void LinkedAccount::typing(const std::string& handle) {
    if (Conversation* conversation = conversation_with(handle)) conversation->typing(*owner());
}

void LinkedAccount::invite(const chat::Group& group, const std::string& handle, const chat::User& by) {
    for (Conversation* conversation : service_.conversations_of(group)) {
        const bool ours = std::any_of(conversations_.begin(), conversations_.end(),
                                      [&](const auto& known) { return known.get() == conversation; });
        if (ours) return conversation->invite(handle, by);
    }
    Conversation* conversation = make_conversation();
    if (conversation == nullptr) return;
    conversation->attach(group);
    conversation->invite(handle, by);
}

void LinkedAccount::got_switchboard_invitation(const SwitchboardInvitation& invitation) {
    if (state_ != State::signed_in) return;
    chat::Group* room = this->room();
    if (!options_.room.empty() && room == nullptr) return;
    if (room != nullptr && !may_speak(invitation.handle)) return;
    Conversation* conversation = room != nullptr ? nullptr : conversation_with(invitation.handle);
    if (conversation == nullptr) {
        conversation = make_conversation();
        if (conversation == nullptr) return;  // not answered: the caller sees that
        if (room != nullptr) conversation->attach(*room);
        if (room == nullptr) conversation->add(invitation.handle, invitation.name);
    }
    conversation->answer(invitation);
}

}  // namespace patchcord::msn
