#include "msn/link/line.hpp"

#include <utility>

#include "chat_core/file_error.hpp"
#include "msn/link/conversation.hpp"
#include "msn/link/far_service.hpp"
#include "msn/link/line_files.hpp"
#include "msn/link/linked_account.hpp"

namespace patchcord::msn {

Line::Line(Conversation& conversation) : conversation_(&conversation) {}

Line::~Line() = default;

void Line::open(LinkedAccount& account, const std::vector<std::string>& handles) {
    to_call_ = handles;
    NotificationClient* client = account.client();
    if (client == nullptr) return fail(chat::Errc::service_away);
    const auto weak = account.weak_from_this();
    client->request_switchboard_server([self = shared_from_this(), weak](const chat::Result<SwitchboardAddress>& at) {
        const auto owner = weak.lock();
        if (self->conversation_ == nullptr || owner == nullptr) return;
        if (!at) return self->fail(at.error());
        self->connect(*owner, at->endpoint, {owner->handle(), at->key, {}});
    });
}

void Line::answer(LinkedAccount& account, const SwitchboardInvitation& invitation) {
    answers_ = true;
    connect(account, invitation.address.endpoint, {account.handle(), invitation.address.key, invitation.session_id});
}

void Line::connect(LinkedAccount& account, const chat::Endpoint& to, SwitchboardOptions options) {
    options.request_timeout = account.service().options().login.request_timeout;
    options.answer_timeout = options.request_timeout;
    options.graphemes = &account.service().environment().graphemes;
    // The client tells a Line that lives as long as itself.
    struct Client final : chat::Protocol {
        Client(std::shared_ptr<Line> line, chat::Scheduler& scheduler, SwitchboardOptions login)
            : owner(std::move(line)), client(scheduler, *owner, std::move(login)) {}
        void connection_made(chat::Transport& transport) override {
            if (owner->conversation_ == nullptr) return transport.close("not wanted any more");
            owner->client_ = &client;
            client.connection_made(transport);
        }
        void data_received(std::string_view bytes) override { client.data_received(bytes); }
        void connection_lost(std::error_code why) override { client.connection_lost(why); }
        std::shared_ptr<Line> owner;
        SwitchboardClient client;
    };
    account.connector().connect(
        to, chat::Security::plain,
        std::make_unique<Client>(shared_from_this(), account.service().scheduler(), std::move(options)),
        [self = shared_from_this()](std::error_code why) { self->fail(why); });
}

SwitchboardClient* Line::client() const {
    return client_ != nullptr && client_->open() && client_->is_logged_in() ? client_ : nullptr;
}

bool Line::ready() const {
    return client() != nullptr && !silent_ && !calling() && !client_->users().empty();
}

bool Line::has(std::string_view handle) const {
    return client_ != nullptr && client_->users().contains(handle);
}

void Line::drop() {
    files_.reset();
    conversation_ = nullptr;
    if (client_ != nullptr) client_->leave();
}

void Line::fail(std::error_code why) {
    files_.reset();
    opening_ = false;
    if (Conversation* conversation = std::exchange(conversation_, nullptr)) {
        const auto self = shared_from_this();
        if (client_ != nullptr) client_->leave();
        conversation->line_failed(*this, why);
    }
}

void Line::logged_in() {
    opening_ = false;
    if (conversation_ == nullptr) return;
    const auto self = shared_from_this();
    const std::vector<std::string> handles = std::exchange(to_call_, {});
    calls_ += handles.size();  // all of them, before the first can fail
    for (const std::string& handle : handles) {
        --calls_;
        if (conversation_ != nullptr) call(handle);
    }
    if (conversation_ != nullptr) conversation_->line_ready(*this);
    if (deserted()) return;
    const std::string other = client_->users().begin()->first;
    look_for_picture(other);
}

void Line::call(const std::string& handle) {
    if (client() == nullptr) {
        to_call_.push_back(handle);
        return;
    }
    ++calls_;
    client_->invite_user(handle, [self = shared_from_this(), handle](std::error_code why) {
        --self->calls_;
        if (self->conversation_ != nullptr) self->conversation_->called(*self, handle, why);
        const auto caller = self->caller_.lock();
        if (self->calls_ == 0) self->caller_.reset();
        if (caller != nullptr) caller->called_elsewhere(handle, why);
    });
}

void Line::login_failure(std::error_code why) {
    fail(why);
}

void Line::user_joined(const ChatMember& who) {
    if (conversation_ != nullptr) conversation_->joined(*this, who);
    look_for_picture(who.handle);
}

void Line::user_left(const ChatMember& who, bool idle) {
    if (conversation_ != nullptr) conversation_->went(*this, who, idle);
}

void Line::got_text(const ChatMember& from, const chat::StyledText& text, bool complete) {
    if (conversation_ != nullptr) conversation_->got_text(*this, from, text, complete);
    look_for_picture(from.handle);
}

void Line::user_typing(const ChatMember& who) {
    if (conversation_ != nullptr) conversation_->user_typing(who);
}

void Line::got_nudge(const ChatMember& from) {
    if (conversation_ != nullptr) conversation_->got_deed(*this, from, chat::MessageKind::nudge, {});
}

void Line::declined_file(const ChatMember& from, const FileInvitation& file) {
    if (conversation_ == nullptr) return;
    conversation_->got_deed(*this, from, chat::MessageKind::action, chat::StyledText(describe(file)));
}

// --- files -----------------------------------------------------------------------------------------------------------

/// Only two can give each other a file.
std::shared_ptr<LineFiles> Line::files_with(const std::string& handle) {
    if (conversation_ == nullptr || client() == nullptr || client_->users().size() != 1) return nullptr;
    FarService& service = conversation_->account().service();
    if (service.environment().files == nullptr || !client_->users().contains(handle)) return nullptr;
    if (files_ != nullptr && files_->peer_handle() != handle) files_.reset();
    if (files_ == nullptr) files_ = std::make_shared<LineFiles>(*this, service, handle);
    return files_;
}

bool Line::has_files() const {
    return files_ != nullptr && !files_->talk().idle();
}

std::error_code Line::offer_file(const chat::FileOffer& offer) {
    if (client() == nullptr || client_->users().empty()) return chat::Errc::client_gone;
    const auto files = files_with(client_->users().begin()->first);
    return files == nullptr ? make_error_code(chat::FileErrc::not_possible) : files->talk().offer(offer);
}

chat::Result<chat::FileOfferId> Line::offer_from(const std::string& handle, std::string_view name, std::uint64_t size,
                                                 std::unique_ptr<chat::FileSource> source) {
    const bool here = conversation_ != nullptr && client() != nullptr && client_->users().contains(handle);
    if (!here) return chat::Errc::client_gone;
    const ChatMember from = client_->users().find(handle)->second;
    return conversation_->got_file(*this, from, name, size, std::move(source));
}

bool Line::fetch_picture(const std::string& handle, PictureOrder& order) {
    const auto files = files_with(handle);
    if (files == nullptr) return false;
    files->talk().fetch(std::move(order));
    return true;
}

/// Somebody can be asked for it now, should anybody want to see it.
void Line::look_for_picture(const std::string& handle) {
    if (conversation_ == nullptr) return;
    if (FarPerson* person = conversation_->account().service().find_person(handle)) person->picture().look();
}

std::uint32_t Line::capabilities_of(const std::string& handle) const {
    if (conversation_ == nullptr || client() == nullptr) return 0;
    const auto here = client_->users().find(handle);
    if (here != client_->users().end() && here->second.capabilities != 0) return here->second.capabilities;
    const NotificationClient* account = conversation_->account().client();
    const RosterContact* contact = account == nullptr ? nullptr : account->roster().find(handle);
    return contact == nullptr ? 0 : contact->capabilities;
}

bool Line::got_transfer(const ChatMember& from, const MimeMessage& message, BodyKind kind) {
    const auto files = files_with(from.handle);
    if (files == nullptr) return false;
    if (kind != BodyKind::p2p) return files->talk().got_invitation(message);
    return files->talk().got_p2p(message) != P2pUse::not_ours;
}

void Line::got_message(const ChatMember& from, const MimeMessage& message) {
    if (conversation_ == nullptr) return;
    const Reading reading = reading_of(classify(message), message);
    if (reading.kind != chat::MessageKind::native) {
        conversation_->got_deed(*this, from, reading.kind, reading.decode(message));
    }
}

void Line::connection_lost(std::error_code why) {
    files_.reset();
    client_ = nullptr;
    if (conversation_ == nullptr) return;
    if (opening_) return fail(why ? why : make_error_code(ClientErrc::disconnected));
    std::exchange(conversation_, nullptr)->line_lost(*this);
}

}  // namespace patchcord::msn
