#include "tools/patchcord_msn/messenger.hpp"

#include <algorithm>
#include <utility>

namespace patchcord::tools {
namespace {

/// As the middle of a sentence.
std::string lower(std::string_view words) {
    std::string out(words);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

constexpr std::size_t enough_backlog = 16;  // said and not acknowledged: more input waits

}  // namespace

Messenger::Messenger(MessengerPorts ports, MessengerOptions options)
    : ports_(std::move(ports)),
      options_(std::move(options)),
      conversation_ports_{ports_.scheduler, ports_.connector, ports_.print, [this] { progress(); },
                          [this](const std::string&) { conversation_ended(); }} {}

Messenger::~Messenger() = default;

// --- signing in and out ----------------------------------------------------------------------------------------------

void Messenger::start() {
    connect();
}

void Messenger::connect() {
    auto client = std::make_unique<msn::NotificationClient>(ports_.scheduler, ports_.tickets, *this, options_.login);
    client_ = client.get();
    ports_.connector.connect(options_.server, chat::Security::plain, std::move(client), [this](std::error_code why) {
        client_ = nullptr;
        failed_ = true;
        trouble("cannot connect to " + options_.server.host + ": " + why.message());
        end();
    });
}

void Messenger::logged_in() {
    client_->sync_list([this](std::error_code why) {
        if (why && client_ == nullptr) return;
        if (why) trouble("no contact list: " + why.message());
        client_->change_status(msn::Status::online, [this](std::error_code refused) {
            if (refused) trouble("not shown as online: " + refused.message());
            ready();
        });
    });
}

void Messenger::ready() {
    if (client_ == nullptr) return;
    referrals_ = 0;
    ready_ = true;
    note("signed in as " + client_->handle() + " (" + client_->screen_name() + ")");
    progress();
}

void Messenger::login_failure(std::error_code why, std::string_view reason) {
    failed_ = true;
    trouble("cannot sign in: " + why.message() + (reason.empty() ? "" : ": " + std::string(reason)));
}

void Messenger::got_notification_referral(const chat::Endpoint& to) {
    options_.server = to;
    referred_ = ++referrals_ <= max_referrals;
    if (referred_) return;
    failed_ = true;
    trouble("the servers send us around in circles");
}

void Messenger::finish() {
    finishing_ = true;
    progress();
}

void Messenger::quit() {
    if (std::exchange(quitting_, true)) return;
    for (const auto& conversation : std::vector(conversations_)) conversation->leave();
    if (client_ != nullptr && client_->open()) return client_->log_out();
    end();
}

void Messenger::multiple_login() {
    failed_ = true;
    trouble("signed in elsewhere");
}

void Messenger::server_going_down() {
    failed_ = true;
    trouble("the server goes down");
}

void Messenger::connection_lost(std::error_code why) {
    client_ = nullptr;
    ready_ = false;
    if (std::exchange(referred_, false) && !quitting_) return connect();
    if (!quitting_ && !failed_) {
        failed_ = true;
        trouble("connection lost" + (why ? ": " + why.message() : std::string()));
    }
    end();
}

void Messenger::end() {
    if (!std::exchange(ended_, true)) ports_.done();
}

// --- conversations ---------------------------------------------------------------------------------------------------

std::shared_ptr<Conversation> Messenger::find(std::string_view name) const {
    const auto found = std::find_if(conversations_.rbegin(), conversations_.rend(), [&](const auto& conversation) {
        return conversation->name() == name && !conversation->over();
    });
    return found == conversations_.rend() ? nullptr : *found;
}

/// The conversation of that name, opened if there is none.
Conversation& Messenger::chat_with(const std::string& handle) {
    if (const auto known = find(handle)) return *known;
    const auto fresh = std::make_shared<Conversation>(conversation_ports_, client_->handle(), handle);
    conversations_.push_back(fresh);
    client_->request_switchboard_server([fresh](const auto& address) { fresh->open(address); });
    return *fresh;
}

void Messenger::got_switchboard_invitation(const msn::SwitchboardInvitation& invitation) {
    note(invitation.handle + " calls (" + invitation.name + ")");
    if (!options_.answer_calls || quitting_ || conversations_.size() >= max_conversations) return;
    const auto fresh = std::make_shared<Conversation>(conversation_ports_, client_->handle(), invitation.handle);
    conversations_.push_back(fresh);
    if (current_.empty()) current_ = invitation.handle;
    fresh->answer(invitation);
}

void Messenger::conversation_ended() {
    std::erase_if(conversations_, [](const auto& conversation) { return conversation->over(); });
}

bool Messenger::busy() const {
    return requests_ > 0 || std::any_of(conversations_.begin(), conversations_.end(),
                                        [](const auto& conversation) { return conversation->busy(); });
}

void Messenger::progress() {
    if (!ready_ || quitting_) return;
    if (finishing_ && !busy()) return quit();
    std::size_t backlog = requests_;
    for (const auto& conversation : conversations_) backlog += conversation->backlog();
    ports_.want_input(options_.one_by_one ? !busy() : backlog < enough_backlog);
}

msn::ClientBase::Done Messenger::report(const std::string& what) {
    ++requests_;
    return [this, what](std::error_code why) {
        --requests_;
        if (why) trouble(what + ": " + why.message());
        progress();
    };
}

// --- contacts --------------------------------------------------------------------------------------------------------

void Messenger::show_contact(const msn::RosterContact& contact) {
    note(contact.handle + " is " + lower(msn::describe(contact.status)) + " (" + contact.name + ")");
}

void Messenger::got_contact_status(const msn::RosterContact& contact) {
    show_contact(contact);
}

void Messenger::contact_status_changed(const msn::RosterContact& contact) {
    show_contact(contact);
}

void Messenger::contact_offline(const msn::RosterContact& contact) {
    show_contact(contact);
}

void Messenger::contact_message_changed(const msn::RosterContact& contact) {
    if (!contact.personal.text.empty()) note(contact.handle + " says: " + contact.personal.text);
}

void Messenger::user_added_me(const std::string& handle, const std::string& name) {
    note(handle + " added you (" + name + ")");
}

void Messenger::user_removed_me(const std::string& handle) {
    note(handle + " removed you");
}

void Messenger::got_error(msn::ErrorCode code) {
    trouble(msn::refusal_error(code).message());
}

void Messenger::got_bad_line(std::string_view line, std::string_view why) {
    trouble(describe_bad_line(line, why));
}

}  // namespace patchcord::tools
