#include "gateway/bridge/mailbox.hpp"

#include "msn/server/render.hpp"

namespace patchcord::gateway {

bool Mailbox::is_away_on_msn(std::string_view name) const {
    const auto user = service_.lookup_user(name);
    const auto handle = names_.handle_of(name);
    return !(user && (*user)->online()) && handle && !far_.receiver(name);
}

bool Mailbox::expects(std::string_view name) const {
    return is_away_on_msn(name) || accounts_.expects(name);
}

bool Mailbox::expects_from(const chat::User& from, std::string_view name) const {
    return far_.receiver(name) ? far_.expects(name, from) : expects(name);
}

void Mailbox::keep(const chat::User& from, std::string_view name, std::string text,
                   std::function<void(std::error_code)> done) {
    if (far_.receiver(name)) {
        far_.keep(from, name, std::move(text), std::move(done));
        return;
    }
    if (!is_away_on_msn(name)) {
        accounts_.keep(from, name, std::move(text), std::move(done));
        return;
    }
    std::string handle = names_.handle_of(name).value_or(std::string());
    server_.note_kept(handle);
    std::string shown = msn::identity_of(server_, from).name;
    store_.keep_message(message_to_keep(server_, from, std::move(handle), std::move(shown), std::move(text)),
                        std::move(done));
}

}  // namespace patchcord::gateway
