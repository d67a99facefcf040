// What the core tells a session about files.

#include "chat_core/file_name.hpp"
#include "irc/server/dcc_offers.hpp"
#include "irc/server/render.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/server/session.hpp"
#include "irc/wire/ctcp.hpp"

namespace patchcord::irc {
namespace {

/// "offers a file: cat.jpg (12 KiB): https://..." as an action of who offers it, in one line with the whole link.
void show_link(Session& session, const chat::FileOffer& offer) {
    const std::string target(offer.to.group == nullptr ? session.nick() : std::string_view(offer.to.group->name()));
    const std::string about = " (" + chat::format_file_size(offer.size) + "): " + offer.link;
    std::string name = offer.name;
    const auto words = [&] { return format_ctcp("ACTION", "offers a file: " + name + about); };
    while (!fits_line(*offer.from, "PRIVMSG", target, words()) && name.size() > 1) {
        name = chat::shorten_file_name(name, name.size() - 1);
    }
    std::string out;
    LineBuilder line(out);
    add_tags(line, session.server(), session.caps(), offer.from, session.server().now());
    add_source(line, session.server(), offer.from);
    line.command("PRIVMSG").param(target).trailing(words()).finish();
    session.emit_rendered(out);
}

/// In one line with a link.
constexpr std::size_t longest_name_told = 100;

/// Nobody answered, or the offerer left; which is no failure of what can be had all the same.
bool still_to_be_had(const chat::FileOffer& offer) {
    return offer.kept && (offer.why == chat::FileErrc::expired || offer.why == chat::FileErrc::sender_gone);
}

/// For who offered it.
std::string end_of_given(const chat::FileOffer& offer) {
    if (still_to_be_had(offer)) {
        return chat::shorten_file_name(offer.name, longest_name_told) + " is offered to " + offer.to_name +
               " no longer; it can still be had: " + offer.link;
    }
    switch (offer.state) {
        case chat::FileState::completed:
            return offer.to_name + " has " + offer.name + " (" + chat::format_file_size(offer.size) + ")";
        case chat::FileState::declined: return offer.to_name + " declined " + offer.name;
        case chat::FileState::cancelled: return offer.name + " for " + offer.to_name + " was cancelled";
        case chat::FileState::failed: return offer.name + " for " + offer.to_name + " failed: " + offer.why.message();
        default: return {};
    }
}

/// For whom it was offered to; what went well, their client shows.
std::string end_of_taken(const chat::FileOffer& offer) {
    if (still_to_be_had(offer))
        return chat::shorten_file_name(offer.name, longest_name_told) + " of " + offer.from_name +
               " can still be had: " + offer.link;
    if (offer.state == chat::FileState::cancelled) return offer.name + " of " + offer.from_name + " was cancelled";
    if (offer.state != chat::FileState::failed) return {};
    return offer.name + " of " + offer.from_name + " failed: " + offer.why.message();
}

}  // namespace

DccOffers& Session::dcc() {
    if (!dcc_) dcc_ = std::make_unique<DccOffers>(*this);
    return *dcc_;
}

/// In a channel only the link: one connection for each of its members would be one file for the first of them.
std::error_code Session::file_offered(const chat::FileOffer& offer, bool by_dcc) {
    if (state_ != State::open) return gone();
    if (!registered() || offer.from == nullptr) return chat::FileErrc::not_possible;
    by_dcc = by_dcc && offer.to.group == nullptr && server_.environment().files != nullptr && dcc().show(offer);
    if (!offer.link.empty()) show_link(*this, offer);
    return by_dcc || !offer.link.empty() ? std::error_code() : chat::FileErrc::not_possible;
}

void Session::file_offer_changed(const chat::FileOffer& offer) {
    if (!registered() || state_ != State::open) return;
    if (dcc_) dcc_->changed(offer);
    if (dcc_ && dcc_->is_known(offer.id)) return;
    const bool mine = offer.from != nullptr && offer.from->id() == user_id_;
    const std::string words = mine ? end_of_given(offer) : end_of_taken(offer);
    if (!words.empty()) send_service_notice(*this, words);
}

}  // namespace patchcord::irc
