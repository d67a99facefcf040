#include "gateway/services/ticket_keeper.hpp"

#include <sodium.h>
#include <utility>

namespace patchcord::gateway {
namespace {

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

}  // namespace

TicketKeeper::~TicketKeeper() {
    for (auto& [handle, ticket] : tickets_) wipe(ticket);
}

void TicketKeeper::get_ticket(const std::string& challenge, const std::string& handle, const std::string& password,
                              std::function<void(Ticket)> done) {
    source_.get_ticket(challenge, handle, password, [this, handle, done = std::move(done)](Ticket ticket) {
        std::string& kept = tickets_[handle];
        wipe(kept);
        kept = ticket.ticket;
        done(std::move(ticket));
    });
}

std::string TicketKeeper::ticket_of(const std::string& handle) const {
    const auto known = tickets_.find(handle);
    return known == tickets_.end() ? std::string() : known->second;
}

}  // namespace patchcord::gateway
