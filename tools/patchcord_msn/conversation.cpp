#include "tools/patchcord_msn/conversation.hpp"

#include <utility>

#include "msn/wire/field_text.hpp"

namespace patchcord::tools {

Conversation::Conversation(ConversationPorts& ports, std::string own_handle, std::string name)
    : ports_(ports), own_handle_(std::move(own_handle)), name_(std::move(name)) {}

// --- beginning and end -----------------------------------------------------------------------------------------------

void Conversation::open(const chat::Result<msn::SwitchboardAddress>& address) {
    if (over_) return;
    if (!address) return fail(address.error());
    calls_out_ = true;
    connect(address->endpoint, {own_handle_, address->key, {}});
}

void Conversation::answer(const msn::SwitchboardInvitation& invitation) {
    connect(invitation.address.endpoint, {own_handle_, invitation.address.key, invitation.session_id});
}

void Conversation::connect(const chat::Endpoint& to, msn::SwitchboardOptions options) {
    // The client tells a Conversation that lives as long as itself.
    struct Client final : chat::Protocol {
        Client(std::shared_ptr<Conversation> conversation, msn::SwitchboardOptions login)
            : owner(std::move(conversation)), client(owner->ports_.scheduler, *owner, std::move(login)) {}
        void connection_made(chat::Transport& transport) override {
            if (owner->over_) return transport.close("not wanted any more");
            owner->client_ = &client;
            client.connection_made(transport);
        }
        void data_received(std::string_view bytes) override { client.data_received(bytes); }
        void connection_lost(std::error_code why) override { client.connection_lost(why); }
        std::shared_ptr<Conversation> owner;
        msn::SwitchboardClient client;
    };
    ports_.connector.connect(to, chat::Security::plain,
                             std::make_unique<Client>(shared_from_this(), std::move(options)),
                             [self = shared_from_this()](std::error_code why) { self->fail(why); });
}

void Conversation::logged_in() {
    if (calls_out_) {
        client_->invite_user(name_, [self = shared_from_this()](std::error_code why) {
            if (why) self->fail(why);
        });
        return;
    }
    calling_ = false;
    for (const auto& [handle, who] : client_->users()) user_joined(who);
    ports_.progress();
}

void Conversation::login_failure(std::error_code why) {
    fail(why);
}

void Conversation::leave() {
    if (client_ != nullptr) client_->leave();
    end();
}

void Conversation::fail(std::error_code why) {
    if (over_) return;
    trouble("cannot talk: " + why.message());
    while (!waiting_.empty()) {
        const Deed deed = std::move(waiting_.front());
        waiting_.pop_front();
        failed(deed, why);
    }
    leave();
}

void Conversation::end() {
    if (std::exchange(over_, true)) return;
    if (!calling_) note("closed");
    ports_.scheduler.after(std::chrono::milliseconds(0), [self = shared_from_this()] {
        self->ports_.ended(self->name_);
        self->ports_.progress();
    });
}

void Conversation::connection_lost(std::error_code why) {
    client_ = nullptr;
    if (over_) return;
    if (!waiting_.empty() || calling_) return fail(why ? why : make_error_code(msn::ClientErrc::disconnected));
    end();
}

// --- what we say -----------------------------------------------------------------------------------------------------

void Conversation::say(const std::string& text, const chat::Style& style) {
    Deed deed;
    deed.text.append(text, style);
    put(std::move(deed));
}

void Conversation::nudge() {
    put({Deed::Kind::nudge, {}, {}});
}

void Conversation::typing() {
    put({Deed::Kind::typing, {}, {}});
}

void Conversation::invite(const std::string& handle) {
    put({Deed::Kind::invite, {}, handle});
}

void Conversation::put(Deed deed) {
    if (waiting_.size() >= max_waiting) return failed(deed, msn::ClientErrc::too_many_requests);
    waiting_.push_back(std::move(deed));
    flush();
}

void Conversation::flush() {
    while (client_ != nullptr && !client_->users().empty() && !waiting_.empty()) {
        const Deed deed = std::move(waiting_.front());
        waiting_.pop_front();
        carry_out(deed);
    }
}

void Conversation::carry_out(const Deed& deed) {
    if (deed.kind == Deed::Kind::typing) return client_->send_typing_notification();
    ++unanswered_;
    const auto done = [self = shared_from_this(), deed](std::error_code why) {
        --self->unanswered_;
        if (why) self->failed(deed, why);
        self->ports_.progress();
    };
    if (deed.kind == Deed::Kind::invite) {
        client_->invite_user(deed.handle, done);
    } else if (deed.kind == Deed::Kind::nudge) {
        client_->send_nudge(done);
    } else {
        client_->send_text(deed.text, done);
    }
}

void Conversation::failed(const Deed& deed, std::error_code why) {
    const std::string because = " (" + why.message() + ")";
    const std::string not_delivered =
        msn::delivery_of(why) == msn::Delivery::in_doubt ? "perhaps not delivered" : "not delivered";
    switch (deed.kind) {
        case Deed::Kind::text: trouble(not_delivered + because + ": " + deed.text.text()); break;
        case Deed::Kind::nudge: trouble("nudge " + not_delivered + because); break;
        case Deed::Kind::typing: break;
        case Deed::Kind::invite: trouble(deed.handle + " does not come" + because); break;
    }
}

void Conversation::list_users() {
    if (client_ == nullptr || client_->users().empty()) return note("nobody is here");
    for (const auto& [handle, who] : client_->users()) note(handle + " is here (" + who.name + ")");
}

// --- what others do --------------------------------------------------------------------------------------------------

void Conversation::note(const std::string& what) {
    ports_.print(name_ + "> * " + what);
}

void Conversation::trouble(const std::string& what) {
    ports_.print(name_ + "> ! " + what);
}

void Conversation::user_joined(const msn::ChatMember& who) {
    calling_ = false;
    note(who.handle + " joined (" + who.name + ")");
    flush();
    ports_.progress();
}

void Conversation::user_left(const msn::ChatMember& who, bool idle) {
    note(who.handle + (idle ? " was silent too long" : " left"));
    if (client_->users().empty()) leave();
}

void Conversation::got_text(const msn::ChatMember& from, const chat::StyledText& text, bool complete) {
    std::string_view rest = text.text();
    do {
        const std::string_view line = msn::take_field(rest, '\n');
        const bool cut = rest.empty() && !complete;
        ports_.print(name_ + "> <" + from.handle + "> " + std::string(line) + (cut ? " [incomplete]" : ""));
    } while (!rest.empty());
}

void Conversation::user_typing(const msn::ChatMember& who) {
    note(who.handle + " is typing");
}

void Conversation::got_nudge(const msn::ChatMember& from) {
    note(from.handle + " nudges");
}

void Conversation::got_message(const msn::ChatMember& from, const msn::MimeMessage& message) {
    note(from.handle + " sent something this client cannot show: " + std::string(msn::content_type(message).type));
}

void Conversation::got_error(msn::ErrorCode code) {
    trouble(msn::refusal_error(code).message());
}

void Conversation::got_bad_line(std::string_view line, std::string_view why) {
    trouble(describe_bad_line(line, why));
}

std::string describe_bad_line(std::string_view line, std::string_view why) {
    const std::string what = "the server makes no sense: " + std::string(why);
    return line.empty() ? what : what + ": " + std::string(line.substr(0, line.find('\r')));
}

}  // namespace patchcord::tools
