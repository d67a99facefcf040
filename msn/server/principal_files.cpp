// Files that somebody elsewhere offers to who is on MSN.

#include "chat_core/file_error.hpp"
#include "chat_core/file_offer.hpp"
#include "msn/server/notification_session.hpp"
#include "msn/server/principal.hpp"
#include "msn/server/server.hpp"
#include "msn/server/switchboard_session.hpp"

namespace patchcord::msn {

std::error_code Principal::file_offered(const chat::FileOffer& offer) {
    if (offer.from == nullptr) return chat::Errc::no_such_user;
    const Identity sender = identity_of(server_, *offer.from);
    if (!allows(sender.handle)) return chat::Errc::not_accepted;
    if (offer.to.group != nullptr) return show_link(offer);
    if (SwitchboardSession* session = session_with(sender.handle)) {
        session->switchboard()->person_came(*offer.from, *session);
        if (!session->offer_to_client(sender, offer)) return {};
        return show_link(offer);
    }
    const std::shared_ptr<Switchboard> switchboard = ringing_or_ring(*offer.from, sender);
    return switchboard == nullptr ? make_error_code(chat::Errc::queue_full) : switchboard->queue_offer(offer.id);
}

void Principal::file_offer_changed(const chat::FileOffer& offer) {
    for (SwitchboardSession* session : std::vector<SwitchboardSession*>(switchboards_)) session->file_changed(offer);
}

std::error_code Principal::show_link(const chat::FileOffer& offer) {
    if (offer.link.empty()) return chat::FileErrc::not_possible;
    const chat::Message message{{},
                                offer.from,
                                offer.to,
                                chat::MessageKind::action,
                                chat::MessageText(chat::StyledText(describe(offer))),
                                server_.scheduler().wall_now()};
    chat::RenderCache cache;
    return receive(message, cache);
}

}  // namespace patchcord::msn
