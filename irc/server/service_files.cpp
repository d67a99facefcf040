// What the service nick does about files.

#include <algorithm>
#include <charconv>

#include "chat_core/file_desk.hpp"
#include "chat_core/file_name.hpp"
#include "irc/server/dcc_offers.hpp"
#include "irc/server/service_call.hpp"
#include "irc/server/service_nick.hpp"

namespace patchcord::irc {
namespace {

/// nullptr, and an answer, when no files are passed on.
chat::FileDesk* desk_of(const ServiceCall& call) {
    chat::FileDesk* desk = call.session.server().environment().files;
    if (desk == nullptr) call.say("Files are not passed on here");
    return desk;
}

bool is_own(const ServiceCall& call, const chat::FileOffer& offer) {
    return offer.from == &call.session.user() || offer.to.user == &call.session.user();
}

std::string state_of(const chat::FileOffer& offer) {
    if (offer.state == chat::FileState::offered) return "waits for an answer";
    if (offer.state == chat::FileState::accepted) return "is about to begin";
    const std::uint64_t percent = offer.size == 0 ? 100 : offer.transferred * 100 / offer.size;
    return chat::format_file_size(offer.transferred) + " passed on, " + std::to_string(percent) + " %";
}

std::string line_of(const ServiceCall& call, const chat::FileOffer& offer) {
    const bool given = offer.from == &call.session.user();
    return std::to_string(static_cast<std::uint64_t>(offer.id)) + ": " + offer.name + " (" +
           chat::format_file_size(offer.size) + ") " + (given ? "for " + offer.to_name : "of " + offer.from_name) +
           ", " + state_of(offer);
}

}  // namespace

void service::files(ServiceCall& call) {
    const chat::FileDesk* desk = desk_of(call);
    if (desk == nullptr) return;
    std::vector<chat::FileOffer> offers = desk->all();
    std::erase_if(offers, [&](const chat::FileOffer& offer) { return !is_own(call, offer); });
    if (offers.empty()) {
        call.say("No file is offered to you or by you");
        return;
    }
    const std::size_t shown = std::min(offers.size(), Session::lines_a_slice - 2);
    for (std::size_t i = 0; i < shown; ++i) call.say(line_of(call, offers[i]));
    if (shown < offers.size()) call.say("... and " + std::to_string(offers.size() - shown) + " more");
    call.say("\"cancel <number>\" ends one");
}

void service::cancel(ServiceCall& call) {
    chat::FileDesk* desk = desk_of(call);
    if (desk == nullptr) return;
    std::string_view words = call.words;
    const std::string_view word = take_word(words);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_number = error == std::errc() && end == word.data() + word.size();
    const auto offer = is_number ? desk->find(chat::FileOfferId{number}) : std::nullopt;
    if (!offer || !is_own(call, *offer)) {
        call.say("There is no file with that number; \"files\" shows yours");
        return;
    }
    call.session.dcc().cancel(*offer);
    call.say(offer->name + " is cancelled");
}

}  // namespace patchcord::irc
