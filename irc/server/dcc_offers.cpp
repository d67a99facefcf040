#include "irc/server/dcc_offers.hpp"

#include <algorithm>
#include <utility>

#include "chat_core/file_name.hpp"
#include "irc/server/render.hpp"
#include "irc/server/service_nick.hpp"
#include "irc/server/session.hpp"
#include "irc/transfer/dcc_receive.hpp"
#include "irc/transfer/dcc_send.hpp"
#include "irc/wire/ctcp.hpp"

namespace patchcord::irc {
namespace {

constexpr std::chrono::milliseconds acknowledgement_time{60'000};
constexpr std::size_t shortest_name = 32;
constexpr std::size_t around_name = 128;  // DCC SEND, the longest address, port, size and token

/// A name with which the offer keeps within a line.
std::string name_that_fits(const chat::User& from, std::string_view to, std::string name) {
    std::size_t room = chat::max_file_name_bytes;
    const std::string most(max_body_bytes, 'x');
    while (room > shortest_name &&
           !fits_line(from, "PRIVMSG", to, std::string_view(most).substr(0, room + around_name))) {
        --room;
    }
    return chat::shorten_file_name(std::move(name), room);
}

}  // namespace

void send_dcc(Session& session, const chat::User& from, const Dcc& dcc, bool notice) {
    std::string out;
    LineBuilder line(out);
    add_tags(line, session.server(), session.caps(), &from, session.server().now());
    add_source(line, session.server(), &from);
    line.command(notice ? "NOTICE" : "PRIVMSG").param(session.nick());
    line.trailing(format_ctcp("DCC", format_dcc(dcc))).finish();
    session.emit_rendered(out);
}

DccOffers::DccOffers(Session& session) : session_(session) {}

DccOffers::~DccOffers() {
    for (const auto& [id, shown] : shown_) stop_listening(*shown);
}

chat::FileDesk& DccOffers::desk() const {
    return *session_.server().environment().files;
}

chat::FileNetwork* DccOffers::network() const {
    return session_.server().environment().file_network;
}

DccOffers::WithSession DccOffers::with_session() const {
    return [&server = session_.server(), session = &session_,
            number = session_.number()](const std::function<void(Session&)>& call) {
        if (server.is_open(session, number)) call(*session);
    };
}

// --- offers to the client --------------------------------------------------------------------------------------------

bool DccOffers::show(const chat::FileOffer& offer) {
    if (network() == nullptr || offer.from == nullptr) return false;
    auto shown = std::make_shared<Shown>();
    shown->id = offer.id;
    shown->from = offer.from->id();
    shown->name = name_that_fits(*offer.from, session_.nick(), offer.name);
    shown->size = offer.size;
    chat::Endpoint at{session_.peer().local_address, 0};
    if (at.host.empty()) at.host = "0.0.0.0";
    bool passive = session_.options().dcc == DccForm::passive;
    if (!passive) {
        const std::error_code failed = listen(shown, at);
        passive = failed == chat::FileErrc::too_many;  // that way a port is needed by whoever takes it
        if (failed && !passive) return false;
    }
    if (passive) shown->token = std::to_string(static_cast<std::uint64_t>(offer.id));
    shown_[offer.id] = shown;
    send_dcc(session_, *offer.from, {Dcc::Kind::send, shown->name, at.host, at.port, offer.size, shown->token});
    return true;
}

std::error_code DccOffers::listen(const ShownPtr& shown, chat::Endpoint& at) {
    const auto listening =
        network()->listen(session_.peer(), {desk().options().offer_time, shown->from}, connection_for(shown),
                          [shown](std::error_code) { shown->listening = {}; });
    if (!listening) {
        if (listening.error() == chat::FileErrc::too_many)
            session_.server().metrics().limit_hits(Limit::dcc_ports).add();
        return listening.error();
    }
    shown->listening = listening->id;
    shown->port = listening->at.port;
    at = listening->at;
    return {};
}

std::unique_ptr<chat::Protocol> DccOffers::connection_for(const ShownPtr& shown) const {
    const auto patience = std::min(acknowledgement_time, desk().options().stall_time / 2);
    return make_dcc_send(
        {session_.server().scheduler(), shown->size, patience,
         [&desk = desk(), shown, with = with_session()](std::unique_ptr<chat::FileSink> sink) {
             shown->listening = {};
             shown->connecting = false;
             const std::error_code refused = desk.accept(shown->id, std::move(sink), shown->offset);
             if (refused && desk.find(shown->id)) {
                 with([&](Session& session) { send_service_notice(session, shown->name + ": " + refused.message()); });
             }
             return refused;
         }});
}

void DccOffers::stop_listening(Shown& shown) {
    const auto listening = std::exchange(shown.listening, {});
    if (listening != chat::FileNetwork::ListenId{}) network()->stop_listening(listening);
}

DccOffers::ShownPtr DccOffers::find(const chat::User& from, const Dcc& dcc) const {
    for (const auto& [id, shown] : shown_) {
        if (shown->from != from.id()) continue;
        if (dcc.token.empty() ? dcc.port != 0 && shown->port == dcc.port : shown->token == dcc.token) return shown;
    }
    return nullptr;
}

bool DccOffers::answer(const chat::User& other, const Dcc& dcc) {
    const ShownPtr shown = find(other, dcc);
    if (shown == nullptr || network() == nullptr) return false;
    if (std::exchange(shown->connecting, true)) return true;
    network()->connect(
        {dcc.address, dcc.port}, session_.peer(), connection_for(shown),
        [shown, with = with_session()](std::error_code why) {
            shown->connecting = false;
            with([&](Session& session) { send_service_notice(session, shown->name + " failed: " + why.message()); });
        });
    return true;
}

bool DccOffers::resume(const chat::User& other, const Dcc& dcc) {
    const ShownPtr shown = find(other, dcc);
    if (shown == nullptr) return false;
    const bool possible = desk().can_seek(shown->id) && dcc.number <= shown->size;
    // Who is told 0 begins anew, as irssi and WeeChat do.
    shown->offset = possible ? dcc.number : 0;
    Dcc granted = dcc;
    granted.kind = Dcc::Kind::accept;
    granted.number = shown->offset;
    send_dcc(session_, other, granted);
    return true;
}

/// The name says which is meant, of those in either direction. Clients change names to what they would save the file
/// as, so that one that fits none means the only offer there is.
bool DccOffers::reject(const chat::User& other, const Dcc& dcc) {
    std::vector<chat::FileOfferId> theirs;
    for (const auto& [id, shown] : shown_) {
        if (shown->from != other.id()) continue;
        if (shown->name == dcc.name) return decline(id);
        theirs.push_back(id);
    }
    if (take_back(other, dcc)) return true;
    return theirs.size() == 1 && decline(theirs.front());
}

bool DccOffers::decline(chat::FileOfferId id) {
    known_ = id;
    desk().decline(id);
    known_ = {};
    return true;
}

bool DccOffers::is_about_ours(const chat::User& other, const Dcc& dcc) const {
    switch (dcc.kind) {
        case Dcc::Kind::reject:
            return std::any_of(shown_.begin(), shown_.end(), [&](const auto& known) {
                return known.second->from == other.id() && known.second->name == dcc.name;
            });
        case Dcc::Kind::send: return !dcc.token.empty() && dcc.port != 0 && find(other, dcc) != nullptr;
        case Dcc::Kind::resume: return find(other, dcc) != nullptr;
        case Dcc::Kind::accept: break;
    }
    return false;
}

// --- offers of the client --------------------------------------------------------------------------------------------

std::error_code DccOffers::offer(chat::User& other, const Dcc& dcc) {
    if (network() == nullptr) return chat::FileErrc::not_possible;
    const chat::Endpoint at{dcc.address, dcc.port};
    if (at.port != 0) {
        if (const std::error_code refused = network()->refusal(at, session_.peer())) return refused;
    }
    if (at.port == 0 && !network()->can_listen()) return chat::FileErrc::unreachable;
    const auto announce = [with = with_session(), to = other.id(), dcc](const chat::Endpoint& here) {
        bool told = false;
        with([&](Session& session) {
            const chat::User* from = session.service().find_user(to);
            if (from == nullptr) return;
            Dcc answer = dcc;
            answer.address = here.host;
            answer.port = here.port;
            send_dcc(session, *from, answer);
            told = true;
        });
        return told;
    };
    const auto made =
        desk().offer(session_.user(), {nullptr, &other, {}}, dcc.name, dcc.number,
                     std::make_unique<DccReceive>(DccReceiveSetup{*network(), session_.peer(), at, dcc.number,
                                                                  desk().options().stall_time, announce}));
    if (!made) return made.error();
    if (const auto known = desk().find(*made)) given_[*made] = {dcc.name, known->state != chat::FileState::offered};
    return {};
}

bool DccOffers::take_back(const chat::User& other, const Dcc& dcc) {
    const auto named = std::find_if(given_.begin(), given_.end(), [&](const auto& known) {
        const auto offer = desk().find(known.first);
        return known.second.name == dcc.name && offer && offer->to.user == &other;
    });
    if (named == given_.end()) return false;
    const chat::FileOfferId id = named->first;
    known_ = id;
    desk().withdraw(id);
    known_ = {};
    return true;
}

// --- what becomes of them --------------------------------------------------------------------------------------------

void DccOffers::changed(const chat::FileOffer& offer) {
    if (const auto found = shown_.find(offer.id); found != shown_.end()) {
        stop_listening(*found->second);
        if (chat::has_ended(offer.state)) shown_.erase(found);
        return;
    }
    const auto found = given_.find(offer.id);
    if (found == given_.end()) return;
    if (!chat::has_ended(offer.state)) {
        found->second.accepted = true;
        return;
    }
    const Given given = std::move(found->second);
    given_.erase(found);
    // What is on its way ends with its connection; of the rest the client would not hear.
    if (given.accepted || offer.to.user == nullptr) return;
    send_dcc(session_, *offer.to.user, {Dcc::Kind::reject, given.name}, true);
}

void DccOffers::cancel(const chat::FileOffer& offer) {
    known_ = offer.id;
    if (offer.from == &session_.user()) {
        desk().withdraw(offer.id);
    } else {
        desk().decline(offer.id);
    }
    known_ = {};
}

}  // namespace patchcord::irc
