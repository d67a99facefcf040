#include "gateway/bridge/mailbox.hpp"

namespace patchcord::gateway {

bool Mailbox::expects(std::string_view name) const {
    const auto user = service_.lookup_user(name);
    return !(user && (*user)->online()) && names_.handle_of(name).has_value();
}

void Mailbox::keep(const chat::User& from, std::string_view name, std::string text,
                   std::function<void(std::error_code)> done) {
    msn::OfflineMessage message;
    message.to = names_.handle_of(name).value_or(std::string());
    message.from = server_.directory().person_handle(from);
    server_.note_author(from);
    message.from_name = from.name();
    message.text = std::move(text);
    message.sent_at = service_.scheduler().wall_now();
    store_.keep_message(std::move(message), std::move(done));
}

}  // namespace patchcord::gateway
